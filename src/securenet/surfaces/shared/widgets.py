"""Controls of forms beyond Django's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from securenet.foundation.text.dates import BUDDHIST_ERA, MONTHS
from securenet.surfaces.shared.controls import DATE, option_list


def reader() -> str:
    """Return the language that dates are read in."""
    return "th" if (get_language() or "th").startswith("th") else "en"


class TelInput(forms.TextInput):
    """A telephone number."""

    input_type = "tel"


class Select(forms.Select):
    """One of a list without groups, which may be as long as that of all countries."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        context["widget"]["options"] = option_list(self.choices, self.format_value(value))
        return context


class Radios(forms.RadioSelect):
    """Radios that may explain themselves (`hints`) and open fields (`panels`); both go by an option's value.

    The fields of a panel are asked for only while its option is chosen. No field stands in two panels.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, str | Promise] | None = None,
        panels: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})
        self.panels = dict(panels or {})


class DateTriple(forms.MultiWidget):
    """Day, month from a list, and year in the era of the page's language (R80)."""

    template_name = DATE
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": forms.TextInput({**number, "maxlength": 2, "data-width": "2"}),
            "month": Select(),
            "year": forms.TextInput({**number, "maxlength": 4, "data-width": "4"}),
        }
        super().__init__(parts, attrs)

    def decompress(self, value: date | None) -> list[Any]:
        if value is None:
            return ["", "", ""]
        return [value.day, value.month, value.year + (BUDDHIST_ERA if reader() == "th" else 0)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        months = enumerate(MONTHS[reader(), "long"], start=1)
        self.widgets[1].choices = [("", "–"), *((str(number), month) for number, month in months)]  # type: ignore[attr-defined]
        context = super().get_context(name, value, attrs)
        era = _("Year (Buddhist era)") if reader() == "th" else _("Year")
        for part, label in zip(context["widget"]["subwidgets"], (_("Day"), _("Month"), era), strict=True):
            part["label"] = label
        return context
