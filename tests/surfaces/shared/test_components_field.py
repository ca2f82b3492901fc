"""The parts of a form field stand in one order and are wired to each other (R81, R82)."""

from __future__ import annotations

import re

import pytest

from securenet.surfaces.shared import forms
from tests.surfaces.shared.conftest import Render

pytestmark = pytest.mark.rule("R81", "R82")


class Person(forms.Form):
    username = forms.CharField(label="Username", help_text="4 to 20 characters", attrs={"autocomplete": "username"})
    password = forms.PasswordField(label="Password", rules=forms.PasswordRules(8, 64, upper=True, digit=True))
    extension = forms.CharField(label="Extension", required=False)
    kind = forms.RadioField(
        label="Document",
        choices=[("card", "Card"), ("passport", "Passport")],
        panels={"passport": ("country",)},
        hints={"card": "13 digits"},
    )
    country = forms.CharField(label="Country")
    born = forms.DateField(label="Born", help_text="31 12 2540")
    agreed = forms.BooleanField(label="I agree")


def typed(**changes: str) -> Person:
    return Person({"username": "", "kind": "card", **changes})


def order(html: str, *pieces: str) -> bool:
    places = [html.index(piece) for piece in pieces]
    return places == sorted(places)


def test_a_field_reads_label_hint_error_control(render: Render) -> None:
    html = render("{% field form.username %}", form=typed())

    assert order(html, "<label", 'id="id_username_helptext"', 'id="id_username_error"', "<input")


def test_the_control_is_described_by_hint_and_error_and_marked_invalid(render: Render) -> None:
    html = render("{% field form.username %}", form=typed())

    assert 'aria-describedby="id_username_helptext id_username_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_good_field_is_not_marked_invalid(render: Render) -> None:
    html = render("{% field form.username %}", form=typed(username="anong"))

    assert "aria-invalid" not in html
    assert 'aria-describedby="id_username_helptext"' in html


def test_what_was_typed_is_kept_and_escaped(render: Render) -> None:
    html = render("{% field form.username %}", form=typed(username='"><b>anong</b>'))

    assert "<b>" not in html
    assert "&quot;&gt;&lt;b&gt;anong&lt;/b&gt;" in html


def test_a_password_is_never_given_back(render: Render) -> None:
    html = render("{% field form.password %}", form=typed(password="Correct-horse-1"))

    assert "Correct-horse-1" not in html
    assert 'autocomplete="new-password"' in html
    assert "maxlength" not in html


def test_the_rules_of_a_password_are_its_profiles_and_describe_it(render: Render) -> None:
    html = render("{% field form.password %}", form=typed(password="x"))

    assert 'data-min="8" data-max="64"' in html
    assert re.findall(r'data-rule="(\w+)"', html) == ["length", "upper", "digit"]
    assert 'aria-describedby="id_password_rules"' in html


def test_the_button_that_shows_a_password_waits_for_the_script(render: Render) -> None:
    html = render("{% field form.password %}", form=Person())

    assert 'type="button" hidden data-reveal="id_password"' in html


def test_only_the_optional_is_marked(render: Render) -> None:
    assert '<span class="opt">' in render("{% field form.extension %}", form=Person())
    assert '<span class="opt">' not in render("{% field form.username %}", form=Person())


def test_a_panel_stands_open_after_its_radio_without_a_script(render: Render) -> None:
    html = render("{% field form.kind %}", form=typed(kind="passport"))

    assert order(html, 'value="passport"', 'id="id_kind_1_panel"', 'id="id_country"')
    assert "hidden" not in html
    assert 'data-panel="id_kind_1_panel"' in html
    assert 'aria-describedby="id_kind_0_helptext"' in html


def test_a_date_is_a_group_of_three(render: Render) -> None:
    html = render("{% field form.born %}", form=typed(born_day="31", born_month="2", born_year="2540"))

    assert order(html, "<legend", 'id="id_born_helptext"', 'id="id_born_error"', 'name="born_day"', 'name="born_year"')
    assert 'value="31"' in html
    assert '<option value="2" selected>' in html
    assert html.count('aria-invalid="true"') == 3


def test_a_box_stands_before_its_label(render: Render) -> None:
    html = render("{% field form.agreed %}", form=typed())

    assert order(html, 'id="id_agreed_error"', 'type="checkbox"', "<label")


def test_labels_and_hints_are_escaped(render: Render) -> None:
    class Hostile(forms.Form):
        name = forms.CharField(label="<i>label", help_text="<i>hint")

    html = render("{% field form.name %}{% error_summary form %}", form=Hostile({}))

    assert "<i>" not in html
