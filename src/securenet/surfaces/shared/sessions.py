"""Sessions at the doors: a cookie per surface, bound to it, ending after idleness and after a working day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare

from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.sessions import (
    ADDRESS,
    AGENT,
    CREDENTIAL,
    ENDS,
    OPENED,
    SURFACE,
    TOUCHED,
    USER,
    SessionStore,
)
from securenet.domain.profile.queries import profile
from securenet.domain.profile.rules import SessionLength
from securenet.surfaces.shared.request import Request

HASH, PROVEN = "_hash", "_proven"
TOUCH_AFTER = timedelta(minutes=1)


def cookie_name(surface: str) -> str:
    """Return the session cookie's name at a surface. `__Host-` binds it to the very host (RFC 6265bis 4.1.3.2)."""
    return f"__Host-{surface.replace('_', '-')}"


class SurfaceSessionMiddleware:
    """Gives each request the session of its surface's cookie; saves it, and gives the cookie, when it was changed."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Load before, save after."""
        name = cookie_name(request.surface)
        request.session = SessionStore(request.COOKIES.get(name))
        response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        session = request.session
        if session.is_empty():
            if name in request.COOKIES:
                response.delete_cookie(name, path="/", samesite="Lax")
        elif response.status_code < 500:
            _save(session)
            if session.session_key and session.session_key != request.COOKIES.get(name):
                key = session.session_key
                response.set_cookie(name, key, path="/", secure=True, httponly=True, samesite="Lax")
        return response


def _save(session: SessionStore) -> None:
    try:
        if session.modified:
            session.save()
    except UpdateError as error:
        raise SessionInterrupted("the session ended while the request ran") from error


def open_session(request: Request, user: User, *, credential: str, at: datetime) -> None:
    """Sign `user` in at this surface: a new session key, so that no planted one is raised (session fixation)."""
    kept = {key: value for key, value in request.session.items() if not key.startswith("_")}
    request.session.flush()
    request.session.update(kept)
    limits = _limits(user)
    request.session.update(
        {
            USER: user.pk,
            SURFACE: request.surface,
            OPENED: at.isoformat(),
            ENDS: (at + timedelta(hours=limits.absolute_hours)).isoformat(),
            TOUCHED: at.isoformat(),
            CREDENTIAL: credential,
            ADDRESS: request.actor.address,
            AGENT: request.headers.get("User-Agent", "")[:200],
            HASH: user.get_session_auth_hash(),
        }
    )
    request.session.set_expiry(limits.idle_minutes * 60)


def is_fresh(request: Request) -> bool:
    """Tell whether the person signed in, or gave the password once more, within the profile's minutes (R85)."""
    proven = datetime.fromisoformat(request.session.get(PROVEN) or request.session[OPENED])
    return request.actor.at - proven <= timedelta(minutes=profile().sessions.fresh_minutes)


def freshen_session(request: Request) -> None:
    """Note that the person gave the password once more; the session goes on under a new key."""
    request.session[PROVEN] = request.actor.at.isoformat()
    request.session.cycle_key()


def close_session(request: Request) -> None:
    """Sign out: the row and the cookie go."""
    request.session.flush()


def person_in(request: Request, *, at: datetime) -> User | None:
    """Return whose valid session of this surface the request carries, and keep the session awake."""
    session = request.session
    if USER not in session:
        return None
    user = session.person
    right = (
        user is not None
        and user.pk == session[USER]
        and user.closed_at is None
        and session.get(SURFACE) == request.surface
        and at < datetime.fromisoformat(session[ENDS])
        and constant_time_compare(session.get(HASH, ""), user.get_session_auth_hash())
    )
    if user is None or not right:
        session.flush()
        return None
    if at - datetime.fromisoformat(session[TOUCHED]) > TOUCH_AFTER:
        session[TOUCHED] = at.isoformat()
        left = datetime.fromisoformat(session[ENDS]) - at
        session.set_expiry(min(_limits(user).idle_minutes * 60, int(left.total_seconds())))
    return user


def _limits(user: User) -> SessionLength:
    sessions = profile().sessions
    return sessions.staff if user.kind == Kind.STAFF else sessions.members
