"""`securenet secrets`: a folder with one file for each secret, readable by its owner alone."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from securenet.foundation.sealed.box import new_keys, with_another_key

SEAL_KEYS = "securenet_seal_keys"


def run(arguments: argparse.Namespace) -> int:
    """Make the missing secrets, or add a sealing key; print the files that were written, never what is in them."""
    try:
        if arguments.verb == "create":
            written = create_secrets(arguments.directory)
        else:
            written = [_add_seal_key(arguments.directory / SEAL_KEYS)]
    except (OSError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(path)
    return 0


def create_secrets(directory: Path) -> list[Path]:
    """Write those secrets that are not there yet, with mode 0600, and return their files."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    values = new_keys() | {"bms_id_client_secret": secrets.token_urlsafe(48)}
    files = {directory / f"securenet_{name}": value for name, value in values.items()}
    missing = {path: value for path, value in files.items() if not path.exists()}
    for path, value in missing.items():
        _write(path, value)
    return list(missing)


def _add_seal_key(path: Path) -> Path:
    keys = with_another_key(path.read_text("ascii").strip())
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    _write(fresh, keys)
    fresh.replace(path)
    return path


def _write(path: Path, value: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
