"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from securenet.domain.accounts.models import Kind, KnownAddress, Session, StaffRole, User
from securenet.domain.profile.catalogue import Service, Tier
from securenet.domain.profile.operator import Desk
from securenet.domain.profile.queries import profile
from securenet.foundation.compiled import compiled
from securenet.foundation.sealed.box import blind_index

NUMBER_DIGITS = 10
StaffPower = tuple[str, str]
"""A role of the staff and its desk, empty for roles without one."""
DESK_ROLES = (StaffRole.Role.SERVICE_DESK, StaffRole.Role.SERVICE_OWNER)


def roles_of(user: User) -> list[tuple[str, str]]:
    """Return a staff member's roles as (role, desk)."""
    if user.kind != Kind.STAFF:
        return []
    return _roles(user.pk)


@compiled
def _roles(user: int) -> QuerySet[StaffRole, tuple[str, str]]:
    return StaffRole.objects.filter(user=user).values_list("role", "desk")


def desks_of(user: User) -> frozenset[str]:
    """Return the desks at which a staff member stands."""
    return desks_in(roles_of(user))


def desks_in(roles: list[tuple[str, str]]) -> frozenset[str]:
    """Return the desks that roles open; an administrator's those that decide on trust, and no other (R52)."""
    desks = {desk for role, desk in roles if desk and role != StaffRole.Role.ADMINISTRATOR}
    if any(role == StaffRole.Role.ADMINISTRATOR for role, _desk in roles):
        desks |= _trust_desks()
    return frozenset(desks)


def _trust_desks() -> set[str]:
    routes = profile().routes
    return {tier.desk for tier in (*routes.trust_store, *routes.revocation_exception) if tier.desk}


def offered_roles() -> list[StaffPower]:
    """Return the roles, as (role, desk), for which the profile's routes have work, and those without a desk (R32)."""
    trust = _trust_desks()
    work = {(tier.tier, tier.desk) for tier in _tiers() if tier.desk not in trust}
    at_desks = [(str(role), desk.key) for role in DESK_ROLES for desk in profile().desks if (role, desk.key) in work]
    return [*at_desks, *((str(role), "") for role in (StaffRole.Role.ADMINISTRATOR, StaffRole.Role.AUDITOR))]


def _tiers() -> Iterator[Tier]:
    for routes in (profile().routes, *(service.routes for service in profile().services)):
        for _kind, route in routes or ():
            yield from route or ()


def services_at(desk: str) -> list[Service]:
    """Return the services about which a desk decides as their owner."""
    return [service for service in profile().services if _is_owner(service, desk)]


def _is_owner(service: Service, desk: str) -> bool:
    tiers = (tier for _kind, route in service.routes or () for tier in route or ())
    return any((tier.tier, tier.desk) == (StaffRole.Role.SERVICE_OWNER, desk) for tier in tiers)


def staff_found(text: str) -> QuerySet[User]:
    """Return the staff with this in user name, name or address; roles, second factor and last sign-in with them."""
    last = KnownAddress.objects.filter(user=OuterRef("pk")).order_by("-last_at").values("last_at")[:1]
    found = Q()
    if text:
        for name in ("username", "name_th", "name_en", "email"):
            found |= Q(**{f"{name}__icontains": text})
    rows = User.objects.filter(found, kind=Kind.STAFF).annotate(last_at=Subquery(last))
    return rows.select_related("second_factor", "recovery_link").prefetch_related("staff_roles")


def administrators() -> QuerySet[User]:
    """Return the open accounts of operator administrators."""
    held = StaffRole.objects.filter(role=StaffRole.Role.ADMINISTRATOR)
    return User.objects.filter(kind=Kind.STAFF, closed_at=None, pk__in=held.values("user"))


def unstaffed_desks() -> list[Desk]:
    """Return the desks for which there is work and at which no open staff account stands (R32a)."""
    held = StaffRole.objects.filter(user__kind=Kind.STAFF, user__closed_at=None).values_list("role", "desk")
    wanted = {desk for _role, desk in offered_roles()} | _trust_desks()
    return [desk for desk in profile().desks if desk.key in wanted - desks_in(list(held))]


def open_sessions(user: User, surface: str, at: datetime) -> QuerySet[Session]:
    """Return a person's living sessions at a surface, newest first."""
    return Session.objects.filter(user=user, surface=surface, expire_date__gt=at).order_by("-opened_at", "pk")


def same_document(user: User) -> list[User]:
    """Return the other accounts with the same identity document, a fact for the service desk (R2, R30)."""
    if not user.identity_index:
        return []
    return list(User.objects.filter(identity_index=user.identity_index).exclude(pk=user.pk).order_by("created_at"))


def members_found(text: str, most: int) -> list[User]:
    """Return up to `most` members with this in the user name or a name, or who sent the submission of this number."""
    digits = text.replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= NUMBER_DIGITS:
        found = Q(submissions=int(digits)) | Q(cases_about__submission=int(digits))
    else:
        found = Q(name_th__icontains=text) | Q(name_en__icontains=text)
    found |= Q(username__icontains=text)
    rows = User.objects.filter(found, kind=Kind.MEMBER).distinct().order_by("username")
    return list(rows.defer("identity_number")[:most])


def is_known_address(username: str, address: str) -> bool:
    """Tell whether this person has signed in from this address before."""
    return bool(_known(username.strip().lower(), blind_index(address, purpose="known-address")))


@compiled
def _known(username: str, address_index: str) -> QuerySet[KnownAddress, tuple[int]]:
    return KnownAddress.objects.filter(user__username=username, address_index=address_index).values_list("pk")[:1]


def is_username_free(username: str) -> bool:
    """Tell whether nobody has, or had, this user name (R2)."""
    return not User.objects.filter(username=username).exists()


def identity_index(kind: str, country: str, number: str) -> str:
    """Return the blind index under which an identity document is found (R2)."""
    return blind_index(f"{kind}:{country}:{number}", purpose="identity-document")
