from datetime import UTC, datetime, timedelta

import pytest

from securenet.domain.calendar.queries import is_business_day, local_date
from securenet.domain.demo.timeline import Past, play

NOW = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)


def story(seen, name, *hours):
    for hour in hours:
        yield NOW + timedelta(hours=hour)
        seen.append((hour, name))


def test_steps_are_taken_in_the_order_of_their_moments_whoever_takes_them():
    seen = []
    play([story(seen, "late", 5), story(seen, "both", 1, 6), story(seen, "middle", 2, 3, 4)])
    assert seen == sorted(seen)
    assert len(seen) == 6


def test_of_two_steps_at_one_moment_the_earlier_story_goes_first():
    seen = []
    play([story(seen, "first", 1), story(seen, "second", 1)])
    assert seen == [(1, "first"), (1, "second")]


def test_a_story_without_a_step_is_no_obstacle():
    play([story([], "nobody")])


@pytest.mark.parametrize("ago", [1, 4, 5, 30, 130])
def test_past_days_are_business_days_before_today(ago):
    moment = Past(NOW).day(ago, 9, 30)
    assert is_business_day(local_date(moment))
    assert moment < NOW
    assert moment > Past(NOW).day(ago + 1)


def test_the_business_day_before_a_monday_is_friday():
    assert local_date(Past(NOW).day(1)).isoformat() == "2026-11-20"
