"""Who does something, made once at the door and handed to every action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any


class LookedUp(Set[str]):
    """A set that is looked up when somebody asks for it first: most pages do not."""

    def __init__(self, look_up: Callable[[], frozenset[str]]) -> None:
        self._look_up = look_up

    @cached_property
    def _found(self) -> frozenset[str]:
        return self._look_up()

    @classmethod
    def _from_iterable(cls, members: Iterable[str]) -> frozenset[str]:  # type: ignore[override]
        """Return what operators of sets give."""
        return frozenset(members)

    def __contains__(self, member: object) -> bool:
        return member in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


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
    desks: Set[str] = frozenset()
    credential: str = "none"


def system(name: str, at: datetime) -> Actor:
    """Return the actor of a job or a command."""
    return Actor(user=None, name=name, surface="system", at=at)
