"""The lines of long lists, written without templates: by templates, fifty lines took half of a page's time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from securenet.domain.approvals.models import Case
from securenet.foundation.text.dates import localized_date
from securenet.surfaces.backoffice.words import Tag
from securenet.surfaces.shared.templatetags.components import tag

BREAK = mark_safe("<br>")
KEPT = 256
ANY = 987654321
"""A number of a request that stands for all of them."""
TICK = '<td role="cell" class="c"><input class="cb pick" type="checkbox" name="pick" value="{}" aria-label="{}"></td>'
NUMBER = '<th role="rowheader" scope="row" data-l="{of_number}"><a class="nw num" href="{address}">{number}</a></th>'
QUEUED = (
    f'<tr role="row">{{tick}}{NUMBER}'
    '<td role="cell" data-l="{of_applicant}"><span>{applicant}{organization}</span></td>'
    '<td role="cell" data-l="{of_asked}"><span>{asked}</span></td>'
    '<td role="cell" data-l="{of_received}">{received}</td>'
    '<td role="cell" data-l="{of_state}"><span>{state}</span></td>'
    '<td role="cell" data-l="{of_due}"><span>{due}</span></td>'
    '<td role="cell" data-l="{of_owner}"><span class="nw">{owner}</span></td></tr>\n'
)
WAITING = (
    f'<tr role="row">{{tick}}<td role="cell" data-l="#">{{index}}</td>{NUMBER}'
    '<td role="cell" data-l="{of_login}">{login}</td>'
    '<td role="cell" data-l="{of_thai}">{thai}</td>'
    '<td role="cell" data-l="{of_english}">{english}</td>'
    '<td role="cell" data-l="{of_role}"><span>{role}<br><span class="mut">{organization}</span></span></td></tr>'
)


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the queue shows it."""

    case: Case
    pick: str
    number: int
    applicant: str
    asked: list[str]
    state: Tag
    days: Tag | None
    owner: str


def queue_lines(rows: Iterable[Row], *, may_take: bool) -> SafeString:
    """Return the lines of the queue, each with a box to tick for those who may take cases."""
    line = _labelled(
        QUEUED,
        of_number=_("Request number"),
        of_applicant=_("Applicant"),
        of_asked=_("Right asked for"),
        of_received=pgettext("request", "Received"),
        of_state=_("State"),
        of_due=_("Due"),
        of_owner=_("Assigned to"),
    )
    words, nobody, day = _("Tick request %(number)s, %(name)s"), _("Not assigned"), _day_writer()

    def facts(row: Row) -> dict[str, Any]:
        case = row.case
        tick = format_html(TICK, row.pick, words % {"number": row.number, "name": row.applicant}) if may_take else ""
        return {
            "tick": tick,
            "number": row.number,
            "applicant": row.applicant,
            "organization": _organization(case.organization_name, case.organization_number),
            "asked": _lined(tuple(row.asked)),
            "received": day(case.submission.submitted_at),
            "state": _tag(row.state),
            "due": format_html("{}<br>{}", day(case.due_at), _tag(row.days)) if row.days else "–",
            "owner": row.owner or nobody,
        }

    return format_html_join("", line, map(facts, rows))


def waiting_lines(rows: Iterable[dict[str, Any]]) -> SafeString:
    """Return the lines of a service owner's list."""
    line = _labelled(
        WAITING,
        of_number=_("Request number"),
        of_login=pgettext("user name", "Login"),
        of_thai=_("Thai name"),
        of_english=_("English name"),
        of_role=pgettext("column", "Role"),
    )
    words = _("Tick request %(number)s, %(name)s, %(role)s")

    def facts(row: dict[str, Any]) -> dict[str, Any]:
        who, number, role = row["applicant"], row["number"], row["role"]
        told = words % {"number": number, "name": who.username, "role": role}
        return {
            "tick": format_html(TICK, row["pick"], told),
            "index": row["index"],
            "number": number,
            "login": who.username,
            "thai": who.name_th or "–",
            "english": who.name_en,
            "role": role,
            "organization": row["organization"],
        }

    return format_html_join("", line, map(facts, rows))


class _Later(dict[str, str]):
    """Leaves what is not known yet to be filled in later."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _labelled(line: str, **labels: str) -> str:
    """Return the line with the address of its request, and the labels that narrow screens show in every cell."""
    address = reverse("case", args=[ANY]).replace(str(ANY), "{number}")
    return line.format_map(_Later({name: escape(label) for name, label in labels.items()}, address=address))


def _organization(name: str, number: str) -> SafeString | str:
    inner = '<br><span class="mut">{}<br><span class="num nw">{}</span></span>'
    return format_html(inner, name, number) if name else ""


@lru_cache(KEPT)
def _lined(parts: tuple[str, ...]) -> SafeString:
    return format_html_join(BREAK, "{}", ((part,) for part in parts))


@lru_cache(KEPT)
def _tag(shown: Tag) -> SafeString:
    return tag(shown.text, shown.tone)


def _day_writer() -> Callable[[datetime], SafeString]:
    """Return what writes a day in the page's language and time zone."""
    zone, language = get_current_timezone(), get_language() or "th"

    def write(moment: datetime) -> SafeString:
        told = localized_date(moment, language, "short")
        text = f'<time datetime="{moment.astimezone(zone).isoformat()}">{told}</time>'
        return mark_safe(text)  # noqa: S308 - figures and the names of months

    return write
