"""Counting business days: never on a closed day, never backwards, and the way back gives the number again."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from securenet.domain.calendar.days import ONE_DAY, Closing, later_open_day, next_open_day, open_days_between

pytestmark = pytest.mark.rule("R34")

DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
CLOSINGS = st.builds(
    Closing,
    dates=st.frozensets(DAYS, max_size=60),
    weekend=st.frozensets(st.integers(0, 6), max_size=4),
)
NUMBERS = st.integers(0, 60)
SONGKRAN = Closing(dates=frozenset(date(2026, 4, day) for day in (6, 13, 14, 15)))
NEW_YEAR = Closing(dates=frozenset({date(2026, 12, 31), date(2027, 1, 1)}))
NO_HOLIDAYS = Closing()


@given(DAYS, NUMBERS, CLOSINGS)
def test_a_counted_day_is_never_closed(start, days, closing):
    assert not closing.includes(later_open_day(start, days, closing))


@given(DAYS, st.integers(1, 60), CLOSINGS)
def test_more_days_end_later(start, days, closing):
    assert later_open_day(start, days, closing) < later_open_day(start, days + 1, closing)


@given(DAYS, NUMBERS, CLOSINGS)
def test_a_later_start_never_ends_earlier(start, days, closing):
    assert later_open_day(start, days, closing) <= later_open_day(start + ONE_DAY, days, closing)


@given(DAYS, st.integers(1, 60), CLOSINGS)
def test_counting_back_gives_the_number_again(start, days, closing):
    assert open_days_between(start, later_open_day(start, days, closing), closing) == days


@given(DAYS, st.integers(0, 200), CLOSINGS)
def test_counting_forward_again_ends_on_the_same_open_day(start, length, closing):
    end = start + timedelta(days=length)
    assume(not closing.includes(end))
    days = open_days_between(start, end, closing)

    assert later_open_day(start, days, closing) == end


@given(DAYS, st.integers(1, 30), st.integers(1, 30), CLOSINGS)
def test_counting_in_two_steps_is_counting_at_once(start, first, second, closing):
    middle = later_open_day(start, first, closing)

    assert later_open_day(middle, second, closing) == later_open_day(start, first + second, closing)


@given(DAYS, NUMBERS, CLOSINGS, DAYS)
def test_another_closing_day_never_brings_a_date_forward(start, days, closing, closed):
    more = Closing(dates=closing.dates | {closed}, weekend=closing.weekend)

    assert later_open_day(start, days, more) >= later_open_day(start, days, closing)


@given(DAYS, CLOSINGS)
def test_nothing_skipped_was_open(start, closing):
    found = next_open_day(start, closing)

    assert found >= start
    assert all(closing.includes(start + number * ONE_DAY) for number in range((found - start).days))


@given(DAYS, DAYS, CLOSINGS)
def test_there_are_no_open_days_backwards(start, end, closing):
    assume(end <= start)

    assert open_days_between(start, end, closing) == 0


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        later_open_day(date(2026, 7, 20), -1, NO_HOLIDAYS)


@pytest.mark.parametrize(
    ("start", "days", "closing", "end"),
    [
        pytest.param(date(2026, 7, 20), 5, NO_HOLIDAYS, date(2026, 7, 27), id="Monday to Monday"),
        pytest.param(date(2026, 7, 24), 1, NO_HOLIDAYS, date(2026, 7, 27), id="over a weekend"),
        pytest.param(date(2026, 7, 25), 1, NO_HOLIDAYS, date(2026, 7, 27), id="from a Saturday"),
        pytest.param(date(2026, 7, 25), 0, NO_HOLIDAYS, date(2026, 7, 27), id="none from a Saturday"),
        pytest.param(date(2026, 7, 24), 0, NO_HOLIDAYS, date(2026, 7, 24), id="none from a Friday"),
        pytest.param(date(2026, 4, 10), 1, SONGKRAN, date(2026, 4, 16), id="over Songkran"),
        pytest.param(date(2026, 4, 14), 1, SONGKRAN, date(2026, 4, 16), id="from within Songkran"),
        pytest.param(date(2026, 4, 3), 5, SONGKRAN, date(2026, 4, 16), id="over Chakri Day and Songkran"),
        pytest.param(date(2026, 12, 30), 1, NEW_YEAR, date(2027, 1, 4), id="over the change of the year"),
        pytest.param(date(2024, 2, 28), 1, NO_HOLIDAYS, date(2024, 2, 29), id="to 29 February"),
        pytest.param(date(2024, 2, 29), 1, NO_HOLIDAYS, date(2024, 3, 1), id="from 29 February"),
        pytest.param(date(2027, 2, 26), 1, NO_HOLIDAYS, date(2027, 3, 1), id="no 29 February"),
    ],
)
def test_days_are_counted_as_people_count_them(start, days, closing, end):
    assert later_open_day(start, days, closing) == end


def test_a_year_without_closing_dates_is_a_gap():
    assert NEW_YEAR.gaps((2025, 2026, 2027, 2028)) == (2025, 2028)
    assert NO_HOLIDAYS.gaps(()) == ()
