"""Who had which right, with which functions and under which mandates, on any day (R22, R22d)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import end_of_day, local_date
from securenet.domain.entitlements.models import (
    HELD,
    Assignment,
    Entitlement,
    EntitlementQuerySet,
    FunctionGrant,
    Mandate,
    Period,
    Status,
    in_force,
)
from securenet.domain.organizations.models import Organization

Place = tuple[int, str]
"""An organization's key and a service."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The day that is asked about, and its last moment that has been: now, for today."""

    day: date
    at: datetime


def moment_of(day: date, now: datetime) -> Moment:
    """Return the moment at which a day is told; a day to come is told as today."""
    today = local_date(now)
    return Moment(day, end_of_day(day)) if day < today else Moment(today, now)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of it is asked for: part of a name, a function, a status; empty for everything."""

    text: str = ""
    function: str = ""
    status: str = ""


def places_of(member: User, day: date) -> list[Place]:
    """Return the organizations and services that a member administers on `day`."""
    admins = Entitlement.objects.admins(day).filter(member=member).order_by("organization__name", "service")
    return [(organization or 0, service) for organization, service in admins.values_list("organization_id", "service")]


def places_in(organization: Organization) -> list[Place]:
    """Return an organization with each service that anybody ever had rights or gave or received mandates at."""
    either = Q(principal=organization) | Q(agent=organization)
    services = organization.entitlements.order_by().values_list("service")
    found = services.union(Mandate.objects.filter(either).order_by().values_list("service"))
    return [(organization.pk, service) for (service,) in sorted(found)]


def holdings(places: Sequence[Place] | None, moment: Moment, wanted: Wanted) -> EntitlementQuerySet:
    """Return the rights that were held at a moment, each with `status_then` and `grants_then`; None: everywhere's.

    A right counts within its dates, in force or suspended, and only while its holder had an account.
    """
    rights = Entitlement.objects.annotate(status_then=_status_then("pk", moment))
    rights = rights.filter(_at(places, "organization", "service"), status_then__in=HELD)
    rights = rights.filter(in_force(moment.day), _had_account("member__", moment))
    grants = grants_at(moment)
    if wanted.text:
        rights = rights.filter(_named("member__", wanted.text))
    if wanted.status:
        rights = rights.filter(status_then=wanted.status)
    if wanted.function:
        rights = rights.filter(pk__in=grants.filter(function=wanted.function).values("entitlement"))
    return (
        rights.select_related("member", "organization")
        .prefetch_related(Prefetch("grants", grants, to_attr="grants_then"))
        .order_by("organization__name", "service", "member__name_en", "pk")
    )


def grants_at(moment: Moment) -> QuerySet[FunctionGrant]:
    """Return the grants that were in force at a moment."""
    living = _lived("granted_at", "ended_at", moment)
    return FunctionGrant.objects.filter(living, in_force(moment.day)).order_by("function")


def acting(places: Sequence[Place] | None, moment: Moment, wanted: Wanted) -> QuerySet[Assignment]:
    """Return who acted under mandates given or received, at a moment: the bank sees every one of them (R22d)."""
    rows = Assignment.objects.annotate(status_then=_status_then("entitlement", moment)).filter(
        _lived("assigned_at", "ended_at", moment),
        _lived("mandate__activated_at", "mandate__ended_at", moment),
        in_force(moment.day, prefix="mandate__"),
        _at(places, "mandate__principal", "mandate__service") | _at(places, "mandate__agent", "mandate__service"),
        in_force(moment.day, prefix="entitlement__"),
        _had_account("entitlement__member__", moment),
        status_then=Status.ACTIVE,
    )
    if wanted.text:
        rows = rows.filter(_named("entitlement__member__", wanted.text))
    return rows.select_related("mandate__principal", "mandate__agent", "entitlement__member").order_by(
        F("mandate__principal__name"), "mandate", "entitlement__member__name_en", "pk"
    )


def _status_then(right: str, moment: Moment) -> Subquery:
    """Return the status that a row's right had; joined rather than looked up by IN, which PostgreSQL plans badly."""
    periods = Period.objects.filter(_lived("from_at", "until_at", moment), entitlement=OuterRef(right))
    return Subquery(periods.order_by("-from_at", "-pk").values("status")[:1])


def _had_account(prefix: str, moment: Moment) -> Q:
    return Q(**{f"{prefix}closed_at": None}) | Q(**{f"{prefix}closed_at__gt": moment.at})


def _lived(begin: str, end: str, moment: Moment) -> Q:
    return Q(**{f"{begin}__lte": moment.at}) & (Q(**{end: None}) | Q(**{f"{end}__gt": moment.at}))


def _at(places: Sequence[Place] | None, organization: str, service: str) -> Q:
    if places is None:
        return Q()
    found = Q(pk__in=[])
    for place in places:
        found |= Q(**{organization: place[0], service: place[1]})
    return found


def _named(prefix: str, text: str) -> Q:
    names = ("name_th", "name_en", "username")
    return Q(*((f"{prefix}{name}__icontains", text) for name in names), _connector=Q.OR)
