"""Reads of submissions and cases."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from securenet.domain.approvals.flow import APPLICANTS_TURN, OPEN, REVIEWS, State, Verb
from securenet.domain.approvals.models import Case, CaseQuerySet, ChecklistItem, Scan, Step, Submission
from securenet.domain.calendar.queries import add_business_days, end_of_day, local_date

COUNTED = 1000
NUMBER_DIGITS = 10
LEAST_OF_AN_ORGANIZATION = 4
PEOPLE = ("submission__applicant", "subject")
"""By whose names a case is found."""


def hashed(secret: str) -> str:
    """Return what is stored of a secret that is random enough to need no salt."""
    return sha256(secret.encode()).hexdigest()


def sent_before(draft_key: str) -> Submission | None:
    """Return what a browser's draft became, for a second click and another tab (R5)."""
    if not draft_key:
        return None
    return Submission.objects.filter(draft_key=hashed(draft_key)).select_related("applicant").first()


def now_due(at: datetime, kinds: Iterable[str]) -> Iterable[Case]:
    """Return the cases of these kinds whose deadline with the applicant has passed at `at`."""
    late = Case.objects.filter(kind__in=kinds, state__in=APPLICANTS_TURN, due_at__lte=at)
    return [case for case in late.select_related("submission__applicant") if not lies_with_the_desk(case)]


def capped_count(rows: QuerySet[Any]) -> int:
    """Return how many rows there are, exactly up to 1,000; 1,001 stands for more (R30)."""
    return rows.order_by()[: COUNTED + 1].count()


def cases_at(desks: Set[str] | None) -> CaseQuerySet:
    """Return the cases at these desks; None stands for every desk, as auditors see them."""
    return Case.objects.all() if desks is None else Case.objects.at_desks(desks)


def overdue(at: datetime) -> Q:
    """Return the condition of open cases whose due moment has passed."""
    return Q(state__in=sorted(OPEN), due_at__lt=at)


def due_soon(at: datetime) -> Q:
    """Return the condition of open cases that are due today or on the next business day."""
    last = end_of_day(add_business_days(local_date(at), 1))
    return Q(state__in=sorted(OPEN), due_at__gte=at, due_at__lte=last)


def ready() -> Q:
    """Return the condition of cases that wait for a decision and not for the applicant."""
    return Q(state__in=sorted(REVIEWS))


@dataclass(frozen=True, slots=True)
class Tally:
    """How full a queue is; each figure as `capped_count` gives it."""

    open: int
    overdue: int
    due_soon: int
    ready: int


def tally(cases: CaseQuerySet, at: datetime) -> Tally:
    """Return the figures over a queue."""
    return Tally(
        open=capped_count(cases.open()),
        overdue=capped_count(cases.filter(overdue(at))),
        due_soon=capped_count(cases.filter(due_soon(at))),
        ready=capped_count(cases.filter(ready())),
    )


def matching(text: str) -> Q:
    """Return the condition of cases with this number, or this in a name or in an organization's number."""
    found = Q(organization_name__icontains=text) | Q(organization_number__iexact=text)
    digits = text.replace("-", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit():
        for person in PEOPLE:
            for name in ("name_th", "name_en", "username"):
                found |= Q(**{f"{person}__{name}__icontains": text})
        return found
    if len(digits) >= LEAST_OF_AN_ORGANIZATION:
        found |= Q(organization_number__startswith=digits)
    if len(digits) <= NUMBER_DIGITS:
        found |= Q(submission_id=int(digits))
    return found | Q(submission__applicant__username=digits) | Q(subject__username=digits)


def for_queue(cases: CaseQuerySet) -> CaseQuerySet:
    """Return the cases with what a queue shows: the applicant, who works on it, and how many papers are missing."""
    missing = (
        ChecklistItem.objects.filter(submission=OuterRef("submission"), required=True, received_at=None)
        .order_by()
        .values("submission")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return cases.select_related("submission__applicant", "subject", "assigned_to").annotate(
        papers_missing=Coalesce(Subquery(missing), 0)
    )


def whole_submission(number: int, desks: Set[str] | None) -> Submission | None:
    """Return a submission with its cases, steps and papers, None where it is not for these desks to see (R24a).

    A desk sees what stands there and what it has decided, with every case of it.
    """
    steps = Step.objects.select_related("person")
    cases = (
        Case.objects.select_related(
            "assigned_to",
            "subject",
            "entitlement",
            "certificate",
            "release__certificate",
            "recovery",
            "mandate__principal",
            "mandate__agent",
            "trust_change__authority",
            "revocation_exception__authority",
        )
        .prefetch_related(Prefetch("steps", steps))
        .order_by("pk")
    )
    papers = ChecklistItem.objects.select_related("received_by").prefetch_related("scans__pages")
    submission = (
        Submission.objects.filter(pk=number)
        .select_related("applicant")
        .prefetch_related(Prefetch("cases", cases), Prefetch("papers", papers))
        .first()
    )
    if submission is None or desks is None:
        return submission
    return submission if any(_is_seen(case, desks) for case in submission.cases.all()) else None


def _is_seen(case: Case, desks: Set[str]) -> bool:
    own = {stop.tier.review for stop in case.route.stops if stop.desk in desks}
    return case.desk in desks or any(
        step.before in own and step.verb in {Verb.ENDORSE, Verb.APPROVE, Verb.RETURN, Verb.REJECT}
        for step in case.steps.all()
    )


def missing_papers(submission: Submission) -> bool:
    """Tell whether a required document has not been received."""
    return submission.papers.filter(required=True, received_at=None).exists()


def sent_back_papers(submission: Submission) -> bool:
    """Tell whether a required document was sent back and has not been received again."""
    return submission.papers.filter(required=True, received_at=None).exclude(returned_at=None).exists()


def unsent_papers(submission: Submission) -> bool:
    """Tell whether a required document has neither been received nor uploaded."""
    uploaded = Scan.objects.filter(item=OuterRef("pk"), returned_at=None)
    waiting = submission.papers.filter(required=True, received_at=None)
    return waiting.exclude(Exists(uploaded)).exists()


def lies_with_the_desk(case: Case) -> bool:
    """Tell whether a case waits for papers that were all uploaded in time: the desk has to look, not the applicant."""
    return case.state_now is State.AWAITING_DOCUMENTS and not unsent_papers(case.submission)
