"""The smaller parts say what they show, and escape it (R81)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.backends.django import DjangoTemplates
from django.utils.translation import override

from securenet.surfaces.shared import forms
from tests.surfaces.shared.conftest import Render

pytestmark = pytest.mark.rule("R81", "R82")

ERRORS = ["400", "403", "404", "409", "413", "429", "500", "503", "csrf", "expired"]
HOSTILE = "<b>x</b>"


class Form(forms.Form):
    name = forms.CharField(label="Name")
    kind = forms.RadioField(label="Kind", choices=[("a", "A")])
    born = forms.DateField(label="Born")


def test_the_summary_counts_errors_and_links_each_to_the_first_control(render: Render) -> None:
    form = Form({"born_day": "1"})
    form.add_error(None, HOSTILE)

    with override("en"):
        html = render("{% error_summary form %}", form=form)

    assert "Please mend 4 items" in html
    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    assert [target for target in ("#id_name", "#id_kind_0", "#id_born_0") if f'href="{target}"' not in html] == []
    assert "<li>&lt;b&gt;x&lt;/b&gt;</li>" in html


def test_there_is_no_summary_without_errors(render: Render) -> None:
    assert render("{% error_summary form %}", form=Form()).strip() == ""


def test_one_summary_takes_several_forms(render: Render) -> None:
    html = render("{% error_summary one two %}", one=Form({}), two=Form({}, prefix="other"))

    assert html.count('role="alert"') == 1
    assert 'href="#id_other-name"' in html


def test_the_current_step_is_marked_and_those_before_are_done(render: Render) -> None:
    with override("en"):
        html = render("{% steps names 2 %}", names=["One", "Two", "Three"])

    assert html.count('aria-current="step"') == 1
    assert '<li class="on" aria-current="step">Two</li>' in html
    assert '<span class="vh">Done: </span>One' in html
    assert "Step 2 of 3" in html


@pytest.mark.parametrize(
    "source",
    [
        '{% tag "ok" %}{{ text }}{% endtag %}',
        '{% notice "warning" %}{{ text }}{% endnotice %}',
        "{% details text %}{{ text }}{% enddetails %}",
        "<dl>{% summary_row text text text %}</dl>",
        "{% steps names 1 %}",
        "{% sort_header text text text %}",
        "{% copy_button text text %}",
        "{% phone text %}",
        "{% pager text text %}",
    ],
)
def test_no_part_lets_markup_through(render: Render, source: str) -> None:
    assert HOSTILE not in render(source, text=HOSTILE, names=[HOSTILE])


def test_a_tone_that_nobody_knows_has_no_class(render: Render) -> None:
    assert render("{% tag tone %}x{% endtag %}", tone='"><b>') == '<span class="tag ">x</span>'


def test_only_good_news_is_announced(render: Render) -> None:
    assert 'role="status"' in render('{% notice "success" %}x{% endnotice %}')
    assert "role=" not in render("{% notice %}x{% endnotice %}")


@pytest.mark.parametrize(("value", "shown"), [("a", "a"), (["a", "b"], "a<br>b"), (0, "0")])
def test_an_answer_shows_its_lines(render: Render, value: Any, shown: str) -> None:
    assert f"<dd>{shown}</dd>" in render('{% summary_row "Label" value %}', value=value)


@pytest.mark.parametrize("value", ["", None, []])
def test_an_answer_not_given_says_so(render: Render, value: Any) -> None:
    with override("en"):
        assert "Not given" in render('{% summary_row "Label" value %}', value=value)


def test_the_link_to_change_an_answer_names_it(render: Render) -> None:
    with override("en"):
        html = render('{% summary_row "Name" "Anong" "/step/" %}')

    assert '<a href="/step/">Change<span class="vh"> Name</span></a>' in html


def test_pages_keep_what_was_searched_for(render: Render) -> None:
    html = render("{% pagination page %}", page=Paginator(range(47), 8).get_page(2), address="/?q=a%26b&page=2")

    assert 'href="?q=a%26b&amp;page=3" rel="next"' in html
    assert html.count('aria-current="page"') == 1


def test_one_page_needs_no_paging(render: Render) -> None:
    assert render("{% pagination page %}", page=Paginator(range(5), 8).get_page(1)).strip() == ""
    assert render("{% pager %}").strip() == ""


@pytest.mark.parametrize(
    ("order", "sorting", "value"), [("due", "ascending", "-due"), ("-due", "descending", "due"), ("x", "", "due")]
)
def test_a_column_tells_its_order_and_turns_it(render: Render, order: str, sorting: str, value: str) -> None:
    html = render('{% sort_header "due" "Due" order %}', order=order)

    assert ("aria-sort" in html) == bool(sorting)
    assert sorting in html
    assert f'name="sort" value="{value}"' in html


@pytest.mark.parametrize(
    ("number", "dialled"), [("0 2000 0000", "+6620000000"), ("+44 20 7946 0000", "+442079460000"), ("1213", "1213")]
)
def test_a_telephone_number_can_be_dialled(render: Render, number: str, dialled: str) -> None:
    assert f'href="tel:{dialled}"' in render("{% phone number %}", number=number)


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_error_page_renders_from_nothing_with_a_next_step_and_a_number_to_call(
    engine: DjangoTemplates, name: str, language: str
) -> None:
    template: Template = engine.get_template(f"shared/errors/{name}.html").template  # type: ignore[assignment]

    with override(language):
        html = template.render(Context({"desk_phone": "0 2000 0000", "reference": "R-1"}))

    assert html.count("<h1>") == 1
    assert 'class="btn"' in html
    assert 'href="tel:+6620000000"' in html
    assert "R-1" in html


def test_an_error_page_says_what_a_rule_said(engine: DjangoTemplates) -> None:
    html = engine.get_template("shared/errors/409.html").render({"sentence": HOSTILE})

    assert "&lt;b&gt;x&lt;/b&gt;" in html
