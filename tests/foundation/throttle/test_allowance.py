"""How often something may be tried."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.actor import system
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import perform
from securenet.foundation.jobs.registry import body_of
from securenet.foundation.throttle import jobs
from securenet.foundation.throttle.actions import TooMany, forget, purge, require_allowance
from securenet.foundation.throttle.models import Bucket

pytestmark = [pytest.mark.rule("R9"), pytest.mark.django_db]
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


def attempt(key="anong", *, at=AT, limit=3, scope="login"):
    require_allowance(scope, key, limit=limit, window=WINDOW, by=system("test", at))


def test_attempts_within_the_limit_are_allowed():
    for _ in range(3):
        attempt()


def test_one_attempt_more_is_refused():
    for _ in range(3):
        attempt()
    with pytest.raises(TooMany):
        attempt()


def test_the_refusal_says_how_long_to_wait():
    for _ in range(3):
        attempt()
    with pytest.raises(TooMany) as refusal:
        attempt(at=AT + timedelta(minutes=4, seconds=30))
    assert refusal.value.facts == {"minutes": 11}
    assert "11" in str(refusal.value)


def test_trying_on_does_not_lengthen_the_wait():
    for minute in range(14):
        try:
            attempt(at=AT + timedelta(minutes=minute))
        except TooMany:
            continue
    attempt(at=AT + WINDOW)


def test_the_window_begins_with_the_first_attempt():
    attempt(limit=1)
    with pytest.raises(TooMany):
        attempt(limit=1, at=AT + WINDOW - timedelta(seconds=1))
    attempt(limit=1, at=AT + WINDOW)


def test_others_are_not_kept_waiting():
    attempt(limit=1)
    attempt("ekachai", limit=1)
    attempt(limit=1, scope="recovery")


def test_a_clock_that_lags_behind_counts_too():
    attempt(limit=1)
    with pytest.raises(TooMany):
        attempt(limit=1, at=AT - timedelta(minutes=1))


def test_who_is_forgotten_starts_anew():
    attempt(limit=1)
    forget("login", "anong")
    attempt(limit=1)


def test_the_database_does_not_hold_the_key():
    attempt("anong@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM throttle_bucket")
        assert "anong" not in str(cursor.fetchall())
    assert len(Bucket.objects.get().key) == 64


def test_windows_that_are_over_are_deleted():
    attempt()
    attempt("boonmee", at=AT + WINDOW)
    assert purge(AT + WINDOW) == 0
    assert body_of("throttle.purge") is jobs.purge_over
    perform(enqueue("throttle.purge", run_at=AT), at=AT + WINDOW + timedelta(seconds=1))
    assert Job.objects.get().done_at
    assert Bucket.objects.count() == 1


@given(st.lists(st.integers(0, 40), max_size=25), st.integers(1, 5))
def test_no_window_ever_sees_more_than_was_allowed(minutes, limit):
    Bucket.objects.all().delete()
    starts, allowed, end = [], [], AT
    for minute in sorted(minutes):
        at = AT + timedelta(minutes=minute)
        if not starts or at >= end:
            starts, allowed, end = [at], [], at + WINDOW
        try:
            attempt(at=at, limit=limit)
            allowed.append(at)
        except TooMany:
            assert len(allowed) == limit
        assert len(allowed) <= limit


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_that_could_take_the_count_back_it_refuses_to_count():
    with transaction.atomic(), pytest.raises(RuntimeError):
        attempt()


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_are_all_counted(shared_database):
    refused, barrier = [], threading.Barrier(6)

    def try_often():
        try:
            barrier.wait()
            for _ in range(5):
                try:
                    attempt(limit=20)
                except TooMany:
                    refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_often) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 10
    assert Bucket.objects.get().count == 30
