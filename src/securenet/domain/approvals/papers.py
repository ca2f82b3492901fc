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

BEFORE_THE_OPERATOR = frozenset({State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS, State.ORGANIZATION_REVIEW})


class PaperEvent(StrEnum):
    """What the ledger calls acts with papers."""

    RECEIVED = "paper.received"
    WITHDRAWN = "paper.withdrawn"


@transaction.atomic
def note_paper(item: ChecklistItem, *, by: Actor) -> None:
    """Note a paper as received; the last required one leads to the first operator tier (R24a).

    Raises NotYourTurn, SamePerson, or Overtaken.
    """
    cases = _cases_at_hand(item, by=by)
    marked = ChecklistItem.objects.filter(pk=item.pk, received_at=None)
    if marked.update(received_at=by.at, received_by=by.user) != 1:
        raise Overtaken
    record(PaperEvent.RECEIVED, by=by, about=item.submission.about, paper=item.key)
    if not missing_papers(item.submission):
        _complete_papers(item.submission, cases, by=by)


@transaction.atomic
def unnote_paper(item: ChecklistItem, *, by: Actor) -> None:
    """Take back a note made by mistake, before the operator reviews. Raises NotYourTurn, NotAllowed, or Overtaken."""
    cases = _cases_at_hand(item, by=by)
    if not all(case.state_now in BEFORE_THE_OPERATOR for case in cases if case.is_open):
        raise NotAllowed
    noted = ChecklistItem.objects.filter(pk=item.pk).exclude(received_at=None)
    if noted.update(received_at=None, received_by=None) != 1:
        raise Overtaken
    Submission.objects.filter(pk=item.submission_id).update(papers_complete_at=None)
    record(PaperEvent.WITHDRAWN, by=by, about=item.submission.about, paper=item.key)


def _complete_papers(submission: Submission, cases: list[Case], *, by: Actor) -> None:
    Submission.objects.filter(pk=submission.pk).update(papers_complete_at=by.at)
    for case in cases:
        if case.state_now is State.AWAITING_DOCUMENTS:
            move_case(case, Verb.COMPLETE, by=by)


def _cases_at_hand(item: ChecklistItem, *, by: Actor) -> list[Case]:
    """Return the submission's cases for a desk that may handle its papers, one clerk at a time.

    Papers reach the first operator tier, also while the organization still decides. The lock is for two clerks who
    each note one of the last two papers: neither would see the other's.
    """
    submission = Submission.objects.select_for_update().get(pk=item.submission_id)
    cases = list(submission.cases.all())
    if not any(case.is_open and {case.desk, case.route.first_operator.desk} & by.desks for case in cases):
        raise NotYourTurn
    if by.user is None or submission.applicant_id == by.user.pk:
        raise SamePerson
    return cases
