"""The lease queue: claim in one statement, do the work, finish behind a fence. For SQLite and PostgreSQL.

A worker that is killed leaves a lease that runs out; the number of the attempt is the fence that keeps a worker whose
lease ran out from finishing what another has taken over.
"""

from __future__ import annotations

import random
import traceback
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.jobs.models import Job, Tick
from securenet.foundation.jobs.registry import SCHEDULES, Postponed, body_of

LEASE = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
ERROR_LENGTH = 4000


class LeaseLost(Exception):
    """Another worker took the job over; what was done here is not kept."""


def run_one(worker: str, *, at: datetime, lease: timedelta = LEASE) -> bool:
    """Do the next job that is ready at `at`; return whether there was one. A failing job is put back, not raised."""
    job = claim(worker, at=at, lease=lease)
    if job is None:
        return False
    perform(job, at=at)
    return True


def claim(worker: str, *, at: datetime, lease: timedelta = LEASE) -> Job | None:
    """Return the job that waits longest, now leased to `worker`, or None."""
    skip = " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    statement = f"""
        UPDATE jobs_job SET lease_until = %s, lease_by = %s, attempts = attempts + 1 WHERE id = (
            SELECT id FROM jobs_job
            WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= %s AND (lease_until IS NULL OR lease_until < %s)
            ORDER BY run_at, id LIMIT 1{skip}
        ) RETURNING id"""  # noqa: S608  two fixed words
    now, until = (connection.ops.adapt_datetimefield_value(moment) for moment in (at, at + lease))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, [until, worker, now, now])
            row = cursor.fetchone()
        return Job.objects.get(pk=row[0]) if row else None


def perform(job: Job, *, at: datetime) -> None:
    """Do a claimed job: done, put back for later, or dead after its last attempt."""
    if job.attempts > job.max_attempts:
        _bury(job, at, "Every attempt ended with the worker's death.")
        return
    try:
        finish = body_of(job.name)(at=at, **job.args)
        with transaction.atomic():
            if mine(job).update(done_at=at, lease_until=None, error="") != 1:
                raise LeaseLost
            if finish:
                finish()
    except LeaseLost:
        return
    except Exception as failure:  # whatever a body raises is its failure, not the worker's
        _put_back(job, at, told(failure))


def mine(job: Job) -> QuerySet[Job]:
    """Return the job's row as long as this claim of it holds."""
    return Job.objects.filter(pk=job.pk, lease_by=job.lease_by, attempts=job.attempts, done_at=None, dead_at=None)


def renew(job: Job, *, at: datetime, lease: timedelta) -> bool:
    """Extend the lease of a job in work; return whether it still was ours."""
    return mine(job).update(lease_until=at + lease) == 1


def tick(at: datetime) -> int:
    """Enqueue the scheduled jobs that are due at `at`, each once among all workers; return how many this one wrote.

    A time that passed while no worker ran is made up for once, not for each time that was missed. One that is further
    away than its interval was set by a clock that has been put back since: it counts from now on.
    """
    known = dict(Tick.objects.values_list("name", "next_at"))
    due = {name: every for name, every in SCHEDULES.items() if not _is_ahead(known.get(name, at), every, at)}
    return sum(_tick(name, every, at) for name, every in due.items())


def _is_ahead(next_at: datetime, every: timedelta, at: datetime) -> bool:
    return at < next_at <= at + every


def told(failure: BaseException) -> str:
    """Return what failed and where, without the values that an exception's text may carry."""
    reason = f"{type(failure).__name__}: {failure}" if isinstance(failure, Postponed) else type(failure).__qualname__
    frames = traceback.extract_tb(failure.__traceback__)
    places = [f"  {frame.filename.rpartition('securenet/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([reason, *places])[:ERROR_LENGTH]


@transaction.atomic
def _tick(name: str, every: timedelta, at: datetime) -> int:
    row, _new = Tick.objects.get_or_create(name=name, defaults={"next_at": at})
    if _is_ahead(row.next_at, every, at):
        return 0
    due = min(row.next_at, at)
    following = due + every * ((at - due) // every + 1)
    if not Tick.objects.filter(name=name, next_at=row.next_at).update(next_at=following):
        return 0
    enqueue(name, run_at=at, dedupe=f"{name}@{due.isoformat()}")
    return 1


def _put_back(job: Job, at: datetime, error: str) -> None:
    if job.attempts >= job.max_attempts:
        _bury(job, at, error)
        return
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(job.attempts - 1, 20)) * random.uniform(0.8, 1.2)  # noqa: S311  spreads, hides nothing
    mine(job).update(run_at=at + wait, lease_until=None, error=error)


def _bury(job: Job, at: datetime, error: str) -> None:
    mine(job).update(dead_at=at, lease_until=None, error=error)
