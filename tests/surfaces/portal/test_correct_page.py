"""The page on which an applicant corrects what was returned, and what the desk sees of it (R24b, R30)."""

from __future__ import annotations

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import Overtaken
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.jobs import watch_deadlines
from securenet.domain.approvals.models import Submission
from securenet.domain.entitlements.jobs import expire_requests
from tests.cast import BETA, DAY, PASSWORD, asked, decide, national_id, register, walk
from tests.surfaces.portal.visitor import path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R24b")]


@pytest.fixture
def returned(registration, chai, dara):
    walk(registration, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    decide(registration.cases.get(), Verb.RETURN, chai, reason="ชื่อในบัตรไม่ตรงกับที่กรอก")
    return registration


@pytest.fixture
def at_page(returned, sign_in):
    """Anong's browser, and where she corrects her registration."""
    return sign_in(returned.applicant), f"/case/{returned.number}/correct/"


def typed_in(shown, **changes):
    """Return what a browser would send back of the page as it is, with some fields changed."""
    typed = {}
    for form in shown.context["forms"]:
        for bound in form:
            value = bound.value()
            typed[bound.html_name] = "" if value is None else value
    return typed | {"answer": "แก้ไขแล้ว"} | changes


def test_the_page_shows_the_question_and_what_was_sent_but_no_number(at_page, returned):
    visitor, path = at_page
    answer = visitor.get(path)
    words = answer.content.decode()
    assert "ชื่อในบัตรไม่ตรงกับที่กรอก" in words
    assert all(value in words for value in ("อนงค์ ใจดี", "Alpha Cash Transport", "0105561000011"))
    assert national_id("anong") not in words
    assert f'href="{path}"' in visitor.get(f"/case/{returned.number}/").content.decode()


def test_what_is_corrected_is_sent_with_the_answer(at_page, returned):
    visitor, path = at_page
    case = returned.cases.get()
    changes = {"name_th": "อนงค์นาถ ใจดี", f"right{case.pk}-organization_name": "Alpha (Thailand) Co., Ltd."}
    details = {f"details{case.pk}-bmsid_position": "หัวหน้า", f"details{case.pk}-bmsid_department": "ขนส่ง"}
    centres = {f"details{case.pk}-bmsid_centres": ["central"]}

    answer = visitor.post(path, typed_in(visitor.get(path), **changes, **details, **centres))

    assert path_of(answer) == f"/case/{returned.number}/"
    case.refresh_from_db()
    assert case.state_now is State.SERVICE_DESK_REVIEW
    assert case.organization_name == "Alpha (Thailand) Co., Ltd."
    assert case.entitlement.answers["position"] == "หัวหน้า"
    user = User.objects.get(username="anong")
    assert (user.name_th, user.identity_number) == ("อนงค์นาถ ใจดี", national_id("anong"))


@pytest.mark.rule("R82", "R2", "R3")
def test_every_fault_is_told_at_once_and_nothing_is_lost(at_page, returned):
    visitor, path = at_page
    case = returned.cases.get()
    changes = {
        "name_en": "อนงค์",
        "identity_number": "1103702345678",
        "mobile_phone": "12",
        f"right{case.pk}-organization_number": "123",
        "answer": "",
    }

    answer = visitor.post(path, typed_in(visitor.get(path), **changes))

    assert answer.status_code == 422
    wrong = {name for form in answer.context["forms"] for name in form.errors}
    assert wrong >= {"name_en", "identity_number", "mobile_phone", "organization_number", "answer"}
    assert 'value="123"' in answer.content.decode()
    assert returned.state() is State.RETURNED


@pytest.mark.rule("R2")
def test_another_kind_of_document_needs_its_number(at_page):
    visitor, path = at_page
    first = visitor.get(path)
    changes = {"identity_type": "passport", "identity_country": "LA"}

    assert "identity_number" in visitor.post(path, typed_in(first, **changes)).context["person"].errors

    assert visitor.post(path, _whole(first, **changes, identity_number="PA1234567")).status_code == 302
    user = User.objects.get(username="anong")
    assert (user.identity_type, user.identity_country, user.identity_number) == ("passport", "LA", "PA1234567")


def _whole(answer, **changes):
    """Return the page filled in with the details that BMS ID asks for."""
    typed = typed_in(answer, **changes)
    for name in typed:
        if name.endswith(("_position", "_department")):
            typed[name] = "ขนส่ง"
        if name.endswith("_centres"):
            typed[name] = ["central"]
    return typed


def test_a_second_tab_and_a_stale_question_are_told(at_page, returned, chai):
    visitor, path = at_page
    stale = _whole(visitor.get(path), name_th="ชื่อใหม่ จริง")
    assert visitor.post(path, _whole(visitor.get(path))).status_code == 302

    late = visitor.post(path, stale)
    assert late.status_code == 409
    assert "แก้ไขแล้ว" in text_of(late), "what was typed is there to be copied"

    decide(returned.cases.get(), Verb.RETURN, chai, reason="คำถามที่สอง")
    again = visitor.post(path, stale)
    assert again.status_code == 422
    assert str(Overtaken()) in str(again.context["form"].errors)
    assert User.objects.get(username="anong").name_th == "อนงค์ ใจดี"


@pytest.mark.rule("R34")
def test_the_deadline_that_passed_meanwhile_is_told_before_the_job_and_after_it(at_page, returned, clock):
    visitor, path = at_page
    typed = _whole(visitor.get(path), name_th="ชื่อใหม่ จริง")
    clock.move_to(returned.cases.get().due_at + DAY)
    visitor.sign_in("anong", PASSWORD)
    assert visitor.post(path, typed).status_code == 422
    assert returned.state() is State.RETURNED

    expire_requests(at=returned.cases.get().due_at + DAY)
    watch_deadlines(at=returned.cases.get().due_at + DAY)

    for address in (path, f"/case/{returned.number}/"):
        assert visitor.post(address, typed).status_code == 409
    assert Submission.objects.get(pk=returned.pk).state() is State.EXPIRED
    assert User.objects.get(username="anong").name_th == "อนงค์ ใจดี"


def test_one_returned_right_is_answered_while_another_is_decided(chai, dara, sign_in):
    submission = register("anong", asked(), asked(organization=BETA))
    walk(submission, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    first, second = submission.cases.order_by("pk")
    decide(second, Verb.RETURN, chai, reason="เลขไม่ถูก")
    visitor = sign_in(submission.applicant)

    assert visitor.get(f"/case/{submission.number}/").context["returned"]
    path = f"/case/{submission.number}/correct/"
    shown = visitor.get(path)
    assert [part.case.pk for part in shown.context["rights"]] == [second.pk]
    assert visitor.post(path, _whole(shown)).status_code == 302
    first.refresh_from_db()
    assert first.revision == 2, "confirmed and complete: nobody touched it since"


def test_another_members_page_is_not_found_and_one_that_is_not_returned_leads_back(at_page, ekachai, sign_in):
    visitor, path = at_page
    assert sign_in(ekachai).get(path).status_code == 404
    assert sign_in(ekachai).post(path, {"answer": "x"}).status_code == 404
    visitor.post(path, _whole(visitor.get(path)))
    assert path_of(visitor.get(path)) == path.removesuffix("correct/")


def test_the_page_needs_few_queries(at_page, django_assert_max_num_queries):
    visitor, path = at_page
    visitor.get(path)
    with django_assert_max_num_queries(12):
        assert visitor.get(path).status_code == 200
