"""Dates in two eras."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.text import (
    NotADate,
    NotBuddhistEra,
    NotCommonEra,
    localized_date,
    localized_moment,
    parse_date,
    thai_date,
    thai_moment,
)

pytestmark = pytest.mark.rule("R80")
DAY = date(2020, 7, 20)
MOMENT = datetime(2020, 7, 21, 6, 52, 43, tzinfo=UTC)
LATE = datetime(2020, 12, 31, 17, 0, tzinfo=UTC)
days = st.dates(min_value=date(1858, 1, 1), max_value=date(2399, 12, 31))


def test_a_date_reads_as_the_manual_writes_it():
    assert thai_date(DAY) == "20 กรกฎาคม 2563"
    assert thai_date(date(2020, 7, 21), "short") == "21 ก.ค. 2563"
    assert localized_date(DAY, "en") == "20 July 2020"
    assert localized_date(date(2020, 7, 21), "en", "short") == "21 Jul 2020"


def test_a_moment_is_told_in_bangkok():
    assert thai_moment(MOMENT) == "21 ก.ค. 2563 13:52:43"
    assert thai_moment(MOMENT, seconds=False) == "21 ก.ค. 2563 13:52"
    assert localized_moment(MOMENT, "en", seconds=True) == "21 Jul 2020 13:52:43"
    assert localized_moment(MOMENT, "en") == "21 Jul 2020 13:52"


def test_the_date_of_a_moment_is_the_date_in_bangkok():
    assert thai_date(LATE) == "1 มกราคม 2564"
    assert localized_moment(LATE, "th") == "1 ม.ค. 2564 00:00"


@pytest.mark.parametrize("language", ["th", "th-TH", "en", "en-gb"])
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_names(language, month):
    names = {localized_date(date(2020, month, 1), language, style).split()[1] for style in ("long", "short")}
    assert len(names) == (1 if (language[:2], month) == ("en", 5) else 2)


@given(days)
def test_what_is_written_is_read_back(day):
    assert parse_date(day.day, day.month, day.year + 543, "th") == day
    assert parse_date(str(day.day), str(day.month), str(day.year), "en") == day


@pytest.mark.parametrize(
    ("year", "language", "leap"), [(2567, "th", 2024), (2543, "th", 2000), ("๒๕๖๗", "th", 2024), (2024, "en", 2024)]
)
def test_leap_days_follow_the_common_era(year, language, leap):
    assert parse_date(29, 2, year, language) == date(leap, 2, 29)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        (29, 2, 2566),
        (29, 2, 2443),
        (31, 4, 2563),
        (0, 1, 2563),
        (1, 13, 2563),
        (1, 0, 2563),
        ("", 1, 2563),
        (1, "x", 2563),
    ],
)
def test_what_no_calendar_has_is_refused(day, month, year):
    with pytest.raises(NotADate):
        parse_date(day, month, year, "th")


@pytest.mark.parametrize("year", ["", "abc", "9" * 5000, "25.63", 10**30])
def test_what_is_no_year_is_refused(year):
    with pytest.raises(NotADate):
        parse_date(1, 1, year, "th")


@pytest.mark.parametrize("year", [2020, 2399, 63, 0, -1])
def test_a_thai_year_of_the_common_era_is_refused_with_the_year_that_was_meant(year):
    with pytest.raises(NotBuddhistEra) as refusal:
        parse_date(20, 7, year, "th")
    assert refusal.value.facts == {"year": year, "example": year + 543}
    assert str(year) in str(refusal.value)


@pytest.mark.parametrize("year", [2400, 2563, 9999])
def test_an_english_year_of_the_buddhist_era_is_refused(year):
    with pytest.raises(NotCommonEra):
        parse_date(20, 7, year, "en")


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=8), st.sampled_from(["th", "en"]))
def test_nothing_typed_breaks_the_parser(day, month, year, language):
    try:
        assert isinstance(parse_date(day, month, year, language), date)
    except (NotADate, NotBuddhistEra, NotCommonEra) as refusal:
        assert str(refusal)  # noqa: PT017  either a date or a sentence


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("th", "20 กรกฎาคม 2563|20 ก.ค. 2563|21 ก.ค. 2563 13:52|21 ก.ค. 2563 13:52:43|••••5678|"),
        ("en", "20 July 2020|20 Jul 2020|21 Jul 2020 13:52|21 Jul 2020 13:52:43|••••5678|"),
    ],
)
def test_templates_write_dates_in_the_readers_language(language, expected):
    source = "{{ d|date_long }}|{{ d|date_short }}|{{ m|moment }}|{{ m|moment:True }}|{{ n|mask }}|{{ none|date_long }}"
    context = {"d": DAY, "m": MOMENT, "n": "12345678", "none": None}
    with translation.override(language):
        assert engines["mail"].from_string(source).render(context) == expected
