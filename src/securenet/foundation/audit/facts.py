"""What may stand in the ledger: plain facts, no secrets, no identity numbers."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from stdnum.th import pin

from securenet.foundation.text import mask

SECRET_WORDS = frozenset(
    {"password", "passwords", "token", "tokens", "key", "keys", "pin", "pins", "secret", "secrets"}
)
SECRET_NAMES = ("identity_number", "national_id", "passport_number")
THIRTEEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12}(?!\d)")
SEPARATORS = re.compile(r"[ -]")


class SecretInLedger(Exception):
    """Code tried to write a secret into the ledger: a mistake of the programmer. It names the fact, never its value."""


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts as JSON holds them, the same on every database.

    A Thai identity number inside a longer text, which someone may have typed, is masked. Raises SecretInLedger where a
    fact is named like a secret or is an identity number, and TypeError for what has no plain form (a float among them:
    databases write it differently).
    """
    return {_named(str(name)): _plain(value, str(name)) for name, value in facts.items()}


def clean(text: str, name: str) -> str:
    """Return the text without what a database refuses and with identity numbers masked. Raises SecretInLedger."""
    text = text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    whole = THIRTEEN_DIGITS.fullmatch(text.strip())
    if whole and _is_identity_number(whole):
        raise SecretInLedger(f"The fact {name!r} is an identity number.")
    return masked(text)


def masked(text: str) -> str:
    """Return what somebody typed with Thai identity numbers masked."""
    return THIRTEEN_DIGITS.sub(lambda found: mask(found[0]) if _is_identity_number(found) else found[0], text)


def _named(name: str) -> str:
    lowered = name.lower()
    if SECRET_WORDS.intersection(re.split(r"[^a-z]+", lowered)) or any(secret in lowered for secret in SECRET_NAMES):
        raise SecretInLedger(f"The fact {name!r} is named like a secret.")
    return clean(name, "a name")


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, enum.Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        clean(str(value), name)
        return value
    if isinstance(value, str | Promise | Decimal | UUID):
        return clean(str(value), name)
    if isinstance(value, date | time):
        return value.isoformat()
    return _plain_collection(value, name)


def _plain_collection(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return checked(value)
    if isinstance(value, set | frozenset):
        return sorted(_plain(item, name) for item in value)
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | memoryview):
        return [_plain(item, name) for item in value]
    raise TypeError(f"The ledger has no plain form for the fact {name!r}, a {type(value).__name__}.")


def _is_identity_number(found: re.Match[str]) -> bool:
    digits = "".join(str(int(digit)) for digit in SEPARATORS.sub("", found[0]))
    return bool(pin.is_valid(digits))
