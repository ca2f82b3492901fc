"""The key that a command signs or opens files with: in a token or in a file, its password never an argument."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from securenet.foundation.cms import Key, PasswordNeeded, UnusableKey, read_certificate, read_key
from securenet.foundation.cms.token import open_token

PASSWORD = "SECURENET_CLIENT_PASSWORD"  # noqa: S105  the name of a variable
MODULE = "SECURENET_PKCS11_MODULE"
MODULES = (
    "/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so",
    "/usr/lib/aarch64-linux-gnu/p11-kit-proxy.so",
    "/usr/lib64/p11-kit-proxy.so",
    "/usr/lib/softhsm/libsofthsm2.so",
)


@contextmanager
def opened_key(arguments: argparse.Namespace) -> Iterator[Key]:
    """Give the key that the arguments name. Raises UnusableKey or OSError."""
    chosen = arguments.certificate and read_certificate(arguments.certificate)
    if arguments.token:
        with open_token(_module(arguments), arguments.token, _password(arguments, "PIN: "), chosen) as key:
            yield key
        return
    try:
        found = read_key(arguments.key, None, arguments.certificate)
    except PasswordNeeded:
        password = _password(arguments, f"Password of {arguments.key}: ").encode()
        found = read_key(arguments.key, password, arguments.certificate)
    yield found


def _module(arguments: argparse.Namespace) -> Path:
    named = arguments.library or os.environ.get(MODULE)
    found = named or next((place for place in MODULES if Path(place).exists()), None)
    if found is None:
        raise UnusableKey(f"Name the PKCS #11 library of the token by --module, or in {MODULE}.")
    return Path(found)


def _password(arguments: argparse.Namespace, prompt: str) -> str:
    if arguments.password_file:
        try:
            return str(arguments.password_file.read_text("utf-8").rstrip("\r\n"))
        except UnicodeDecodeError as wrong:
            raise UnusableKey(f"{arguments.password_file} is not text in UTF-8.") from wrong
    try:
        return os.environ.get(PASSWORD) or getpass.getpass(prompt)
    except EOFError as wrong:
        raise UnusableKey(f"A password is needed: give --password-file, or set {PASSWORD}.") from wrong
