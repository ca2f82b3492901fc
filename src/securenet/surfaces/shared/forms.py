"""Form fields that speak our language, clean what is typed, and refuse what no text needs (R81, R82).

Every form of every door is a `Form` of fields from here. A field takes `attrs` for its control, e.g.
`CharField(label=…, attrs={"autocomplete": "username", "data-width": "20"})`; the widths are 2, 4, 10, 13, 20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from securenet.foundation.refusal import Refusal
from securenet.foundation.text import normalise, parse_date, unprintable
from securenet.surfaces.shared.controls import Renderer
from securenet.surfaces.shared.widgets import DateTriple, Radios, Select, TelInput, reader

LINE, TEXT = 200, 2000


class Furnished:
    """What our fields share: the words for every error, and `attrs` for the control."""

    widget: Any
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Enter “%(label)s”."),
        "invalid": _("Check “%(label)s”: it is not written as expected."),
        "max_length": ngettext_lazy(
            "Use at most %(limit_value)d character; you have written %(show_value)d.",
            "Use at most %(limit_value)d characters; you have written %(show_value)d.",
            "limit_value",
        ),
        "min_length": ngettext_lazy(
            "Use at least %(limit_value)d character; you have written %(show_value)d.",
            "Use at least %(limit_value)d characters; you have written %(show_value)d.",
            "limit_value",
        ),
        "max_value": _("Enter a number no greater than %(limit_value)s."),
        "min_value": _("Enter a number no less than %(limit_value)s."),
        "null_characters_not_allowed": _("There is a character here that cannot be kept. Please type it again."),
        "unprintable": _(
            "“%(label)s” contains a character that cannot be kept (%(characters)s). Delete it, or type the text again."
        ),
        "invalid_choice": _("Choose one of the options for “%(label)s”."),
        "invalid_list": _("Choose among the options for “%(label)s”."),
    }

    def __init__(self, *args: Any, attrs: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.widget.attrs.update(attrs or {})


class CharField(Furnished, forms.CharField):
    """A line, or with a Textarea some lines, in one spelling and without characters that nobody sees."""

    def __init__(self, *, max_length: int | None = None, **options: Any) -> None:
        self.lines = isinstance(options.get("widget", self.widget), forms.Textarea)
        super().__init__(max_length=max_length or (TEXT if self.lines else LINE), **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        refused = unprintable(text, lines=self.lines)
        if refused:
            named = ", ".join(sorted(f"U+{ord(character):04X}" for character in refused)[:3])
            raise ValidationError(self.error_messages["unprintable"], "unprintable", {"characters": named})
        return normalise(text, lines=self.lines)


class TextField(CharField):
    """Some lines."""

    widget = forms.Textarea(attrs={"rows": 4})


class HiddenField(CharField):
    """What a page says to itself from one request to the next; like all input it may have been changed."""

    widget = forms.HiddenInput


class EmailField(CharField, forms.EmailField):
    """An e-mail address."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Write the e-mail address as in this example: name@organization.example"),
    }

    def __init__(self, **options: Any) -> None:
        options["attrs"] = {"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"} | dict(
            options.get("attrs") or {}
        )
        super().__init__(**options)


class PhoneField(CharField):
    """A telephone number as typed; the rooms decide whether it is one."""

    widget = TelInput

    def __init__(self, *, max_length: int = 40, **options: Any) -> None:
        options["attrs"] = {"autocomplete": "tel", "data-width": "13"} | dict(options.get("attrs") or {})
        super().__init__(max_length=max_length, **options)


@dataclass(frozen=True)
class PasswordRules:
    """What a new password must have, from the profile; shown beside its field."""

    minimum: int
    maximum: int
    upper: bool = False
    lower: bool = False
    digit: bool = False

    def lines(self) -> list[dict[str, Any]]:
        """Return each rule's `kind` (`length`, `upper`, `lower`, `digit`) and `text`; `length` has its limits."""
        length = _("%(minimum)d–%(maximum)d characters") % {"minimum": self.minimum, "maximum": self.maximum}
        rules: list[dict[str, Any]] = [{"kind": "length", "text": length, "least": self.minimum, "most": self.maximum}]
        asked = (
            ("upper", self.upper, _("A capital letter A–Z")),
            ("lower", self.lower, _("A small letter a–z")),
            ("digit", self.digit, _("A digit 0–9")),
        )
        return rules + [{"kind": kind, "text": text} for kind, wanted, text in asked if wanted]


class PasswordField(Furnished, forms.CharField):
    """A password: taken as it is, never shown again; with `rules` where a new one is chosen."""

    widget = forms.PasswordInput

    def __init__(self, *, rules: PasswordRules | None = None, **options: Any) -> None:
        options["attrs"] = {
            "autocomplete": "new-password" if rules else "current-password",
            "autocapitalize": "none",
            "spellcheck": "false",
        } | dict(options.get("attrs") or {})
        super().__init__(strip=False, **{"max_length": TEXT, **options})
        self.rules = rules

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a browser that cuts what is pasted makes a password that its owner does not know


class IntegerField(Furnished, forms.IntegerField):
    """A whole number, in a text box: number boxes change by scrolling."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("Enter a whole number, for example 12.")}

    def __init__(self, **options: Any) -> None:
        options["attrs"] = {"inputmode": "numeric", "maxlength": 20, "data-width": "10"} | dict(
            options.get("attrs") or {}
        )
        super().__init__(**options)


class Chosen(Furnished):
    """Fields that are chosen from rather than typed."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("Choose “%(label)s”.")}


class ChoiceField(Chosen, forms.ChoiceField):
    """One of several, in a list."""

    widget = Select


class RadioField(ChoiceField):
    """One of a few; an option may explain itself and open fields, both by its value (see `Radios`)."""

    def __init__(
        self,
        *,
        hints: Mapping[str, str | Promise] | None = None,
        panels: Mapping[str, Sequence[str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(widget=Radios(hints=hints, panels=panels), **options)


class MultipleChoiceField(Chosen, forms.MultipleChoiceField):
    """Any of several, as checkboxes."""

    widget = forms.CheckboxSelectMultiple


class BooleanField(Furnished, forms.BooleanField):
    """A box to tick."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("Tick the box to go on: %(label)s")}


class FileField(Furnished, forms.FileField):
    """A file; what is inside is for the rooms to check."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Choose a file for “%(label)s”."),
        "missing": _("Choose a file for “%(label)s”."),
        "invalid": _("The file did not arrive. Choose it once more."),
        "empty": _("The file is empty. Choose another one."),
        "max_length": _("The name of the file is too long. Rename it and choose it once more."),
        "contradiction": _("Choose a file or tick the box, not both."),
    }


class DateField(Furnished, forms.Field):
    """A date in three parts; the value is in the common era."""

    widget = DateTriple
    default_error_messages: ClassVar[dict[str, Any]] = {
        "incomplete": _("Give day, month and year of “%(label)s”."),
    }

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date) or value is None:
            return value
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["incomplete"], "incomplete")
        day, month, year = (part if part.isdecimal() and len(part) < 5 else "" for part in parts)
        try:
            return parse_date(day, month, year, reader())
        except Refusal as refusal:
            raise ValidationError(str(refusal), "invalid") from refusal


class Form(forms.Form):
    """A form of a page. Panels that are closed are not asked for, and a rule's refusal lands at its field."""

    use_required_attribute = False
    default_renderer = Renderer()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        foreign = [name for name, field in self.fields.items() if not isinstance(field, Furnished)]
        if foreign:
            raise TypeError(f"{type(self).__name__}: take these fields from shared.forms: {', '.join(foreign)}")

    def refuse(self, refusal: Refusal) -> None:
        """Show why a rule said no, at the refusal's field if this form has it."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def add_error(self, field: str | None, error: Any) -> None:
        if field in self.fields and isinstance(error, ValidationError):
            label = self[field].label
            for single in error.error_list:
                if "%(label)s" in str(single.message):
                    single.params = {"label": label, **(single.params or {})}
        super().add_error(field, error)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self._closed():
            self.errors.pop(name, None)
            self.cleaned_data[name] = getattr(self.fields[name], "empty_value", None)

    def _closed(self) -> set[str]:
        """Return the fields of panels whose option is not chosen."""
        closed: set[str] = set()
        for bound in self:
            panels: dict[str, Sequence[str]] = getattr(bound.field.widget, "panels", {})
            chosen = "" if bound.name in closed else str(bound.data or "")
            opened = panels.get(chosen, ())
            closed |= {name for names in panels.values() for name in names if name not in opened}
        return closed
