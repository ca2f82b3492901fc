"""What members grant relying parties: sign-ins given, codes redeemed, tokens renewed, all of it ended."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.actions import Event as AccountEvent
from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Assignment, Entitlement
from securenet.domain.entitlements.use import note_use
from securenet.domain.oidc.levels import Level, SignIn, methods_of
from securenet.domain.oidc.models import AuthorizationCode, Grant, RelyingParty, Subject, Token, digest
from securenet.domain.oidc.queries import GRANTED, grants_of_session, organization_of, session_index
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.refusal import Refusal

CODE_LIFE = timedelta(seconds=60)
ACCESS_LIFE = timedelta(minutes=5)
SECRET_BYTES = 32
LONGEST_SESSION = timedelta(hours=24)
LOGOUT_ATTEMPTS = 10


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    GRANTED = GRANTED
    REDEEMED = "grant.redeemed"
    RENEWED = "grant.renewed"
    REPLAYED = "grant.replayed"
    ENDED = "grant.ended"


class NotAdmitted(Refusal):
    """An applicant whose first right is still to be approved (R8)."""

    sentence = _("Your registration has not been approved yet. Services open with the first approved right.")


class NoEntitlement(Refusal):
    """The member holds no active right for the service, or not for this organization (R90)."""

    sentence = _("You hold no right for this service at present.")


class SpentGrant(Refusal):
    """A code or a token that has been used, has expired, was never given, or whose sign-in has ended."""

    sentence = _("This sign-in is used up or has expired. Please start again.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a relying party asked for in a request that was found in order."""

    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of fresh tokens, the only time that their text is known."""

    access: str
    refresh: str
    expires_in: int


@transaction.atomic
def authorize_member(party: RelyingParty, asked: Asked, *, organization_id: int, sign_in: SignIn, by: Actor) -> str:
    """Return the code by which a relying party learns that the actor signed in, for one organization (R90, R91).

    What somebody else was granted in the same session before ends. Raises NotAdmitted or NoEntitlement: no right, no
    code.
    """
    user = by.user
    organization = require_right(user, party, organization_id, at=by.at)
    end_grants(grants_of_session(sign_in.session).exclude(user=user).select_related("relying_party", "user"), by=by)
    Subject.objects.get_or_create(user=user, relying_party=party, defaults={"sub": secrets.token_urlsafe(SECRET_BYTES)})
    grant = Grant.objects.create(
        relying_party=party,
        user=user,
        organization=organization,
        sid=secrets.token_urlsafe(SECRET_BYTES),
        session_index=session_index(sign_in.session),
        scope=asked.scope,
        acr=sign_in.level,
        amr=methods_of(sign_in.level),
        signed_in_at=sign_in.at,
        granted_at=by.at,
    )
    code = secrets.token_urlsafe(SECRET_BYTES)
    AuthorizationCode.objects.create(
        grant=grant,
        digest=digest(code),
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        nonce=asked.nonce,
        expires_at=by.at + CODE_LIFE,
    )
    note_use(user, service=party.service, organization_id=organization.pk, by=by)
    record(Event.GRANTED, by=by, about=user.about, relying_party=party.client_id, organization=organization.about)
    return code


def require_right(user: User, party: RelyingParty, organization_id: int, *, at: datetime) -> Organization:
    """Return the organization that the member may act for at the service at `at`. Raises NotAdmitted, NoEntitlement."""
    if not user.is_admitted:
        raise NotAdmitted
    organization = organization_of(user, party, organization_id, local_date(at)) if user.is_active else None
    if organization is None:
        raise NoEntitlement
    return organization


@transaction.atomic
def redeem_code(code: AuthorizationCode, *, by: Actor) -> Tokens:
    """Return the tokens for a code that was found in order. Raises SpentGrant, NotAdmitted or NoEntitlement.

    Of two that redeem it at the same moment one is refused, and the refusal is told from a replay by `refuse_replay`.
    """
    grant = code.grant
    unused = AuthorizationCode.objects.filter(pk=code.pk, used_at=None, expires_at__gt=by.at, grant__ended_at=None)
    if unused.update(used_at=by.at) != 1:
        raise SpentGrant
    require_right(grant.user, grant.relying_party, grant.organization_id, at=by.at)
    record(Event.REDEEMED, by=by, about=grant.user.about, relying_party=grant.relying_party.client_id)
    return _issue(grant, grant.scope, by.at)


@transaction.atomic
def renew_tokens(old: Token, *, scope: str, by: Actor) -> Tokens:
    """Return the next pair for a refresh token, which is used up by that. Raises what `redeem_code` raises."""
    grant = old.grant
    unused = Token.objects.filter(pk=old.pk, used_at=None, expires_at__gt=by.at, grant__ended_at=None)
    if unused.update(used_at=by.at) != 1:
        raise SpentGrant
    require_right(grant.user, grant.relying_party, grant.organization_id, at=by.at)
    record(Event.RENEWED, by=by, about=grant.user.about, relying_party=grant.relying_party.client_id)
    return _issue(grant, scope, by.at)


@transaction.atomic
def refuse_replay(grant: Grant, *, by: Actor) -> None:
    """End a sign-in whose code or refresh token came a second time: one sender stole it (RFC 9700 4.14.2)."""
    record(Event.REPLAYED, by=by, about=grant.user.about, relying_party=grant.relying_party.client_id)
    end_grants([grant], by=by)


@transaction.atomic
def announce_logout(session: str, *, by: Actor) -> int:
    """End what relying parties were granted in a session of the provider, tell them, and return how many (R92).

    To be called where such a session ends.
    """
    return end_grants(grants_of_session(session).select_related("relying_party", "user"), by=by)


@transaction.atomic
def sign_member_out(session: str, *, by: Actor) -> None:
    """Write down that the actor signs out of the provider and tell the services; the door ends the session."""
    record(AccountEvent.SIGNED_OUT, by=by, about=by.user.about)
    announce_logout(session, by=by)


@transaction.atomic
def end_sessions_of(user: User, *, service: str = "", level: Level | None = None, by: Actor) -> int:
    """End a member's sign-ins at all relying parties, or those of one service or level, and return how many (R92)."""
    living = Grant.objects.filter(user=user, ended_at=None).select_related("relying_party", "user")
    if service:
        living = living.filter(relying_party__service=service)
    if level:
        living = living.filter(acr=level)
    return end_grants(living, by=by)


@transaction.atomic
def end_rightless_grants(*, by: Actor) -> int:
    """End the sign-ins whose right, mandate or account has ended, tell the services, and return how many (R92).

    Whatever ended the right, a decision or a date, is noticed here; sign-ins older than any session are forgotten.
    """
    living = Grant.objects.filter(ended_at=None)
    living.filter(granted_at__lte=by.at - LONGEST_SESSION).update(ended_at=by.at)
    rights = Entitlement.objects.active(local_date(by.at)).filter(
        member=OuterRef("user"), organization=OuterRef("organization"), service=OuterRef("relying_party__service")
    )
    mandates = Assignment.objects.acting(local_date(by.at)).filter(
        entitlement__member=OuterRef("user"),
        mandate__principal=OuterRef("organization"),
        mandate__service=OuterRef("relying_party__service"),
    )
    rightless = living.exclude(Exists(rights)).exclude(Exists(mandates))
    return end_grants(rightless.select_related("relying_party", "user"), by=by)


@transaction.atomic
def end_grants(grants: Iterable[Grant], *, by: Actor) -> int:
    """End these sign-ins at services, tell the services, and return how many were living (R92)."""
    ended = 0
    for grant in grants:
        if Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=by.at) != 1:
            continue
        ended += 1
        record(Event.ENDED, by=by, about=grant.user.about, relying_party=grant.relying_party.client_id)
        if grant.relying_party.backchannel_logout_uri:
            enqueue("oidc.backchannel-logout", run_at=by.at, max_attempts=LOGOUT_ATTEMPTS, grant=grant.pk)
    return ended


def _issue(grant: Grant, scope: str, at: datetime) -> Tokens:
    last = grant.signed_in_at + timedelta(hours=profile().sessions.members.absolute_hours)
    tokens = Tokens(
        access=secrets.token_urlsafe(SECRET_BYTES),
        refresh=secrets.token_urlsafe(SECRET_BYTES),
        expires_in=int(ACCESS_LIFE.total_seconds()),
    )
    pair = (
        (Token.Kind.ACCESS, tokens.access, at + ACCESS_LIFE),
        (Token.Kind.REFRESH, tokens.refresh, last),
    )
    Token.objects.bulk_create(
        Token(grant=grant, kind=kind, digest=digest(text), scope=scope, expires_at=end) for kind, text, end in pair
    )
    return tokens
