"""`securenet staff reset-second-factor`: two administrators, both at the keyboard (R33)."""

from __future__ import annotations

import argparse
import getpass

from django.utils import timezone

from securenet.domain.accounts.models import User
from securenet.domain.accounts.staff_factors import require_administrator, reset_staff_factor
from securenet.foundation.actor import Actor, system


def run(arguments: argparse.Namespace) -> int:
    """Ask both administrators who they are, and take the factor away. Raises a Refusal."""
    both = [_administrator(which) for which in ("First", "Second")]
    user = reset_staff_factor(arguments.username, administrators=both, reason=arguments.reason, by=_now())
    print(f"{user.username} enrols a new second factor at the next login.")
    return 0


def _administrator(which: str) -> User:
    username = input(f"{which} administrator, user name: ")
    password = getpass.getpass("Password: ")
    return require_administrator(username, password, code=getpass.getpass("Code from the app: "), by=_now())


def _now() -> Actor:
    return system("command line", timezone.now())
