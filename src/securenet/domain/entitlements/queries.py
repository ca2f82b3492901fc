"""Reads of rights that cross rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import CharField, Exists, OuterRef, Prefetch, Q, QuerySet, Value

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import end_of_day
from securenet.domain.entitlements.models import (
    Assignment,
    Entitlement,
    EntitlementQuerySet,
    FunctionGrant,
    Period,
    Role,
    Status,
    in_force,
)
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import find_organization
from securenet.domain.profile.queries import profile

RA_DESKS = "ra-"
UNDER_MANDATE = "mandated"
"""The role that a member has for an organization whose mandate they act under (R22d)."""


@dataclass(frozen=True, slots=True)
class ActingFor:
    """What a member may do at a service for one organization: the same answer that the claims carry (R70, R90).

    `through` names the organizations whose mandate the member acts under; `centres` is None where none is left out.
    """

    organization_id: int
    organization_number: str
    organization_name: str
    roles: tuple[str, ...]
    functions: tuple[str, ...]
    until: date | None
    through: tuple[str, ...] = ()
    centres: tuple[str, ...] | None = None


@dataclass(slots=True)
class _Held:
    """What carries a member's work for one organization."""

    organization: Organization
    rights: list[Entitlement] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)


def functions_of(member: User, service: str, day: date) -> list[ActingFor]:
    """Return what `member` may do at `service` on `day`, an item per organization, in order of their names.

    One that gave a mandate is among them, with those of its functions that the member was assigned (R22d).
    """
    grants = FunctionGrant.objects.filter(in_force(day), ended_at=None)
    rights = (
        Entitlement.objects.active(day)
        .filter(member=member, service=service)
        .select_related("organization")
        .prefetch_related(Prefetch("grants", grants, to_attr="living_grants"))
        .order_by("role")
    )
    held: dict[int, _Held] = {}
    for right in rights:
        if right.organization is None:
            raise ValueError("an active right has its organization")
        held.setdefault(right.organization.pk, _Held(right.organization)).rights.append(right)
    for assignment in acting_under(member, service, day):
        principal = assignment.mandate.principal
        held.setdefault(principal.pk, _Held(principal)).assignments.append(assignment)
    in_order = sorted(held.values(), key=lambda each: (each.organization.name, each.organization.pk))
    return [_acting(each) for each in in_order]


def acting_under(member: User, service: str, day: date) -> QuerySet[Assignment]:
    """Return the assignments by which `member` acts under mandates at `service` on `day` (R22d)."""
    acting = Assignment.objects.acting(day).filter(entitlement__member=member, mandate__service=service)
    return acting.select_related("mandate__principal", "mandate__agent", "entitlement").order_by("pk")


def _acting(held: _Held) -> ActingFor:
    roles = [right.role for right in held.rights] + [UNDER_MANDATE] * bool(held.assignments)
    granted = {grant.function for right in held.rights for grant in _living(right)}
    mandated = {name for each in held.assignments for name in each.functions if name in each.mandate.functions}
    ends = [right.until_date for right in held.rights]
    for each in held.assignments:
        own = each.entitlement.until_date
        ends.append(min(own, each.mandate.until_date) if own else each.mandate.until_date)
    return ActingFor(
        organization_id=held.organization.pk,
        organization_number=held.organization.number,
        organization_name=held.organization.name,
        roles=tuple(roles),
        functions=tuple(sorted(granted | mandated)),
        until=None if None in ends else max(end for end in ends if end is not None),
        through=tuple(sorted({each.mandate.agent.name for each in held.assignments})),
        centres=None if held.rights else _centres(held.assignments),
    )


def _centres(assignments: Iterable[Assignment]) -> tuple[str, ...]:
    return tuple(sorted({centre for each in assignments for centre in each.mandate.centres}))


def _living(right: Entitlement) -> Iterable[FunctionGrant]:
    grants: list[FunctionGrant] = getattr(right, "living_grants", [])
    return grants


def administered_rights(member: User, day: date, *, text: str = "", language: str = "en") -> EntitlementQuerySet:
    """Return the rights that `member` administers, theirs included, with the grants that live (R22).

    In order of names in a language, those only whose holder's name or user name contains `text`.
    """
    found = Entitlement.objects.none()
    for organization, service in reach_of(member, day):
        found |= Entitlement.objects.held().filter(organization=organization, service=service)
    if text:
        names = (Q(**{f"member__{name}__icontains": text}) for name in ("name_th", "name_en", "username"))
        found = found.filter(reduce(or_, names))
    return (
        found.select_related("member", "organization")
        .prefetch_related(Prefetch("grants", living_grants(day), to_attr="living_grants"))
        .order_by(f"member__name_{language}", "organization_name", "service", "role", "pk")
    )


def reach_of(member: User, day: date) -> dict[tuple[int | None, str], list[str] | None]:
    """Return where `member` is Organization Admin, with the functions to which they are limited there (R22c)."""
    own = Entitlement.objects.active(day).filter(member=member, role=Role.ORGANIZATION_ADMIN)
    return {(right.organization_id, right.service): right.limited_to for right in own}


def living_grants(day: date) -> QuerySet[FunctionGrant]:
    """Return the grants that are not over on `day`, begun or not."""
    return FunctionGrant.objects.filter(ended_at=None).exclude(until_date__lt=day).order_by("function")


def rights_on(organization: Organization, day: date) -> EntitlementQuerySet:
    """Return the rights that were in force for an organization at some moment of a day, with `grants_then` (R22e)."""
    begin, end = end_of_day(day - timedelta(days=1)), end_of_day(day)
    within = Q(from_at__lte=end) & (Q(until_at=None) | Q(until_at__gt=begin))
    then = Period.objects.filter(within, entitlement=OuterRef("pk"), status=Status.ACTIVE)
    grants = FunctionGrant.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=begin), in_force(day), granted_at__lte=end
    ).order_by("function")
    return (
        Entitlement.objects.filter(Exists(then), in_force(day), organization=organization)
        .select_related("member")
        .prefetch_related(Prefetch("grants", grants, to_attr="grants_then"))
        .order_by("service", "role", "member__name_en", "pk")
    )


def organization_desks(member: User, day: date) -> frozenset[str]:
    """Return the desks of the organizations and services that `member` administers in full, and an RA's (R40)."""
    admin = Entitlement.objects.full_admins(day).filter(member=member).values_list("organization_id", "service")
    checks = ra_grants(day).filter(entitlement__member=member)
    checked = checks.values_list("entitlement__organization_id", Value("", output_field=CharField()))
    return frozenset(
        organization_desk(place, service) if service else ra_desk(place)
        for place, service in (admin.union(checked) if profile().ra_functions() else admin)
    )


def ra_grants(day: date) -> QuerySet[FunctionGrant]:
    """Return the grants that make somebody an RA officer of their organization on `day` (R40)."""
    functions = profile().ra_functions()
    named = reduce(or_, (Q(entitlement__service=each, function=key) for each, key in functions), Q(pk__in=[]))
    return FunctionGrant.objects.filter(
        named, in_force(day), ended_at=None, entitlement__in=Entitlement.objects.active(day)
    )


def ra_officers(organization_id: int, day: date) -> list[User]:
    """Return who checks an organization's applications for certificates on `day` (R40)."""
    grants = ra_grants(day).filter(entitlement__organization=organization_id).values("entitlement__member")
    return list(User.objects.filter(pk__in=grants).order_by("pk"))


def ra_desk(organization_id: int | None) -> str:
    """Return the desk at which the RA officers of an organization decide."""
    return f"{RA_DESKS}{organization_id}"


def is_ra_officer(desks: Collection[str]) -> bool:
    """Return whether who stands at these desks checks applications for certificates (R40)."""
    return any(desk.startswith(RA_DESKS) for desk in desks)


def desk_asked_first(service: str, role: str, number: str, country: str) -> str:
    """Return the desk of the organization that is asked before the operator (R24a, R30a).

    It is empty where the organization is not known yet, or where nobody is left who could decide there (R22f).
    """
    organization = find_organization(number, country) if role == Role.OFFICER else None
    asked = organization is not None and has_admin(organization, service)
    return organization_desk(organization.pk, service) if organization and asked else ""


def administers(member: User | None, organization_id: int, service: str, day: date) -> bool:
    """Tell whether `member` is an Organization Admin of the organization's service on `day`."""
    admins = Entitlement.objects.admins(day).filter(organization=organization_id, service=service)
    return member is not None and admins.filter(member=member).exists()


def admins_of(organization_id: int, service: str, day: date) -> list[User]:
    """Return who administers an organization's service on `day`."""
    rights = Entitlement.objects.admins(day).filter(organization=organization_id, service=service)
    return [right.member for right in rights.select_related("member").order_by("pk")]


def organization_desk(organization_id: int | None, service: str) -> str:
    """Return the desk at which an organization's admins of a service decide: those of another service do not (R22)."""
    return f"organization-{organization_id}-{service}"


def has_admin(organization: Organization, service: str) -> bool:
    """Tell whether somebody administers a service for an organization, so that a request may wait for them (R22f)."""
    admins = Entitlement.objects.filter(organization=organization, service=service, role=Role.ORGANIZATION_ADMIN)
    return admins.filter(status=Status.ACTIVE, member__closed_at=None).exists()
