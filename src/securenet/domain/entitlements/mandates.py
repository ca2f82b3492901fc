"""A bank mandates a cash-in-transit company to act for it: asked for and decided (R22d)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import (
    decide_case,
    expire_case,
    open_submission,
    withdraw_submission,
)
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.planning import Plan, papers_of, route_of
from securenet.domain.approvals.queries import sent_before
from securenet.domain.calendar.days import months_later
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.assignments import carry_assignments_over
from securenet.domain.entitlements.authority import NotTheirAdmin
from securenet.domain.entitlements.grants import DatesReversed
from securenet.domain.entitlements.mandate_life import MandateEvent, MandateOver, facts_of, is_void, turn_mandate
from securenet.domain.entitlements.mandate_notices import tell_admins
from securenet.domain.entitlements.models import Mandate, MandateStatus
from securenet.domain.entitlements.queries import administers
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import find_organization
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

ROLE = "mandate"
"""What stands on a mandate's case in place of a role."""


class UnknownAgent(Refusal):
    """Only an organization of the register can be mandated."""

    sentence = _("No organization with this number is registered here. It has to have a right of its own first.")
    field = "agent_number"


class OwnAgent(Refusal):
    """An organization mandates another one."""

    sentence = _("An organization cannot give a mandate to itself.")
    field = "agent_number"


class NotMandatable(Refusal):
    """An RA checks its own people (R40)."""

    sentence = _("Applications for certificates are checked by an organization's own people: leave this function out.")
    field = "functions"


class NothingMandated(Refusal):
    """A mandate without a function or, where there are some, without a centre."""

    sentence = _("Choose at least one function and one banknote centre.")
    field = "functions"


class UnknownCentre(Refusal):
    """The operator has no such banknote centre."""

    sentence = _("There is no such banknote centre.")
    field = "centres"


class MandateTooLong(Refusal):
    """A mandate lasts no longer than a right (R22c)."""

    sentence = _("A mandate lasts %(months)d months at most. Choose an earlier end.")
    field = "until_date"


class MandatedAlready(Refusal):
    """Another mandate between the two covers some of these days."""

    sentence = _("There is a mandate for this organization already, or a request for one, for some of these days.")
    field = "from_date"


@dataclass(frozen=True, slots=True)
class MandateWish:
    """A mandate as an Organization Admin of the principal asks for it."""

    service: str
    principal: Organization
    agent_number: str
    agent_country: str
    functions: Sequence[str]
    centres: Sequence[str]
    from_date: date
    until_date: date
    renews: Mandate | None = None


@transaction.atomic
def request_mandate(wish: MandateWish, *, draft_key: str = "", by: Actor) -> Submission:
    """Return the submission by which an Organization Admin asks the operator for a mandate (R22d).

    A second click with the same `draft_key` finds the first one's. Raises NotTheirAdmin, UnknownAgent, OwnAgent,
    NothingMandated, UnknownFunction, UnknownCentre, DatesReversed, MandateTooLong, or MandatedAlready.
    """
    if not administers(by.user, wish.principal.pk, wish.service, local_date(by.at)):
        raise NotTheirAdmin
    earlier = sent_before(draft_key)
    if earlier is not None and earlier.applicant_id == by.user.pk:
        return earlier
    agent = find_organization(wish.agent_number, wish.agent_country)
    if agent is None or agent.ended_at is not None:
        raise UnknownAgent
    _require_sensible(wish, agent, by=by)
    try:
        with transaction.atomic():
            return _open(wish, agent, draft_key=draft_key, by=by)
    except IntegrityError:
        if (same := sent_before(draft_key)) is None:
            raise
        return same


def _require_sensible(wish: MandateWish, agent: Organization, *, by: Actor) -> None:
    facts = profile()
    if agent.pk == wish.principal.pk:
        raise OwnAgent
    centres = {centre.key for centre in facts.banknote_centres}
    if not wish.functions or (centres and not wish.centres):
        raise NothingMandated
    if any(facts.function(wish.service, function).checks_applications for function in wish.functions):
        raise NotMandatable
    if set(wish.centres) - centres:
        raise UnknownCentre
    if wish.from_date < local_date(by.at) or wish.until_date < wish.from_date:
        raise DatesReversed
    months = facts.service(wish.service).policy.right_months
    if wish.until_date > months_later(wish.from_date, months):
        raise MandateTooLong(months=months)
    between = Mandate.objects.filter(service=wish.service, principal=wish.principal, agent=agent)
    living = between.filter(status__in=[MandateStatus.REQUESTED, MandateStatus.ACTIVE])
    if living.filter(from_date__lte=wish.until_date, until_date__gte=wish.from_date).exists():
        raise MandatedAlready


def _open(wish: MandateWish, agent: Organization, *, draft_key: str, by: Actor) -> Submission:
    facts = profile()
    plan = Plan(
        kind=Kind.MANDATE,
        route=route_of(facts.route_for("mandate", wish.service)),
        service=wish.service,
        role=ROLE,
        organization_name=wish.principal.name,
        organization_number=wish.principal.number,
    )
    submission = open_submission(
        by.user,
        kind=Kind.MANDATE,
        plans=[plan],
        papers=papers_of(facts.checklist_for(Kind.MANDATE, service=wish.service)),
        language=by.user.language,
        confirmed=True,
        draft_key=draft_key,
        by=by,
    )
    mandate = Mandate.objects.create(
        case=submission.cases.get(),
        service=wish.service,
        principal=wish.principal,
        agent=agent,
        functions=sorted(set(wish.functions)),
        centres=sorted(set(wish.centres)),
        from_date=wish.from_date,
        until_date=wish.until_date,
        renews=wish.renews,
    )
    record(MandateEvent.REQUESTED, by=by, about=mandate.about, **facts_of(mandate))
    return submission


@transaction.atomic
def decide_mandate(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide the case of a mandate and let the mandate follow. Raises MandateOver or what `decide_case` raises."""
    if verb is Verb.APPROVE and is_void(case.mandate, local_date(by.at)):
        raise MandateOver
    state = decide_case(case, verb=verb, by=by, reason=reason)
    settle_mandate(case, by=by)
    return state


@transaction.atomic
def settle_mandate(case: Case, *, by: Actor) -> None:
    """Make the mandate follow the state that its case has reached; both sides are told when it comes into force."""
    mandate = case.mandate
    if case.state_now is State.APPROVED:
        turn_mandate(mandate, MandateStatus.REQUESTED, MandateStatus.ACTIVE, activated_at=by.at)
        record(MandateEvent.ACTIVATED, by=by, about=mandate.about, **facts_of(mandate))
        carry_assignments_over(mandate, by=by)
        tell_admins(mandate, "mandate-received", sides=("agent",), by=by)
    elif case.is_ended and mandate.status == MandateStatus.REQUESTED:
        turn_mandate(mandate, MandateStatus.REQUESTED, MandateStatus.REFUSED)
        record(MandateEvent.REFUSED, by=by, about=mandate.about, state=case.state)


@transaction.atomic
def withdraw_mandate_request(submission: Submission, *, by: Actor) -> None:
    """Withdraw the request for a mandate. Raises what `withdraw_submission` raises."""
    withdraw_submission(submission, by=by)
    for case in submission.cases.all():
        settle_mandate(case, by=by)


@transaction.atomic
def expire_mandate_request(case: Case, *, by: Actor) -> None:
    """Cancel the request for a mandate past its deadline. Raises NotAllowed before it."""
    expire_case(case, by=by)
    settle_mandate(case, by=by)
