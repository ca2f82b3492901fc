"""Journey 1 at the portal: Anong registers in six steps, confirms, and fetches her papers (R1–R8)."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Submission
from securenet.domain.registration.models import Draft
from securenet.foundation.audit.models import AuditEntry
from tests.cast import PASSWORD, last_mail
from tests.surfaces.portal.visitor import DETAILS, PERSON, RIGHT, heading, link_in, path_of, text_of

pytestmark = pytest.mark.django_db


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.rule("R1", "R2", "R3", "R4", "R5", "R6", "R6a", "R7")
def test_anong_walks_from_the_first_page_to_her_papers(anyone):
    assert heading(anyone.get("/register/")) == "ลงทะเบียนผู้ใช้งานใหม่"
    assert path_of(anyone.accept_terms()) == "/register/person/"
    assert heading(anyone.get("/register/person/")).endswith("ข้อมูลผู้ใช้งาน")
    assert path_of(anyone.post("/register/person/", PERSON)) == "/register/rights/"
    assert path_of(anyone.post("/register/rights/", RIGHT | {"action": "add"})) == "/register/rights/"
    assert RIGHT["organization_name"] in text_of(anyone.get("/register/rights/"))
    assert path_of(anyone.post("/register/rights/", {"action": "next"})) == "/register/details/"
    assert path_of(anyone.post("/register/details/", DETAILS)) == "/register/review/"
    review = text_of(anyone.get("/register/review/"))
    assert all(words in review for words in ("อนงค์ ใจดี", "Anong Jaidee", "0105558123451", "เจ้าหน้าที่", "081 234 5678"))
    assert PASSWORD not in review
    assert path_of(anyone.post("/register/review/", {"certified": "on"})) == "/register/confirmation/"
    submission = Submission.objects.get()
    confirmation = text_of(anyone.get("/register/confirmation/"))
    assert str(submission.number) in confirmation
    assert PERSON["email"] in confirmation
    unconfirmed = anyone.get("/register/documents/")
    assert unconfirmed.context["waiting"]
    assert path_of(anyone.post(link_in(last_mail("registration-confirm")))) == "/register/documents/"
    assert submission.state() is State.AWAITING_DOCUMENTS
    assert not anyone.get("/register/documents/").context["waiting"]
    papers = anyone.get("/register/documents/all.pdf")
    assert papers.headers["Content-Type"] == "application/pdf"
    words = words_of(papers.content)
    assert str(submission.number) in words
    assert "Anong Jaidee" in words


@pytest.mark.rule("R1", "R2", "R5", "R84")
def test_what_was_sent_is_kept_and_the_draft_is_erased(anyone):
    anyone.register()

    anong = User.objects.get(username="anong2")
    assert anong.terms_version
    assert anong.terms_accepted_at is not None
    assert (anong.identity_number, anong.identity_country) == ("1103702345679", "TH")
    assert anong.check_password(PASSWORD)
    assert not Draft.objects.exists()
    trail = " ".join(f"{entry.about} {entry.facts}" for entry in AuditEntry.objects.all())
    assert "1103702345679" not in trail
    assert PASSWORD not in trail


@pytest.mark.rule("R8", "R23")
def test_she_then_signs_in_to_see_the_state_and_may_withdraw(anyone):
    anyone.register()
    anyone.post(link_in(last_mail("registration-confirm")))
    number = Submission.objects.get().number

    assert path_of(anyone.sign_in("ANONG2")) == "/me/"
    page = text_of(anyone.get("/me/"))
    assert str(number) in page
    assert "รอเอกสารประกอบ" in page
    assert "1103702345679" not in page
    assert path_of(anyone.post(f"/case/{number}/withdraw/")) == f"/case/{number}/"
    assert Submission.objects.get().state() is State.WITHDRAWN


@pytest.mark.rule("R3", "R5")
def test_two_rights_in_one_registration_are_two_cases_and_one_request(anyone):
    anyone.fill_in(until="rights")
    anyone.post("/register/rights/", RIGHT | {"action": "add"})
    anyone.post("/register/rights/", RIGHT | {"role": "organization_admin", "action": "next"})
    anyone.post("/register/details/", DETAILS)
    anyone.post("/register/review/", {"certified": "on"})

    assert sorted(case.role for case in Submission.objects.get().cases.all()) == ["officer", "organization_admin"]


@pytest.mark.rule("R3")
def test_a_right_is_taken_out_again(anyone):
    anyone.fill_in(until="rights")
    anyone.post("/register/rights/", RIGHT | {"action": "add"})
    card = anyone.get("/register/rights/").context["cards"][0]["id"]
    for _click in range(2):
        anyone.post("/register/rights/", {"action": f"remove-{card}"})

    assert RIGHT["organization_name"] not in text_of(anyone.get("/register/rights/"))
    assert path_of(anyone.get("/register/review/")) == "/register/rights/"


@pytest.mark.rule("R80")
def test_the_language_switch_is_kept_through_the_journey(anyone):
    anyone.speak("en")
    anyone.register()

    assert heading(anyone.get("/register/confirmation/")) == "New registration Confirm the registration"
    assert last_mail("registration-confirm").language == "en"


@pytest.mark.rule("R2")
def test_the_button_beside_a_user_name_tells_whether_it_is_free(anyone):
    anyone.accept_terms()
    for name, kind in (("anong2", "ok"), ("ab", "no")):
        page = anyone.post("/register/person/", PERSON | {"username": name, "check": "1"}).content.decode()
        assert f'<p class="st {kind}" id="username_state" role="status">' in page
