"""How strongly a member signed in, in the words that services ask with: `acr` and `amr` (OpenID Connect Core 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """Authentication context classes, weakest first."""

    PASSWORD = "urn:securenet:acr:password"  # noqa: S105 - the name of a level
    TWO_FACTORS = "urn:securenet:acr:password-totp"
    CERTIFICATE = "urn:securenet:acr:certificate"


_RANK = {level: place for place, level in enumerate(Level)}
_METHODS = {Level.PASSWORD: ["pwd"], Level.TWO_FACTORS: ["pwd", "otp", "mfa"], Level.CERTIFICATE: ["pop"]}
_CREDENTIALS = {Level.PASSWORD: "password", Level.TWO_FACTORS: "password+totp", Level.CERTIFICATE: "certificate"}


@dataclass(frozen=True, slots=True)
class SignIn:
    """The sign-in at the provider that a grant rests on: its level, its moment, and the session it happened in."""

    level: Level
    at: datetime
    session: str


def level_of(credential: str) -> Level:
    """Return the level of a session opened with an actor's `credential`."""
    if credential.startswith("certificate:"):
        return Level.CERTIFICATE
    return Level.TWO_FACTORS if credential == "password+totp" else Level.PASSWORD


def methods_of(level: Level) -> list[str]:
    """Return the `amr` of a level, in the registered words of RFC 8176."""
    return list(_METHODS[level])


def credential_of(acr: str) -> str:
    """Return what the ledger calls the credential of a session that a service opened on the word of an `acr`."""
    return _CREDENTIALS[Level(acr)]


def satisfies(level: Level, acr_values: str) -> bool:
    """Tell whether `level` is at least the weakest one asked for; levels unknown to us ask for nothing."""
    asked = [_RANK[Level(value)] for value in acr_values.split() if value in set(Level)]
    return not asked or _RANK[level] >= min(asked)


def weakest(acr_values: str) -> Level | None:
    """Return the weakest known level among those asked for, None where none is known."""
    known = [Level(value) for value in acr_values.split() if value in set(Level)]
    return min(known, key=_RANK.__getitem__) if known else None
