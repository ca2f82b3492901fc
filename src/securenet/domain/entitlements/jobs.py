"""Requests whose deadline passed with the applicant; rights, grants and mandates that end; shortages; reviews."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.approvals.models import Kind
from securenet.domain.approvals.queries import now_due
from securenet.domain.approvals.reminders import WITH_ADMINS, to_escalate
from securenet.domain.approvals.reminders import to_remind as requests_to_remind
from securenet.domain.entitlements.actions import expire_right
from securenet.domain.entitlements.chain import (
    about_to_lapse,
    end_with_right,
    lapse_appointment,
    lapsed,
    remind_of_appointment,
    without_right,
)
from securenet.domain.entitlements.mandate_life import finish_mandate, to_finish
from securenet.domain.entitlements.mandate_reminders import mandates_to_remind, remind_of_mandate
from securenet.domain.entitlements.mandates import expire_mandate_request
from securenet.domain.entitlements.models import Answer
from securenet.domain.entitlements.reminding import escalate_request, remind_admins_of_request
from securenet.domain.entitlements.renewing import (
    end_expired_grant,
    end_expired_right,
    endings_to_remind,
    grants_now_over,
    now_over,
    remind_of_ends,
)
from securenet.domain.entitlements.reviews import (
    close_review,
    lapse_row,
    open_review,
    remind_of_review,
    to_close,
    to_open,
    to_remind_of_review,
)
from securenet.domain.entitlements.shortages import (
    follow_shortages,
    remind_of_shortage,
    settle_shortage,
    to_remind,
    to_settle,
)
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import job, schedule

schedule("entitlements.expire-requests", timedelta(minutes=10))
schedule("entitlements.remind-admins", timedelta(minutes=10))
schedule("entitlements.shortages", timedelta(minutes=10))
schedule("entitlements.appointments", timedelta(hours=1))
schedule("entitlements.watch-mandates", timedelta(minutes=10))
schedule("entitlements.keep-dates", timedelta(minutes=30))


@job("entitlements.expire-requests")
def expire_requests(*, at: datetime) -> None:
    """Cancel what is past its deadline (R34)."""
    by = system("deadlines", at)
    for case in now_due(at, (Kind.REGISTRATION, Kind.RIGHTS)):
        expire_right(case, by=by)
    for case in now_due(at, (Kind.MANDATE,)):
        expire_mandate_request(case, by=by)


@job("entitlements.remind-admins")
def remind_admins(*, at: datetime) -> None:
    """Remind the Organization Admins of requests that wait for them, and escalate those that are late (R24a, R34)."""
    by = system("deadlines", at)
    kinds = {Kind.REGISTRATION, Kind.RIGHTS}
    for case in requests_to_remind(at, WITH_ADMINS):
        if case.kind in kinds:
            remind_admins_of_request(case, by=by)
    for case in to_escalate(at, WITH_ADMINS):
        if case.kind in kinds:
            escalate_request(case, by=by)


@job("entitlements.shortages")
def watch_shortages(*, at: datetime) -> None:
    """Notice where Organization Admins are missing, remind, and settle what was not mended in time (R22b, R22f)."""
    by = system("shortages", at)
    follow_shortages(by=by)
    for shortage in to_settle(at):
        settle_shortage(shortage, by=by)
    for shortage in to_remind(at):
        remind_of_shortage(shortage, by=by)


@job("entitlements.appointments")
def watch_appointments(*, at: datetime) -> None:
    """End the appointments whose last day or whose right is over, and remind of those that end soon (R22a)."""
    by = system("appointments", at)
    for appointment in without_right():
        end_with_right(appointment, by=by)
    for appointment in lapsed(at):
        lapse_appointment(appointment, by=by)
    for appointment in about_to_lapse(at):
        remind_of_appointment(appointment, by=by)


@job("entitlements.watch-mandates")
def watch_mandates(*, at: datetime) -> None:
    """Write down which mandates are over, and remind both sides of those that soon will be (R22d)."""
    by = system("deadlines", at)
    for mandate in to_finish(at):
        finish_mandate(mandate, by=by)
    for mandate in mandates_to_remind(at):
        remind_of_mandate(mandate, by=by)


@job("entitlements.watch-reviews")
def watch_reviews(*, at: datetime) -> None:
    """Open the reviews whose time has come, remind of open ones, and close those whose last day has passed (R22e)."""
    by = system("reviews", at)
    for organization, service in to_open(at):
        open_review(organization, service, by=by)
    for review in to_remind_of_review(at):
        remind_of_review(review, by=by)
    for review in to_close(at):
        unanswered = review.rows.filter(answer=Answer.OPEN).order_by("pk")
        for row in unanswered.select_related("review__organization", "entitlement__member"):
            lapse_row(row, by=by)
        close_review(review, by=by)


schedule("entitlements.watch-reviews", timedelta(minutes=30))


@job("entitlements.keep-dates")
def keep_dates(*, at: datetime) -> None:
    """End the rights and grants whose last day has passed, and remind of those whose end is near (R22c)."""
    by = system("dates", at)
    for grant in grants_now_over(at):
        end_expired_grant(grant, by=by)
    for right in now_over(at):
        end_expired_right(right, by=by)
    for endings in endings_to_remind(at):
        remind_of_ends(endings, by=by)
