"""Claiming, finishing, failing, and what comes again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.jobs import queue, registry
from securenet.foundation.jobs.actions import enqueue, purge
from securenet.foundation.jobs.models import Job, Tick
from securenet.foundation.jobs.queries import backlog
from securenet.foundation.jobs.queue import claim, perform, renew, run_one, tick
from securenet.foundation.jobs.registry import Postponed, job, schedule
from securenet.foundation.jobs.worker import work

pytestmark = [pytest.mark.rule("R83"), pytest.mark.django_db]
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def bodies(monkeypatch):
    """A registry of this test alone."""
    monkeypatch.setattr(registry, "BODIES", {})
    monkeypatch.setattr(registry, "load_bodies", lambda: None)
    monkeypatch.setattr("securenet.foundation.jobs.worker.load_bodies", lambda: None)
    monkeypatch.setattr(registry, "SCHEDULES", {})
    monkeypatch.setattr(queue, "SCHEDULES", registry.SCHEDULES)


@pytest.fixture
def calls():
    """A job `note` that notes its arguments in its body, and again in its finish."""
    noted = []

    @job("note")
    def note(*, at, **args):
        noted.append(("body", at, args))
        return lambda: noted.append(("finish", at, args))

    return noted


@pytest.fixture
def broken():
    """A job that raises whatever it is given."""

    @job("broken")
    def body(*, at, text="s3cret"):
        raise ValueError(text)


def test_a_job_runs_once(calls):
    enqueue("note", run_at=AT, n=1)
    assert run_one("a", at=AT)
    assert not run_one("a", at=AT)
    assert calls == [("body", AT, {"n": 1}), ("finish", AT, {"n": 1})]
    assert Job.objects.get().done_at == AT


def test_a_job_waits_for_its_moment(calls):
    enqueue("note", run_at=AT)
    assert not run_one("a", at=AT - SECOND)
    assert calls == []


def test_the_job_that_waits_longest_comes_first(calls):
    for minutes in (2, 1, 3):
        enqueue("note", run_at=AT - minutes * MINUTE, n=minutes)
    while run_one("a", at=AT):
        pass
    assert [args["n"] for _, _, args in calls[::2]] == [3, 2, 1]


def test_a_job_exists_only_if_its_transaction_commits(calls):
    with transaction.atomic():
        enqueue("note", run_at=AT)
        transaction.set_rollback(True)
    assert not run_one("a", at=AT)


def test_the_same_work_is_written_once(calls):
    first = enqueue("note", run_at=AT, dedupe="report 2026-11", n=1)
    assert enqueue("note", run_at=AT, dedupe="report 2026-11", n=2) == first
    run_one("a", at=AT)
    assert enqueue("note", run_at=AT, dedupe="report 2026-11").done_at == AT
    assert Job.objects.count() == 1


def test_a_leased_job_is_nobody_elses_until_the_lease_is_over(calls):
    enqueue("note", run_at=AT)
    assert claim("a", at=AT, lease=MINUTE)
    assert claim("b", at=AT + MINUTE, lease=MINUTE) is None
    taken = claim("b", at=AT + MINUTE + SECOND, lease=MINUTE)
    assert (taken.lease_by, taken.attempts) == ("b", 2)


def test_a_renewed_lease_lasts_longer(calls):
    enqueue("note", run_at=AT)
    mine = claim("a", at=AT, lease=MINUTE)
    assert renew(mine, at=AT + MINUTE, lease=MINUTE)
    assert claim("b", at=AT + MINUTE + SECOND, lease=MINUTE) is None


@pytest.mark.parametrize("next_worker", ["a", "b"])
def test_who_lost_the_lease_cannot_finish_what_another_took_over(calls, next_worker):
    enqueue("note", run_at=AT)
    late = claim("a", at=AT, lease=MINUTE)
    taken = claim(next_worker, at=AT + 2 * MINUTE, lease=MINUTE)
    perform(late, at=AT + 2 * MINUTE)
    assert [what for what, _, _ in calls] == ["body"]
    assert not renew(late, at=AT, lease=MINUTE)
    perform(taken, at=AT + 2 * MINUTE)
    assert [what for what, _, _ in calls] == ["body", "body", "finish"]


def test_who_failed_after_losing_the_lease_changes_nothing(broken):
    enqueue("broken", run_at=AT)
    late = claim("a", at=AT, lease=MINUTE)
    claim("b", at=AT + 2 * MINUTE, lease=MINUTE)
    perform(late, at=AT + 2 * MINUTE)
    row = Job.objects.get()
    assert (row.lease_by, row.error, row.lease_until) == ("b", "", AT + 3 * MINUTE)


def test_effects_and_done_are_one(calls):
    @job("half")
    def half(*, at):
        def finish():
            Tick.objects.create(name="effect", next_at=at)
            raise ValueError

        return finish

    enqueue("half", run_at=AT)
    run_one("a", at=AT)
    assert not Tick.objects.exists()
    assert Job.objects.get().done_at is None


def test_a_failing_job_comes_again_later_and_later(broken):
    enqueue("broken", run_at=AT, max_attempts=15)
    at, waits = AT, []
    for _ in range(14):
        assert run_one("a", at=at)
        waits.append(Job.objects.get().run_at - at)
        at = Job.objects.get().run_at
    assert timedelta(seconds=4) <= waits[0] <= timedelta(seconds=6)
    assert all(1.3 <= after / before <= 3 for before, after in pairwise(waits[:10]))
    assert max(waits) <= timedelta(hours=1.2)


def test_a_job_is_dead_after_its_last_attempt(broken):
    enqueue("broken", run_at=AT, max_attempts=2)
    run_one("a", at=AT)
    later = AT + timedelta(hours=2)
    run_one("a", at=later)
    assert Job.objects.get().dead_at == later
    assert not run_one("a", at=later + timedelta(days=9))


def test_a_job_that_kills_its_workers_is_buried(calls):
    enqueue("note", run_at=AT, max_attempts=2)
    at = AT
    for _ in range(2):
        assert claim("a", at=at, lease=MINUTE)
        at += 2 * MINUTE
    assert run_one("a", at=at)
    assert Job.objects.get().dead_at == at
    assert calls == []


def test_an_error_tells_what_and_where_but_no_values(broken):
    enqueue("broken", run_at=AT, text="anong@example.com 1101700207030")
    run_one("a", at=AT)
    error = Job.objects.get().error
    assert error.startswith("ValueError\n")
    assert "test_queue.py" in error
    assert "1101700207030" not in error
    assert "anong" not in error


def test_a_postponed_job_tells_its_reason():
    @job("later")
    def later(*, at):
        raise Postponed("The mail server was out of reach.")

    enqueue("later", run_at=AT)
    run_one("a", at=AT)
    assert Job.objects.get().error.startswith("Postponed: The mail server was out of reach.")


def test_an_unknown_job_waits_for_a_worker_that_knows_it(calls):
    enqueue("tomorrow", run_at=AT)
    run_one("a", at=AT)
    row = Job.objects.get()
    assert (row.done_at, row.dead_at) == (None, None)
    assert "does not know" in row.error


def test_two_functions_cannot_claim_one_name(calls):
    with pytest.raises(ValueError, match="note"):
        job("note")(lambda *, at: None)


def test_a_schedule_without_end_is_refused():
    with pytest.raises(ValueError, match="without end"):
        schedule("note", timedelta(0))


def test_what_comes_again_is_due_once_each_time(calls):
    schedule("note", 10 * MINUTE)
    ticks = [tick(AT + minute * MINUTE) for minute in range(31)]
    assert [minute for minute, count in enumerate(ticks) if count] == [0, 10, 20, 30]


def test_two_workers_tick_once(calls):
    schedule("note", 10 * MINUTE)
    assert tick(AT) + tick(AT) == 1
    due = Tick.objects.get().next_at
    assert queue._tick("note", 10 * MINUTE, due) == 1
    Tick.objects.update(next_at=due)  # as a second worker saw it before the first one wrote
    queue._tick("note", 10 * MINUTE, due)
    assert Job.objects.count() == 2


@given(st.integers(1, 10_000))
def test_missed_times_are_made_up_for_once(minutes):
    with transaction.atomic():
        registry.SCHEDULES.clear()
        schedule("note", 10 * MINUTE)
        tick(AT)
        late = AT + minutes * MINUTE
        assert tick(late) == (minutes >= 10)
        assert late < Tick.objects.get().next_at <= late + 10 * MINUTE
        assert tick(late) == 0
        transaction.set_rollback(True)


def test_a_worker_works_until_nothing_is_ready(calls):
    schedule("note", MINUTE)
    enqueue("note", run_at=AT)
    enqueue("note", run_at=AT + MINUTE)
    assert work(until_idle=True, clock=lambda: AT) == 2
    assert Job.objects.filter(done_at=None).count() == 1


def test_old_jobs_are_forgotten_and_dead_ones_kept(calls, broken):
    enqueue("note", run_at=AT)
    enqueue("broken", run_at=AT, max_attempts=1)
    enqueue("note", run_at=AT + timedelta(days=60))
    work(until_idle=True, clock=lambda: AT)
    assert purge(AT + timedelta(days=30)) == 0
    assert purge(AT + timedelta(days=31)) == 1
    assert sorted(Job.objects.values_list("name", flat=True)) == ["broken", "note"]


def test_the_backlog_tells_how_the_queue_fares(calls, broken):
    assert backlog(AT) == type(backlog(AT))(ready=0, waiting=timedelta(0), dead=0)
    enqueue("broken", run_at=AT, max_attempts=1)
    run_one("a", at=AT)
    enqueue("note", run_at=AT - MINUTE)
    enqueue("note", run_at=AT + MINUTE)
    found = backlog(AT)
    assert (found.ready, found.waiting, found.dead) == (1, MINUTE, 1)


@pytest.mark.rule("R34")
def test_a_clock_that_was_wrong_for_a_while_does_not_stop_the_schedule(calls):
    schedule("note", 10 * MINUTE)
    assert tick(AT) == tick(AT + timedelta(days=365)) == 1
    assert [tick(AT + minute * MINUTE) for minute in (1, 2, 11, 12)] == [1, 0, 1, 0]
