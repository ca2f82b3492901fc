"""What the templates of a form field need to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.PasswordInput, "password"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.MultiWidget, "date"),
)


def kind_of(bound: BoundField) -> str:
    """Return which template a field takes: `password`, `checkboxes`, `radios`, `checkbox`, `date` or `text`."""
    return next((kind for widget, kind in KINDS if isinstance(bound.field.widget, widget)), "text")


def target_of(bound: BoundField) -> str:
    """Return the id of the first control of a field, which an error summary leads to."""
    kind = kind_of(bound)
    if kind in ("radios", "checkboxes", "date"):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


@dataclass(frozen=True)
class Option:
    """One choice of a group, with the fields that it opens."""

    type: str
    name: str
    value: str
    id: str
    label: str
    checked: bool
    hint: str
    panel: list[BoundField]


@dataclass(frozen=True)
class Part:
    """A bound field as its template shows it."""

    bound: BoundField

    @cached_property
    def kind(self) -> str:
        return kind_of(self.bound)

    @property
    def hidden(self) -> bool:
        return self.bound.is_hidden

    @property
    def grouped(self) -> bool:
        return self.kind in ("radios", "checkboxes", "date")

    @property
    def optional(self) -> bool:
        return not self.bound.field.required

    @property
    def target(self) -> str:
        return target_of(self.bound)

    @cached_property
    def rules(self) -> list[Any]:
        """Return what a new password must have, line by line."""
        rules = getattr(self.bound.field, "rules", None)
        return rules.lines() if rules else []

    @property
    def described_by(self) -> str:
        """Return the ids of hint, error, and rules, in the order in which they are read."""
        ids = [
            "helptext" if self.bound.help_text else "",
            "error" if self.bound.errors else "",
            "rules" if self.rules else "",
        ]
        return " ".join(f"{self.bound.auto_id}_{name}" for name in ids if name)

    @property
    def control(self) -> SafeString:
        """Return the control itself; a group is described by its fieldset, its controls only by what they are."""
        attrs: dict[str, str | bool] = (
            {} if self.grouped or not self.described_by else {"aria-describedby": self.described_by}
        )
        return self.bound.as_widget(attrs=attrs)

    @property
    def options(self) -> list[Option]:
        """Return the choices of a group of radios or checkboxes."""
        widget: Any = self.bound.field.widget
        panels = getattr(widget, "panels", {})
        hints = getattr(widget, "hints", {})
        return [
            Option(
                type=option.data["type"],
                name=option.data["name"],
                value=str(option.data["value"]),
                id=option.data["attrs"]["id"],
                label=option.data["label"],
                checked=option.data["selected"],
                hint=hints.get(str(option.data["value"]), ""),
                panel=[self.bound.form[name] for name in panels.get(str(option.data["value"]), ())],
            )
            for option in self.bound.subwidgets
        ]
