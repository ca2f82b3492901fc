"""The state of a request without login: the same answer to everybody, and nothing personal (R8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.status import send_status_code
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import system
from securenet.foundation.jobs.models import Job
from tests.cast import ALPHA, AT, code_in, decide, last_mail, walk
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R8")]


def code_for(submission):
    send_status_code(submission.number, by=system("status", AT))
    return code_in(last_mail("status-code"))


def look(visitor, submission):
    """Type the code of a new mail and return the page that it opens."""
    typed = {"number": submission.number, "code": code_for(submission)}
    assert path_of(visitor.post("/status/code/", typed)) == "/status/request/"
    return visitor.get("/status/request/")


def test_the_page_shows_state_turn_due_day_and_what_to_do(anyone, registration, chai, dara):
    walk(registration, State.AWAITING_DOCUMENTS, chai=chai, dara=dara)

    page = text_of(look(anyone, registration)).replace("\u00a0", " ")

    for words in (str(registration.number), "รอเอกสารประกอบ", "19 ก.พ. 2569", "13 วันทำการ", "ท่าน", "BMS ID"):
        assert words in page, words


def test_it_shows_no_name_no_organization_and_no_reason(anyone, registration, chai, dara):
    walk(registration, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    decide(registration.cases.get(), Verb.RETURN, chai, reason="กรุณาส่งหนังสือรับรองของคุณอนงค์")

    page = look(anyone, registration).content.decode()

    person = registration.applicant
    personal = (person.name_th, person.name_en, person.username, person.email, "อนงค์", *ALPHA, person.mobile_readable)
    assert [words for words in personal if words in page] == []
    assert "ส่งกลับให้แก้ไข" in page


def test_the_answer_is_the_same_whatever_the_number(anyone, registration):
    pages = []
    for number in (registration.number, 987_654_321):
        answer = anyone.post("/status/", {"number": number})
        assert path_of(answer) == "/status/code/"
        page = text_of(anyone.get(answer.headers["Location"]))
        pages.append(page)
    assert pages[0] == pages[1]
    assert Job.objects.filter(name="approvals.send-status-code").count() == 2


def test_codes_of_one_request_are_limited_without_a_word(registration, clock):
    most = profile().throttles.case_status_mail.attempts
    for browser in range(most + 2):
        answer = Visitor(address=f"192.0.2.{browser + 10}").post("/status/", {"number": registration.number})
        assert path_of(answer) == "/status/code/"
    assert Job.objects.filter(name="approvals.send-status-code").count() == most


def test_looks_from_one_address_are_limited(anyone, registration):
    for number in range(1, profile().throttles.case_status.attempts + 1):
        assert anyone.post("/status/", {"number": number}).status_code == 302
    answer = anyone.post("/status/", {"number": 1})
    assert answer.status_code == 429
    assert anyone.post("/status/code/", {"number": 1, "code": "12345678"}).status_code == 422, "counted by itself"


@pytest.mark.rule("R82")
@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 30, "1e3", "\x00", "๑๒"])
def test_a_bad_number_is_told_at_its_field(anyone, number):
    answer = anyone.post("/status/", {"number": number})
    assert answer.status_code in {302, 422}
    assert answer.status_code == 302 or set(faults(answer)) == {"number"}


@pytest.mark.rule("R82")
@pytest.mark.parametrize("code", ["", "x", "00000000", "😀", "1" * 30])
def test_a_wrong_code_is_told_at_its_field_and_opens_nothing(anyone, registration, code):
    code_for(registration)

    answer = anyone.post("/status/code/", {"number": registration.number, "code": code})

    assert answer.status_code == 422
    assert set(faults(answer)) == {"code"}
    assert path_of(anyone.get("/status/request/")) == "/status/"


def test_a_used_code_opens_nothing_elsewhere(anyone, registration):
    code = code_for(registration)
    typed = {"number": registration.number, "code": f"{code[:4]} {code[4:]}"}
    assert anyone.post("/status/code/", typed).status_code == 302

    assert Visitor().post("/status/code/", typed).status_code == 422


def test_the_look_ends_after_a_while_and_stays_in_this_browser(anyone, registration, clock):
    look(anyone, registration)
    assert path_of(Visitor().get("/status/request/")) == "/status/"

    clock.shift(timedelta(minutes=16))

    assert path_of(anyone.get("/status/request/")) == "/status/"


def test_a_look_changes_nothing(anyone, registration):
    look(anyone, registration)
    assert Submission.objects.get().state() is State.AWAITING_EMAIL


@pytest.mark.parametrize("path", ["/", "/login/", "/help/states/", "/register/confirmation/"])
def test_the_way_there_stands_on_other_pages(anyone, path):
    assert 'href="/status/"' in anyone.get(path).content.decode()


def test_the_mail_of_a_registration_tells_the_way(registration):
    assert "/status/" in last_mail("registration-confirm").text


@pytest.mark.parametrize("language", ["th", "en"])
def test_both_languages_and_few_queries(anyone, registration, language, django_assert_max_num_queries):
    anyone.speak(language)
    look(anyone, registration)
    with django_assert_max_num_queries(8):
        answer = anyone.get("/status/request/")
    assert ("สถานะคำขอ" if language == "th" else "State of request") in text_of(answer)
