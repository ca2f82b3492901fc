"""What can be done to submissions and cases. `move_case` is the one place where a case changes its state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.deadlines import due_on_entering
from securenet.domain.approvals.flow import (
    APPLICANTS_TURN,
    DECISIONS,
    OPEN,
    REVIEWS,
    State,
    Verb,
    condition,
    resolve,
    target,
)
from securenet.domain.approvals.models import Case, ChecklistItem, Step, Submission
from securenet.domain.approvals.notices import tell
from securenet.domain.approvals.planning import Paper, Plan
from securenet.domain.approvals.queries import hashed, lies_with_the_desk, missing_papers, sent_back_papers
from securenet.domain.calendar.queries import papers_deadline
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    SUBMISSION_OPENED = "submission.opened"
    CASE_MOVED = "case.moved"
    CASE_TAKEN = "case.taken"


class NotYourTurn(Refusal):
    """Somebody acts whose desk the case does not stand at."""

    sentence = _("This request is not at your desk.")


class SamePerson(Refusal):
    """Four eyes: one person at two tiers, twice at one, or deciding their own (R32)."""

    sentence = _("Another person has to decide here: you have already acted on this request, or it is your own.")


class Overtaken(Refusal):
    """Somebody else was faster (R30)."""

    sentence = _("Someone else changed this request a moment ago. Please look at it again before you decide.")


class NotAllowed(Refusal):
    """The table of transitions has no such row (R24)."""

    sentence = _("That cannot be done with this request now.")


class TooLate(Refusal):
    """The deadline for an answer has passed, and the job that ends the request has not come round yet."""

    sentence = _("The deadline for your answer has passed, so the request is being cancelled. You can send a new one.")


class ReasonMissing(Refusal):
    """A refusal or a return without a word about why."""

    sentence = _("Write the reason: the applicant will read it.")
    field = "reason"


class PapersMissing(Refusal):
    """The operator agrees to nothing of which a required paper was sent back and has not come again (R7a)."""

    sentence = _("A required document was sent back. It has to be received again before this can be agreed to.")


@transaction.atomic
def open_submission(
    applicant: Any,
    *,
    kind: str,
    plans: Sequence[Plan],
    papers: Iterable[Paper],
    language: str,
    confirmed: bool,
    draft_key: str = "",
    by: Actor,
) -> Submission:
    """Return a new submission with its cases, waiting for the mail's link or, when `confirmed`, already on its way.

    Raises IntegrityError where `draft_key`, of which only a hash is kept, has become a submission already.
    """
    submission = Submission.objects.create(
        kind=kind,
        applicant=applicant,
        language=language,
        submitted_at=by.at,
        papers_due_at=papers_deadline(by.at),
        draft_key=hashed(draft_key) if draft_key else "",
    )
    items = [
        ChecklistItem(submission=submission, position=position, **asdict(paper))
        for position, paper in enumerate(papers, 1)
    ]
    ChecklistItem.objects.bulk_create(items)
    record(Event.SUBMISSION_OPENED, by=by, about=submission.about, kind=kind, cases=len(plans))
    for plan in plans:
        case = _open_case(submission, plan, by=by)
        if confirmed:
            move_case(case, Verb.CONFIRM, by=by)
    return submission


def _open_case(submission: Submission, plan: Plan, *, by: Actor) -> Case:
    return Case.objects.create(
        submission=submission,
        kind=plan.kind,
        route_rows=plan.route.rows(),
        state=State.AWAITING_EMAIL,
        desk=plan.route.first_operator.desk,
        due_at=submission.papers_due_at,
        since=by.at,
        service=plan.service,
        role=plan.role,
        organization_name=plan.organization_name,
        organization_number=plan.organization_number,
        subject=plan.subject,
    )


@transaction.atomic
def confirm_submission(submission: Submission, *, by: Actor) -> None:
    """Send every waiting case of a submission on its route (R6, R24a). Raises NotAllowed when none waits."""
    waiting = [case for case in submission.cases.all() if case.state_now is State.AWAITING_EMAIL]
    if not waiting:
        raise NotAllowed
    for case in waiting:
        move_case(case, Verb.CONFIRM, by=by)


@transaction.atomic
def decide_case(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Stamp the case and return its new state.

    Raises NotYourTurn, SamePerson, ReasonMissing, PapersMissing, Overtaken, or NotAllowed; nothing changes then.
    """
    if verb not in DECISIONS or case.state_now not in REVIEWS or (verb is Verb.RETURN and case.is_operators_act):
        raise NotAllowed
    if case.desk not in by.desks:
        raise NotYourTurn
    require_four_eyes(case, by=by)
    if verb in {Verb.RETURN, Verb.REJECT} and not reason.strip():
        raise ReasonMissing
    if verb in {Verb.ENDORSE, Verb.APPROVE} and sent_back_papers(case.submission) and _wants_papers(case):
        raise PapersMissing
    return move_case(case, verb, by=by, reason=reason.strip())


def _wants_papers(case: Case) -> bool:
    stop = case.route.stop_at(case.state_now)
    return stop is not None and stop.tier.is_operator


def require_four_eyes(case: Case, *, by: Actor) -> None:
    """Raise SamePerson where the actor is the applicant, spoke at another tier, or spoke at this one already (R32).

    Another tier counts in the whole request, the same one case by case.
    """
    if by.user is None or case.submission.applicant_id == by.user.pk:
        raise SamePerson
    voices = Step.objects.filter(
        case__submission=case.submission_id, person=by.user, verb__in=[Verb.ENDORSE, Verb.APPROVE]
    )
    if voices.exclude(before=case.state).exists() or voices.filter(case=case, before=case.state, counts=True).exists():
        raise SamePerson


@transaction.atomic
def take_case(case: Case, *, by: Actor) -> None:
    """Make the actor the one who works on the case at its desk. Raises NotYourTurn or Overtaken."""
    if case.desk not in by.desks or case.is_ended:
        raise NotYourTurn
    _swap(case, assigned_to=by.user)
    record(Event.CASE_TAKEN, by=by, about=case.submission.about)


@transaction.atomic
def answer_case(case: Case, *, answer: str, by: Actor) -> State:
    """Answer a question to the applicant; the case goes on (R24b).

    Raises NotYourTurn, ReasonMissing, or what `require_returned` raises.
    """
    if by.user is None or case.submission.applicant_id != by.user.pk:
        raise NotYourTurn
    require_returned(case, by=by)
    if not answer.strip():
        raise ReasonMissing
    return move_case(case, Verb.ANSWER, by=by, reason=answer.strip())


def require_returned(case: Case, *, by: Actor) -> None:
    """Raise NotAllowed where the case does not wait for its applicant's answer, TooLate past its deadline."""
    if case.state_now is not State.RETURNED:
        raise NotAllowed
    if case.due_at < by.at:
        raise TooLate


@transaction.atomic
def withdraw_submission(submission: Submission, *, by: Actor) -> None:
    """Withdraw what is still open of a submission (R24b). Raises NotYourTurn or NotAllowed."""
    if by.user is None or submission.applicant_id != by.user.pk:
        raise NotYourTurn
    still_open = [case for case in submission.cases.all() if case.is_open]
    if not still_open:
        raise NotAllowed
    for case in still_open:
        move_case(case, Verb.WITHDRAW, by=by)


@transaction.atomic
def expire_case(case: Case, *, by: Actor) -> State:
    """Cancel a case whose deadline with the applicant has passed (R34). Raises NotAllowed before it."""
    if case.state_now not in APPLICANTS_TURN or case.due_at > by.at or lies_with_the_desk(case):
        raise NotAllowed
    return move_case(case, Verb.EXPIRE, by=by)


@transaction.atomic
def move_case(case: Case, verb: Verb, *, by: Actor, reason: str = "", tells: bool = True) -> State:
    """Change the state by the table, with its step, audit entry and, where `tells`, mails; return the new state."""
    before, route, reason = case.state_now, case.route, masked(reason)
    agreed = case.steps.filter(before=before, counts=True, verb__in=[Verb.ENDORSE, Verb.APPROVE]).count() + 1
    when = condition(route, before, verb, agreed=agreed, returned_by_operator=case.returned_by_operator)
    goto = target(before, verb, when)
    if goto is None:
        raise NotAllowed
    complete = not missing_papers(case.submission)
    after = resolve(route, before, goto, papers_complete=complete)
    stop = route.stop_at(after)
    changes: dict[str, Any] = {"state": after}
    if after is not before:
        changes |= due_on_entering(case, after, at=by.at)
        changes |= {
            "since": by.at,
            "reminded_at": None,
            "escalated_at": None,
            "desk": stop.desk if stop else route.first_operator.desk,
            "assigned_to": None if after in OPEN else case.assigned_to,
            "reason": reason,
        }
    if verb is Verb.RETURN:
        here = route.stop_at(before)
        changes["returned_by_operator"] = here is not None and here.tier.is_operator
        case.steps.filter(counts=True).update(counts=False)
    _swap(case, **changes)
    _write_step(case, verb, before, after, by=by, reason=reason)
    if tells:
        tell(case, before, by=by)
    return after


def _swap(case: Case, **changes: Any) -> None:
    """Compare and set: write `changes` only where nobody wrote since the case was read."""
    unchanged = Case.objects.filter(pk=case.pk, revision=case.revision, state=case.state)
    if unchanged.update(revision=case.revision + 1, **changes) != 1:
        raise Overtaken
    case.refresh_from_db()


def _write_step(case: Case, verb: Verb, before: State, after: State, *, by: Actor, reason: str) -> None:
    try:
        with transaction.atomic():
            Step.objects.create(
                case=case, verb=verb, before=before, after=after, person=by.user, at=by.at, reason=reason
            )
    except IntegrityError as error:
        raise SamePerson from error
    record(
        Event.CASE_MOVED,
        by=by,
        about=case.submission.about,
        case=case.pk,
        kind=case.kind,
        verb=str(verb),
        before=str(before),
        after=str(after),
        reason=reason,
    )
