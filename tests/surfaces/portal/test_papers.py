"""The documents of a request: its owner's, in the page's language, and nobody else's (R7)."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from securenet.domain.approvals.models import Submission
from tests.surfaces.portal.visitor import DETAILS, RIGHT, Visitor, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R7")]


def words_of(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


@pytest.fixture
def registered(anyone):
    anyone.register()
    return anyone


def test_every_form_of_the_list_is_there_filled_in(registered):
    page = registered.get("/register/documents/")
    offered = [paper["item"].key for paper in page.context["papers"] if paper["form"]]
    assert offered == ["letter_of_intent", "own_identity", "officer_appointment"]

    for key in offered:
        words = words_of(registered.get(f"/register/documents/{key}.pdf"))
        assert str(Submission.objects.get().number) in words


def test_a_form_speaks_the_language_of_the_page(registered):
    thai = words_of(registered.get("/register/documents/letter_of_intent.pdf"))
    english = words_of(registered.speak("en").get("/register/documents/letter_of_intent.pdf"))

    assert "Letter of intent" in english
    assert "Letter of intent" not in thai


@pytest.mark.parametrize("key", ["commercial_registration", "no-such", "ALL", "cover2", "1"])
def test_a_form_that_there_is_not_is_not_found(registered, key):
    assert registered.get(f"/register/documents/{key}.pdf").status_code == 404


def test_nobody_without_the_draft_gets_a_form(registered):
    for path in ("/register/documents/", "/register/documents/all.pdf", "/register/documents/letter_of_intent.pdf"):
        assert Visitor().get(path).status_code == 404


def test_a_member_fetches_own_forms_and_nobody_elses(sign_in, anong, boonmee, ekachai):
    number = anong.submissions.get().number

    assert str(number) in words_of(sign_in(anong).get(f"/case/{number}/documents/all.pdf"))
    for other in (boonmee, ekachai):
        for key in ("all", "letter_of_intent", "no-such"):
            assert sign_in(other).get(f"/case/{number}/documents/{key}.pdf").status_code == 404
    assert Visitor().get(f"/case/{number}/documents/all.pdf").status_code == 302


def test_no_form_shows_the_whole_identity_number(registered):
    words = words_of(registered.get("/register/documents/all.pdf")).replace(" ", "").replace("-", "")

    assert "1103702345679" not in words


def test_the_page_names_the_address_the_day_and_the_promise(registered):
    page = text_of(registered.get("/register/documents/"))

    assert "10200" in page
    assert "19 กุมภาพันธ์ 2569" in page
    assert "5 วันทำการ" in page.replace("\u00a0", " ")


def test_the_variant_for_organization_admins_asks_for_the_signatorys_letter(anyone):
    anyone.fill_in(until="rights")

    anyone.post("/register/rights/", RIGHT | {"role": "organization_admin", "action": "next"})
    anyone.post("/register/details/", DETAILS)
    anyone.post("/register/review/", {"certified": "on"})

    keys = [paper["item"].key for paper in anyone.get("/register/documents/").context["papers"]]
    assert {"signatory_appointment", "appointing_signatory_identity"} <= set(keys)
    assert "officer_appointment" not in keys
