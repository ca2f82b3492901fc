"""Reminding before a deadline and escalating after it, each exactly once (R32a, R34)."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from securenet.domain.approvals.flow import APPLICANTS_TURN, OPEN, REVIEWS, State
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.notices import tell_applicant, tell_desk
from securenet.domain.calendar.queries import business_days_left
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class ReminderEvent(StrEnum):
    """What the ledger calls reminders."""

    REMINDED = "case.reminded"
    ESCALATED = "case.escalated"


WITH_ADMINS = frozenset({State.ORGANIZATION_REVIEW})
"""Where a case lies with Organization Admins, whom only the room of their rights knows."""


def to_remind(at: datetime, states: Set[State] = OPEN - WITH_ADMINS) -> Iterable[Case]:
    """Return the cases in `states` of whose deadline somebody is to be reminded at `at` and has not been."""
    furthest = at + timedelta(days=max(profile().deadlines.documents_reminder_days, default=0) + 14)
    candidates = Case.objects.filter(state__in=states, due_at__gt=at, due_at__lt=furthest)
    return [case for case in candidates.select_related("submission__applicant") if _is_called_for(case, at)]


def _is_called_for(case: Case, at: datetime) -> bool:
    """Tell whether a reminder's time has come: for papers on each of the profile's days, else once in a state."""
    deadlines, state, last = profile().deadlines, case.state_now, case.reminded_at
    if state in APPLICANTS_TURN - {State.RETURNED}:
        calls = [case.due_at - timedelta(days=days) for days in deadlines.documents_reminder_days]
        return any(call <= at and (last is None or last < call) for call in calls)
    stop = case.route.stop_at(state)
    days = deadlines.returned_reminder_business_days if stop is None else stop.remind
    return last is None and business_days_left(at, case.due_at) <= days


def to_escalate(at: datetime, states: Set[State] = REVIEWS - WITH_ADMINS) -> Iterable[Case]:
    """Return the cases that lie at a desk past their deadline and have not been escalated."""
    late = Case.objects.filter(state__in=states, due_at__lte=at, escalated_at=None)
    return late.select_related("submission__applicant")


@transaction.atomic
def remind_of_case(case: Case, *, by: Actor) -> bool:
    """Remind the applicant or the operator's desk that has the turn; return whether it was done now."""
    unchanged = Case.objects.filter(pk=case.pk, reminded_at=case.reminded_at, state=case.state)
    if unchanged.update(reminded_at=by.at) != 1:
        return False
    if case.is_applicants_turn:
        tell_applicant(case, "case-due", by=by)
    elif case.state_now not in WITH_ADMINS:
        tell_desk(case, case.desk, "work-due", by=by)
    record(ReminderEvent.REMINDED, by=by, about=case.submission.about)
    return True


@transaction.atomic
def escalate_case(case: Case, *, by: Actor) -> bool:
    """Tell the desk that the route names for lateness; return whether it was done now."""
    if Case.objects.filter(pk=case.pk, escalated_at=None, state=case.state).update(escalated_at=by.at) != 1:
        return False
    stop = case.route.stop_at(case.state_now)
    tell_desk(case, (stop.escalate_to if stop else "") or case.route.first_operator.desk, "work-overdue", by=by)
    record(ReminderEvent.ESCALATED, by=by, about=case.submission.about)
    return True
