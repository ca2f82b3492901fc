"""`securenet audit`: is the audit trail what was written?"""

from __future__ import annotations

import argparse
import sys

from django.utils import timezone

from securenet.foundation.actor import system
from securenet.foundation.audit.actions import Overtaken, seal_entries
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.audit.verification import unsealed, verify


def run(arguments: argparse.Namespace) -> int:
    """Return 0, or 1 where something is not as it was sealed, or another seals at the same time."""
    return _seal() if arguments.verb == "seal" else _verify(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    try:
        kept = arguments.kept.read_text("utf-8").splitlines() if arguments.kept else []
    except (OSError, UnicodeDecodeError) as error:
        print(f"{arguments.kept} cannot be read ({type(error).__name__}).", file=sys.stderr)
        return 2
    problems = verify(kept)
    for problem in problems:
        print(problem)
    if problems:
        return 1
    print(f"{AuditEntry.objects.count()} entries, {unsealed()} of them not sealed yet: as they were written.")
    return 0


def _seal() -> int:
    try:
        checkpoints = seal_entries(system("command line", timezone.now()))
    except Overtaken:
        print("Another process is sealing.", file=sys.stderr)
        return 1
    for checkpoint in checkpoints:
        print(checkpoint)
    return 0
