"""The loop of a worker process."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import LEASE, claim, perform, renew, tick
from securenet.foundation.jobs.registry import load_bodies

log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


def work(
    *, until_idle: bool = False, clock: Clock, lease: timedelta = LEASE, poll: timedelta = timedelta(seconds=0.5)
) -> int:
    """Do jobs until SIGTERM or SIGINT, or with `until_idle` until none is ready; return how many were done.

    A signal lets the job in work end first. Outages of the database are waited out, but raised with `until_idle`.
    """
    load_bodies()
    worker, stop, count = secrets.token_hex(6), threading.Event(), 0
    with _stopped_by_signals(stop):
        while not stop.is_set():
            try:
                worked = _step(worker, clock, lease)
            except (OperationalError, InterfaceError) as failure:
                if until_idle:
                    raise
                log.warning("database out of reach", reason=type(failure).__name__)
                connection.close_if_unusable_or_obsolete()
                worked = False
            count += worked
            if until_idle and not worked:
                break
            if not worked:
                stop.wait(poll.total_seconds())
    return count


def _step(worker: str, clock: Clock, lease: timedelta) -> bool:
    """Do the next job; return whether there was one."""
    if not connection.in_atomic_block:  # it would close the connection under a transaction, such as a test's
        close_old_connections()
    tick(clock())
    job = claim(worker, at=clock(), lease=lease)
    if job is None:
        return False
    with _kept_alive(job, clock, lease):
        perform(job, at=clock())
    return True


@contextmanager
def _kept_alive(job: Job, clock: Clock, lease: timedelta) -> Iterator[None]:
    """Renew the lease in thirds from a thread of its own; a job shorter than a third never notices."""
    over = threading.Event()

    def keep() -> None:
        try:
            while not over.wait(lease.total_seconds() / 3):
                _renew(job, clock, lease)
        finally:
            connection.close()

    thread = threading.Thread(target=keep, name=f"lease of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(job: Job, clock: Clock, lease: timedelta) -> None:
    try:
        renew(job, at=clock(), lease=lease)
    except (OperationalError, InterfaceError) as failure:
        log.warning("lease not renewed", job=job.pk, reason=type(failure).__name__)
        connection.close_if_unusable_or_obsolete()


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
