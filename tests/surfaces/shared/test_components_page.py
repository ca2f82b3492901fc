"""Every page stands in one frame, which needs nothing but itself (R80, R81, R82)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from securenet.surfaces import shared
from securenet.surfaces.shared import forms
from tests.surfaces.shared.conftest import Render

pytestmark = pytest.mark.rule("R80", "R81", "R82")

TEMPLATES = Path(shared.__file__).parent / "templates"
STYLES = (Path(shared.__file__).parent / "static/portal.css").read_text()
TOKENS = dict(re.findall(r"(--[a-z0-9-]+):(#[0-9a-f]+)", STYLES))
PAGE = '{% extends "shared/base.html" %}{% block title %}Title{% endblock %}{% block main %}<p>Text</p>{% endblock %}'


class Form(forms.Form):
    name = forms.CharField(label="Name")


def test_the_frame_renders_with_nothing_in_its_context(render: Render) -> None:
    html = render(PAGE)

    assert html.count("<h1>") == 1
    assert '<html lang="th">' in html
    assert '<a class="skip" href="#main">' in html
    assert "None" not in html


def test_the_title_is_the_heading_and_tells_of_errors_first(render: Render) -> None:
    with override("en"):
        html = render(PAGE, form=Form({}), system_name="SecureNet")

    assert "<title>Error: Title – SecureNet</title>" in html
    assert "<h1>Title</h1>" in html


def test_the_summary_of_errors_stands_before_the_heading_and_leads_to_the_fields(render: Render) -> None:
    html = render(PAGE, form=Form({}))

    assert html.index('role="alert"') < html.index("<h1>")
    assert '<a href="#id_name">' in html


def test_a_page_without_an_aside_has_one_column(render: Render) -> None:
    assert 'class="two"' not in render(PAGE)
    assert 'class="two"' in render(PAGE + "{% block aside %}Help{% endblock %}")


def test_who_is_signed_in_can_leave_by_a_form(render: Render) -> None:
    html = render(PAGE, actor_name="Anong <b>", sign_out_url="/logout/")

    assert "Anong &lt;b&gt;" in html
    assert re.search(r'<form method="post" action="/logout/"><input type="hidden" name="csrfmiddlewaretoken"', html)


def test_the_other_language_is_named_in_itself_and_leads_back(render: Render) -> None:
    html = render(PAGE, address="/here/?a=1&b=2")

    assert 'name="language" value="en" lang="en">English' in html
    assert 'name="next" value="/here/?a=1&amp;b=2"' in html
    with override("en"):
        assert 'value="th" lang="th">ไทย' in render(PAGE)


def test_a_menu_marks_where_one_is_and_shows_counts(render: Render) -> None:
    menu = [{"label": "Requests", "url": "/cases/", "current": True, "count": 47}, {"label": "Mail", "url": "/mail/"}]

    html = render(PAGE, menu=menu)

    assert '<a href="/cases/" aria-current="page">Requests <span class="cnt">47</span></a>' in html
    assert '<a href="/mail/">Mail</a>' in html


def test_strips_say_that_it_is_a_demonstration_and_for_whom_one_acts(render: Render) -> None:
    html = render(PAGE, demo=True, demo_help_url="/try/", acting_for="Siam Bank")

    assert 'href="/try/"' in html
    assert "<strong>Siam Bank</strong>" in html


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_a_script_a_style_or_a_handler_of_its_own(template: Path) -> None:
    source = template.read_text()

    assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son[a-z]+=|javascript:|https?://", source)


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2.2 between two colours of the stylesheet, by name or as #rgb."""

    def luminance(colour: str) -> float:
        digits = TOKENS.get(colour, colour).removeprefix("#")
        digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *[(ink, "--page") for ink in ("--ink", "--ink-2", "--link", "--brand", "--err", "--ok", "--field")],
        *[(ink, "--wash") for ink in ("--ink", "--ink-2", "--link", "--ok", "--brand")],
        ("--ink", "--focus"),
        *[("#fff", ground) for ground in ("--brand", "--brand-2", "--err", "--ok", "#24436f")],
        *[(f"--{tone}", f"--{tone}-bg") for tone in ("err", "ok", "warn", "info", "mute")],
        *[("--link", f"--{tone}-bg") for tone in ("err", "ok", "warn", "info", "mute")],
        *[("--ink-2", ground) for ground in ("#eef3fa", "#f8fafc", "--info-bg", "--warn-bg")],
        ("#8c1712", "#fbe1df"),
        ("#d5deeb", "--brand"),
        ("#c5cedb", "#24364f"),
    ],
)
def test_every_pair_of_colours_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.6


def test_the_stylesheet_takes_nothing_from_elsewhere_and_breaks_no_word_anywhere() -> None:
    assert not re.search(r"https?:|data:|@import|overflow-wrap:anywhere", STYLES)
