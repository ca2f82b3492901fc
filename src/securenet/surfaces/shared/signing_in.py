"""Signing in at any door: name and password, every failure counted, then the session with its entry (R9, R13)."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from django.db import transaction

from securenet.domain.accounts.actions import (
    WrongCredentials,
    note_refused_sign_in,
    require_credentials,
)
from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.queries import is_known_address
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.throttle.actions import forget
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import open_session
from securenet.surfaces.shared.throttling import allow

ACCOUNT, ADDRESS, OVERALL = "login-account", "login-address", "login-overall"


class Note(Protocol):
    """Writes a sign-in down."""

    def __call__(self, *, by: Actor) -> None:
        """Write it."""


def acting_as(request: Request, user: User, credential: str) -> Actor:
    """Return who acts from the moment on in which the person is known, whose session is not open yet."""
    return replace(request.actor, user=user, name=user.username, credential=credential)


@transaction.atomic
def enter(request: Request, user: User, *, credential: str, note: Note) -> None:
    """Write the sign-in down and open the session that it tells of: both, or neither. Raises what `note` raises."""
    note(by=acting_as(request, user, credential))
    open_session(request, user, credential=credential, at=request.actor.at)
    request.session.save()


def require_sign_in(request: Request, username: str, password: str, *, kind: Kind) -> User:
    """Return the account that the two belong to; nothing is opened yet.

    Raises TooMany, TooBusy, or WrongCredentials. Someone at an address from which they signed in before is counted for
    this account only, so that guesses from elsewhere, or by neighbours, do not shut them out (R13).
    """
    limits = profile().throttles
    account = f"{username.strip().lower()} {request.actor.address}"
    allow(request, limits.login_account, ACCOUNT, account)
    if not is_known_address(username, request.actor.address):
        allow(request, limits.login_address, ADDRESS)
        allow(request, limits.login_overall, OVERALL, "everybody")
    try:
        user = require_credentials(username, password, kind=kind)
    except WrongCredentials:
        note_refused_sign_in(username, by=request.actor)
        raise
    forget(ACCOUNT, account)
    return user
