"""Stories that happened side by side, and the moments at which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from heapq import heapify, heappop, heappush

from securenet.domain.calendar.queries import is_business_day, local_date
from securenet.domain.profile.queries import profile

Story = Iterator[datetime]
"""Yields the moment of its next step, then takes it."""


def play(stories: Iterable[Story]) -> None:
    """Take every step of every story in the order of their moments, so that numbers and ledger run with time."""
    waiting = [(first, number, story) for number, story in enumerate(stories) if (first := next(story, None))]
    heapify(waiting)
    while waiting:
        _at, number, story = heappop(waiting)
        following = next(story, None)
        if following is not None:
            heappush(waiting, (following, number, story))


@dataclass(frozen=True)
class Past:
    """The time before `now`, in the operator's business days."""

    now: datetime

    def day(self, ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment on the business day that lies `ago` business days before today."""
        day = local_date(self.now)
        while ago:
            day -= timedelta(days=1)
            ago -= is_business_day(day)
        return datetime.combine(day, time(hour, minute), tzinfo=profile().operator.zone)

    def minutes(self, ago: int) -> datetime:
        """Return the moment `ago` minutes before now."""
        return self.now - timedelta(minutes=ago)
