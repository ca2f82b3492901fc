"""`securenet worker`: the queue's work."""

from __future__ import annotations

import argparse

from django.utils import timezone

from securenet.domain.profile.queries import profile
from securenet.foundation.jobs.worker import work
from securenet.foundation.sealed import require_siv


def run(arguments: argparse.Namespace) -> int:
    """Do jobs until SIGTERM or SIGINT; the one in work ends first."""
    profile()
    require_siv()
    work(clock=timezone.now)
    return 0
