"""A control written without a template is the control that Django's templates write (R82)."""

from __future__ import annotations

import pytest
from django import forms as django_forms
from django.forms.renderers import DjangoTemplates
from hypothesis import given
from hypothesis import strategies as st

from securenet.surfaces.shared.controls import Renderer
from securenet.surfaces.shared.widgets import Select, TelInput

pytestmark = pytest.mark.rule("R82")

TEXT = st.text(st.sampled_from("ก\"'<>&; a1\n"), max_size=8)
ATTRS = st.dictionaries(st.sampled_from(["id", "title", "data-x"]), st.one_of(TEXT, st.booleans(), st.integers()))
LINES = (
    django_forms.TextInput,
    django_forms.EmailInput,
    django_forms.PasswordInput,
    django_forms.HiddenInput,
    django_forms.CheckboxInput,
    django_forms.Textarea,
    TelInput,
)


@pytest.mark.parametrize("kind", LINES, ids=lambda kind: kind.__name__)
@given(value=st.one_of(st.none(), TEXT, st.integers(), st.booleans()), attrs=ATTRS)
def test_a_line_is_what_a_template_makes_of_it(kind: type[django_forms.Widget], value: object, attrs: object) -> None:
    ours, theirs = (kind().render("n", value, attrs, each) for each in (Renderer(), DjangoTemplates()))

    assert ours.split() == theirs.split()


@given(choices=st.lists(st.tuples(TEXT, TEXT), max_size=5), value=st.one_of(st.none(), TEXT), attrs=ATTRS)
def test_a_list_selects_what_a_template_selects(
    choices: list[tuple[str, str]], value: str | None, attrs: dict[str, object]
) -> None:
    ours = Select(choices=choices).render("n", value, attrs, Renderer())
    theirs = django_forms.Select(choices=choices).render("n", value, attrs, DjangoTemplates())

    assert ours.split() == theirs.split()


def test_a_label_cannot_write_html_even_when_an_equal_one_was_marked_safe() -> None:
    from_template = Select(choices=[("a", "<b>")]).render("n", "a", {}, Renderer())

    assert "<b>" not in from_template
    assert '<option value="a" selected>&lt;b&gt;</option>' in from_template
