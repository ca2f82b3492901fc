"""The loop around the queue: stopping, outages, and leases that are renewed."""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection

from securenet.foundation.jobs import registry, worker
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import claim
from securenet.foundation.jobs.registry import job
from securenet.foundation.jobs.worker import work

pytestmark = [pytest.mark.rule("R83"), pytest.mark.django_db]
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
POLL = timedelta(milliseconds=5)


@pytest.fixture(autouse=True)
def bodies(monkeypatch):
    """A registry of this test alone, with a job that asks its own worker to stop."""
    monkeypatch.setattr(registry, "BODIES", {})
    monkeypatch.setattr(worker, "load_bodies", lambda: None)
    monkeypatch.setattr("securenet.foundation.jobs.queue.SCHEDULES", {})

    @job("stop")
    def stop(*, at, number):
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_job_in_work_end_and_begins_no_other(number):
    before = signal.getsignal(number)
    enqueue("stop", run_at=AT, number=number)
    enqueue("stop", run_at=AT, number=number)
    assert work(clock=lambda: AT, poll=POLL) == 1
    assert Job.objects.filter(done_at=AT).count() == 1
    assert Job.objects.filter(attempts=0).count() == 1
    assert signal.getsignal(number) is before


@pytest.mark.django_db(transaction=True)
def test_an_outage_of_the_database_is_waited_out(monkeypatch):
    outages = [OperationalError("database is locked")] * 3

    def claim_after_outages(*args, **kwargs):
        if outages:
            outage = outages.pop()
            if connection.vendor == "postgresql":  # a real one
                connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
            raise outage
        return claim(*args, **kwargs)

    monkeypatch.setattr(worker, "claim", claim_after_outages)
    enqueue("stop", run_at=AT, number=signal.SIGTERM)
    assert work(clock=lambda: AT, poll=POLL) == 1
    assert outages == []


def test_an_outage_is_raised_to_who_waits_for_an_end(monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("no such table")

    monkeypatch.setattr(worker, "claim", fail)
    with pytest.raises(OperationalError):
        work(until_idle=True, clock=lambda: AT)


def test_a_worker_does_not_close_the_connection_of_a_transaction():
    enqueue("stop", run_at=AT, number=signal.SIGTERM)
    inside = connection.connection
    work(until_idle=True, clock=lambda: AT)
    assert connection.connection is inside


def test_a_worker_works_in_a_thread_that_gets_no_signals(monkeypatch):
    monkeypatch.setattr(worker, "_step", lambda *_: False)
    done = []
    thread = threading.Thread(target=lambda: done.append(work(until_idle=True, clock=lambda: AT)))
    thread.start()
    thread.join()
    assert done == [0]


def test_a_lease_is_renewed_until_the_job_is_over(monkeypatch):
    renewed, twice = [], threading.Event()

    def note(job, *, at, lease):
        renewed.append((job.pk, at, lease))
        if len(renewed) == 2:
            twice.set()

    monkeypatch.setattr(worker, "renew", note)
    enqueue("stop", run_at=AT, number=signal.SIGTERM)
    lease = timedelta(milliseconds=30)
    leased = claim("a", at=AT, lease=lease)
    with worker._kept_alive(leased, lambda: AT, lease):
        assert twice.wait(30)
    count = len(renewed)
    assert renewed[0] == (leased.pk, AT, lease)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lease")]
    assert len(renewed) == count
