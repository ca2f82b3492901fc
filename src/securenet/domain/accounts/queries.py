"""Reads of accounts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from securenet.domain.accounts.models import Kind, KnownAddress, Session, StaffRole, User
from securenet.domain.profile.queries import profile
from securenet.foundation.sealed.box import blind_index

NUMBER_DIGITS = 10


def roles_of(user: User) -> list[tuple[str, str]]:
    """Return a staff member's roles as (role, desk)."""
    if user.kind != Kind.STAFF:
        return []
    return list(StaffRole.objects.filter(user=user).values_list("role", "desk"))


def desks_of(user: User) -> frozenset[str]:
    """Return the desks at which a staff member stands."""
    return desks_in(roles_of(user))


def desks_in(roles: list[tuple[str, str]]) -> frozenset[str]:
    """Return the desks that roles open; an administrator's those that decide on trust, and no other (R52)."""
    desks = {desk for role, desk in roles if desk and role != StaffRole.Role.ADMINISTRATOR}
    if any(role == StaffRole.Role.ADMINISTRATOR for role, _desk in roles):
        routes = profile().routes
        desks |= {tier.desk for tier in (*routes.trust_store, *routes.revocation_exception) if tier.desk}
    return frozenset(desks)


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
    return KnownAddress.objects.filter(
        user__username=username.strip().lower(), address_index=blind_index(address, purpose="known-address")
    ).exists()


def is_username_free(username: str) -> bool:
    """Tell whether nobody has, or had, this user name (R2)."""
    return not User.objects.filter(username=username).exists()


def identity_index(kind: str, country: str, number: str) -> str:
    """Return the blind index under which an identity document is found (R2)."""
    return blind_index(f"{kind}:{country}:{number}", purpose="identity-document")
