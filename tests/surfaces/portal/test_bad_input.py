"""Whatever is typed at a field, its own message says how to mend it, and nothing is lost (R2–R5, R82)."""

from __future__ import annotations

import re

import pytest

from securenet.domain.approvals.models import Submission
from securenet.domain.registration.drafts import load_draft
from tests.cast import as_actor
from tests.surfaces.portal.visitor import DETAILS, PASSWORD, PERSON, RIGHT, faults, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R82")]

THAI = re.compile("[\u0e01-\u0e5b]")
ODD = {
    "emoji": "Anong 😀",
    "bidi": "Anong\u202eeedaiJ",
    "isolate": "\u2066Anong\u2069",
    "zero width": "An\u200bong",
    "nul": "Anong\x00",
    "bell": "An\x07ong",
    "private use": "\ue000",
    "half a pair": "\ufffe",
}
WRITTEN = {
    "html": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE accounts_user; --",
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
    "path": "../../../etc/passwd",
    "format": "%s%n%(x)s",
}
LONG = {"too long": "a" * 5000, "too long in Thai": "ก" * 5000}
MISSING = {"missing": "", "blanks": " \t\u00a0 "}
TYPED = ("username", "name_th", "name_en", "identity_number", "email", "mobile_phone", "office_phone")
CHOSEN = {"identity_type": "driving_licence"}


def cases(fields, *kinds):
    return [
        pytest.param(field, bad, id=f"{field}, {name}")
        for field in fields
        for kind in kinds
        for name, bad in kind.items()
    ]


def refused_at(answer, field, typed, secret=()):
    """Check that this field alone is to be mended, in Thai, with everything typed still there but what is secret."""
    assert answer.status_code == 422
    found = faults(answer)
    assert set(found) == {field}, found
    assert all(THAI.search(text) for text in found[field]), found
    page = answer.content.decode()
    assert "<script>alert" not in page
    assert f'href="#id_{field}' in page
    assert 'class="es"' in page
    for name, value in typed.items():
        if name not in {field, *secret, "action"} and value and isinstance(value, str):
            assert answer.context["form"][name].value() == value
    assert PASSWORD not in page


@pytest.mark.rule("R2")
@pytest.mark.parametrize(("field", "bad"), [*cases(TYPED, ODD, WRITTEN, LONG, MISSING), *CHOSEN.items()])
def test_step_1_names_the_field_and_how_to_mend_it(anyone, field, bad):
    anyone.fill_in(until="person")
    typed = PERSON | {field: bad}

    answer = anyone.post("/register/person/", typed)

    refused_at(answer, field, typed, {"password", "password_confirm"})


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("username", "abc"),
        ("username", "a" * 21),
        ("username", "anong.jaidee"),
        ("username", "อนงค์"),
        ("username", "аnong"),  # a Cyrillic а
        ("username", "1103702345679"),
        ("name_th", "Anong Jaidee"),
        ("name_th", "อนงค์ 2"),
        ("name_en", "อนงค์ ใจดี"),
        ("name_en", "Аnong"),
        ("identity_number", "1103702345678"),
        ("identity_number", "110370234567"),
        ("identity_number", "11037023456790"),
        ("email", "anong"),
        ("email", "anong@"),
        ("email", "anong@@b.example"),
        ("email", "a@b.example, c@d.example"),
        ("email", "a@b.example\nBcc: c@d.example"),
        ("email", "a" * 250 + "@b.example"),
        ("mobile_phone", "12"),
        ("mobile_phone", "+999 1"),
        ("mobile_phone", "0" * 40),
        ("office_phone", "call me"),
        ("office_extension", "12; 13"),
        ("office_extension", "1" * 11),
        ("office_extension", "๑๒"),
    ],
)
def test_step_1_knows_what_each_field_can_be(anyone, field, bad):
    anyone.fill_in(until="person")
    typed = PERSON | {field: bad}

    refused_at(anyone.post("/register/person/", typed), field, typed, {"password", "password_confirm"})


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("", "", "password"),
        ("", PASSWORD, "password"),
        (PASSWORD, "", "password_confirm"),
        (PASSWORD, PASSWORD + " ", "password_confirm"),
        ("short1A", "short1A", "password"),
        ("alllowercase1", "alllowercase1", "password"),
        ("ALLUPPERCASE1", "ALLUPPERCASE1", "password"),
        ("NoDigitsHere", "NoDigitsHere", "password"),
        ("Password1", "Password1", "password"),
        ("Anong2-Anong2", "Anong2-Anong2", "password"),
        ("A1" + "x" * 63, "A1" + "x" * 63, "password"),
        ("A1x" * 2000, "A1x" * 2000, "password"),
        ("Krung9\x00thep", "Krung9\x00thep", "password"),
    ],
)
def test_a_password_is_refused_at_its_field_and_never_shown_again(anyone, password, again, field):
    anyone.fill_in(until="person")

    answer = anyone.post("/register/person/", PERSON | {"password": password, "password_confirm": again})

    assert answer.status_code == 422
    assert field in faults(answer)
    page = answer.content.decode()
    assert not password or password not in page
    assert not again or again not in page
    assert 'value="อนงค์ ใจดี"' in page


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"identity_country": ""}, "identity_country"),
        ({"identity_country": "XX"}, "identity_country"),
        ({"identity_country": "TH\x00"}, "identity_country"),
        ({"identity_number": "😀"}, "identity_number"),
        ({"identity_number": "A1"}, "identity_number"),
        ({"identity_number": "A" * 21}, "identity_number"),
    ],
)
def test_a_passport_needs_its_number_and_its_country(anyone, changes, field):
    anyone.fill_in(until="person")
    typed = PERSON | {"identity_type": "passport", "identity_number": "AA1234567", "identity_country": "DE"} | changes

    refused_at(anyone.post("/register/person/", typed), field, typed, {"password", "password_confirm"})


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *cases(["organization_number"], ODD, WRITTEN, LONG, MISSING),
        *cases(["organization_name"], ODD, LONG, MISSING),
        ("service_group", "everything"),
        ("service", "emcs"),
        ("service", "no-such"),
        ("organization_number_type", "shoe_size"),
        ("organization_country", ""),
        ("organization_country", "XX"),
        ("organization_number", "0105558123452"),
        ("organization_number", "010555812345"),
        ("role", "governor"),
        ("role", ""),
    ],
)
def test_step_2_names_the_field_and_how_to_mend_it(anyone, field, bad):
    anyone.fill_in(until="rights")
    typed = RIGHT | {field: bad, "action": "add"}

    refused_at(anyone.post("/register/rights/", typed), field, typed)


@pytest.mark.rule("R3")
@pytest.mark.parametrize("name", [*WRITTEN.values(), "บริษัท “ก & ข” (1999) จำกัด", "O'Neil + Söhne, GmbH"])
def test_an_organization_may_have_any_name_and_it_is_shown_as_written(anyone, name):
    anyone.fill_in(until="rights")
    anyone.post("/register/rights/", RIGHT | {"organization_name": name, "action": "add"})

    page = anyone.get("/register/rights/")

    assert page.context["cards"][0]["organization_name"] == name
    assert "<script>alert" not in page.content.decode()


@pytest.mark.rule("R4")
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *cases(["bmsid_position", "bmsid_department"], ODD, LONG, MISSING),
        *cases(["bmsid_employee_number"], ODD, LONG),
        ("bmsid_centres", []),
        ("bmsid_centres", ["moon"]),
        ("bmsid_centres", ["central", "moon"]),
        ("bmsid_centres", ["central\x00"]),
    ],
)
def test_step_3_names_the_field_and_how_to_mend_it(anyone, field, bad):
    anyone.fill_in(until="details")
    typed = DETAILS | {field: bad}

    refused_at(anyone.post("/register/details/", typed), field, typed)


@pytest.mark.rule("R5")
@pytest.mark.parametrize("typed", [{}, {"certified": ""}, {"certified": "false"}])
def test_step_4_sends_nothing_uncertified(anyone, typed):
    anyone.fill_in()

    refused_at(anyone.post("/register/review/", typed), "certified", typed)
    assert not Submission.objects.exists()


@pytest.mark.rule("R1")
@pytest.mark.parametrize("typed", [{}, {"accepted": "False"}])
def test_nobody_starts_without_the_terms(anyone, typed):
    refused_at(anyone.post("/register/", typed), "accepted", typed)
    assert path_of(anyone.get("/register/person/")) == "/register/terms/"


@pytest.mark.rule("R9")
@pytest.mark.parametrize(("field", "bad"), cases(["username"], ODD, LONG, MISSING))
def test_the_login_page_names_the_field(anyone, field, bad):
    typed = {"username": "anong", "password": "x"} | {field: bad}

    refused_at(anyone.post("/login/", typed), field, typed, {"password"})


@pytest.mark.rule("R80")
@pytest.mark.parametrize("field", TYPED)
@pytest.mark.parametrize("bad", ["", "<b>😀</b>", "x" * 500])
def test_the_same_is_said_in_english(anyone, field, bad):
    anyone.speak("en").fill_in(until="person")

    found = faults(anyone.post("/register/person/", PERSON | {field: bad}))

    assert set(found) == {field}
    assert not any(THAI.search(text) for text in found[field])


@pytest.mark.rule("R2")
def test_what_was_kept_of_step_1_is_there_when_one_comes_back_and_the_password_stays_set(anyone):
    anyone.fill_in(until="rights")
    page = anyone.get("/register/person/")
    assert page.context["form"]["name_th"].value() == PERSON["name_th"]
    assert PASSWORD not in page.content.decode()

    kept = PERSON | {"password": "", "password_confirm": "", "name_en": "Anong Deejai"}
    assert path_of(anyone.post("/register/person/", kept)) == "/register/rights/"
    content = load_draft(anyone.cookies["__Host-draft"].value, by=as_actor())

    assert content["person"]["name_en"] == "Anong Deejai"
    assert content["password"].startswith("argon2")
