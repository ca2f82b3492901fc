"""What a view may expect of its request."""

from __future__ import annotations

from django.http import HttpRequest

from securenet.domain.accounts.models import User
from securenet.domain.accounts.sessions import SessionStore
from securenet.foundation.actor import Actor


class Request(HttpRequest):
    """A request after the middleware: who, through which door, with which powers."""

    session: SessionStore
    surface: str
    actor: Actor
    member: User | None
    powers: frozenset[str]
    reference: str
    notice: str
    person: User
    """The signed-in account, where there is one: `requires` makes sure of it."""
