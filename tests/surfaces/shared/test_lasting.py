"""Tags that say the same on every page say it once; what can change is asked for each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import engines
from django.urls import set_urlconf
from django.utils import translation

import securenet

SOURCE = Path(securenet.__file__).parent
PORTAL, BACKOFFICE = "securenet.surfaces.portal.urls", "securenet.surfaces.backoffice.urls"


def template(text):
    return engines["django"].from_string(text)


def said(made, language, **context):
    with translation.override(language):
        return made.render(context).strip()


@pytest.fixture
def at():
    yield set_urlconf
    set_urlconf(None)


@pytest.mark.rule("R80")
@pytest.mark.parametrize("text", ['{% translate "Certificates" %}', '{% translate "Certificates" as l %}{{ l }}'])
def test_words_are_said_in_the_language_of_each_page(text):
    made = template(text)

    with translation.override("th"):
        thai = translation.gettext("Certificates")
    assert [said(made, language) for language in ("th", "en", "th", "en")] == [thai, "Certificates"] * 2


def test_words_of_two_senses_are_kept_apart():
    made = template('{% translate "Status" context "right" %} {% translate "Documents" context "request" %}')
    alone = template('{% translate "Status" context sense %}')

    assert said(made, "en") == "Status Documents"
    assert said(alone, "th", sense="right") == said(made, "th").split()[0]
    assert said(alone, "en", sense="right") == "Status"


def test_the_words_of_a_variable_are_looked_up_each_time():
    made = template("{% translate word %}")

    assert [said(made, "en", word=word) for word in ("Certificates", "Home", "<b>")] == [
        "Certificates", "Home", "&lt;b&gt;",
    ]  # fmt: skip


def test_words_through_a_filter_are_made_each_time():
    made = template('{% translate "Certificates"|add:number %}')

    assert [said(made, "en", number=number) for number in ("1", "2")] == ["Certificates1", "Certificates2"]


def test_a_page_is_named_at_each_surface_by_its_own_address(at):
    made = template("{% url 'audit' as there %}{{ there }}")
    at(BACKOFFICE)
    assert said(made, "en") == "/audit/"
    at(PORTAL)
    assert said(made, "en") == ""
    at(BACKOFFICE)
    assert said(made, "en") == "/audit/"


def test_a_page_that_is_not_there_is_a_fault_each_time(at):
    made = template("{% url 'audit' %}")
    at(PORTAL)
    for _time in range(2):
        with pytest.raises(Exception, match="audit"):
            said(made, "en")


def test_an_address_with_a_number_is_made_each_time(at):
    made = template("{% url 'case' number %}")
    at(PORTAL)

    assert said(made, "en", number=1) != said(made, "en", number=2)


def test_a_file_has_its_address():
    named = template("{% static name %}")

    assert said(template("{% static 'portal.css' %}"), "en") == said(named, "en", name="portal.css")
    assert said(named, "en", name="icon.svg").endswith(".svg")


def test_no_page_changes_its_language_halfway():
    told = [path for path in SOURCE.rglob("*.html") if "{% language" in path.read_text()]

    assert not told, "a page's language is asked for once a template"
