"""A member's request: its state, whose turn it is, answering, withdrawing (R8, R24, R24b)."""

from __future__ import annotations

import pytest

from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from tests.cast import DAY, PASSWORD, asked, decide, register, walk
from tests.surfaces.portal.visitor import Visitor, faults, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R24")]


@pytest.fixture
def anong_at(registration, chai, dara, sign_in):
    """Return a function that brings Anong's registration to a state, and gives her browser at its page."""

    def brought(state, language="th"):
        if state is State.RETURNED:
            walk(registration, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
            decide(registration.cases.get(), Verb.RETURN, chai, reason="กรุณาส่งหนังสือรับรองฉบับใหม่")
        else:
            walk(registration, state, chai=chai, dara=dara)
        visitor = sign_in(registration.applicant, language)
        return visitor, f"/case/{registration.number}/"

    return brought


@pytest.mark.rule("R8")
@pytest.mark.parametrize(
    ("state", "turn", "words"),
    [
        (State.AWAITING_DOCUMENTS, "ผู้ยื่นคำขอ", ("รอเอกสารประกอบ", "19 ก.พ. 2569", "13 วันทำการ")),
        (State.SERVICE_DESK_REVIEW, "ทีมบริการเทคโนโลยีสารสนเทศ", ("รอตรวจเอกสาร", "9 ก.พ. 2569", "5 วันทำการ")),
        (State.SERVICE_OWNER_REVIEW, "แผนกควบคุมระบบจัดการธนบัตร", ("รอหน่วยงานเจ้าของระบบพิจารณา", "5 วันทำการ")),
    ],
)
def test_the_page_tells_the_state_whose_turn_and_until_when(anong_at, state, turn, words):
    visitor, path = anong_at(state)

    answer = visitor.get(path)

    page = text_of(answer).replace("\u00a0", " ")
    assert all(word in page for word in words), page
    row = answer.context["rows"][0]
    assert row["turn"] == turn or state is State.AWAITING_DOCUMENTS
    assert row["turn"] in page


@pytest.mark.rule("R8", "R80")
def test_the_same_in_english(anong_at):
    visitor, path = anong_at(State.SERVICE_DESK_REVIEW, "en")

    page = text_of(visitor.get(path))

    assert all(
        words in page for words in ("Documents being checked", "IT Service Team", "9 Feb 2026", "5 business days")
    )


@pytest.mark.rule("R8")
def test_an_ended_request_has_no_due_day_and_nothing_to_withdraw(anong_at):
    visitor, path = anong_at(State.APPROVED)

    page = visitor.get(path)

    assert "ได้รับอนุมัติแล้ว" in text_of(page)
    assert not page.context["can_withdraw"]
    assert path_of(visitor.get(path + "withdraw/")) == path
    assert path_of(visitor.post(path + "withdraw/")) == path
    assert Submission.objects.get().state() is State.APPROVED


def test_a_request_past_its_day_says_so(anong_at, clock):
    visitor, path = anong_at(State.SERVICE_DESK_REVIEW)
    clock.shift(30 * DAY)
    visitor.sign_in("anong", PASSWORD)

    assert visitor.get(path).context["rows"][0]["days_left"] < 0


def test_every_request_of_another_is_not_found(anong_at, sign_in, ekachai, boonmee):
    _visitor, path = anong_at(State.RETURNED)

    for stranger in (sign_in(ekachai), sign_in(boonmee)):
        for method in (stranger.get, stranger.post):
            assert method(path).status_code == 404
            assert method(path + "withdraw/").status_code == 404
        assert stranger.post(path, {"answer": "x"}).status_code == 404
    assert path_of(Visitor().get(path)) == "/login/"
    assert Submission.objects.get(pk=path.split("/")[2]).state() is State.RETURNED


@pytest.mark.rule("R24b")
def test_a_question_is_shown_and_its_answer_goes_back(anong_at, registration):
    visitor, path = anong_at(State.RETURNED)
    assert "กรุณาส่งหนังสือรับรองฉบับใหม่" in text_of(visitor.get(path))

    assert path_of(visitor.post(path, {"answer": "ส่งให้แล้ว\nทางไปรษณีย์"})) == path

    assert registration.state() is State.SERVICE_DESK_REVIEW
    assert "ส่งให้แล้ว" in text_of(visitor.get(path))


@pytest.mark.rule("R82")
@pytest.mark.parametrize("answer", ["", " \n ", "😀", "x" * 3000, "\x00", "ก\u202eข"])
def test_a_bad_answer_is_told_at_its_field_and_kept(anong_at, registration, answer):
    visitor, path = anong_at(State.RETURNED)

    page = visitor.post(path, {"answer": answer})

    assert page.status_code == 422
    assert set(faults(page)) == {"answer"}
    assert page.context["form"]["answer"].value() == answer
    assert registration.state() is State.RETURNED


@pytest.mark.rule("R82")
def test_an_answer_sent_twice_counts_once_and_html_is_only_text(anong_at, registration):
    visitor, path = anong_at(State.RETURNED)

    for _click in range(2):
        assert path_of(visitor.post(path, {"answer": "<script>alert(1)</script>"})) == path

    assert registration.cases.get().steps.filter(verb=Verb.ANSWER).count() == 1
    assert "<script>alert" not in visitor.get(path).content.decode()


def test_nobody_answers_what_was_not_asked(anong_at, registration):
    visitor, path = anong_at(State.SERVICE_DESK_REVIEW)
    assert "<textarea" not in visitor.get(path).content.decode()

    visitor.post(path, {"answer": "x"})

    assert not registration.cases.get().steps.filter(verb=Verb.ANSWER).exists()


@pytest.mark.rule("R24b")
@pytest.mark.parametrize("state", [State.AWAITING_DOCUMENTS, State.SERVICE_OWNER_REVIEW, State.RETURNED])
def test_an_open_request_is_withdrawn_by_a_button_and_not_by_looking(anong_at, registration, state):
    visitor, path = anong_at(state)
    assert visitor.get(path + "withdraw/").status_code == 200
    assert registration.state() is state

    for _click in range(2):
        assert path_of(visitor.post(path + "withdraw/")) == path

    assert registration.state() is State.WITHDRAWN
    assert "ยกเลิกโดยผู้ยื่นคำขอ" in text_of(visitor.get(path))


@pytest.mark.rule("R31")
def test_each_right_of_a_request_shows_its_own_state(chai, dara, sign_in, clock):
    submission = register("anong", asked(), asked(role="organization_admin"))
    walk(submission, State.SERVICE_OWNER_REVIEW, chai=chai, dara=dara)
    first = submission.cases.order_by("pk").first()
    decide(first, Verb.REJECT, dara, reason="ไม่มีอำนาจ")

    page = text_of(sign_in(submission.applicant).get(f"/case/{submission.number}/"))

    assert "ไม่อนุมัติ" in page
    assert "ไม่มีอำนาจ" in page
    assert "รอหน่วยงานเจ้าของระบบพิจารณา" in page


@pytest.mark.rule("R20")
def test_a_member_asks_for_more_rights_and_clicks_twice(sign_in, anong):
    visitor = sign_in(anong)
    more = {
        "service_group": "permission",
        "service": "bmsid",
        "organization_number_type": "tax_id",
        "organization_number": "0105561000020",
        "organization_country": "TH",
        "organization_name": "Beta Notes Co., Ltd.",
        "role": "officer",
    }
    assert path_of(visitor.post("/rights/add/", more | {"action": "next"})) == "/rights/add/details/"
    assert path_of(visitor.post("/rights/add/review/", {"certified": "on"})) == "/rights/add/details/"
    details = {"bmsid_position": "ก", "bmsid_department": "ข", "bmsid_centres": "central"}
    assert path_of(visitor.post("/rights/add/details/", details)) == "/rights/add/review/"

    sent = {path_of(visitor.post("/rights/add/review/", {"certified": "on"})) for _click in range(2)}

    newest = anong.submissions.latest("pk")
    assert sent == {f"/case/{newest.number}/"}
    assert anong.submissions.count() == 2
    assert newest.state() is State.AWAITING_DOCUMENTS
    assert not visitor.get("/rights/add/").context["cards"]


@pytest.mark.rule("R20")
def test_a_right_that_one_holds_is_not_asked_for_again(sign_in, anong):
    visitor = sign_in(anong)
    held = {
        "service_group": "permission",
        "service": "bmsid",
        "organization_number_type": "tax_id",
        "organization_number": "0105561000011",
        "organization_country": "TH",
        "organization_name": "x",
        "role": "officer",
    }
    visitor.post("/rights/add/", held | {"action": "next"})
    visitor.post("/rights/add/details/", {"bmsid_position": "ก", "bmsid_department": "ข", "bmsid_centres": "central"})

    answer = visitor.post("/rights/add/review/", {"certified": "on"})

    assert answer.status_code == 422
    assert faults(answer)["__all__"]
    assert anong.submissions.count() == 1


@pytest.mark.rule("R9")
def test_an_ended_registration_that_was_never_confirmed_tells_its_end(anyone, registration, clock):
    anyone.sign_in("anong", PASSWORD)
    registration.cases.update(state=State.EXPIRED)

    page = anyone.get("/me/unconfirmed/")

    assert "ยกเลิกเนื่องจากพ้นกำหนด" in text_of(page)
    assert 'name="resend"' not in page.content.decode()
    assert anyone.post("/me/unconfirmed/", {"resend": "1"}).status_code == 409
