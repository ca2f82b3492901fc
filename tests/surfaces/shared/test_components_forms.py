"""A form takes what people type, says what is wrong at its field, and never fails (R82)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms

pytestmark = pytest.mark.rule("R80", "R82")


class Person(forms.Form):
    name = forms.CharField(label="Name", max_length=10)
    note = forms.TextField(label="Note", required=False)
    age = forms.IntegerField(label="Age", required=False, min_value=1, max_value=130)
    kind = forms.RadioField(
        label="Kind", choices=[("card", "Card"), ("passport", "Passport")], panels={"passport": ("country", "until")}
    )
    country = forms.CharField(label="Country")
    until = forms.DateField(label="Until")
    powers = forms.MultipleChoiceField(label="Powers", choices=[("a", "A"), ("b", "B")], required=False)
    scan = forms.FileField(label="Scan", required=False)


class Taken(Refusal):
    sentence = "The name %(name)s is taken."
    field = "name"


def filled(**changes: Any) -> Person:
    return Person({"name": "Anong", "kind": "card"} | changes)


def said(form: forms.Form, field: str) -> str:
    return " ".join(form.errors.get(field, []))


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x1b", "\n", "\u200b", "\u202e", "\u2066", "\ufeff", "\U0001f600", "\ufffe", "\ue000"],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_no_line_takes_a_character_that_nobody_sees(character: str) -> None:
    form = filled(name=f"An{character}ong")

    with override("en"):
        assert f"U+{ord(character):04X}" in said(form, "name")


def test_lines_may_break_but_hide_nothing() -> None:
    assert filled(note="one\r\ntwo").is_valid()
    assert not filled(note="one\u202etwo").is_valid()


def test_text_is_kept_in_one_spelling() -> None:
    form = filled(name="  นํ้า   ใจ ")

    assert form.is_valid()
    assert form.cleaned_data["name"] == "น้ำ ใจ"


def test_what_is_missing_is_called_by_its_label() -> None:
    with override("en"):
        assert said(filled(name=" "), "name") == "Enter “Name”."
        assert said(filled(kind=""), "kind") == "Choose “Kind”."


def test_a_text_that_is_too_long_says_how_long() -> None:
    with override("en"):
        assert said(filled(name="x" * 11), "name") == "Use at most 10 characters; you have written 11."


@pytest.mark.parametrize("age", ["0", "131", "1.5", "x", "9" * 5000, "1e3"])
def test_a_number_out_of_bounds_is_refused(age: str) -> None:
    assert said(filled(age=age), "age")


def test_every_text_has_an_end() -> None:
    assert all(field.max_length for field in Person().fields.values() if isinstance(field, forms.CharField))


def test_a_closed_panel_is_neither_asked_for_nor_believed() -> None:
    form = filled(country="x" * 999)

    assert form.is_valid()
    assert form.cleaned_data["country"] == ""
    assert form.cleaned_data["until"] is None


def test_an_open_panel_is_asked_for() -> None:
    assert set(filled(kind="passport").errors) == {"country", "until"}


@pytest.mark.parametrize("kind", ["alien", "card'--", "\x00"])
def test_what_is_not_offered_cannot_be_chosen(kind: str) -> None:
    assert said(filled(kind=kind), "kind")
    assert said(filled(powers=[kind]), "powers")


def test_a_parameter_that_comes_twice_counts_once() -> None:
    form = Person(QueryDict("name=Anong&name=Boonmee&kind=passport&kind=card"))

    assert form.is_valid()
    assert form.cleaned_data["name"] == "Boonmee"


def test_an_empty_file_is_refused() -> None:
    form = Person({"name": "Anong", "kind": "card"}, {"scan": SimpleUploadedFile("a.pdf", b"")})

    assert said(form, "scan")


@pytest.mark.parametrize(("language", "year"), [("th", "2569"), ("en", "2026")])
def test_a_date_is_read_in_the_era_of_the_page(language: str, year: str) -> None:
    with override(language):
        form = filled(kind="passport", country="Laos", until_day="22", until_month="11", until_year=year)

        assert form.is_valid()
        assert form.cleaned_data["until"] == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2569"),
        ("1", "13", "2569"),
        ("1", "1", "2026"),
        ("1", "", "2569"),
        ("-1", "1", "2569"),
        ("1", "1", "1_000"),
    ],
)
def test_what_no_calendar_has_is_refused(day: str, month: str, year: str) -> None:
    with override("th"):
        form = filled(kind="passport", country="Laos", until_day=day, until_month=month, until_year=year)

        assert said(form, "until")


@given(st.text(), st.text(), st.text())
def test_no_three_texts_break_a_date(day: str, month: str, year: str) -> None:
    filled(kind="passport", until_day=day, until_month=month, until_year=year).full_clean()


@given(st.dictionaries(st.sampled_from([*Person().fields, "until_day"]), st.text()))
def test_no_text_breaks_a_form(data: dict[str, str]) -> None:
    Person(data).full_clean()


def test_a_rules_refusal_lands_at_its_field() -> None:
    form = filled()

    form.refuse(Taken(name="100%"))

    assert said(form, "name") == "The name 100% is taken."


def test_a_refusal_about_another_field_heads_the_form() -> None:
    class Empty(forms.Form):
        pass

    form = Empty({})
    form.refuse(Taken(name="anong"))

    assert form.non_field_errors() == ["The name anong is taken."]


def test_a_form_takes_no_field_that_speaks_another_language() -> None:
    class Foreign(forms.Form):
        name = django_forms.CharField()

    with pytest.raises(TypeError, match="name"):
        Foreign()
