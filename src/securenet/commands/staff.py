"""`securenet staff`: the first operator administrator (R33)."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from securenet.domain.accounts.actions import create_administrator
from securenet.domain.registration.checks import latin_name
from securenet.foundation.actor import system


class Unusable(Exception):
    """What was given cannot be used; the text says why."""


def run(arguments: argparse.Namespace) -> int:
    """Make the account; its second factor is enrolled at the first login. Raises a Refusal."""
    try:
        validate_email(arguments.email)
        password = _password(arguments)
    except ValidationError:
        print(f"{arguments.email} is not an e-mail address.", file=sys.stderr)
        return 2
    except (Unusable, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    user = create_administrator(
        username=arguments.username,
        name=latin_name(arguments.name),
        email=arguments.email,
        password=password,
        by=system("command line", timezone.now()),
    )
    print(f"{user.username} is the operator administrator. The second factor is enrolled at the first login.")
    return 0


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_file:
        return str(arguments.password_file.read_text("utf-8").rstrip("\r\n"))
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Unusable("The two are not the same.")
    return password
