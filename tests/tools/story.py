"""Tells the beginning of a story once: later tests get the rows that its actions left, instead of calling them again.

A step is kept under all steps before it, and only while nothing else has written into the test's database. What comes
back is row for row what the actions wrote: their tokens, their ledger and their mails among it.
"""
# ruff: noqa: S608  names of tables and columns come from our own models

from __future__ import annotations

import json
from collections.abc import Callable
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


def _tables() -> dict[str, str]:
    """Return the tables of all models and the column of each one's key."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model._meta.pk.column for model in models if model._meta.managed}


def _rows() -> Told:
    with connection.cursor() as cursor:
        return {table: dict(_read(cursor, table, key)) for table, key in _tables().items()}


def _read(cursor: Any, table: str, key: str) -> list[tuple[Any, Any]]:
    if connection.vendor == "postgresql":
        cursor.execute(f'SELECT "{key}"::text, to_jsonb(t)::text FROM "{table}" t')
        return list(cursor.fetchall())
    cursor.execute(f'SELECT "{key}", * FROM "{table}"')
    return [(row[0], row[1:]) for row in cursor.cursor.fetchall()]


def _difference(before: Told, after: Told) -> Told:
    for table, rows in before.items():
        assert rows.keys() <= after[table].keys(), f"a step of a story took rows out of {table}"
    fresh = {t: {key: row for key, row in rows.items() if before[t].get(key) != row} for t, rows in after.items()}
    return {table: rows for table, rows in fresh.items() if rows}


def _bring_back(told: Told) -> None:
    keys = _tables()
    write = _write_jsonb if connection.vendor == "postgresql" else _write_rows
    with connection.cursor() as cursor:
        for table, rows in told.items():
            write(cursor, table, keys[table], list(rows.values()))


def _columns(cursor: Any, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _overwrite(columns: list[str], key: str) -> str:
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in columns if column != key)
    return f'ON CONFLICT ("{key}") DO UPDATE SET {changes}'


def _write_rows(cursor: Any, table: str, key: str, rows: list[Any]) -> None:
    columns = _columns(cursor, table)
    marks = ", ".join("?" for _ in columns)
    cursor.cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks}) {_overwrite(columns, key)}', rows)


def _write_jsonb(cursor: Any, table: str, key: str, rows: list[str]) -> None:
    """Write rows, and go on counting behind them: a sequence is not set back when a test ends."""
    every = json.dumps([json.loads(row) for row in rows])
    new = f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb)'
    cursor.execute(f"{new} {_overwrite(_columns(cursor, table), key)}", [every])
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
    if sequence := cursor.fetchone()[0]:
        cursor.execute(f'SELECT setval(%s, (SELECT max("{key}") FROM "{table}"))', [sequence])
