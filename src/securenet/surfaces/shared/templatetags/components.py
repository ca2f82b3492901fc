"""The parts that pages are made of; each has its template in `templates/shared/components/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import State
from securenet.surfaces.shared.templatetags.parts import Part, target_of

register = Library()

TONES = {"ok", "er", "wa", "in", ""}
NOTICES = {"info", "success", "warning", "danger"}


@register.simple_block_tag
def capture(content: str) -> SafeString:
    """Return what the block renders, without the blanks around it: `{% capture as name %}…{% endcapture %}`."""
    return mark_safe(content.strip())  # noqa: S308 - a rendered template is escaped already


@register.inclusion_tag("shared/components/field.html")
def field(bound: BoundField, *, beside: str = "", below: str = "") -> dict[str, Any]:
    """Show a field: label, hint, error, control. `beside` and `below` name templates that see it as `field`."""
    return {
        "field": bound,
        "form": bound.form,
        "part": Part(bound),
        "errors": bound.errors,
        "beside": beside,
        "below": below,
    }


@register.inclusion_tag("shared/components/error_summary.html")
def error_summary(*forms: BaseForm | list[BaseForm]) -> dict[str, Any]:
    """List every error of the forms, or lists of forms, each linked to its field; nothing when there is none."""
    faults = []
    for form in chain.from_iterable(each if isinstance(each, list) else [each] for each in forms):
        faults += [{"target": "", "text": text} for text in form.non_field_errors()]
        for bound in form:
            target = "" if bound.is_hidden else target_of(bound)
            faults += [{"target": target, "text": text} for text in bound.errors]
    return {"faults": faults}


@register.inclusion_tag("shared/components/steps.html")
def steps(names: list[str], current: int) -> dict[str, Any]:
    """Show the steps of a journey; `current` counts from 1."""
    states = ["done" if place < current else "now" if place == current else "" for place in range(1, len(names) + 1)]
    listed = [{"name": name, "state": state} for name, state in zip(names, states, strict=True)]
    return {"steps": listed, "current": current, "total": len(names)}


@register.simple_block_tag
def tag(content: str, tone: str = "") -> SafeString:
    """Show a state in words: `ok`, `er` (error), `wa` (warning), `in` (information) or no tone."""
    return format_html('<span class="tag {}">{}</span>', tone if tone in TONES else "", content)


@register.simple_block_tag
def notice(content: str, kind: str = "info") -> SafeString:
    """Show a note: `info`, `success` (announced), `warning` or `danger`."""
    role = mark_safe(' role="status"') if kind == "success" else ""
    style = kind if kind in NOTICES else "info"
    return format_html('<div class="note {}"{}><div>{}</div></div>', style, role, content)


@register.simple_block_tag
def details(content: str, summary: str) -> SafeString:
    """Show a text that opens on demand."""
    return format_html("<details><summary>{}</summary><div>{}</div></details>", summary, content)


@register.simple_tag
def summary_row(label: str, value: object, change_url: str = "") -> SafeString:
    """Show one answer inside `<dl class="sum">`; a list takes a line for each item."""
    values = value if isinstance(value, list | tuple) else [value]
    lines = [(localize(item),) for item in values if item not in (None, "")]
    none = format_html('<span class="mut">{}</span>', _("Not given")) if not lines else ""
    change = '<dd class="do"><a href="{}">{}<span class="vh"> {}</span></a></dd>'
    return format_html(
        '<div class="sr"><dt>{}</dt><dd>{}</dd>{}</div>',
        label,
        none or format_html_join(mark_safe("<br>"), "{}", lines),
        format_html(change, change_url, _("Change"), label) if change_url else "",
    )


@register.inclusion_tag("shared/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Lead through numbered pages; the other parameters of the address are kept."""

    def url(number: int) -> str:
        query = context["request"].GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    pages: list[Mapping[str, Any]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            pages.append({"number": number, "url": url(number), "current": number == page.number})
        else:
            pages.append({"number": "", "url": ""})
    several = page.paginator.num_pages > 1
    return {
        "pages": pages if several else [],
        "newer": url(page.previous_page_number()) if page.has_previous() else "",
        "older": url(page.next_page_number()) if page.has_next() else "",
        "total": page.paginator.count if several else 0,
        "first": page.start_index(),
        "last": page.end_index(),
    }


@register.inclusion_tag("shared/components/pagination.html")
def pager(newer: str = "", older: str = "") -> dict[str, Any]:
    """Lead back and forth through a list without numbers; each is an address or nothing."""
    return {"pages": [], "newer": newer, "older": older, "total": 0}


@register.simple_tag
def sort_header(key: str, label: str, order: str, form: str = "filter") -> SafeString:
    """Return the head of a column sorted by a button of the form with that id; `order` is `key`, `-key` or another."""
    direction = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    sorting = format_html(' aria-sort="{}"', direction) if direction else ""
    value = f"-{key}" if order == key else key
    return format_html(
        '<th role="columnheader" scope="col"{}><button class="sort" form="{}" name="sort" value="{}">{}</button></th>',
        sorting,
        form,
        value,
        label,
    )


@register.simple_tag
def copy_button(target: str, label: str = "") -> SafeString:
    """Return a button that copies the text of the element with that id; it appears only where scripts run."""
    return format_html(
        '<button class="btn sec sm" type="button" hidden data-copy="{}" data-done="{}"><span>{}</span>'
        '<span class="vh"> {}</span></button>',
        target,
        _("Copied"),
        _("Copy"),
        label,
    )


@register.simple_tag
def phone(number: str) -> SafeString:
    """Return a telephone number as a link; a national one is taken as Thai."""
    digits = re.sub(r"[^\d+]", "", str(number).split("#")[0])
    dialled = f"+66{digits[1:]}" if digits.startswith("0") else digits
    return format_html('<a class="nw" href="tel:{}">{}</a>', dialled, number)


TONE_OF_STATE = {
    State.APPROVED: "ok",
    State.REJECTED: "er",
    State.EXPIRED: "er",
    State.AWAITING_EMAIL: "wa",
    State.AWAITING_DOCUMENTS: "wa",
    State.RETURNED: "wa",
    State.WITHDRAWN: "",
}


@register.simple_tag
def state_tag(state: State) -> SafeString:
    """Show a request's state (R24)."""
    return format_html('<span class="tag {}">{}</span>', TONE_OF_STATE.get(state, "in"), state.label)


@register.simple_tag
def person_name(person: User) -> str:
    """Return a person's name in the page's language."""
    return person.name_in((get_language() or "th").split("-")[0])
