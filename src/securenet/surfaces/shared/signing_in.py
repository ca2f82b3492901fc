"""Checking a user name and a password at any door, with every failure counted (R9, R13)."""

from __future__ import annotations

from securenet.domain.accounts.actions import (
    WrongCredentials,
    note_refused_sign_in,
    require_credentials,
)
from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.queries import is_known_address
from securenet.domain.profile.queries import profile
from securenet.foundation.throttle.actions import forget
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow

ACCOUNT, ADDRESS, OVERALL = "login-account", "login-address", "login-overall"


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
