"""Reads of rights that cross rooms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Role, in_force


@dataclass(frozen=True, slots=True)
class ActingFor:
    """What a member may do at a service for one organization: the same answer that the claims carry (R70, R90)."""

    organization_id: int
    organization_number: str
    organization_name: str
    roles: tuple[str, ...]
    functions: tuple[str, ...]
    until: date | None


def functions_of(member: User, service: str, day: date) -> list[ActingFor]:
    """Return what `member` may do at `service` on `day`, an item per organization, in order of their names."""
    grants = FunctionGrant.objects.filter(in_force(day), ended_at=None)
    rights = (
        Entitlement.objects.active(day)
        .filter(member=member, service=service)
        .select_related("organization")
        .prefetch_related(Prefetch("grants", grants, to_attr="living_grants"))
        .order_by("organization__name", "organization_id", "role")
    )
    by_organization: dict[int, list[Entitlement]] = {}
    for right in rights:
        by_organization.setdefault(right.organization_id or 0, []).append(right)
    return [_acting(rights) for rights in by_organization.values()]


def _acting(rights: list[Entitlement]) -> ActingFor:
    organization = rights[0].organization
    if organization is None:
        raise ValueError("an active right has its organization")
    ends = [right.until_date for right in rights]
    return ActingFor(
        organization_id=organization.pk,
        organization_number=organization.number,
        organization_name=organization.name,
        roles=tuple(right.role for right in rights),
        functions=tuple(sorted({grant.function for right in rights for grant in _living(right)})),
        until=None if None in ends else max(end for end in ends if end is not None),
    )


def _living(right: Entitlement) -> Iterable[FunctionGrant]:
    grants: list[FunctionGrant] = getattr(right, "living_grants", [])
    return grants


def administered_rights(member: User, day: date) -> list[Entitlement]:
    """Return the active rights that `member` administers, with their living grants, theirs included (R22)."""
    grants = FunctionGrant.objects.filter(ended_at=None).exclude(until_date__lt=day).order_by("function")
    return list(
        Entitlement.objects.active(day)
        .administered_by(member, day)
        .select_related("member", "organization")
        .prefetch_related(Prefetch("grants", grants, to_attr="living_grants"))
        .order_by("organization__name", "service", "role", "member__name_en", "pk")
    )


def organization_desks(member: User, day: date) -> frozenset[str]:
    """Return the desks of the organizations and services that `member` administers."""
    admin = Entitlement.objects.active(day).filter(member=member, role=Role.ORGANIZATION_ADMIN)
    return frozenset(organization_desk(*place) for place in admin.values_list("organization_id", "service"))


def organization_desk(organization_id: int | None, service: str) -> str:
    """Return the desk at which an organization's admins of a service decide: those of another service do not (R22)."""
    return f"organization-{organization_id}-{service}"
