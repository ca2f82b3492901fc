"""The cast with rights at BMS ID, and a service that signs them in."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial

from securenet.domain.accounts.models import Kind, User
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.actions import activate_right
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.domain.oidc.connecting import Addresses, register_relying_party
from securenet.domain.oidc.levels import Level, SignIn
from securenet.domain.oidc.models import RelyingParty
from securenet.domain.organizations.actions import admit_organization
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor, system
from tests.tools.story import story

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
CALLBACK = "https://bms-id.localhost:8441/oidc/callback/"
HOME = "https://bms-id.localhost:8441/"
LOGOUT = "https://bms-id.localhost:8441/oidc/backchannel-logout/"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def actor(user: User | None = None, at: datetime = NOON, **facts: str) -> Actor:
    return Actor(user=user, name=user.username if user else "visitor", surface="portal", at=at, **facts)


def member(username: str, *, admitted: bool = True) -> User:
    def join() -> None:
        User.objects.create(
            username=username,
            kind=Kind.MEMBER,
            name_th=f"คุณ{username}",
            name_en=f"Ms {username.capitalize()}",
            email=f"{username}@alpha.example",
            email_confirmed_at=NOON,
            password="!",
            created_at=NOON,
            terms_version=profile().terms.version,
            admitted_at=NOON if admitted else None,
        )

    story.tell(("member of a service", username, admitted), join)
    return User.objects.get(username=username)


def organization(number: str = "0105561000011", name: str = "Alpha Cash Co"):
    facts = {"number": number, "number_type": "tax_id", "country": "TH", "name": name}
    story.tell(("organization", number, name), partial(admit_organization, **facts, by=system("test", NOON)))
    return Organization.objects.get(number=number)


def right(user: User, place, role: Role = Role.OFFICER, service: str = "bmsid", at: datetime = NOON) -> Entitlement:
    def ask() -> None:
        asked = Entitlement.objects.create(
            member=user,
            service=service,
            role=role,
            organization=place,
            organization_number_type=place.number_type,
            organization_number=place.number,
            organization_country=place.country,
            organization_name=place.name,
        )
        activate_right(asked, by=system("test", at))

    story.tell(("right", user.username, place.number, role, service, at), ask)
    return user.entitlements.latest("pk")


def function(held: Entitlement, name: str, admin: User, at: datetime = NOON) -> None:
    grant_function(held, function=name, from_date=local_date(at), until_date=None, by=actor(admin, at))


def relying_party(client_id: str = "bms-id", *, at: datetime = NOON, service: str = "bmsid", callback: str = CALLBACK):
    """Return a connected service and its secret, with the first signing keys."""
    secret = f"the secret of {client_id}".ljust(43, "!")
    facts = {"client_id": client_id, "service": service, "addresses": Addresses([callback], [HOME], LOGOUT)}
    connect = partial(register_relying_party, name="BMS ID", secret=secret, by=system("test", at), **facts)
    story.tell(("relying party", client_id, at, service, callback), connect)
    return RelyingParty.objects.get(client_id=client_id), secret


def sign_in(at: datetime = NOON, level: Level = Level.PASSWORD, session: str = "session-of-anong") -> SignIn:
    return SignIn(level, at, session)


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)
