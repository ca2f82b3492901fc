"""`securenet organizations import`: the operator's register from a file (R30a)."""

from __future__ import annotations

import argparse
import sys

from django.utils import timezone
from django.utils.translation import override

from securenet.domain.entitlements.register import import_organizations, import_report
from securenet.domain.organizations.importing import MistakesInside
from securenet.foundation.actor import system


def run(arguments: argparse.Namespace) -> int:
    """Import the file, all of it or nothing, and return 0; or tell every mistake and return 1. Raises a Refusal."""
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}", file=sys.stderr)
        return 1
    with override("en"):
        try:
            done = import_organizations(content, rename=arguments.rename, by=system("command line", timezone.now()))
        except MistakesInside as found:
            for mistake in found.mistakes:
                print(f"row {mistake.row}, {mistake.column}: {mistake.sentence}", file=sys.stderr)
            print(found, file=sys.stderr)
            return 1
        print("\n".join(import_report(done)))
    return 0
