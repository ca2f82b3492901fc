"""Triggers by which the database itself refuses to change the ledger.

On PostgreSQL the application's role moreover has no right to (docs/operations.md); the triggers stop its owner's slips.
On SQLite they are all there is. Whoever may drop a trigger can still write: that is what checkpoints are for.
A later migration that alters one of the tables puts the guards up again, since SQLite then builds the table anew.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

SAID = ("id", "at", "event", "actor", "surface", "address", "credential", "about", "facts")
ENTRY, CHECKPOINT = "audit_auditentry", "audit_checkpoint"
SQLITE_REFUSES = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
POSTGRESQL_REFUSES = "RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'"

# OR REPLACE deletes the old row without asking the trigger on DELETE: hence one on INSERT.
SQLITE_UP = [
    f"CREATE TRIGGER audit_entry_kept BEFORE DELETE ON {ENTRY} {SQLITE_REFUSES}",
    f"CREATE TRIGGER audit_entry_new BEFORE INSERT ON {ENTRY}"  # noqa: S608  our own names
    f" WHEN EXISTS (SELECT 1 FROM {ENTRY} WHERE id = NEW.id) {SQLITE_REFUSES}",
    f"CREATE TRIGGER audit_entry_said BEFORE UPDATE ON {ENTRY} WHEN OLD.batch IS NOT NULL OR NEW.batch IS NULL OR "
    + " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in SAID)
    + f" {SQLITE_REFUSES}",
    f"CREATE TRIGGER audit_checkpoint_kept BEFORE DELETE ON {CHECKPOINT} {SQLITE_REFUSES}",
    f"CREATE TRIGGER audit_checkpoint_new BEFORE INSERT ON {CHECKPOINT}"  # noqa: S608
    f" WHEN EXISTS (SELECT 1 FROM {CHECKPOINT} WHERE batch = NEW.batch) {SQLITE_REFUSES}",
    f"CREATE TRIGGER audit_checkpoint_said BEFORE UPDATE ON {CHECKPOINT} {SQLITE_REFUSES}",
]
SQLITE_DOWN = [
    f"DROP TRIGGER IF EXISTS audit_{row}_{name}" for row in ("entry", "checkpoint") for name in ("kept", "new", "said")
]

POSTGRESQL_UP = [
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN {POSTGRESQL_REFUSES}; END $$",
    "CREATE OR REPLACE FUNCTION audit_seal_only() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN IF OLD.batch IS NULL AND NEW.batch IS NOT NULL AND "
    + " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in SAID)
    + f" THEN RETURN NEW; END IF; {POSTGRESQL_REFUSES}; END $$",
    f"CREATE TRIGGER audit_entry_said BEFORE UPDATE ON {ENTRY} FOR EACH ROW EXECUTE FUNCTION audit_seal_only()",
    f"CREATE TRIGGER audit_entry_kept BEFORE DELETE OR TRUNCATE ON {ENTRY}"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    f"CREATE TRIGGER audit_checkpoint_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {CHECKPOINT}"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
]
POSTGRESQL_DOWN = [
    f"DROP TRIGGER IF EXISTS audit_entry_said ON {ENTRY}",
    f"DROP TRIGGER IF EXISTS audit_entry_kept ON {ENTRY}",
    f"DROP TRIGGER IF EXISTS audit_checkpoint_kept ON {CHECKPOINT}",
]
UP = {"sqlite": SQLITE_UP, "postgresql": POSTGRESQL_UP}
DOWN = {"sqlite": SQLITE_DOWN, "postgresql": POSTGRESQL_DOWN}


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse changes; guards that stand are put up anew."""
    _run(connection, DOWN[connection.vendor] + UP[connection.vendor])


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Let the tables' owner change and empty them."""
    _run(connection, DOWN[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
