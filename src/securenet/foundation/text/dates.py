"""Dates as Thai and English readers write them (R80). The Buddhist era counts from 543 before the common era."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from securenet.foundation.refusal import Refusal

BANGKOK = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA = 543
# The two eras never meet: whoever lives now was born after 2400 in the one and before it in the other.
FIRST_BUDDHIST_YEAR = 2400
Style = Literal["long", "short"]
THAI = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
THAI_SHORT = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
ENGLISH = "January February March April May June July August September October November December"
MONTHS = {
    ("th", "long"): THAI.split(),
    ("th", "short"): THAI_SHORT.split(),
    ("en", "long"): ENGLISH.split(),
    ("en", "short"): [month[:3] for month in ENGLISH.split()],
}


class NotADate(Refusal):
    sentence = _("This is not a date in the calendar. Check the day, the month and the year.")


class NotBuddhistEra(Refusal):
    sentence = _("Write the year in the Buddhist era, for example %(example)s instead of %(year)s.")


class NotCommonEra(Refusal):
    sentence = _("Write the year in the common era, for example %(example)s instead of %(year)s.")


def localized_date(value: date, language: str, style: Style = "long") -> str:
    """Return the day, month and year of `value`; a moment is taken at its date in Bangkok.

    Thai in the Buddhist era (20 กรกฎาคม 2563, short 21 ก.ค. 2563), any other language in English (20 July 2020).
    """
    if isinstance(value, datetime):
        value = value.astimezone(BANGKOK).date()
    reader = "th" if language.startswith("th") else "en"
    year = value.year + BUDDHIST_ERA if reader == "th" else value.year
    return f"{value.day} {MONTHS[reader, style][value.month - 1]} {year}"


def localized_moment(value: datetime, language: str, seconds: bool = False) -> str:
    """Return the short date and the time of day of an aware moment in Bangkok: 21 ก.ค. 2563 13:52."""
    local = value.astimezone(BANGKOK)
    return f"{localized_date(local, language, 'short')} {local:{'%H:%M:%S' if seconds else '%H:%M'}}"


def thai_date(value: date, style: Style = "long") -> str:
    """Return the date in Thai: 20 กรกฎาคม 2563, short 21 ก.ค. 2563."""
    return localized_date(value, "th", style)


def thai_moment(value: datetime, seconds: bool = True) -> str:
    """Return the moment in Thai, in Bangkok: 21 ก.ค. 2563 13:52:43."""
    return localized_moment(value, "th", seconds)


def parse_date(day: int | str, month: int | str, year: int | str, language: str) -> date:
    """Return the date that someone wrote as three numbers, the year in the era of `language`.

    Raises NotADate for what no calendar has, NotBuddhistEra for a Thai year below 2400 and NotCommonEra for an
    English year from 2400 on: each is the other era by mistake.
    """
    try:
        written = int(year)
        if language.startswith("th"):
            if written < FIRST_BUDDHIST_YEAR:
                raise NotBuddhistEra(year=written, example=written + BUDDHIST_ERA)
            return date(written - BUDDHIST_ERA, int(month), int(day))
        if written >= FIRST_BUDDHIST_YEAR:
            raise NotCommonEra(year=written, example=written - BUDDHIST_ERA)
        return date(written, int(month), int(day))
    except (ValueError, OverflowError) as reason:
        raise NotADate from reason
