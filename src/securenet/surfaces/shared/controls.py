"""The HTML of form controls, written without templates, which would cost ten times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Control = Mapping[str, Any]
"""What a widget's context says of a control: name, value, attrs, and what is its own."""
LISTS_KEPT = 64
DATE = "date"
"""What a date in three parts has in place of a template's name."""


class Renderer(DjangoTemplates):
    """Writes the controls that forms are made of, and leaves rare ones to their templates."""

    def render(self, template_name: str, context: Any, request: Any = None) -> SafeString:
        """Return the HTML that the template would give."""
        write = WRITERS.get(template_name)
        if write is None:
            return mark_safe(super().render(template_name, context, request))  # noqa: S308 - templates escape
        return write(context["widget"])


def option_list(choices: Iterable[tuple[Any, Any]], chosen: list[str]) -> SafeString:
    """Return the options of a list, the first that is among `chosen` selected; labels are plain text."""
    named = tuple(("" if value is None else str(value), str(label)) for value, label in choices)
    options = _options(named)
    selected = next((value for value, _label in named if value in chosen), None)
    if selected is None:
        return options
    start = format_html('<option value="{}"', selected)
    return mark_safe(options.replace(f"{start}>", f"{start} selected>", 1))  # noqa: S308 - a label has no "<"


@lru_cache(LISTS_KEPT)
def _options(named: tuple[tuple[str, str], ...]) -> SafeString:
    lines = ((escape(value), escape(label)) for value, label in named)
    return format_html_join("", '\n  <option value="{}">{}</option>', lines)


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Return attributes: True stands without a value, False not at all."""
    told = (
        f" {escape(name)}" if value is True else f' {escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
    return mark_safe("".join(told))  # noqa: S308 - each part is escaped


def _input(control: Control) -> SafeString:
    value = control["value"]
    shown = "" if value is None else format_html(' value="{}"', value)
    return format_html(
        '<input type="{}" name="{}"{}{}>', control["type"], control["name"], shown, _attributes(control["attrs"])
    )


def _textarea(control: Control) -> SafeString:
    attrs, text = _attributes(control["attrs"]), control["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', control["name"], attrs, text)


def _select(control: Control) -> SafeString:
    attrs, options = _attributes(control["attrs"]), control["options"]
    return format_html('<select name="{}"{}>{}\n</select>', control["name"], attrs, options)


def _date(control: Control) -> SafeString:
    parts = (
        (SafeString(' class="m"' if place == 1 else ""), part["attrs"]["id"], part["label"], _part(part))
        for place, part in enumerate(control["subwidgets"])
    )
    inner = format_html_join("", '<div{}><label for="{}">{}</label>{}</div>', parts)
    return format_html('<div class="dt">{}</div>', inner)


def _part(control: Control) -> SafeString:
    return WRITERS[control["template_name"]](control)


INPUTS = ("text", "email", "password", "tel", "hidden", "checkbox")
WRITERS: dict[str, Callable[[Control], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    DATE: _date,
}
