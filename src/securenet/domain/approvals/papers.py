"""Papers noted as received, accepted, and sent back one by one (R7a, R24a, R30)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from securenet.domain.approvals.actions import (
    NotAllowed,
    NotYourTurn,
    Overtaken,
    ReasonMissing,
    SamePerson,
    move_case,
)
from securenet.domain.approvals.checklist import PaperState, require_age
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, ChecklistItem, Scan, Submission
from securenet.domain.approvals.notices import tell_of_sent_back
from securenet.domain.approvals.queries import missing_papers
from securenet.domain.calendar.queries import local_date
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal

BEFORE_THE_OPERATOR = frozenset({State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS, State.ORGANIZATION_REVIEW})


class PaperEvent(StrEnum):
    """What the ledger calls acts with papers."""

    RECEIVED = "paper.received"
    WITHDRAWN = "paper.withdrawn"
    ACCEPTED = "paper.accepted"
    SENT_BACK = "paper.sent-back"
    TOLD = "papers.told"


class NothingSentBack(Refusal):
    """The applicant knows already, or nothing was sent back."""

    sentence = _("No document has been sent back that the applicant has not been told of.")


@transaction.atomic
def note_paper(item: ChecklistItem, *, dated: date | None = None, by: Actor) -> None:
    """Note a paper as received; the last required one leads to the first operator tier (R24a).

    `dated` is the date on a paper that may not be old, None where its rule does not apply to this one.
    Raises NotYourTurn, SamePerson, PaperTooOld, PaperFromTheFuture, or Overtaken.
    """
    cases = _cases_at_hand(item, by=by)
    _require_date(item, dated, by=by)
    marked = ChecklistItem.objects.filter(pk=item.pk, received_at=None)
    changes = {"received_at": by.at, "received_by": by.user, "on_paper": True, "paper_date": dated}
    if marked.update(**changes, returned_at=None, returned_reason="") != 1:
        raise Overtaken
    record(PaperEvent.RECEIVED, by=by, about=item.submission.about, **_facts(item, dated))
    _go_on(item.submission, cases, by=by)


@transaction.atomic
def accept_paper(item: ChecklistItem, *, dated: date | None = None, by: Actor) -> None:
    """Accept a paper that was looked at, as a scan or in hand; what was only uploaded counts as received now (R7a).

    Raises NotYourTurn, SamePerson, PaperTooOld, PaperFromTheFuture, or Overtaken.
    """
    cases = _cases_at_hand(item, by=by)
    now = ChecklistItem.objects.prefetch_related("scans").get(pk=item.pk)
    _require_date(now, dated, by=by)
    if now.accepted_at is not None:
        raise Overtaken
    changes: dict[str, Any] = {"accepted_at": by.at, "accepted_by": by.user, "returned_at": None, "returned_reason": ""}
    if now.received_at is None:
        changes |= {"received_at": by.at, "received_by": by.user}
        changes["on_paper"] = now.on_paper or not now.scans_to_check
    if dated is not None:
        changes["paper_date"] = dated
    ChecklistItem.objects.filter(pk=now.pk).update(**changes)
    record(PaperEvent.ACCEPTED, by=by, about=item.submission.about, **_facts(item, dated))
    _go_on(item.submission, cases, by=by)


@transaction.atomic
def send_back_paper(item: ChecklistItem, *, reason: str, by: Actor) -> None:
    """Send a paper back with its own reason: it is awaited again (R7a). `tell_of_papers` tells the applicant.

    Raises NotYourTurn, SamePerson, ReasonMissing, or NotAllowed.
    """
    cases = _cases_at_hand(item, by=by)
    if not reason.strip():
        raise ReasonMissing
    now = ChecklistItem.objects.prefetch_related("scans").get(pk=item.pk)
    in_time = all(_may_be_sent_back(case) for case in cases if case.is_open)
    if not in_time or now.state in {PaperState.AWAITED, PaperState.SENT_BACK}:
        raise NotAllowed
    ChecklistItem.objects.filter(pk=now.pk).update(
        received_at=None,
        received_by=None,
        accepted_at=None,
        accepted_by=None,
        paper_date=None,
        returned_at=by.at,
        returned_reason=masked(reason.strip()),
        told_at=None,
    )
    Scan.objects.filter(item=now, returned_at=None).update(returned_at=by.at)
    if now.required:
        Submission.objects.filter(pk=now.submission_id).update(papers_complete_at=None)
    record(PaperEvent.SENT_BACK, by=by, about=item.submission.about, paper=now.key, reason=masked(reason.strip()))


def _may_be_sent_back(case: Case) -> bool:
    return case.state_now in BEFORE_THE_OPERATOR | {State.RETURNED, case.route.first_operator.tier.review}


@transaction.atomic
def tell_of_papers(submission: Submission, *, by: Actor) -> None:
    """Tell the applicant in one mail what was sent back and why; cases under review are returned meanwhile (R7a, R24b).

    Raises NotYourTurn, SamePerson, NothingSentBack, or Overtaken.
    """
    cases = _cases_of(submission, by=by)
    untold = list(submission.papers.filter(told_at=None).exclude(returned_at=None))
    if not untold:
        raise NothingSentBack
    ChecklistItem.objects.filter(pk__in=[item.pk for item in untold]).update(told_at=by.at)
    with override(submission.applicant.language):
        lines = [f"{item.name}: {item.returned_reason}" for item in untold]
    for case in cases:
        if case.state_now is case.route.first_operator.tier.review and case.desk in by.desks:
            move_case(case, Verb.RETURN, by=by, reason="\n".join(lines), tells=False)
    still_open = [case for case in cases if case.is_open]
    tell_of_sent_back(submission, lines, due_at=min(case.due_at for case in still_open), by=by)
    record(PaperEvent.TOLD, by=by, about=submission.about, papers=[item.key for item in untold])


@transaction.atomic
def unnote_paper(item: ChecklistItem, *, by: Actor) -> None:
    """Take back a note made by mistake, before the operator reviews. Raises NotYourTurn, NotAllowed, or Overtaken."""
    cases = _cases_at_hand(item, by=by)
    if not all(case.state_now in BEFORE_THE_OPERATOR for case in cases if case.is_open):
        raise NotAllowed
    noted = ChecklistItem.objects.filter(pk=item.pk).exclude(received_at=None)
    cleared = {"accepted_at": None, "accepted_by": None, "paper_date": None, "on_paper": False}
    if noted.update(received_at=None, received_by=None, **cleared) != 1:
        raise Overtaken
    Submission.objects.filter(pk=item.submission_id).update(papers_complete_at=None)
    record(PaperEvent.WITHDRAWN, by=by, about=item.submission.about, paper=item.key)


def _require_date(item: ChecklistItem, dated: date | None, *, by: Actor) -> None:
    """Check a paper's date against the day on which it arrived."""
    if dated is not None and item.max_age_months:
        arrived = item.arrived_at or by.at
        require_age(dated, arrived=local_date(arrived), today=local_date(by.at), months=item.max_age_months)


def _facts(item: ChecklistItem, dated: date | None) -> dict[str, Any]:
    return {"paper": item.key} | ({"dated": dated.isoformat()} if dated else {})


def _go_on(submission: Submission, cases: list[Case], *, by: Actor) -> None:
    """Move on the cases that waited for papers only, when nothing required is missing any more."""
    if missing_papers(submission):
        return
    Submission.objects.filter(pk=submission.pk, papers_complete_at=None).update(papers_complete_at=by.at)
    for case in cases:
        if case.state_now is State.AWAITING_DOCUMENTS:
            move_case(case, Verb.COMPLETE, by=by)
        elif case.state_now is State.RETURNED and submission.papers.filter(told_at=case.since).exists():
            move_case(case, Verb.ANSWER, by=by)


def _cases_at_hand(item: ChecklistItem, *, by: Actor) -> list[Case]:
    return _cases_of(item.submission, by=by)


def _cases_of(submission: Submission, *, by: Actor) -> list[Case]:
    """Return the submission's cases for a desk that may handle its papers, one clerk at a time.

    Papers reach the first operator tier, also while the organization still decides. The lock is for two clerks who
    each note one of the last two papers: neither would see the other's.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    cases = list(submission.cases.all())
    if not any(case.is_open and {case.desk, case.route.first_operator.desk} & by.desks for case in cases):
        raise NotYourTurn
    if by.user is None or submission.applicant_id == by.user.pk:
        raise SamePerson
    return cases
