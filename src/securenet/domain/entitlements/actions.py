"""What happens to requests for rights: asked for, decided, withdrawn, expired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import (
    decide_case,
    expire_case,
    open_submission,
    withdraw_submission,
)
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.planning import Paper, Plan, papers_of, route_of
from securenet.domain.approvals.queries import sent_before
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.appointing import record_letters
from securenet.domain.entitlements.life import RightChanged, begin_life, change_status
from securenet.domain.entitlements.models import HELD, Entitlement, FunctionGrant, Invitation, Role, Status
from securenet.domain.entitlements.queries import desk_asked_first, living_grants
from securenet.domain.entitlements.renewing import ends_soon, last_day
from securenet.domain.entitlements.telling import tell_admins
from securenet.domain.organizations.actions import admit_organization
from securenet.domain.organizations.queries import find_organization, require_askable
from securenet.domain.profile.catalogue import CaseKind
from securenet.domain.profile.catalogue import Role as RoleKey
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    REQUESTED = "entitlement.requested"


class NothingAsked(Refusal):
    """A request without a right."""

    sentence = _("Add at least one right that you ask for.")


class AskedTwice(Refusal):
    """The same right twice, or one that the member holds."""

    sentence = _("You have asked for this right already, or you hold it.")


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
    invitation: int | None = None
    """The invitation that was taken up to ask for it."""


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

    A second click or tab with the same `draft_key` finds the first one's (R5). Raises NothingAsked, AskedTwice, or
    what the profile says of a service that is not open and a role that it does not know.
    """
    if (earlier := _earlier(member, draft_key)) is not None:
        return earlier
    require_sensible(member, rights, by=by)
    try:
        with transaction.atomic():
            return _open(member, rights, kind=kind, confirmed=confirmed, draft_key=draft_key, by=by)
    except IntegrityError:
        if (same := _earlier(member, draft_key)) is None:
            raise
        return same


def _earlier(member: User, draft_key: str) -> Submission | None:
    found = sent_before(draft_key)
    return found if found is not None and found.applicant_id == member.pk else None


def _open(
    member: User, rights: Sequence[RightAsked], *, kind: CaseKind, confirmed: bool, draft_key: str, by: Actor
) -> Submission:
    submission = open_submission(
        member,
        kind=kind,
        plans=[_plan(asked, kind) for asked in rights],
        papers=_papers_for(kind, [(asked.service, asked.role) for asked in rights]),
        language=member.language,
        confirmed=confirmed,
        draft_key=draft_key,
        by=by,
    )
    for case, asked in zip(submission.cases.order_by("pk"), rights, strict=True):
        right = Entitlement.objects.create(
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
        begin_life(right, by=by)
        if asked.invitation is not None:
            Invitation.objects.filter(pk=asked.invitation, entitlement=None).exclude(used_at=None).update(
                entitlement=right
            )
        record(Event.REQUESTED, by=by, about=submission.about, service=asked.service, role=asked.role)
    announce_requests(submission, by=by)
    return submission


@transaction.atomic
def announce_requests(submission: Submission, *, by: Actor) -> None:
    """Tell the Organization Admins of the cases that have just come to their desk (R22, R24a)."""
    for case in submission.cases.filter(state=State.ORGANIZATION_REVIEW, since=by.at).select_related("entitlement"):
        link = links.organization_request(case.pk)
        tell_admins(case.entitlement, "request-for-admins", link=link, by=by)


def require_sensible(member: User, rights: Sequence[RightAsked], *, by: Actor) -> None:
    """Raise NothingAsked for an empty list, AskedTwice for a right that is there or open already, or UnknownRole.

    What ends soon may be asked for again (R22c). Raises OrganizationMerged or OrganizationEnded where the organization
    is no more (R30a).
    """
    if not rights:
        raise NothingAsked
    for right in rights:
        profile().require_role(right.service, right.role)
        require_askable(right.organization_number, right.organization_country)
    wanted = [(right.service, right.role, right.organization_number, right.organization_country) for right in rights]
    living = member.entitlements.filter(status__in=[Status.REQUESTED, *HELD]) if member.pk else []
    held = [
        (right.service, right.role, right.organization_number, right.organization_country)
        for right in living
        if right.status == Status.REQUESTED or not ends_soon(right.until_date, right.service, local_date(by.at))
    ]
    if len(set(wanted)) != len(wanted) or set(wanted) & set(held):
        raise AskedTwice


def _plan(asked: RightAsked, kind: CaseKind) -> Plan:
    desk = desk_asked_first(asked.service, asked.role, asked.organization_number, asked.organization_country)
    return Plan(
        kind=kind,
        route=route_of(profile().route_for(kind, asked.service), organization_desk=desk),
        service=asked.service,
        role=asked.role,
        organization_name=asked.organization_name,
        organization_number=asked.organization_number,
    )


def _papers_for(kind: str, rights: Sequence[tuple[str, Role]]) -> list[Paper]:
    items = [profile().checklist_for(kind, cast(RoleKey, str(role)), service) for service, role in rights]
    return papers_of(chain.from_iterable(items))


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
        change_status(right, Status.REFUSED, by=by, reason=case.reason)


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
    """Put an approved right into force from today, for an organization that now exists (R24, R30a).

    It lasts as long as the service's policy says, and takes the place of the same right that was about to end (R22c).
    The letters of appointment among its papers go on record (R22a).
    Raises OrganizationMerged or OrganizationEnded where the organization is no more.
    """
    organization = admit_organization(
        number=right.organization_number,
        number_type=right.organization_number_type,
        country=right.organization_country,
        name=right.organization_name,
        by=by,
    )
    unmoved = Entitlement.objects.filter(pk=right.pk, organization_number=organization.number)
    if right.status != Status.REQUESTED or unmoved.update(organization_name=organization.name) != 1:
        raise RightChanged
    begin = local_date(by.at)
    earlier = Entitlement.objects.held().filter(
        member=right.member, service=right.service, role=right.role, organization=organization
    )
    grants = [grant for before in earlier for grant in _end_earlier(before, by=by)]
    end = last_day(begin, right.service)
    change_status(right, Status.ACTIVE, by=by, organization=organization, from_date=begin, until_date=end)
    for grant in grants:
        grant.pk, grant.entitlement, grant.granted_at = None, right, by.at
    FunctionGrant.objects.bulk_create(grants)
    record_letters(right, by=by)


def _end_earlier(right: Entitlement, *, by: Actor) -> list[FunctionGrant]:
    """End the right that a new one takes the place of, and return the grants that go on under that (R22c)."""
    grants = list(living_grants(local_date(by.at)).filter(entitlement=right))
    change_status(right, Status.ENDED, by=by)
    return grants
