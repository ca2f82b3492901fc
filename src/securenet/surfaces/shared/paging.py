"""Lists that are paged by key (R30): the last page costs what the first one costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from securenet.foundation.text import NotADate
from securenet.surfaces.shared import forms

SIZE = 50
LONGEST_KEY = 18
YEARS = range(1900, 2500)


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Some rows, and the addresses of the pages before and after them, empty where there are none."""

    rows: list[Any]
    newer: str
    older: str


class DayField(forms.DateField):
    """A day to look for: one on which this system can have been in use, so that every database can compare it."""

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        day = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise ValidationError(str(NotADate()), "invalid")
        return day


def page_by_key(request: HttpRequest, rows: QuerySet[Any], field: str, *, descending: bool) -> KeyPage:
    """Return the page that the address asks for: `after` or `before` name the row at its edge.

    `field` is a number or a moment; rows that are equal in it follow each other by their key. A cursor that nobody was
    given leads to the first page.
    """
    after, before = (_read(request.GET.get(name, ""), field) for name in ("after", "before"))
    back = before is not None and after is None
    cursor = before if back else after
    down = descending != back
    if cursor is not None:
        rows = rows.filter(_beyond(field, cursor, down=down))
    sign = "-" if down else ""
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: SIZE + 1])
    more, found = len(found) > SIZE, found[:SIZE]
    if back:
        found.reverse()
    has_newer, has_older = (more, True) if back else (cursor is not None, more)
    return KeyPage(
        rows=found,
        newer=_address(request, "before", found[0], field) if has_newer and found else "",
        older=_address(request, "after", found[-1], field) if has_older and found else "",
    )


def _beyond(field: str, cursor: tuple[Any, int], *, down: bool) -> Q:
    value, key = cursor
    step = "lt" if down else "gt"
    return Q(**{f"{field}__{step}e": value}) & (Q(**{f"{field}__{step}": value}) | Q(**{f"pk__{step}": key}))


def _read(text: str, field: str) -> tuple[Any, int] | None:
    value, _, key = text.rpartition("~")
    if not key.isascii() or not key.isdigit() or len(key) > LONGEST_KEY:
        return None
    if not field.endswith("_at") and field != "at":
        known = value.isascii() and value.isdigit() and len(value) <= LONGEST_KEY
        return (int(value), int(key)) if known else None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment, int(key)) if moment.utcoffset() is not None and moment.year in YEARS else None


def _address(request: HttpRequest, name: str, row: Model, field: str) -> str:
    value: Any = row
    for part in field.split("__"):
        value = getattr(value, part)
    query = request.GET.copy()
    for cursor in ("after", "before"):
        query.pop(cursor, None)
    query[name] = f"{value.isoformat() if isinstance(value, datetime) else value}~{row.pk}"
    return f"?{query.urlencode()}"
