"""Papers of requests that ended without approval: destroyed in time, and signed off (R30, R79)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from securenet.domain import links
from securenet.domain.approvals.actions import NotYourTurn, Overtaken
from securenet.domain.approvals.flow import OPEN, State
from securenet.domain.approvals.models import Case, ChecklistItem, Submission
from securenet.domain.letters import letterhead
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.mail.actions import queue_mail


class DestructionEvent(StrEnum):
    """What the ledger calls acts with papers to be destroyed."""

    DESTROYED = "papers.destroyed"
    REMINDED = "papers.destruction-reminded"


@dataclass(frozen=True, slots=True)
class ToDestroy:
    """The papers of one request, and until when they must be destroyed."""

    submission: Submission
    papers: list[ChecklistItem]
    ended_at: datetime
    destroy_by: datetime

    def is_late(self, at: datetime) -> bool:
        """Tell whether the time is over."""
        return self.destroy_by < at


def failed_submissions() -> QuerySet[Submission]:
    """Return the submissions that have ended without any approval."""
    cases = Case.objects.filter(submission=OuterRef("pk"))
    alive = cases.filter(state__in=[*sorted(OPEN), State.APPROVED])
    ended = Submission.objects.filter(Exists(cases)).exclude(Exists(alive))
    return ended.select_related("applicant").prefetch_related("cases", "papers")


def ended_at(submission: Submission) -> datetime:
    """Return when the last case of a submission ended."""
    return max(case.since for case in submission.cases.all())


def papers_to_destroy() -> list[ToDestroy]:
    """Return the requests of which paper lies at the desk and must be destroyed, the most urgent first."""
    days = timedelta(days=profile().retention.refused_papers_days)
    on_paper = ChecklistItem.objects.filter(submission=OuterRef("pk"), on_paper=True)
    rows = [
        ToDestroy(one, [item for item in one.papers.all() if item.on_paper], ended_at(one), ended_at(one) + days)
        for one in failed_submissions().filter(Exists(on_paper), papers_destroyed_at=None)
    ]
    return sorted(rows, key=lambda row: (row.destroy_by, row.submission.pk))


@transaction.atomic
def destroy_papers(submissions: Sequence[Submission], *, by: Actor) -> None:
    """Sign off, with name and moment, that the papers of these requests have been destroyed (R30).

    Raises NotYourTurn, or Overtaken where one of them was signed off already or is not to be destroyed.
    """
    waiting = {row.submission.pk for row in papers_to_destroy()}
    for submission in submissions:
        if submission.pk not in waiting:
            raise Overtaken
        if not any(case.route.first_operator.desk in by.desks for case in submission.cases.all()):
            raise NotYourTurn
        fresh = Submission.objects.filter(pk=submission.pk, papers_destroyed_at=None)
        if fresh.update(papers_destroyed_at=by.at, papers_destroyed_by=by.user) != 1:
            raise Overtaken
        papers = [item.key for item in submission.papers.filter(on_paper=True)]
        record(DestructionEvent.DESTROYED, by=by, about=submission.about, papers=papers)


@transaction.atomic
def remind_of_destruction(*, by: Actor) -> int:
    """Tell the service desk, once for each request, which papers should have been destroyed; return their number."""
    late = [row for row in papers_to_destroy() if row.is_late(by.at) and row.submission.destruction_reminded_at is None]
    if not late:
        return 0
    language, desk = profile().operator.default_language, profile().operator.service_desk
    queue_mail(
        "papers-to-destroy",
        to=desk.email,
        language=language,
        context=letterhead(language)
        | {
            "desk": desk.name.in_(language),
            "numbers": [row.submission.number for row in late],
            "days": profile().retention.refused_papers_days,
            "link": links.papers_to_destroy(),
        },
        about="papers to destroy",
        by=by,
    )
    keys = [row.submission.pk for row in late]
    Submission.objects.filter(pk__in=keys).update(destruction_reminded_at=by.at)
    record(DestructionEvent.REMINDED, by=by, about="papers to destroy", submissions=keys)
    return len(late)
