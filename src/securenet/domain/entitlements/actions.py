"""What happens to rights: asked for, decided, given up; functions granted and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import (
    Overtaken,
    Paper,
    Plan,
    decide_case,
    expire_case,
    open_submission,
    withdraw_submission,
)
from securenet.domain.approvals.flow import Route, State, Stop, Tier, Verb
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Role, Status
from securenet.domain.organizations.actions import admit_organization
from securenet.domain.organizations.queries import find_organization
from securenet.domain.profile.catalogue import CaseKind
from securenet.domain.profile.catalogue import Role as RoleKey
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.mail.actions import queue_mail
from securenet.foundation.refusal import Refusal


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    REQUESTED = "entitlement.requested"
    ACTIVATED = "entitlement.activated"
    REFUSED = "entitlement.refused"
    FUNCTION_GRANTED = "function.granted"
    FUNCTION_WITHDRAWN = "function.withdrawn"


class NothingAsked(Refusal):
    """A request without a right."""

    sentence = _("Add at least one right that you ask for.")


class AskedTwice(Refusal):
    """The same right twice, or one that the member holds."""

    sentence = _("You have asked for this right already, or you hold it.")


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


@dataclass(frozen=True, slots=True)
class RightAsked:
    """One right as a person asks for it (R3, R4)."""

    service: str
    role: Role
    organization_number_type: str
    organization_number: str
    organization_country: str
    organization_name: str
    answers: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def request_rights(
    member: User,
    rights: Sequence[RightAsked],
    *,
    kind: CaseKind,
    confirmed: bool,
    draft_key: str = "",
    by: Actor,
) -> Submission:
    """Return the submission of a member's request for one or several rights (R20), each a Case of its own.

    Raises NothingAsked or AskedTwice.
    """
    require_sensible(member, rights, by=by)
    submission = open_submission(
        member,
        kind=kind,
        plans=[_plan(asked, kind) for asked in rights],
        papers=papers_for(kind, [(asked.service, asked.role) for asked in rights]),
        language=member.language,
        confirmed=confirmed,
        draft_key=draft_key,
        by=by,
    )
    for case, asked in zip(submission.cases.order_by("pk"), rights, strict=True):
        Entitlement.objects.create(
            member=member,
            case=case,
            service=asked.service,
            role=asked.role,
            organization=find_organization(asked.organization_number, asked.organization_country),
            organization_number_type=asked.organization_number_type,
            organization_number=asked.organization_number,
            organization_country=asked.organization_country,
            organization_name=asked.organization_name,
            answers=asked.answers,
        )
        record(Event.REQUESTED, by=by, about=submission.about, service=asked.service, role=asked.role)
    return submission


def require_sensible(member: User, rights: Sequence[RightAsked], *, by: Actor) -> None:
    """Raise NothingAsked for an empty list and AskedTwice for a right that is there or open already."""
    if not rights:
        raise NothingAsked
    wanted = [(right.service, right.role, right.organization_number, right.organization_country) for right in rights]
    held = (
        Entitlement.objects.filter(
            member=member, status__in=[Status.REQUESTED, Status.ACTIVE, Status.SUSPENDED]
        ).values_list("service", "role", "organization_number", "organization_country")
        if member.pk
        else []
    )
    if len(set(wanted)) != len(wanted) or set(wanted) & set(held):
        raise AskedTwice


def _plan(asked: RightAsked, kind: CaseKind) -> Plan:
    organization = find_organization(asked.organization_number, asked.organization_country)
    stops = [
        Stop(
            Tier(tier.tier),
            tier.desk or (organization.desk if organization else ""),
            tier.quorum,
            remind=tier.remind_business_days,
            escalate_to=tier.escalate_to or "",
        )
        for tier in profile().route_for(kind, asked.service)
        if Tier(tier.tier).is_operator or (organization is not None and asked.role == Role.OFFICER)
    ]
    return Plan(
        kind=kind,
        route=Route(stops),
        service=asked.service,
        role=asked.role,
        organization_name=asked.organization_name,
        organization_number=asked.organization_number,
    )


def papers_for(kind: str, rights: Sequence[tuple[str, Role]]) -> list[Paper]:
    """Return the documents that such a request needs, each once, in the profile's order (R7)."""
    papers: dict[str, Paper] = {}
    for service, role in rights:
        for item in profile().checklist_for(kind, cast(RoleKey, str(role)), service):
            papers.setdefault(
                item.key,
                Paper(
                    key=item.key,
                    names=item.name.model_dump(),
                    hints=item.hint.model_dump() if item.hint else {},
                    form=item.form or "",
                    required=item.required,
                ),
            )
    return list(papers.values())


@transaction.atomic
def decide_right(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide the case of a right and let the right follow. Raises what `decide_case` raises."""
    state = decide_case(case, verb=verb, by=by, reason=reason)
    settle_right(case, by=by)
    return state


@transaction.atomic
def settle_right(case: Case, *, by: Actor) -> None:
    """Make the right follow the state that its case has reached."""
    right = case.entitlement
    if case.state_now is State.APPROVED:
        activate_right(right, by=by)
    elif case.is_ended and right.status == Status.REQUESTED:
        Entitlement.objects.filter(pk=right.pk).update(status=Status.REFUSED)
        record(Event.REFUSED, by=by, about=case.submission.about, entitlement=right.pk, state=case.state)


@transaction.atomic
def withdraw_rights_request(submission: Submission, *, by: Actor) -> None:
    """Withdraw what is open of a request for rights. Raises what `withdraw_submission` raises."""
    withdraw_submission(submission, by=by)
    for case in submission.cases.all():
        settle_right(case, by=by)


@transaction.atomic
def expire_right(case: Case, *, by: Actor) -> None:
    """Cancel the request for a right past its deadline. Raises NotAllowed before it."""
    expire_case(case, by=by)
    settle_right(case, by=by)


@transaction.atomic
def activate_right(right: Entitlement, *, by: Actor) -> None:
    """Put an approved right into force from today, for an organization that now exists (R24, R30a)."""
    organization = right.organization or admit_organization(
        number=right.organization_number,
        number_type=right.organization_number_type,
        country=right.organization_country,
        name=right.organization_name,
        by=by,
    )
    requested = Entitlement.objects.filter(pk=right.pk, status=Status.REQUESTED)
    if requested.update(status=Status.ACTIVE, organization=organization, from_date=local_date(by.at)) != 1:
        raise Overtaken
    right.refresh_from_db()
    record(
        Event.ACTIVATED, by=by, about=right.member.about, entitlement=right.pk, service=right.service, role=right.role
    )


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
    if to_oneself and not profile().service(right.service).two_person.self_grant:
        raise SelfGrant
    if from_date < today or (until_date is not None and until_date < from_date):
        raise DatesReversed
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
        Event.FUNCTION_GRANTED,
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
    if FunctionGrant.objects.filter(entitlement=right, function=function, ended_at=None).update(ended_at=by.at) != 1:
        raise NotGranted
    record(Event.FUNCTION_WITHDRAWN, by=by, about=right.member.about, function=function, entitlement=right.pk)
    _tell_member(right, "function-withdrawn", function, by=by)


def require_admin_of(right: Entitlement, *, by: Actor) -> None:
    """Raise NotTheirAdmin unless the actor administers the right's organization and service today."""
    administered = Entitlement.objects.administered_by(by.user, local_date(by.at))
    if by.user is None or not administered.filter(pk=right.pk).exists():
        raise NotTheirAdmin


def _tell_member(right: Entitlement, template: str, function: str, *, by: Actor) -> None:
    member, facts = right.member, profile()
    language = member.language
    queue_mail(
        template,
        to=member.email,
        language=language,
        context={
            "name": member.name_in(language),
            "function": facts.function(right.service, function).name.in_(language),
            "service": facts.service(right.service).name.in_(language),
            "organization": right.organization_name,
            "system_name": facts.operator.system_name.in_(language),
            "desk_phone": facts.operator.service_desk.phone,
            "link": links.rights(),
        },
        about=member.about,
        by=by,
    )
