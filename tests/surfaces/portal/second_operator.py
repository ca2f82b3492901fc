"""Journey 1 at the invented operator, run by `test_second_operator.py` in a process whose profile is Meridia's.

English first, another calendar and time zone, citizen cards, licences, passwords of sixteen characters, three tiers
with two voices in the last one.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from django.conf import settings
from pypdf import PdfReader

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.profile.queries import profile
from tests.cast import as_actor, decide, last_mail, note_papers, staff
from tests.surfaces.portal.visitor import Visitor, faults, heading, link_in, path_of, text_of

pytestmark = pytest.mark.django_db
PASSPHRASE = "seven quiet lighthouses"
MIRA = {
    "username": "mira",
    "password": PASSPHRASE,
    "password_confirm": PASSPHRASE,
    "name_th": "มิรา ทะเลงาม",
    "name_en": "Mira Sealand",
    "identity_type": "national_id",
    "identity_number": "ab1234567",
    "identity_country": "",
    "email": "mira@harbour-bank.example",
    "mobile_phone": "+66 81 234 5678",
    "office_phone": "+66 2 123 4567",
    "office_extension": "",
}
VAULT = {
    "service_group": "cash",
    "service": "vault",
    "organization_number_type": "licence",
    "organization_number": "M123456",
    "organization_country": "XM",
    "organization_name": "Harbour Bank of Meridia",
    "role": "officer",
}


def walk(visitor, person, right):
    """Register, confirm, and return the submission."""
    visitor.accept_terms()
    assert path_of(visitor.post("/register/person/", person)) == "/register/rights/"
    assert path_of(visitor.post("/register/rights/", right | {"action": "next"})) == "/register/details/"
    assert path_of(visitor.post("/register/details/", {"vault_shift": "night"})) == "/register/review/"
    assert path_of(visitor.post("/register/review/", {"certified": "on"})) == "/register/confirmation/"
    assert path_of(visitor.post(link_in(last_mail("registration-confirm", person["email"])))) == "/register/documents/"
    return Submission.objects.latest("pk")


@pytest.fixture
def people(anyone):
    """The help desk, two of the cash department, and Bo, who administers Harbour Bank already."""
    desk = staff("hana", ("service_desk", "help-desk"))
    owners = [staff(name, ("service_owner", "owner-vault")) for name in ("olga", "omar")]
    bo = MIRA | {"username": "boharbour", "name_en": "Bo Harbour", "email": "bo@harbour-bank.example"}
    bo["identity_number"] = "CD7654321"
    submission = walk(Visitor(), bo, VAULT | {"role": "organization_admin"})
    note_papers(submission, desk)
    case = submission.cases.get()
    decide(case, Verb.ENDORSE, desk)
    assert decide(case, Verb.APPROVE, owners[0]) is State.SERVICE_OWNER_REVIEW  # one voice of two
    assert decide(case, Verb.APPROVE, owners[1]) is State.APPROVED
    return desk, owners, User.objects.get(username="boharbour")


def test_the_profile_is_the_second_one():
    assert profile().operator.short_name.in_("en") == "CBM"
    assert (settings.LANGUAGE_CODE, settings.TIME_ZONE) == ("en", "Asia/Kathmandu")


def test_the_pages_are_english_first_and_tell_this_operators_rules(anyone):
    anyone.accept_terms()
    page = anyone.get("/register/person/")
    words = text_of(page)

    assert page.headers["Content-Language"] == "en"
    assert "Meridia Gateway" in words
    assert "16–128 characters" in words
    assert "Citizen card" in words
    assert "13 digits" not in words
    assert "Bank of Thailand" not in words
    anyone.post("/register/person/", MIRA)
    assert "13 digits" not in text_of(anyone.get("/register/rights/"))
    assert "ประตูเมริเดีย" in text_of(anyone.speak("th").get("/register/person/"))


def test_mira_walks_from_the_terms_to_three_tiers_and_two_voices(anyone, people):
    desk, owners, bo = people
    submission = walk(anyone, MIRA, VAULT)
    assert heading(anyone.get("/register/documents/")).startswith("Preparing the documents Documents for request")
    mail = last_mail("registration-confirm", MIRA["email"])
    assert mail.language == "en"
    assert "Mira Sealand" in mail.text
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(all_papers(anyone))).pages)
    assert "Harbour Bank of Meridia" in words
    assert "Thailand" not in words
    case = submission.cases.get()
    assert [stop.tier for stop in case.route.stops] == ["organization", "service_desk", "service_owner"]
    assert case.state_now is State.ORGANIZATION_REVIEW

    assert path_of(anyone.post("/login/", {"username": "MIRA", "password": PASSPHRASE})) == "/me/"
    page = text_of(anyone.get(f"/case/{submission.number}/"))
    assert "Organization Admin" in page
    decide(case, Verb.ENDORSE, bo)
    assert submission.state() is State.AWAITING_DOCUMENTS
    note_papers(submission, desk)
    case.refresh_from_db()
    decide(case, Verb.ENDORSE, desk)
    assert "Cash Department" in text_of(anyone.get(f"/case/{submission.number}/"))
    decide(case, Verb.APPROVE, owners[0])
    assert not User.objects.get(username="mira").is_admitted
    decide(case, Verb.APPROVE, owners[1])

    assert User.objects.get(username="mira").is_admitted
    assert "Approved" in text_of(anyone.get(f"/case/{submission.number}/"))
    assert "Vault Access" in text_of(anyone.get("/me/"))


def all_papers(visitor):
    answer = visitor.get("/register/documents/all.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("identity_number", "1103702345679"),
        ("identity_number", "AB12345"),
        ("password", "Short1Pass"),
        ("mobile_phone", "081 234 5678"),
        ("name_th", "Mira"),
    ],
)
def test_this_operators_rules_are_told_at_the_field(anyone, field, bad):
    anyone.accept_terms()
    typed = MIRA | {field: bad} | ({"password_confirm": bad} if field == "password" else {})

    answer = anyone.post("/register/person/", typed)

    assert answer.status_code == 422
    assert set(faults(answer)) == {field}


@pytest.mark.parametrize("number", ["0105561000011", "M12345", "X123456"])
def test_licences_are_not_taxpayer_numbers(anyone, number):
    anyone.accept_terms()
    anyone.post("/register/person/", MIRA)

    answer = anyone.post("/register/rights/", VAULT | {"organization_number": number, "action": "next"})

    assert set(faults(answer)) == {"organization_number"}


def test_the_address_is_corrected_once_here(anyone):
    anyone.accept_terms()
    anyone.post("/register/person/", MIRA)
    anyone.post("/register/rights/", VAULT | {"action": "next"})
    anyone.post("/register/details/", {"vault_shift": "day"})
    anyone.post("/register/review/", {"certified": "on"})

    assert path_of(anyone.post("/register/confirmation/", {"email": "a@b.example"})) == "/register/confirmation/"
    assert anyone.post("/register/confirmation/", {"email": "c@d.example"}).status_code == 422


def test_nobody_decides_here_for_themselves(people):
    _desk, owners, bo = people
    assert as_actor(owners[0]).desks == {"owner-vault"}
    assert any(desk.startswith("organization-") for desk in as_actor(bo).desks)
