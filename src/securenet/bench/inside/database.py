"""Makes and drops the database of a run on a PostgreSQL server."""

from __future__ import annotations

from django.db import connection


def main(verb: str) -> None:
    """CREATE or DROP the database that the settings name."""
    statement = {"create": "CREATE DATABASE {}", "drop": "DROP DATABASE {} WITH (FORCE)"}[verb]
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement.format(name))
