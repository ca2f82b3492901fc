"""Business days and deadlines of this installation's operator (R6, R7, R24b, R34).

Moments are aware datetimes; a deadline is the last moment of its day in the operator's time zone.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta

from securenet.domain.calendar.days import Closing, later_open_day, next_open_day, open_days_between
from securenet.domain.profile.models import Profile
from securenet.domain.profile.operator import WEEKDAYS
from securenet.domain.profile.queries import profile

logger = logging.getLogger(__name__)
LAST_MOMENT = time(23, 59, 59)


def closing_of(facts: Profile) -> Closing:
    """Return when the operator of a profile is closed."""
    weekend = frozenset(WEEKDAYS.index(day) for day in facts.operator.weekend)
    return Closing(dates=frozenset(day.date for day in facts.closing_days), weekend=weekend)


def is_business_day(day: date, *, closing: Closing | None = None) -> bool:
    """Whether the operator is open on that day."""
    return not (closing or _closing()).includes(day)


def add_business_days(start: date, days: int, *, closing: Closing | None = None) -> date:
    """Return the `days`-th business day after `start`: day 1 is the next one; 0 is `start`, or the next.

    Logs a warning when the answer lies in a year without closing days, since holidays are missing there. Raises
    ValueError for a negative number.
    """
    closing = closing or _closing()
    return _checked(later_open_day(start, days, closing), closing)


def business_days_left(now: datetime, due: datetime, *, closing: Closing | None = None) -> int:
    """Return the business days after today up to and with the due day: 0 on the day itself, negative when it is past.

    Late on the weekend after it counts as one day late.
    """
    closing, today, last = closing or _closing(), local_date(now), local_date(due)
    if now <= due:
        return open_days_between(today, last, closing)
    return min(-1, -open_days_between(last, today, closing))


def local_date(moment: datetime) -> date:
    """Return the operator's date at a moment. Raises ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("a moment has a time zone")
    return moment.astimezone(profile().operator.zone).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of the operator's day."""
    return datetime.combine(day, LAST_MOMENT, tzinfo=profile().operator.zone)


def confirmation_deadline(start: datetime) -> datetime:
    """Return until when a registration's link lives (R6)."""
    return start + timedelta(hours=profile().deadlines.confirmation_hours)


def papers_deadline(start: datetime, *, closing: Closing | None = None) -> datetime:
    """Return until when papers asked for at `start` must have arrived (R6).

    The profile's calendar days later, at the end of that day, moved on to the next business day.
    """
    closing = closing or _closing()
    last = local_date(start) + timedelta(days=profile().deadlines.documents_days)
    return end_of_day(_checked(next_open_day(last, closing), closing))


def decision_deadline(start: datetime, *, closing: Closing | None = None) -> datetime:
    """Return until when the operator decides, the last paper having arrived at `start` (R7)."""
    days = profile().deadlines.decision_business_days
    return end_of_day(add_business_days(local_date(start), days, closing=closing))


def returned_deadline(start: datetime, *, closing: Closing | None = None) -> datetime:
    """Return until when the applicant answers a question asked at `start` (R24b)."""
    days = profile().deadlines.returned_business_days
    return end_of_day(add_business_days(local_date(start), days, closing=closing))


def resumed_deadline(start: datetime, days_left: int, *, closing: Closing | None = None) -> datetime:
    """Return until when the operator decides after an answer at `start`: the days left, or the least (R24b)."""
    days = max(days_left, profile().deadlines.least_resumed_days)
    return end_of_day(add_business_days(local_date(start), days, closing=closing))


def calendar_gaps(year: int) -> tuple[int, ...]:
    """Return which of that year and the next have no closing days in the profile: what operations must fill in."""
    return _closing().gaps((year, year + 1))


def _closing() -> Closing:
    return closing_of(profile())


def _checked(day: date, closing: Closing) -> date:
    if closing.gaps((day.year,)):
        logger.warning("calendar.no_closing_days year=%d", day.year)
    return day
