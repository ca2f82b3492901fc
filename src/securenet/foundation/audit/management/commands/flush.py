"""Django's `flush`, which tests run between each other, on a database whose ledger refuses to be emptied."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections, transaction

from securenet.foundation.audit import guards


class Command(flush.Command):
    """Empties every table of a database that can be thrown away."""

    def handle(self, **options: Any) -> None:
        """Empty the tables as their owner: guards down, flush, guards up, all or nothing.

        Raises CommandError when a person runs it: a ledger is never emptied, its database is dropped.
        """
        if options["interactive"]:
            raise CommandError("The ledger is never emptied. Drop the database and create it anew.")
        connection = connections[options["database"]]
        with transaction.atomic(using=options["database"]):
            guards.take_down(connection)
            super().handle(**options)
            guards.put_up(connection)
