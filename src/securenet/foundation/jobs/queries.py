"""How the queue fares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from securenet.foundation.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many jobs are ready and not done, how long the oldest of them has waited, and how many are dead."""

    ready: int
    waiting: timedelta
    dead: int


def backlog(at: datetime) -> Backlog:
    """Return the state of the queue at `at`, for the pages that watch over it."""
    open_ones = Q(done_at=None, dead_at=None, run_at__lte=at)
    found = Job.objects.filter(done_at=None).aggregate(
        ready=Count("pk", filter=open_ones),
        oldest=Min("run_at", filter=open_ones),
        dead=Count("pk", filter=Q(dead_at__isnull=False)),
    )
    return Backlog(found["ready"], at - (found["oldest"] or at), found["dead"])
