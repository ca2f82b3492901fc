"""`securenet static`: style sheets, scripts and fonts, with names that change with their content."""

from __future__ import annotations

import argparse

from django.core.management import call_command


def run(arguments: argparse.Namespace) -> int:
    """Collect them into SECURENET_STATIC_ROOT."""
    call_command("collectstatic", interactive=False)
    return 0
