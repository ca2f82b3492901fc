"""Correcting a right that was asked for and returned to its applicant (R24b)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from securenet.domain.approvals.actions import Overtaken, require_returned
from securenet.domain.approvals.correcting import correct_case, note_corrections
from securenet.domain.approvals.flow import Route
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.planning import route_of
from securenet.domain.entitlements.actions import AskedTwice
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.entitlements.queries import desk_asked_first
from securenet.domain.organizations.queries import find_organization, require_askable
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RightCorrected:
    """What can be corrected of a right: organization and details. Another service or role is another request."""

    organization_number_type: str
    organization_number: str
    organization_country: str
    organization_name: str
    answers: dict[str, Any]


@transaction.atomic
def correct_right(case: Case, corrected: RightCorrected, *, by: Actor) -> bool:
    """Write what was corrected of the right that a returned case asks for, and return whether anything was.

    Raises AskedTwice, Overtaken, or what `require_returned` and `require_askable` raise.
    """
    require_returned(case, by=by)
    require_askable(corrected.organization_number, corrected.organization_country)
    right = case.entitlement
    _require_not_there(right, corrected)
    before, after = _facts(right), _facts(corrected)
    route = _route(case, corrected) if _is_moved(right, corrected) else case.route
    if not note_corrections(case.submission, before, after, case=case, by=by):
        return False
    correct_case(
        case,
        organization_name=corrected.organization_name,
        organization_number=corrected.organization_number,
        route=route,
        by=by,
    )
    organization = find_organization(corrected.organization_number, corrected.organization_country)
    asked = Entitlement.objects.filter(pk=right.pk, status=Status.REQUESTED)
    if asked.update(**(asdict(corrected) | {"organization": organization})) != 1:
        raise Overtaken
    right.refresh_from_db()
    return True


def _require_not_there(right: Entitlement, corrected: RightCorrected) -> None:
    same = Entitlement.objects.exclude(pk=right.pk).filter(
        member=right.member_id,
        service=right.service,
        role=right.role,
        organization_number=corrected.organization_number,
        organization_country=corrected.organization_country,
        status__in=[Status.REQUESTED, Status.ACTIVE, Status.SUSPENDED],
    )
    if same.exists():
        raise AskedTwice


def _is_moved(right: Entitlement, corrected: RightCorrected) -> bool:
    return (right.organization_number, right.organization_country) != (
        corrected.organization_number,
        corrected.organization_country,
    )


def _route(case: Case, corrected: RightCorrected) -> Route:
    """Return the route with the other organization's tier in place of the first one's; the operator's tiers stay."""
    desk = desk_asked_first(case.service, case.role, corrected.organization_number, corrected.organization_country)
    planned = route_of(profile().route_for(case.kind, case.service), organization_desk=desk)  # type: ignore[arg-type]
    own = [stop for stop in planned.stops if not stop.tier.is_operator]
    return Route([*own, *(stop for stop in case.route.stops if stop.tier.is_operator)])


def _facts(source: Entitlement | RightCorrected) -> dict[str, Any]:
    answers = {f"answers.{question}": answer for question, answer in source.answers.items()}
    return {
        "organization_number_type": source.organization_number_type,
        "organization_number": source.organization_number,
        "organization_country": source.organization_country,
        "organization_name": source.organization_name,
    } | answers
