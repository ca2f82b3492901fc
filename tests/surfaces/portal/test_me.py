"""The personal page (R23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Submission
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement
from tests.cast import AT
from tests.domain.certificates.pki import register as register_certificate
from tests.surfaces.portal.visitor import heading, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R23")]


def test_it_shows_the_members_own_data_and_the_document_masked(sign_in, anong):
    page = text_of(sign_in(anong, "en").get("/me/"))

    for shown in ("anong", "อนงค์ ใจดี", "Anong Jaidee", "anong@alpha.example", "081 234 5678", anong.identity_masked):
        assert shown in page
    assert anong.identity_number not in page


def test_nobody_sees_anothers_page(sign_in, anong, ekachai):
    page = text_of(sign_in(ekachai, "en").get("/me/"))

    assert "anong" not in page
    assert str(anong.submissions.get().number) not in page.split("History of requests")[1]


@pytest.mark.rule("R80")
def test_the_time_of_a_request_is_told_to_the_second_and_in_thai_years(sign_in, anong):
    moment = AT.replace(year=2020, month=7, day=21, hour=6, minute=52, second=43)
    Submission.objects.filter(applicant=anong).update(submitted_at=moment)

    assert "21 ก.ค. 2563 13:52:43" in text_of(sign_in(anong).get("/me/"))
    assert "21 Jul 2020 13:52:43" in text_of(sign_in(anong, "en").get("/me/"))


@pytest.mark.rule("R24")
def test_papers_can_be_fetched_while_they_are_awaited(sign_in, anong, boonmee):
    done = anong.submissions.get()
    waiting = Submission.objects.create(
        kind="rights", applicant=anong, language="th", submitted_at=AT, papers_due_at=AT + timedelta(days=17)
    )
    case = done.cases.get()
    case.pk, case.submission, case.kind, case.state = None, waiting, "rights", "awaiting_documents"
    case.save(force_insert=True)

    page = sign_in(anong).get("/me/").content.decode()

    assert f"/case/{waiting.number}/documents/all.pdf" in page
    assert f"/case/{done.number}/documents/all.pdf" not in page
    assert "รอเอกสารประกอบ" in page
    assert "ได้รับอนุมัติแล้ว" in page


def test_more_than_fifty_requests_are_paged(sign_in, anong):
    Submission.objects.bulk_create(
        Submission(
            kind="rights", applicant=anong, language="th", submitted_at=AT + timedelta(minutes=n), papers_due_at=AT
        )
        for n in range(60)
    )
    for submission in Submission.objects.filter(cases=None):
        register_case(submission, anong)
    visitor = sign_in(anong)
    first = visitor.get("/me/")
    assert len(first.context["history"]) == 50

    second = visitor.get("/me/" + first.context["page"].older)

    assert len(second.context["history"]) == 11
    numbers = [row["submission"].number for row in first.context["history"] + second.context["history"]]
    assert len(set(numbers)) == 61


def register_case(submission, applicant):
    case = applicant.submissions.earliest("pk").cases.first()
    case.pk, case.submission, case.kind = None, submission, "rights"
    case.save(force_insert=True)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "In force"),
        ({"status": "suspended"}, "Suspended"),
        ({"status": "ended"}, "Ended"),
        ({"until_date": local_date(AT) - timedelta(days=1)}, "Ended"),
        ({"from_date": local_date(AT) + timedelta(days=1)}, "Not yet in force"),
    ],
)
def test_a_right_tells_how_it_stands_whatever_its_status_was_set_to(sign_in, anong, change, word):
    Entitlement.objects.filter(member=anong).update(**change)

    row = sign_in(anong, "en").get("/me/").context["rights"][0]

    assert row["state"] == word


def test_what_was_only_asked_for_is_no_right(anyone, registration, chai):
    User.objects.filter(pk=registration.applicant_id).update(email_confirmed_at=AT)
    anyone.sign_in("anong")

    page = anyone.get("/me/")

    assert page.context["rights"] == []
    assert page.context["certificates"] is None


def test_certificates_are_summed_up(sign_in, anong, pki):
    register_certificate(anong, pki.certificate_for("anong"))

    summary = sign_in(anong, "en").get("/me/").context["certificates"]

    assert summary == {"valid": 0, "pending": 1, "next_end": None}


def test_the_page_offers_the_language_of_mails(sign_in, anong):
    visitor = sign_in(anong)

    visitor.post("/language/", {"language": "en", "next": "/me/"})

    anong.refresh_from_db()
    assert anong.language == "en"
    assert heading(visitor.get("/me/")) == "Personal page"
