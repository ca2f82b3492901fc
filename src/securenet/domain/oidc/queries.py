"""Reads of relying parties, and what they are told about members."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet

from securenet.domain.accounts.actions import Event as AccountEvent
from securenet.domain.accounts.models import User
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.entitlements.queries import ActingFor, acting_under, functions_of
from securenet.domain.oidc.models import AuthorizationCode, Grant, RelyingParty, Subject, Token, digest
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.compiled import compiled
from securenet.foundation.sealed.box import blind_index

SHOWN = 50
WHOSE = ("grant__relying_party", "grant__user", "grant__organization")
GRANTED = "grant.given"
SIGN_INS = (AccountEvent.SIGNED_IN, AccountEvent.SIGN_IN_REFUSED, GRANTED)


def relying_party(client_id: str) -> RelyingParty | None:
    """Return the connected relying party of that name."""
    return _connected.first(client_id)


@compiled
def _connected(client_id: str) -> QuerySet[RelyingParty]:
    return RelyingParty.objects.filter(client_id=client_id, ended_at=None)


def sub_of(grant: Grant) -> str:
    """Return as whom the relying party of a grant knows its member; the name is older than the grant."""
    return _sub(grant.user_id, grant.relying_party_id)[0]


@compiled
def _sub(user: int, party: int) -> QuerySet[Subject, str]:
    return Subject.objects.filter(user=user, relying_party=party).values_list("sub", flat=True)


def origins_beyond(wanted: str) -> list[str]:
    """Return the origins that a form may lead to by way of the page `wanted` after it: none where it wants none.

    Browsers hold form-action against redirects too.
    """
    if not wanted:
        return []
    registered = RelyingParty.objects.filter(ended_at=None).values_list("redirect_uris", "post_logout_redirect_uris")
    return sorted({origin(uri) for lists in registered for uris in lists for uri in uris})


def origin(uri: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def member_of(sub: str, client_id: str) -> User | None:
    """Return the member whom a connected relying party knows as `sub`, None where there is none any more."""
    known = Subject.objects.filter(
        sub=sub, relying_party__client_id=client_id, relying_party__ended_at=None, user__closed_at=None
    )
    found = known.select_related("user").first()
    return found.user if found else None


def choices(user: User, party: RelyingParty, day: date) -> list[ActingFor]:
    """Return for which organizations the member may act at the relying party's service (R91)."""
    return functions_of(user, party.service, day)


def organization_of(user: User, party: RelyingParty, organization_id: int, day: date) -> Organization | None:
    """Return the organization if the member may act for it on `day`, None where neither right nor mandate is left."""
    held = Entitlement.objects.active(day).filter(member=user, service=party.service, organization=organization_id)
    if right := held.select_related("organization").first():
        return right.organization
    mandated = acting_under(user, party.service, day).filter(mandate__principal=organization_id).first()
    return mandated.mandate.principal if mandated else None


def grant_of_session(session: str, party: RelyingParty) -> Grant | None:
    """Return the latest living grant that a relying party got in a session at the provider."""
    living = grants_of_session(session).filter(relying_party=party)
    return living.order_by("-granted_at", "-pk").first()


def grants_of_session(session: str) -> QuerySet[Grant]:
    """Return the living grants of a session at the provider."""
    return Grant.objects.filter(session_index=session_index(session), ended_at=None)


def services_signed_in_to(user: User, at: datetime) -> list[Grant]:
    """Return the latest living grant for each service and session of a member, newest first, at most `SHOWN`."""
    longest = timedelta(hours=profile().sessions.members.absolute_hours)
    living = Grant.objects.filter(user=user, ended_at=None, granted_at__gt=at - longest)
    rows = living.select_related("relying_party", "organization").order_by("-granted_at", "-pk")[: SHOWN * 2]
    latest: dict[tuple[int, str], Grant] = {}
    for grant in rows:
        latest.setdefault((grant.relying_party_id, grant.session_index), grant)
    return list(latest.values())[:SHOWN]


def sign_ins_of(user: User, at: datetime) -> QuerySet[AuditEntry]:
    """Return the ledger's entries on how an account was signed in with, and refused, as long as members see them."""
    since = at - timedelta(days=profile().retention.sign_in_days)
    return AuditEntry.objects.filter(about=user.about, event__in=SIGN_INS, at__gte=since)


def session_index(session: str) -> str:
    """Return what stands for a session of the provider in its grants."""
    return blind_index(session, purpose="oidc-session")


def access_token(secret: str, at: datetime) -> Token | None:
    """Return the living access token of that text."""
    token = token_of(secret, Token.Kind.ACCESS)
    return token if token and token.lives(at) and token.grant.relying_party.ended_at is None else None


def token_of(secret: str, kind: Token.Kind) -> Token | None:
    """Return the token of a kind with that text, living or not, whoever shows it."""
    return _token.first(digest(secret), kind)


@compiled
def _token(hashed: str, kind: Token.Kind) -> QuerySet[Token]:
    return Token.objects.filter(digest=hashed, kind=kind).select_related(*WHOSE)


def code_of(secret: str) -> AuthorizationCode | None:
    """Return the authorization code with that text, redeemed or not, whoever shows it."""
    return _code.first(digest(secret))


@compiled
def _code(hashed: str) -> QuerySet[AuthorizationCode]:
    return AuthorizationCode.objects.filter(digest=hashed).select_related(*WHOSE)


def claims_for(user: User, party: RelyingParty, organization_id: int, day: date) -> dict[str, Any] | None:
    """Return what a relying party is told of a member acting for an organization, None without a right there (R90).

    Only the rights at its own service are named: what the member does elsewhere is none of its business.
    """
    held = choices(user, party, day)
    acting = next((each for each in held if each.organization_id == organization_id), None)
    if acting is None:
        return None
    return {
        "name": user.name_in(user.language),
        "name_th": user.name_th,
        "name_en": user.name_en,
        "locale": user.language,
        "email": user.email,
        "email_verified": user.email_confirmed_at is not None,
        "organization": organization_claim(acting.organization_number, acting.organization_name),
        "entitlements": [_entitlement(party.service, each) for each in held],
    }


def organization_claim(number: str, name: str) -> dict[str, str]:
    """Return how a relying party is told for whom the member acts."""
    return {"number": number, "name": name}


def within(scope: str, claims: dict[str, Any]) -> dict[str, Any]:
    """Return those claims that a scope lets a relying party have (OpenID Connect Core 5.4)."""
    granted = {name for word in scope.split() for name in CLAIMS_OF_SCOPE.get(word, ())}
    return {name: value for name, value in claims.items() if name in granted}


CLAIMS_OF_SCOPE = {
    "profile": ("name", "name_th", "name_en", "locale"),
    "email": ("email", "email_verified"),
    "entitlements": ("organization", "entitlements"),
}
IN_ID_TOKEN = frozenset({"organization"})
"""Claims that the ID token carries itself. It travels in addresses when members sign out: short, and naming nobody."""


def _entitlement(service: str, held: ActingFor) -> dict[str, Any]:
    return {
        "service": service,
        "organization_number": held.organization_number,
        "organization_name": held.organization_name,
        "roles": list(held.roles),
        "functions": list(held.functions),
        "centres": None if held.centres is None else list(held.centres),
        "through": list(held.through),
        "until": held.until.isoformat() if held.until else None,
    }
