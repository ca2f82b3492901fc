"""The guides: whole in both languages, and true to the profile (R1, R7, R24, R60, R79)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from securenet.domain.approvals.flow import State
from securenet.domain.profile.queries import profile
from securenet.surfaces import portal
from securenet.surfaces.portal.guides import MEANINGS, RETENTION, TITLES, facts_of
from tests.surfaces.portal.content_reader import MERIDIA, Reader, Seen

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R60")]
FOLDER = Path(portal.__file__).parent / "templates/portal/help"
WRITTEN = [*TITLES, "_terms"]
TAG = re.compile(r"<(h2|h3|li|dt|dd|p|a|table)\b")
LOGIC = re.compile(r"{[{%].*?[}%]}")
SHOWN_AS_THEY_ARE = re.compile(r'<(\w+)[^>]*lang="en"[^>]*>.*?</\1>|<code>.*?</code>|<[^>]+>|{[{%].*?[}%]}', re.DOTALL)
ENGLISH = re.compile(r"(?:[A-Za-z'’,]+[ ]){3,}[A-Za-z]+")


def source(topic, language):
    return (FOLDER / f"{topic}.{language}.html").read_text()


@pytest.fixture
def meridia(settings):
    settings.PROFILE_PATH = MERIDIA


def test_every_text_is_written_in_both_languages():
    written = {path.name for path in FOLDER.glob("*.*.html")}

    assert written == {f"{topic}.{language}.html" for topic in WRITTEN for language in ("th", "en")}


@pytest.mark.rule("R80")
@pytest.mark.parametrize("topic", WRITTEN)
def test_both_languages_say_equally_much_with_the_same_facts(topic):
    thai, english = source(topic, "th"), source(topic, "en")
    same = re.compile(r"(?<=>)[^<{]*(?=<)|%}[^{<]*{%")

    assert TAG.findall(thai) == TAG.findall(english)
    assert sorted(LOGIC.findall(same.sub("", thai))) == sorted(LOGIC.findall(same.sub("", english)))


@pytest.mark.rule("R80")
@pytest.mark.parametrize("topic", WRITTEN)
def test_thai_texts_are_thai(topic):
    text = SHOWN_AS_THEY_ARE.sub(" ", source(topic, "th"))

    assert ENGLISH.findall(text) == []
    assert len(re.findall("[ก-๙]", text)) > len(re.findall("[A-Za-z]", text))
    assert "สิทธ์" not in text


@pytest.mark.parametrize("topic", WRITTEN)
def test_english_texts_are_english(topic):
    assert not re.search("[ก-๙]", source(topic, "en"))


@pytest.mark.rule("R1")
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_terms_have_ten_topics(language):
    seen = Seen(Reader(language).page("/help/terms/"))

    assert seen.headings.count("h3") == 10
    assert profile().operator.name.in_(language) in seen.text


@pytest.mark.rule("R1", "R86")
def test_the_terms_speak_for_the_operator_that_runs_the_system(meridia):
    text = Seen(Reader("en").page("/help/terms/")).text

    assert "Central Bank of Meridia" in text
    assert "Version 2026.1, in force from 1 March 2026" in text
    assert "Bank of Thailand" not in text


@pytest.mark.rule("R24")
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_state_of_a_request_is_explained(language):
    text = Seen(Reader(language).page("/help/states/")).text

    assert set(MEANINGS) == set(State)
    with override(language):
        assert all(state.label in text for state in State)


@pytest.mark.rule("R24")
def test_only_open_requests_can_be_withdrawn():
    withdrawable = {row["state"] for row in facts_of("states") if row["withdrawable"]}

    assert set(State) - withdrawable == {State.APPROVED, State.REJECTED, State.EXPIRED, State.WITHDRAWN}


@pytest.mark.rule("R24", "R86")
def test_deadlines_in_the_guides_are_the_profiles(meridia):
    states, documents = (Seen(Reader("en").page(f"/help/{topic}/")).text for topic in ("states", "documents"))

    assert "within 30 days" in states
    assert "within 8 business days" in states
    assert "within 30 days" in documents
    assert "Harbour Square" in documents


@pytest.mark.rule("R7")
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_lists_of_documents_are_the_profiles(language):
    text = Seen(Reader(language).page("/help/documents/")).text

    for kind, role in (("registration", "organization_admin"), ("registration", "officer"), ("certificate", None)):
        assert all(item.name.in_(language) in text for item in profile().checklist_for(kind, role, "bmsid"))


@pytest.mark.rule("R79")
def test_the_privacy_notice_names_every_period():
    text = Seen(Reader("en").page("/help/privacy/")).text
    periods = profile().retention

    assert set(RETENTION) <= set(type(periods).model_fields)
    assert f"{periods.sign_in_days} days" in text
    assert f"{periods.ended_account_months} months" in text
    assert f"{periods.audit_years} years" in text


def test_tokens_that_nobody_tried_are_not_called_tried():
    page = Reader("en").page("/help/browsers/")

    for token in profile().certificate.tokens:
        assert re.search(rf"<dt>{re.escape(token)}</dt><dd><span class=\"tag wa\">Not tried yet", page)
    assert page.count('<dt>SoftHSM2</dt><dd><span class="tag ok">Tried') == 1


def test_an_operator_without_tokens_names_none(meridia):
    assert "eToken" not in Reader("en").page("/help/browsers/")


@pytest.mark.parametrize("topic", TITLES)
def test_links_of_the_guides_lead_to_pages_that_are_there(topic):
    reader = Reader("en")
    for link in {link.split("#")[0] for link in Seen(reader.page(f"/help/{topic}/")).links if link.startswith("/")}:
        if not link.startswith(("/static/", "/language/")):
            assert reader.get(link).status_code in {200, 302}, link


@pytest.mark.rule("R1")
def test_registration_shows_the_same_terms():
    with override("th"):
        whole = render_to_string("portal/help/_terms.html", {"LANGUAGE_CODE": "th", "desk_phone": "0 2000 0000"})

    assert whole.count("<h3>") == 10
