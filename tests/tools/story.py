"""Tells the beginning of a story once: later tests get the rows that its actions left, instead of calling them again.

A step is kept under all steps before it, and only while nothing else has written into the test's database. What comes
back is row for row what the actions wrote: their tokens, their ledger and their mails among it.
"""
# ruff: noqa: S608  names of tables and columns come from our own models

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

Rows = dict[Any, Any]
Told = dict[str, Rows]
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "WITH")
_kept: dict[tuple[Any, ...], Told] = {}


class Story:
    """The steps that one test has taken from an empty database, while it has taken no others."""

    def __init__(self) -> None:
        self.steps: tuple[Any, ...] = ()
        self.strayed = True

    def begin(self) -> None:
        """Begin a test."""
        self.steps, self.strayed = (), False
        if self._watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._watch)

    def tell(self, step: tuple[Any, ...], act: Callable[[], object]) -> None:
        """Call an action, or bring back what it wrote after the same steps in an earlier test.

        Where threads meet in a database, and tests are not rolled back, it is called.
        """
        if self.strayed or not connection.in_atomic_block:
            act()
            return
        self.steps += ((*step, settings.PROFILE_PATH, getattr(settings, "DEMO", False)),)
        if self.steps in _kept:
            _bring_back(_kept[self.steps])
        else:
            before = _rows()
            act()
            _kept[self.steps] = _difference(before, _rows())
        self.strayed = False

    def _watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(READS):
            self.strayed = True
        return execute(sql, params, many, context)


story = Story()


@cache
def _tables() -> dict[str, tuple[str, ...]]:
    """Return the tables of all models with their columns, the key's first."""
    every = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {
        meta.db_table: (meta.pk.column, *(field.column for field in meta.concrete_fields if field != meta.pk))
        for meta in every
    }


def _rows() -> Told:
    with connection.cursor() as cursor:
        return {table: dict(_read(cursor, table, columns)) for table, columns in _tables().items()}


def _read(cursor: Any, table: str, columns: tuple[str, ...]) -> list[tuple[Any, Any]]:
    if connection.vendor == "postgresql":
        cursor.execute(f'SELECT "{columns[0]}"::text, to_jsonb(t)::text FROM "{table}" t')
        return list(cursor.fetchall())
    cursor.execute(f'SELECT {_listed(columns)} FROM "{table}"')
    return [(row[0], row) for row in cursor.cursor.fetchall()]


def _difference(before: Told, after: Told) -> Told:
    for table, rows in before.items():
        assert rows.keys() <= after[table].keys(), f"a step of a story took rows out of {table}"
    fresh = {t: {key: row for key, row in rows.items() if before[t].get(key) != row} for t, rows in after.items()}
    return {table: rows for table, rows in fresh.items() if rows}


def _bring_back(told: Told) -> None:
    write = _write_jsonb if connection.vendor == "postgresql" else _write_rows
    with connection.cursor() as cursor:
        for table, rows in told.items():
            write(cursor, table, _tables()[table], list(rows.values()))


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _overwrite(columns: tuple[str, ...]) -> str:
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in columns[1:])
    return f'ON CONFLICT ("{columns[0]}") DO UPDATE SET {changes}'


def _write_rows(cursor: Any, table: str, columns: tuple[str, ...], rows: list[Any]) -> None:
    marks = ", ".join("?" for _ in columns)
    new = f'INSERT INTO "{table}" ({_listed(columns)}) VALUES ({marks}) {_overwrite(columns)}'
    cursor.cursor.executemany(new, rows)


def _write_jsonb(cursor: Any, table: str, columns: tuple[str, ...], rows: list[str]) -> None:
    """Write rows, and go on counting behind them: a sequence is not set back when a test ends."""
    new = f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb)'
    cursor.execute(f"{new} {_overwrite(columns)}", [f"[{','.join(rows)}]"])
    if sequence := _sequence(table, columns[0]):
        cursor.execute(f'SELECT setval(%s, (SELECT max("{columns[0]}") FROM "{table}"))', [sequence])


@cache
def _sequence(table: str, key: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
        found: str | None = cursor.fetchone()[0]
    return found
