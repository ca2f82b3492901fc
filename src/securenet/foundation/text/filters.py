"""Template filters for dates and numbers in the active language."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import get_language

from securenet.foundation.text.dates import localized_date, localized_moment
from securenet.foundation.text.names import mask as masked

register = template.Library()


@register.filter
def date_long(value: date | None) -> str:
    """Return 20 กรกฎาคม 2563 or 20 July 2020; nothing for no date."""
    return localized_date(value, get_language() or "th") if value else ""


@register.filter
def date_short(value: date | None) -> str:
    """Return 21 ก.ค. 2563 or 21 Jul 2020; nothing for no date."""
    return localized_date(value, get_language() or "th", "short") if value else ""


@register.filter
def moment(value: datetime | None, seconds: bool = False) -> str:
    """Return 21 ก.ค. 2563 13:52 or 21 Jul 2020 13:52 in Bangkok, with `:True` the seconds too."""
    return localized_moment(value, get_language() or "th", seconds) if value else ""


@register.filter
def mask(value: str, keep: int = 4) -> str:
    """Return the value with all but its last `keep` characters hidden."""
    return masked(value, keep)
