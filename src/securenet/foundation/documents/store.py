"""Page pictures at rest: files outside every web root, each under a random name and sealed with a key of its own.

The key is for the caller to keep in a sealed field: without it the file is noise, so erasing the row erases the picture
even from copies of the folder, and a new sealing key does not touch the files.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from django.conf import settings

KEY_BITS = 256
NONCE = bytes(12)
"""Each key seals one file only."""
NAME = re.compile(r"[0-9a-f]{64}")


class Lost(Exception):
    """The file is not there, was altered, or belongs to another key."""


def keep(content: bytes) -> tuple[str, str]:
    """Seal the content under a new random name; return the name and the key."""
    name, key = secrets.token_hex(32), AESGCMSIV.generate_key(KEY_BITS)
    place = _folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / name).open("xb") as file:
        (place / name).chmod(0o600)
        file.write(AESGCMSIV(key).encrypt(NONCE, content, name.encode()))
    return name, base64.b64encode(key).decode()


def fetch(name: str, key: str) -> bytes:
    """Return the content. Raises Lost."""
    try:
        return AESGCMSIV(base64.b64decode(key)).decrypt(NONCE, _place(name).read_bytes(), name.encode())
    except (OSError, InvalidTag, ValueError) as error:
        raise Lost(name[:8]) from error


def discard(name: str) -> None:
    """Delete the file, if it is still there."""
    _place(name).unlink(missing_ok=True)


def kept_before(moment: datetime) -> Iterator[str]:
    """Yield the names of the files that were written before an aware moment."""
    for file in _folder().glob("*"):
        if NAME.fullmatch(file.name) and datetime.fromtimestamp(file.stat().st_mtime, UTC) < moment:
            yield file.name


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "scans"


def _place(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("not a name of ours")
    return _folder() / name
