"""`securenet certificate check --trust DIR`: files checked against a folder of CAs, without an installation."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from securenet.foundation.x509 import CrlIndex, Trust, judge_files, read_crls, read_trust


def run(arguments: argparse.Namespace) -> int:
    """Return 0 when all are accepted, 1 when one is refused, 2 when a file or folder is not there."""
    try:
        trust = read_trust(arguments.trust)
        return report(arguments, trust, read_crls(arguments.crls, trust) if arguments.crls else None)
    except OSError as error:
        return unusable(error)


def report(arguments: argparse.Namespace, trust: Trust, crls: CrlIndex | None) -> int:
    """Print a report for each file and return the exit code. Raises OSError for a path that is no readable file."""
    at = arguments.at or datetime.now(UTC)
    reports = judge_files(arguments.files, trust, crls, at, arguments.purpose)
    accepted = [_print(each, as_json=arguments.json) for each in reports]
    return 0 if all(accepted) else 1


def unusable(error: OSError) -> int:
    """Say what could not be read and return 2."""
    print(f"{error.strerror}: {error.filename}" if error.strerror else error, file=sys.stderr)
    return 2


def _print(told: dict[str, Any], *, as_json: bool) -> bool:
    if as_json:
        print(json.dumps(told), flush=True)
    else:
        lines = "\n".join(_lines(told)) + "\n"
        sys.stdout.write(lines.encode(errors="backslashreplace").decode())
    return bool(told["accepted"])


def _lines(told: dict[str, Any]) -> Iterable[str]:
    yield f"{told['file']}: {'accepted' if told['accepted'] else 'refused'}"
    for reason in told["reasons"]:
        yield f"  {reason['code']}: {reason['message_en']}"
    for warning in told["warnings"]:
        yield f"  warning, {warning['code']}: {warning['message_en']}"
    for name, value in (told["certificate"] or {}).items():
        if value:
            yield f"  {name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
    yield f"  revocation: {told['revocation']}"
