"""Deadlines of an installation: in its operator's days, on its operator's clock."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from securenet.domain.calendar.days import Closing
from securenet.domain.calendar.queries import (
    add_business_days,
    business_days_left,
    calendar_gaps,
    confirmation_deadline,
    decision_deadline,
    end_of_day,
    is_business_day,
    local_date,
    papers_deadline,
    resumed_deadline,
    returned_deadline,
)
from tests.domain.profile.conftest import MERIDIA, REFERENCE

pytestmark = pytest.mark.rule("R34")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001  UTC is added
DAYLIGHT = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def bangkok(settings):
    settings.PROFILE_PATH = REFERENCE


@pytest.fixture
def port_meridia(settings):
    settings.PROFILE_PATH = MERIDIA


def at(text):
    """Return a moment of Bangkok's clock."""
    return datetime.fromisoformat(f"{text}+07:00")


def test_weekends_and_closing_days_are_no_business_days():
    assert is_business_day(date(2026, 7, 20))
    assert not is_business_day(date(2026, 7, 18))
    assert not is_business_day(date(2026, 4, 14))
    assert is_business_day(date(2026, 4, 14), closing=Closing())


def test_another_operator_rests_on_other_days(port_meridia):
    assert is_business_day(date(2026, 7, 19)), "Sunday"
    assert not is_business_day(date(2026, 7, 17)), "Friday"
    assert not is_business_day(date(2026, 9, 15)), "its own holiday"
    assert is_business_day(date(2026, 4, 14)), "Songkran is not"


def test_the_day_changes_at_the_operators_midnight(port_meridia, settings):
    moment = datetime(2026, 7, 20, 17, 30, tzinfo=UTC)

    assert local_date(moment) == date(2026, 7, 20), "23:15 in Port Meridia"
    settings.PROFILE_PATH = REFERENCE
    assert local_date(moment) == date(2026, 7, 21), "0:30 in Bangkok"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 7, 20))  # noqa: DTZ001  that is the point


def test_a_day_ends_in_the_operators_zone():
    assert end_of_day(date(2026, 7, 20)) == at("2026-07-20T23:59:59")


@pytest.mark.rule("R6")
@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param("2026-07-20T13:52:43", "2026-08-06", id="17 days, a Thursday"),
        pytest.param("2026-07-22T00:00:00", "2026-08-10", id="a Saturday moves to Monday"),
        pytest.param("2026-07-21T23:59:59", "2026-08-07", id="one second before midnight"),
        pytest.param("2026-03-27T09:00:00", "2026-04-16", id="Songkran moves on"),
        pytest.param("2026-12-15T09:00:00", "2027-01-04", id="New Year moves on"),
        pytest.param("2027-02-12T09:00:00", "2027-03-01", id="over the end of February"),
    ],
)
def test_papers_have_seventeen_days_and_until_the_next_business_day(start, due):
    assert papers_deadline(at(start)) == at(f"{due}T23:59:59")


@pytest.mark.rule("R6")
def test_the_papers_count_from_the_operators_date():
    assert papers_deadline(datetime(2026, 7, 20, 17, 30, tzinfo=UTC)) == at("2026-08-07T23:59:59")


@pytest.mark.rule("R6")
def test_papers_due_on_29_february():
    leap = Closing(dates=frozenset({date(2028, 1, 1)}))

    assert papers_deadline(at("2028-02-12T09:00:00"), closing=leap) == at("2028-02-29T23:59:59")


@pytest.mark.rule("R7")
@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-07-20T09:00:00", "2026-07-27"),
        ("2026-07-18T09:00:00", "2026-07-24"),
        ("2026-04-08T09:00:00", "2026-04-20"),
        ("2026-12-28T09:00:00", "2027-01-06"),
    ],
)
def test_a_decision_takes_five_business_days_after_the_last_paper(start, due):
    assert decision_deadline(at(start)) == at(f"{due}T23:59:59")


@pytest.mark.rule("R24b")
def test_an_answer_has_ten_business_days_and_the_clock_resumes_with_two_at_least():
    monday = at("2026-07-06T09:00:00")

    assert returned_deadline(monday) == at("2026-07-20T23:59:59")
    assert resumed_deadline(monday, 4) == at("2026-07-10T23:59:59")
    for left in (2, 1, 0, -3):
        assert resumed_deadline(monday, left) == at("2026-07-08T23:59:59")


@pytest.mark.rule("R6")
def test_a_link_lives_its_hours_over_any_weekend():
    assert confirmation_deadline(at("2026-07-17T09:00:00")) == at("2026-07-20T09:00:00")


def test_another_operator_has_other_deadlines(port_meridia):
    start = datetime(2026, 7, 19, 6, tzinfo=UTC)

    assert local_date(decision_deadline(start)) == date(2026, 7, 29)
    assert local_date(papers_deadline(start)) == date(2026, 8, 18)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-07-20T09:00:00", 4),
        ("2026-07-23T23:59:59", 1),
        ("2026-07-24T09:00:00", 0),
        ("2026-07-24T23:59:59", 0),
        ("2026-07-25T00:00:00", -1),
        ("2026-07-26T12:00:00", -1),
        ("2026-07-27T09:00:00", -1),
        ("2026-07-30T09:00:00", -2),  # 28 and 29 July are closed
    ],
)
def test_the_days_left_are_counted_down_and_below(now, left):
    assert business_days_left(at(now), at("2026-07-24T23:59:59")) == left


@DAYLIGHT
@given(MOMENTS, st.integers(1, 40))
def test_what_was_given_is_what_is_left(start, days):
    due = end_of_day(add_business_days(local_date(start), days))

    assert business_days_left(start, due) == days


@DAYLIGHT
@given(MOMENTS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_the_days_left_never_grow_with_time(due, now, later):
    left = business_days_left(now, due)

    assert business_days_left(now + later, due) <= left
    assert (left < 0) == (now > due)


@DAYLIGHT
@given(MOMENTS)
def test_every_deadline_ends_an_open_day_after_its_start(start):
    for deadline in (papers_deadline, decision_deadline, returned_deadline):
        due = deadline(start)
        assert due > start
        assert is_business_day(local_date(due))
        assert due == end_of_day(local_date(due))


def test_a_year_without_closing_days_is_told_to_operations(caplog):
    with caplog.at_level(logging.WARNING):
        add_business_days(date(2027, 7, 1), 3)
        assert caplog.records == []
        add_business_days(date(2027, 12, 30), 3)

    assert [record.getMessage() for record in caplog.records] == ["calendar.no_closing_days year=2028"]
    assert calendar_gaps(2026) == ()
    assert calendar_gaps(2027) == (2028,)
    assert calendar_gaps(2030) == (2030, 2031)
