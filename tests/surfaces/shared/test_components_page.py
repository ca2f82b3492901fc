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
