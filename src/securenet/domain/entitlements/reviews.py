"""Reviews opened, answered row by row, reminded of, and closed (R22e)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.calendar.days import months_later
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.ending import AdminsRight
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import STILL_OPEN, Answer, Entitlement, Review, ReviewRow, Role, Status
from securenet.domain.entitlements.queries import administers
from securenet.domain.entitlements.review_marks import marks_of, scale_of
from securenet.domain.entitlements.review_notices import (
    report_to_desk,
    tell_holder_of_lapse,
    tell_holder_of_removal,
    tell_reviewers,
)
from securenet.domain.profile.models import UnknownService
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal

AT_ONCE = 500
UNANSWERED = gettext_noop("The review of rights ended without an answer about this right.")
ANSWERED = gettext_noop("Answered after the review of rights")


class ReviewEvent(StrEnum):
    """What the ledger calls acts with reviews."""

    OPENED = "review.opened"
    ANSWERED = "review-row.answered"
    LAPSED = "review-row.lapsed"
    REMINDED = "review.reminded"
    CLOSED = "review.closed"


class NotTheReviewer(Refusal):
    """Only an Organization Admin of the organization and service reviews."""

    sentence = _("Only an Organization Admin of this organization can do that.")


class AnsweredAlready(Refusal):
    """The row has its answer, and the right has followed it."""

    sentence = _("This right has been answered in the review already.")


class OwnRow(Refusal):
    """Nobody reviews themself where there is somebody else to do it (R22b)."""

    sentence = _("Another Organization Admin has to answer about your own right.")


class LastOfAdmins(Refusal):
    """The organization would have no Organization Admin left (R21)."""

    sentence = _("This is the last Organization Admin. The operator has to name another one first.")


class RemovalUnexplained(Refusal):
    """A right is removed without a word about why."""

    sentence = _("Write the reason: the person will read it.")
    field = "reason"


def to_open(at: datetime) -> list[tuple[int, str]]:
    """Return the organizations and services whose review has come, counted from the last one or the first right."""
    today = local_date(at)
    places = Entitlement.objects.active(today).order_by().values_list("organization_id", "service")
    first = {tuple(row[:2]): row[2] for row in places.annotate(first=Min("from_date"))}
    reviewed = Review.objects.order_by().values_list("organization_id", "service").annotate(last=Max("opened_at"))
    last = {tuple(row[:2]): local_date(row[2]) for row in reviewed}
    running = set(Review.objects.filter(closed_at=None).values_list("organization_id", "service"))
    return [
        (organization, service)
        for (organization, service), begin in sorted(first.items())
        if (organization, service) not in running and _is_due(last.get((organization, service), begin), service, today)
    ]


def _is_due(last: date, service: str, today: date) -> bool:
    try:
        policy = profile().service(service).policy
    except UnknownService:
        return False
    return months_later(last, policy.review_months) <= today


@transaction.atomic
def open_review(organization_id: int, service: str, *, by: Actor) -> Review | None:
    """Return the review that has been opened over every right in force, None where another one is open."""
    today = local_date(by.at)
    earlier = Review.objects.filter(organization=organization_id, service=service)
    since = earlier.aggregate(last=Max("opened_at"))["last"]
    try:
        with transaction.atomic():
            review = Review.objects.create(
                organization_id=organization_id,
                service=service,
                opened_at=by.at,
                due_date=today + timedelta(days=profile().service(service).policy.review_days),
            )
    except IntegrityError:
        return None
    held = Entitlement.objects.held().filter(organization=organization_id, service=service)
    rights = list(held.select_related("member").prefetch_related("grants").order_by("pk"))
    scale = scale_of(rights, since=since, at=by.at)
    marked = ((right, marks_of(right, right.grants.all(), scale)) for right in rights)  # type: ignore[arg-type]
    rows = (ReviewRow(review=review, entitlement=right, marks=marks, rank=len(marks)) for right, marks in marked)
    ReviewRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    record(ReviewEvent.OPENED, by=by, about=review.about, service=service, rows=len(rights))
    tell_reviewers(review, "review-opened", by=by)
    return review


@transaction.atomic
def answer_row(row: ReviewRow, answer: Answer, *, reason: str = "", by: Actor) -> None:
    """Keep, change or remove one right (R22e); a suspension for want of an answer is lifted by it.

    Raises NotTheReviewer, AnsweredAlready, OwnRow, RemovalUnexplained, LastOfAdmins, AdminsRight, or
    Overtaken.
    """
    right = row.entitlement
    _require_reviewer(row, by=by)
    if row.answer not in STILL_OPEN:
        raise AnsweredAlready
    if answer == Answer.REMOVED:
        if not reason.strip():
            raise RemovalUnexplained
        if is_last_admin(right, local_date(by.at)):
            raise LastOfAdmins
        if right.role != Role.OFFICER and right.member_id != by.user.pk:
            raise AdminsRight
        change_status(right, Status.ENDED, reason=reason, by=by)
        tell_holder_of_removal(row, masked(reason.strip()), by=by)
    elif row.answer == Answer.LAPSED and right.status == Status.SUSPENDED:
        change_status(right, Status.ACTIVE, reason=_in_house(ANSWERED), by=by)
    _write(row, answer, by=by)
    record(ReviewEvent.ANSWERED, by=by, about=right.member.about, review=row.review_id, answer=str(answer))


@transaction.atomic
def keep_rows(rows: Sequence[ReviewRow], *, by: Actor) -> int:
    """Keep several rights, those that can still be kept, and return how many. Raises NotTheReviewer or OwnRow."""
    kept = [row for row in rows if row.answer in STILL_OPEN]
    for row in kept:
        answer_row(row, Answer.KEPT, by=by)
    return len(kept)


def _require_reviewer(row: ReviewRow, *, by: Actor) -> None:
    review, day = row.review, local_date(by.at)
    if not administers(by.user, review.organization_id, review.service, day):
        raise NotTheReviewer
    if row.entitlement.member_id == by.user.pk and has_another_admin(row.entitlement, day):
        raise OwnRow


def has_another_admin(right: Entitlement, day: date) -> bool:
    """Tell whether somebody else administers the organization and service of a right on `day`."""
    admins = Entitlement.objects.admins(day).filter(organization=right.organization_id, service=right.service)
    return admins.exclude(member=right.member_id).exists()


def is_last_admin(right: Entitlement, day: date) -> bool:
    """Tell whether nobody would administer the organization and service without this right."""
    return right.role == Role.ORGANIZATION_ADMIN and not has_another_admin(right, day)


def _in_house(sentence: str) -> str:
    """Return a reason in the operator's first language: it is kept with the right for everybody to read."""
    with override(profile().operator.default_language):
        return gettext(sentence)


def _write(row: ReviewRow, answer: Answer, *, by: Actor) -> None:
    unchanged = ReviewRow.objects.filter(pk=row.pk, answer=row.answer)
    if unchanged.update(answer=answer, answered_at=by.at, answered_by=by.user) != 1:
        raise Overtaken
    row.refresh_from_db(fields=["answer", "answered_at", "answered_by"])


def to_remind_of_review(at: datetime) -> Iterable[Review]:
    """Return the open reviews of which a reminder has come that has not been sent."""
    today = local_date(at)
    running = Review.objects.filter(closed_at=None, due_date__gte=today)
    return [review for review in running if _calls(review, today) > review.reminders]


def _calls(review: Review, today: date) -> int:
    """Return how many of the profile's reminders have come by `today`."""
    days = profile().service(review.service).policy.review_reminder_days
    return sum((review.due_date - today).days <= each for each in days)


@transaction.atomic
def remind_of_review(review: Review, *, by: Actor) -> bool:
    """Remind the Organization Admins of what is unanswered; return whether it was done now."""
    calls = _calls(review, local_date(by.at))
    unchanged = Review.objects.filter(pk=review.pk, closed_at=None, reminders=review.reminders)
    if calls <= review.reminders or unchanged.update(reminders=calls) != 1:
        return False
    if review.rows.filter(answer=Answer.OPEN).exists():
        record(ReviewEvent.REMINDED, by=by, about=review.about)
        tell_reviewers(review, "review-due", by=by)
    return True


def to_close(at: datetime) -> Iterable[Review]:
    """Return the open reviews whose last day has passed."""
    return Review.objects.filter(closed_at=None, due_date__lt=local_date(at))


@transaction.atomic
def lapse_row(row: ReviewRow, *, by: Actor) -> None:
    """Suspend a right about which nobody answered; the last Organization Admin's is reported to the desk instead.

    Does nothing with a row that has its answer. Raises Overtaken or RightChanged.
    """
    if row.answer != Answer.OPEN:
        return
    right = row.entitlement
    if right.status != Status.ACTIVE:
        _write(row, Answer.GONE, by=by)
    elif is_last_admin(right, local_date(by.at)):
        _write(row, Answer.REPORTED, by=by)
        report_to_desk(row, by=by)
    else:
        _write(row, Answer.LAPSED, by=by)
        change_status(right, Status.SUSPENDED, reason=_in_house(UNANSWERED), by=by)
        tell_holder_of_lapse(row, by=by)
    record(ReviewEvent.LAPSED, by=by, about=right.member.about, review=row.review_id, answer=row.answer)


@transaction.atomic
def close_review(review: Review, *, by: Actor) -> bool:
    """Close a review none of whose rows is open any more; return whether it was done now."""
    if review.rows.filter(answer=Answer.OPEN).exists():
        return False
    if Review.objects.filter(pk=review.pk, closed_at=None).update(closed_at=by.at) != 1:
        return False
    record(ReviewEvent.CLOSED, by=by, about=review.about)
    tell_reviewers(review, "review-closed", by=by)
    return True
