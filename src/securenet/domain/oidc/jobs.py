"""Telling relying parties that a session ended, changing keys, forgetting what has expired."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from securenet.domain.accounts.models import User
from securenet.domain.oidc import transport
from securenet.domain.oidc.actions import end_rightless_grants, end_sessions_of
from securenet.domain.oidc.connecting import rotate_keys
from securenet.domain.oidc.keys import issuer, sign
from securenet.domain.oidc.levels import level_of
from securenet.domain.oidc.models import AuthorizationCode, Grant, ReceivedLogout, Token
from securenet.domain.oidc.queries import sub_of
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import Postponed, job, schedule

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_SECONDS = 120
KEPT = timedelta(days=2)  # longer than any session, so that replays are noticed as long as they could do harm
ACCEPTED = {200, 204}


@job("oidc.backchannel-logout")
def send_logout(*, at: datetime, grant: int) -> None:
    """Tell a relying party that a sign-in ended (OpenID Connect Back-Channel Logout 1.0)."""
    ended = Grant.objects.select_related("relying_party").get(pk=grant)
    party = ended.relying_party
    form = urlencode({"logout_token": logout_token(ended, at=at)}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = transport.send("POST", party.backchannel_logout_uri, headers=headers, body=form)
    except transport.Unreachable as failure:
        raise Postponed("The service was out of reach.") from failure
    if answer.status not in ACCEPTED:
        raise Postponed(f"The service answered {answer.status}.")


def logout_token(grant: Grant, *, at: datetime) -> str:
    """Return the signed logout token of a sign-in."""
    now = int(at.timestamp())
    claims = {
        "iss": issuer(),
        "aud": grant.relying_party.client_id,
        "sub": sub_of(grant),
        "sid": grant.sid,
        "iat": now,
        "exp": now + LOGOUT_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "events": {LOGOUT_EVENT: {}},
    }
    return sign(claims, at=at, kind="logout+jwt")


@job("oidc.end-rightless")
def end_rightless(*, at: datetime) -> Callable[[], None]:
    """End the sign-ins that no right carries any more."""

    def finish() -> None:
        end_rightless_grants(by=system("oidc.end-rightless", at))

    return finish


@job("oidc.end-sessions")
def end_sessions(*, at: datetime, user: int, credential: str = "") -> Callable[[], None]:
    """End a person's sign-ins at all services, or those that rest on such a `credential`, since it has ended."""

    def finish() -> None:
        level = level_of(credential) if credential else None
        end_sessions_of(User.objects.get(pk=user), level=level, by=system("oidc.end-sessions", at))

    return finish


@job("oidc.rotate-keys")
def rotate(*, at: datetime) -> Callable[[], None]:
    """Keep the signing keys in order."""

    def finish() -> None:
        rotate_keys(by=system("oidc.rotate-keys", at))

    return finish


@job("oidc.purge")
def purge(*, at: datetime) -> Callable[[], None]:
    """Forget codes, tokens and received logouts that expired long ago."""

    def finish() -> None:
        AuthorizationCode.objects.filter(expires_at__lt=at - KEPT).delete()
        Token.objects.filter(expires_at__lt=at - KEPT).delete()
        ReceivedLogout.objects.filter(received_at__lt=at - KEPT).delete()

    return finish


schedule("oidc.end-rightless", timedelta(seconds=30))
schedule("oidc.rotate-keys", timedelta(hours=12))
schedule("oidc.purge", timedelta(days=1))
