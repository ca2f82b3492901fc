"""Who does something, made once at the door and handed to every action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who, through which door, from where, when, with which desks and which credential.

    `user` is the signed-in account or None; `name` is what the ledger calls the actor. `at` is the only clock that
    rules read: an aware moment. `credential` says how the session was opened (`none`, `password`, `password+totp`,
    `certificate:<first 16 digits of its SHA-256>`).
    """

    user: Any
    name: str
    surface: str
    at: datetime
    address: str = ""
    desks: frozenset[str] = frozenset()
    credential: str = "none"


def system(name: str, at: datetime) -> Actor:
    """Return the actor of a job or a command."""
    return Actor(user=None, name=name, surface="system", at=at)
