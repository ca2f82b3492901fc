"""Functions granted and withdrawn by Organization Admins (R22)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, FunctionGrant
from securenet.domain.letters import write_to
from securenet.domain.profile.catalogue import Function
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class GrantEvent(StrEnum):
    """What the ledger calls acts with functions."""

    GRANTED = "function.granted"
    WITHDRAWN = "function.withdrawn"


class NotTheirAdmin(Refusal):
    """Somebody grants who is not the Organization Admin of this right."""

    sentence = _("Only an Organization Admin of this organization can do that.")


class RightNotActive(Refusal):
    """Functions hang on an active right."""

    sentence = _("This right is not active, so no function can be granted under it.")


class GrantedAlready(Refusal):
    """The function is granted."""

    sentence = _("This function is granted already.")


class NotGranted(Refusal):
    """The function is not granted."""

    sentence = _("This function is not granted.")


class SelfGrant(Refusal):
    """The service's policy does not let an admin grant to themself (R22b)."""

    sentence = _("For this service another Organization Admin has to grant you functions.")


class DatesReversed(Refusal):
    """The end lies before the start, or the start in the past."""

    sentence = _("The end must not lie before the start, and the start not before today.")
    field = "until_date"


@transaction.atomic
def grant_functions(
    right: Entitlement, *, functions: Sequence[str], from_date: date, until_date: date | None, by: Actor
) -> None:
    """Grant several functions or none. Raises what `grant_function` raises."""
    for function in functions:
        grant_function(right, function=function, from_date=from_date, until_date=until_date, by=by)


@transaction.atomic
def grant_function(
    right: Entitlement, *, function: str, from_date: date, until_date: date | None, by: Actor
) -> FunctionGrant:
    """Return the grant by which an Organization Admin lets a member use a function (R22).

    Raises NotTheirAdmin, RightNotActive, SelfGrant, DatesReversed, GrantedAlready, or UnknownFunction.
    """
    today = local_date(by.at)
    require_admin_of(right, by=by)
    chosen = profile().function(right.service, function)
    if not Entitlement.objects.active(today).filter(pk=right.pk).exists():
        raise RightNotActive
    to_oneself = right.member_id == by.user.pk
    if to_oneself and not may_grant_to_oneself(right.service, chosen):
        raise SelfGrant
    if from_date < today or (until_date is not None and until_date < from_date):
        raise DatesReversed
    _living_grants(right, function).filter(until_date__lt=today).update(ended_at=by.at)
    try:
        with transaction.atomic():
            grant = FunctionGrant.objects.create(
                entitlement=right,
                function=chosen.key,
                from_date=from_date,
                until_date=until_date,
                granted_by=by.user,
                granted_at=by.at,
            )
    except IntegrityError as error:
        raise GrantedAlready from error
    record(
        GrantEvent.GRANTED,
        by=by,
        about=right.member.about,
        function=function,
        to_oneself=to_oneself,
        entitlement=right.pk,
    )
    _tell_member(right, "function-granted", function, by=by)
    return grant


@transaction.atomic
def withdraw_function(right: Entitlement, *, function: str, by: Actor) -> None:
    """End a grant at once (R22). Raises NotTheirAdmin or NotGranted."""
    require_admin_of(right, by=by)
    living = _living_grants(right, function).exclude(until_date__lt=local_date(by.at))
    if living.update(ended_at=by.at) != 1:
        raise NotGranted
    record(GrantEvent.WITHDRAWN, by=by, about=right.member.about, function=function, entitlement=right.pk)
    _tell_member(right, "function-withdrawn", function, by=by)


def _living_grants(right: Entitlement, function: str) -> QuerySet[FunctionGrant]:
    return FunctionGrant.objects.filter(entitlement=right, function=function, ended_at=None)


def may_grant_to_oneself(service: str, function: Function) -> bool:
    """Tell whether policy lets an admin do without another one (R22b); consent is another admin's grant."""
    rule = profile().service(service).two_person
    return rule.self_grant and not rule.self_grant_consent and function.self_grantable


def require_admin_of(right: Entitlement, *, by: Actor) -> None:
    """Raise NotTheirAdmin unless the actor administers the right's organization and service today."""
    administered = Entitlement.objects.administered_by(by.user, local_date(by.at))
    if by.user is None or not administered.filter(pk=right.pk).exists():
        raise NotTheirAdmin


def _tell_member(right: Entitlement, template: str, function: str, *, by: Actor) -> None:
    member, facts = right.member, profile()
    language = member.language
    write_to(
        member,
        template,
        function=facts.function(right.service, function).name.in_(language),
        service=facts.service(right.service).name.in_(language),
        organization=right.organization_name,
        link=links.rights(),
        by=by,
    )
