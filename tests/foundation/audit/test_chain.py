"""Whatever is changed behind our back is found."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from securenet.foundation.actor import system
from securenet.foundation.audit import actions, guards, jobs
from securenet.foundation.audit.actions import Overtaken, record, seal_entries
from securenet.foundation.audit.models import AuditEntry, Checkpoint
from securenet.foundation.audit.verification import unsealed, verify
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import perform
from securenet.foundation.jobs.registry import body_of

pytestmark = [pytest.mark.rule("R84"), pytest.mark.django_db]
AT = datetime(2026, 11, 2, 3, 0, 0, 123456, tzinfo=UTC)


def by(minute=0):
    return system("test", AT + timedelta(minutes=minute))


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def ledger():
    """Three sealed batches of two entries and one entry that is not sealed yet; the keys of all entries."""
    keys = []
    for batch in range(3):
        for number in range(2):
            entry = record(
                "case.decided", by=by(batch), about=f"submission {number}", after={"ชื่อ": "อนงค์", "n": 10**20}
            )
            keys.append(entry.pk)
        seal_entries(by(batch))
    return [*keys, record("case.decided", by=by(9)).pk]


@pytest.fixture
def unguarded(ledger):
    """The same ledger in the hands of someone who may drop triggers."""
    guards.take_down(connection)
    return ledger


def batches_with_problems():
    return [problem.batch for problem in verify()]


def test_an_untouched_ledger_has_no_problems(ledger):
    assert verify() == []
    assert unsealed() == 1
    assert [c.entries for c in Checkpoint.objects.all()] == [2, 2, 2]


def test_an_empty_ledger_has_no_problems():
    assert seal_entries(by()) == []
    assert verify() == []
    assert unsealed() == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "ekachai"), ("event", "x.y"), ("surface", "x"), ("address", "192.0.2.1"), ("credential", "x"),
     ("about", "submission 7"), ("facts", '{"n": 1}'), ("at", "2026-11-02 03:00:00.123457")],
)  # fmt: skip
def test_an_altered_entry_is_found(unguarded, column, value):
    sql(f"UPDATE audit_auditentry SET {column} = %s WHERE id = %s", value, unguarded[2])  # noqa: S608
    assert batches_with_problems() == [2]


def test_a_deleted_entry_is_found(unguarded):
    sql("DELETE FROM audit_auditentry WHERE id = %s", unguarded[3])
    assert batches_with_problems() == [2]


def test_an_inserted_entry_is_found(unguarded):
    sql("UPDATE audit_auditentry SET batch = 1 WHERE id = %s", unguarded[6])
    assert batches_with_problems() == [1]


def test_reordered_entries_are_found(unguarded):
    first, second, spare = unguarded[0], unguarded[1], 10**6
    for old, new in ((first, spare), (second, first), (spare, second)):
        sql("UPDATE audit_auditentry SET id = %s WHERE id = %s", new, old)
    assert batches_with_problems() == [1]


def test_entries_moved_between_batches_are_found(unguarded):
    sql("UPDATE audit_auditentry SET batch = 3 - batch WHERE batch IN (1, 2)")
    assert batches_with_problems() == [1, 2]


@pytest.mark.parametrize(
    ("column", "value"),
    [("entries", 3), ("digest", "0" * 64), ("signature", "0" * 64), ("first_entry", 0), ("at", "2026-11-02 03:00:00")],
)
def test_an_altered_checkpoint_is_found(unguarded, column, value):
    sql(f"UPDATE audit_checkpoint SET {column} = %s WHERE batch = 2", value)  # noqa: S608
    assert 2 in batches_with_problems()


def test_a_batch_sealed_anew_by_someone_without_the_key_is_found(unguarded, settings):
    ours = settings.LEDGER_KEY
    sql("DELETE FROM audit_checkpoint WHERE batch = 3")
    sql("UPDATE audit_auditentry SET batch = NULL, actor = 'ekachai' WHERE batch = 3")
    settings.LEDGER_KEY = "f" * 44
    seal_entries(by(2))
    settings.LEDGER_KEY = ours
    assert batches_with_problems() == [3]


def test_a_missing_checkpoint_is_found(unguarded):
    sql("DELETE FROM audit_checkpoint WHERE batch = 2")
    assert 2 in batches_with_problems()
    assert any("no checkpoint" in problem.sentence for problem in verify())


def test_a_tail_cut_off_before_its_checkpoint_is_found(unguarded):
    sql("DELETE FROM audit_auditentry WHERE batch = 3")
    assert batches_with_problems() == [3]


def test_a_tail_cut_off_with_its_checkpoint_is_found_by_the_one_kept_elsewhere(unguarded):
    kept = [str(checkpoint) for checkpoint in Checkpoint.objects.all()]
    assert verify(kept) == []
    sql("DELETE FROM audit_auditentry WHERE batch = 3")
    sql("DELETE FROM audit_checkpoint WHERE batch = 3")
    assert verify() == []
    assert [problem.batch for problem in verify(kept)] == [3]
    assert str(verify(kept)[0]).startswith("Batch 3: ")


def test_a_kept_line_that_is_no_checkpoint_is_a_problem(ledger):
    assert [problem.batch for problem in verify(["nonsense", "", "9:a:b"])] == [0, 9]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_auditentry",
        "DELETE FROM audit_auditentry WHERE batch IS NULL",
        "UPDATE audit_auditentry SET actor = 'ekachai' WHERE batch IS NULL",
        "UPDATE audit_auditentry SET actor = 'ekachai', batch = 4 WHERE batch IS NULL",
        "UPDATE audit_auditentry SET batch = NULL WHERE batch = 1",
        "UPDATE audit_auditentry SET batch = 2 WHERE batch = 1",
        "UPDATE audit_auditentry SET id = id + 1000 WHERE batch IS NULL",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET entries = 1",
    ],
)
def test_the_database_itself_refuses_changes(ledger, statement):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement)
    assert verify() == []
    assert AuditEntry.objects.count() == 7


@pytest.mark.skipif("connection.vendor != 'sqlite'")
@pytest.mark.parametrize("table", ["audit_auditentry", "audit_checkpoint"])
def test_replacing_a_row_is_a_change(ledger, table):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_emptying_a_table_is_a_change(ledger):
    with pytest.raises(DatabaseError, match="append-only"):
        sql("TRUNCATE audit_auditentry, audit_checkpoint")


def test_large_ledgers_are_sealed_in_batches(monkeypatch):
    monkeypatch.setattr(actions, "LARGEST_BATCH", 5)
    monkeypatch.setattr(actions, "MARKED_AT_ONCE", 2)
    for _ in range(12):
        record("x.y", by=by())
    assert [checkpoint.entries for checkpoint in seal_entries(by())] == [5, 5, 2]
    assert verify() == []


def test_an_entry_that_commits_late_goes_into_the_next_batch(ledger):
    late = AuditEntry(pk=ledger[-1] + 10, at=AT, event="x.y", actor="a", surface="s", credential="none")
    late.save()
    seal_entries(by(3))
    AuditEntry(pk=ledger[-1] + 5, at=AT, event="x.y", actor="a", surface="s", credential="none").save()
    seal_entries(by(4))
    assert verify() == []


def test_who_is_overtaken_seals_nothing(ledger, monkeypatch):
    monkeypatch.setattr("securenet.foundation.audit.models.LedgerQuerySet.mark_sealed", lambda *_: 0)
    with pytest.raises(Overtaken):
        seal_entries(by(3))
    assert Checkpoint.objects.count() == 3


def test_the_job_seals_what_is_new(ledger):
    assert body_of("audit.seal") is jobs.seal
    perform(enqueue("audit.seal", run_at=AT), at=AT)
    assert Job.objects.get().done_at == AT
    assert unsealed() == 0
    assert verify() == []


def test_nobody_flushes_a_ledger_by_hand():
    with pytest.raises(CommandError, match="never emptied"):
        call_command("flush")


@pytest.mark.django_db(transaction=True)
def test_tests_can_flush_and_the_guards_stand_again():
    record("x.y", by=by())
    seal_entries(by())
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    record("x.y", by=by())
    with pytest.raises(DatabaseError, match="append-only"):
        sql("DELETE FROM audit_auditentry")
