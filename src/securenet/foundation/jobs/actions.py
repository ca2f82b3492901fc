"""Writing jobs and forgetting old ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.foundation.jobs.models import Job

KEPT = timedelta(days=30)
MAX_ATTEMPTS = 20


def enqueue(
    name: str, *, run_at: datetime, dedupe: str | None = None, max_attempts: int = MAX_ATTEMPTS, **args: object
) -> Job:
    """Write a job into the caller's transaction and return it: it exists when, and only when, that commits.

    `args` are JSON data for the body, without secrets. A second job with the same `dedupe` is not written: the first
    one, done or not, is returned, as long as it is kept (30 days after it was done).
    """
    values = {"name": name, "args": args, "run_at": run_at, "max_attempts": max_attempts}
    if dedupe is None:
        return Job.objects.create(**values)
    return Job.objects.get_or_create(dedupe=dedupe, defaults=values)[0]


def purge(at: datetime) -> int:
    """Delete the jobs that were done more than 30 days before `at` and return their number; dead ones stay."""
    return Job.objects.filter(done_at__lt=at - KEPT).delete()[0]
