"""Counting business days over explicit closing days: no profile, no clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Closing:
    """When the operator is closed: single dates, and days of the week (0 is Monday)."""

    dates: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})

    def includes(self, day: date) -> bool:
        """Whether the operator is closed on that day."""
        return day.weekday() in self.weekend or day in self.dates

    def gaps(self, years: Iterable[int]) -> tuple[int, ...]:
        """Return those of the years that have no closing dates at all."""
        known = {day.year for day in self.dates}
        return tuple(year for year in years if year not in known)


def months_later(start: date, months: int) -> date:
    """Return the same day of a later month, the month's last one where it has no such day."""
    years, month = divmod(start.month - 1 + months, MONTHS)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def next_open_day(day: date, closing: Closing) -> date:
    """Return the day itself when the operator is open, else the first open day after it."""
    while closing.includes(day):
        day += ONE_DAY
    return day


def later_open_day(start: date, days: int, closing: Closing) -> date:
    """Return the `days`-th open day after `start`; 0 gives the first open day from `start` on.

    Raises ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("business days are counted forwards")
    day = start if days else next_open_day(start, closing)
    for _ in range(days):
        day = next_open_day(day + ONE_DAY, closing)
    return day


def open_days_between(start: date, end: date, closing: Closing) -> int:
    """Return how many open days there are after `start` up to and with `end`; 0 when `end` is not after `start`."""
    return sum(not closing.includes(start + number * ONE_DAY) for number in range(1, (end - start).days + 1))
