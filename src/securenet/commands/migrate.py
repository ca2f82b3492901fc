"""`securenet migrate`: the database as this version wants it."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from securenet.domain.certificates.trust import begin_trust_store
from securenet.foundation.actor import system


def run(arguments: argparse.Namespace) -> int:
    """Apply the migrations that are missing, and begin the trust store; the folder of a SQLite database is made."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False)
    for name in begin_trust_store(by=system("command line", timezone.now())):
        print(f"accepted: {name}")
    return 0
