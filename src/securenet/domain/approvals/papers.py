"""Papers noted as received (R24a, R30)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, SamePerson, move_case
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, ChecklistItem, Submission
from securenet.domain.approvals.queries import missing_papers
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class PaperEvent(StrEnum):
    """What the ledger calls acts with papers."""

    RECEIVED = "paper.received"
    WITHDRAWN = "paper.withdrawn"


@transaction.atomic
def note_paper(item: ChecklistItem, *, by: Actor) -> None:
    """Note a paper as received; the last required one leads to the first operator tier (R24a). Raises NotYourTurn."""
    cases = list(item.submission.cases.all())
    _require_desk(cases, by=by)
    marked = ChecklistItem.objects.filter(pk=item.pk, received_at=None)
    if marked.update(received_at=by.at, received_by=by.user) != 1:
        raise Overtaken
    record(PaperEvent.RECEIVED, by=by, about=item.submission.about, paper=item.key)
    if not missing_papers(item.submission):
        _complete_papers(item.submission, cases, by=by)


@transaction.atomic
def unnote_paper(item: ChecklistItem, *, by: Actor) -> None:
    """Take back a note made by mistake, while papers are still awaited. Raises NotYourTurn or NotAllowed."""
    cases = list(item.submission.cases.all())
    _require_desk(cases, by=by)
    if not any(case.state_now is State.AWAITING_DOCUMENTS for case in cases):
        raise NotAllowed
    if (
        ChecklistItem.objects.filter(pk=item.pk).exclude(received_at=None).update(received_at=None, received_by=None)
        != 1
    ):
        raise Overtaken
    record(PaperEvent.WITHDRAWN, by=by, about=item.submission.about, paper=item.key)


def _complete_papers(submission: Submission, cases: list[Case], *, by: Actor) -> None:
    Submission.objects.filter(pk=submission.pk).update(papers_complete_at=by.at)
    for case in cases:
        if case.state_now is State.AWAITING_DOCUMENTS:
            move_case(case, Verb.COMPLETE, by=by)


def _require_desk(cases: list[Case], *, by: Actor) -> None:
    if not any(case.desk in by.desks and case.is_open for case in cases):
        raise NotYourTurn
    if any(by.user is None or case.submission.applicant_id == by.user.pk for case in cases):
        raise SamePerson
