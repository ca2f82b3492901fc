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
from securenet.domain.entitlements.authority import require_impartial, require_other_than_admitter, require_reach
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, GrantProposal
from securenet.domain.entitlements.renewing import EndsLater, ends_soon
from securenet.domain.entitlements.telling import tell_admins, tell_holder
from securenet.domain.profile.catalogue import Function
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class GrantEvent(StrEnum):
    """What the ledger calls acts with functions."""

    GRANTED = "function.granted"
    WITHDRAWN = "function.withdrawn"
    PROPOSED = "function.proposed"
    PROLONGED = "function.prolonged"


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


class ProposedAlready(Refusal):
    """The same function waits for another admin's consent."""

    sentence = _("This function already waits for another Organization Admin's consent.")


@transaction.atomic
def grant_functions(
    right: Entitlement, *, functions: Sequence[str], from_date: date, until_date: date | None, by: Actor
) -> int:
    """Grant several functions or none, and return how many wait for another admin's consent (R22b).

    Raises what `grant_function` raises, or ProposedAlready.
    """
    waiting = 0
    for function in functions:
        if needs_consent(right, function, by=by):
            propose_grant(right, function=function, from_date=from_date, until_date=until_date, by=by)
            waiting += 1
        else:
            grant_function(right, function=function, from_date=from_date, until_date=until_date, by=by)
    return waiting


@transaction.atomic
def grant_function(
    right: Entitlement, *, function: str, from_date: date, until_date: date | None, by: Actor
) -> FunctionGrant:
    """Return the grant by which an Organization Admin lets a member use a function (R22).

    Raises NotTheirAdmin, BeyondLimit, RightNotActive, Vouched, Admitted, SelfGrant, DatesReversed, GrantedAlready, or
    UnknownFunction.
    """
    chosen = _require_grantable(right, function, from_date, until_date, by=by)
    to_oneself = right.member_id == by.user.pk
    if to_oneself and (not _may_have_by_own_grant(right, chosen) or needs_consent(right, function, by=by)):
        raise SelfGrant
    _living_grants(right, function).filter(until_date__lt=local_date(by.at)).update(ended_at=by.at)
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
    tell_holder(right, "function-granted", function=function, by=by)
    return grant


@transaction.atomic
def propose_grant(
    right: Entitlement, *, function: str, from_date: date, until_date: date | None, by: Actor
) -> GrantProposal:
    """Return an admin's wish for a function of their own, which waits for another admin's consent (R22b).

    Raises what `grant_function` raises, SelfGrant where policy wants none of this, or ProposedAlready.
    """
    chosen = _require_grantable(right, function, from_date, until_date, by=by)
    if not needs_consent(right, function, by=by):
        raise SelfGrant
    if _living_grants(right, function).exclude(until_date__lt=local_date(by.at)).exists():
        raise GrantedAlready
    try:
        with transaction.atomic():
            proposal = GrantProposal.objects.create(
                entitlement=right,
                function=chosen.key,
                from_date=from_date,
                until_date=until_date,
                proposed_at=by.at,
            )
    except IntegrityError as error:
        raise ProposedAlready from error
    record(GrantEvent.PROPOSED, by=by, about=right.member.about, function=function, entitlement=right.pk)
    tell_admins(right, "grant-proposed", function=function, link=links.consents(), by=by)
    return proposal


@transaction.atomic
def withdraw_function(right: Entitlement, *, function: str, by: Actor) -> None:
    """End a grant at once (R22). Raises NotTheirAdmin, BeyondLimit or NotGranted."""
    require_reach(right, function, by=by)
    living = _living_grants(right, function).exclude(until_date__lt=local_date(by.at))
    if living.update(ended_at=by.at) != 1:
        raise NotGranted
    record(GrantEvent.WITHDRAWN, by=by, about=right.member.about, function=function, entitlement=right.pk)
    tell_holder(right, "function-withdrawn", function=function, by=by)


@transaction.atomic
def prolong_function(right: Entitlement, *, function: str, by: Actor) -> None:
    """Let a grant that ends soon go on as long as its right does (R22c).

    Raises NotTheirAdmin, BeyondLimit, RightNotActive, Vouched, Admitted, SelfGrant, EndsLater, or UnknownFunction.
    """
    today = local_date(by.at)
    chosen = _require_grantable(right, function, today, None, by=by)
    if right.member_id == by.user.pk and (
        not _may_have_by_own_grant(right, chosen) or needs_consent(right, function, by=by)
    ):
        raise SelfGrant
    grant = _living_grants(right, function).first()
    if grant is None or not ends_soon(grant.until_date, right.service, today):
        raise EndsLater
    unchanged = FunctionGrant.objects.filter(pk=grant.pk, ended_at=None, until_date=grant.until_date)
    if unchanged.filter(until_date__gte=today).update(until_date=right.until_date) != 1:
        raise EndsLater
    record(GrantEvent.PROLONGED, by=by, about=right.member.about, function=function, entitlement=right.pk)
    tell_holder(right, "function-granted", function=function, by=by)


def needs_consent(right: Entitlement, function: str, *, by: Actor) -> bool:
    """Tell whether the actor may have this function under their own right, with a second admin's consent (R22b)."""
    if by.user is None or right.member_id != by.user.pk:
        return False
    consent = profile().service(right.service).two_person.self_grant_consent
    return consent and _may_have_by_own_grant(right, profile().function(right.service, function))


def _require_grantable(
    right: Entitlement, function: str, from_date: date, until_date: date | None, *, by: Actor
) -> Function:
    today = local_date(by.at)
    require_reach(right, function, by=by)
    chosen = profile().function(right.service, function)
    if not Entitlement.objects.active(today).filter(pk=right.pk).exists():
        raise RightNotActive
    require_impartial(right, by=by)
    require_other_than_admitter(right, by=by)
    if from_date < today or (until_date is not None and until_date < from_date):
        raise DatesReversed
    return chosen


def _living_grants(right: Entitlement, function: str) -> QuerySet[FunctionGrant]:
    return FunctionGrant.objects.filter(entitlement=right, function=function, ended_at=None)


def may_grant_to_oneself(service: str, function: Function) -> bool:
    """Tell whether policy lets an admin do without another one (R22b)."""
    rule = profile().service(service).two_person
    return rule.self_grant and not rule.self_grant_consent and function.self_grantable


def _may_have_by_own_grant(right: Entitlement, function: Function) -> bool:
    """Tell whether policy lets an admin have a function by their own grant, with or without consent (R22b)."""
    return profile().service(right.service).two_person.self_grant and function.self_grantable
