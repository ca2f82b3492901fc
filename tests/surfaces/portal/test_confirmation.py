"""Confirming request and address: the mail's link, the code by hand, correcting, sending again (R6, R6a)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Submission
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import CODE_ATTEMPTS, LinkOld
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.logs import without_secrets
from securenet.foundation.mail.models import Mail
from tests.cast import code_in, last_mail
from tests.surfaces.portal.visitor import PERSON, Visitor, faults, heading, link_in, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R6")]


def mail():
    return last_mail("registration-confirm")


def state():
    return Submission.objects.get().state()


@pytest.fixture
def registered(anyone):
    anyone.register()
    return anyone


def test_opening_the_link_confirms_nothing_however_often_scanners_do(registered):
    link = link_in(mail())
    for _scan in range(5):
        assert Visitor().get(link).status_code == 200
        assert Visitor().head(link).status_code == 200

    assert state() is State.AWAITING_EMAIL


def test_the_button_confirms_once(registered):
    link = link_in(mail())

    assert path_of(registered.post(link)) == "/register/documents/"
    again = registered.post(link)

    assert again.status_code == 410
    assert heading(again) == "ลิงก์นี้ใช้ไม่ได้แล้ว"
    assert registered.get(link).status_code == 410
    assert AuditEntry.objects.filter(event="registration.confirmed").count() == 1


def test_two_clicks_at_the_same_moment_confirm_once(shared_database, clock, at_once):
    Visitor().register()
    link = link_in(mail())

    answers = at_once(*[lambda: Visitor().post(link)] * 3)

    assert sorted(answer.status_code for answer in answers) == [200, 410, 410]
    assert AuditEntry.objects.filter(event="registration.confirmed").count() == 1


def test_another_browser_confirms_and_is_led_to_the_login(registered):
    answer = Visitor().post(link_in(mail()))

    assert answer.status_code == 200
    assert f"/login/?next=/case/{Submission.objects.get().number}/" in answer.content.decode()
    assert state() is State.AWAITING_DOCUMENTS


def test_the_browser_of_somebody_else_is_not_given_this_request(registered):
    other = Visitor()
    other.register(username="boonmee2", identity_number="1103702345687", email="b@siam-cit.example")
    first = Submission.objects.earliest("pk")

    answer = other.post(link_in(Mail.objects.filter(to=PERSON["email"]).latest("pk")))

    assert answer.status_code == 200
    page = text_of(other.get("/register/documents/"))
    assert str(first.number) not in page.split("คำขอ")[0]
    assert other.get("/register/documents/").context["submission"].number != first.number


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "ก", "a" * 3000, "..", "';--", "%ff"])
def test_an_altered_link_says_how_to_get_a_new_one(registered, token):
    answer = registered.get(f"/register/confirm/{token}/")

    assert answer.status_code == 410
    assert "เข้าสู่ระบบ" in text_of(answer)
    assert registered.post(f"/register/confirm/{token}/").status_code == 410


def test_an_old_link_says_so(registered, clock):
    link = link_in(mail())
    clock.shift(timedelta(hours=profile().deadlines.confirmation_hours, seconds=1))

    for answer in (registered.get(link), registered.post(link)):
        assert answer.status_code == 410
        with override("th"):
            assert str(LinkOld()) in text_of(answer)
    assert state() is State.AWAITING_EMAIL


def test_no_log_and_no_ledger_keeps_the_link(registered, caplog):
    link = link_in(mail())
    registered.get(link)
    registered.post(link)
    registered.post(link)

    token = link.split("/")[-2]
    logged = [without_secrets(None, "", {"event": record.getMessage()}) for record in caplog.records]
    assert logged
    assert token not in str(logged)
    assert token not in " ".join(f"{entry.about} {entry.facts}" for entry in AuditEntry.objects.all())


def test_the_code_confirms_by_hand(registered):
    number, code = Submission.objects.get().number, code_in(mail())

    answer = registered.post("/register/confirm/", {"number": number, "code": f"{code[:4]} {code[4:]}"})

    assert path_of(answer) == "/register/documents/"
    assert state() is State.AWAITING_DOCUMENTS


@pytest.mark.parametrize(
    ("number", "code", "field"),
    [
        ("", "", "number"),
        ("x", "12345678", "number"),
        ("0", "12345678", "number"),
        ("-1", "12345678", "number"),
        ("9" * 30, "12345678", "number"),
        ("1e3", "12345678", "number"),
        ("1", "", "code"),
        ("1", "😀", "code"),
        ("1", "\x00", "code"),
        ("1", "1" * 30, "code"),
        ("1", "00000000", "code"),
        ("999999999999", "00000000", "code"),
    ],
)
def test_a_wrong_number_or_code_is_told_at_its_field(registered, number, code, field):
    answer = registered.post("/register/confirm/", {"number": number, "code": code})

    assert answer.status_code == 422
    assert field in faults(answer)
    assert state() is State.AWAITING_EMAIL


@pytest.mark.rule("R13")
def test_codes_cannot_be_guessed_from_many_addresses(registered):
    number, code = Submission.objects.get().number, code_in(mail())
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for guess in range(CODE_ATTEMPTS):
        Visitor(address=f"198.51.100.{guess}").post("/register/confirm/", {"number": number, "code": wrong})

    answer = registered.post("/register/confirm/", {"number": number, "code": code})

    assert answer.status_code == 422
    assert state() is State.AWAITING_EMAIL
    assert path_of(registered.post(link_in(mail()))) == "/register/documents/"


@pytest.mark.rule("R13")
def test_codes_cannot_be_guessed_from_one_address(registered):
    for _guess in range(profile().throttles.case_status.attempts):
        registered.post("/register/confirm/", {"number": "999", "code": "00000000"})

    answer = registered.post("/register/confirm/", {"number": "999", "code": "00000000"})

    assert "รอ" in str(faults(answer))


def test_sending_again_ends_the_earlier_link(registered):
    first = link_in(mail())
    assert path_of(registered.post("/register/confirmation/", {"resend": "1"})) == "/register/confirmation/"
    second = link_in(mail())

    assert first != second
    assert registered.post(first).status_code == 410
    assert path_of(registered.post(second)) == "/register/documents/"


@pytest.mark.rule("R13")
def test_mails_are_not_sent_again_without_end(registered):
    limit = profile().throttles.confirmation_mail.attempts
    answers = [registered.post("/register/confirmation/", {"resend": "1"}) for _click in range(limit + 1)]

    assert [answer.status_code for answer in answers] == [302] * limit + [429]
    assert Mail.objects.filter(template="registration-confirm").count() == limit + 1


def test_the_address_is_corrected_three_times(registered):
    most = profile().deadlines.email_corrections
    assert most == 3
    for number in range(most):
        answer = registered.post("/register/confirmation/", {"email": f"anong{number}@siam-cit.example"})
        assert path_of(answer) == "/register/confirmation/"
        assert mail().to == f"anong{number}@siam-cit.example"
    page = registered.get("/register/confirmation/")
    assert 'name="email"' not in page.content.decode()

    refused = registered.post("/register/confirmation/", {"email": "fourth@siam-cit.example"})

    assert refused.status_code == 422
    assert faults(refused)["email"]
    assert Submission.objects.get().applicant.email == "anong2@siam-cit.example"


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "a@b.example\r\nBcc: x@y.example", "😀@b.example", "a" * 300 + "@b.example"]
)
def test_a_wrong_address_is_told_at_its_field_and_sends_nothing(registered, email):
    answer = registered.post("/register/confirmation/", {"email": email})

    assert answer.status_code == 422
    assert set(faults(answer)) == {"email"}
    assert Mail.objects.filter(template="registration-confirm").count() == 1
    assert Submission.objects.get().applicant.email_corrections == 0


def test_after_the_confirmation_nothing_is_sent_again_or_corrected(registered):
    registered.post(link_in(mail()))
    page = registered.get("/register/confirmation/").content.decode()
    assert 'name="resend"' not in page
    assert 'name="email"' not in page

    assert registered.post("/register/confirmation/", {"resend": "1"}).status_code == 409
    assert registered.post("/register/confirmation/", {"email": "x@y.example"}).status_code == 422
    assert Submission.objects.get().applicant.email == PERSON["email"]


@pytest.mark.rule("R9")
def test_a_member_who_signs_in_elsewhere_sends_again_and_corrects_too(registered):
    elsewhere = Visitor(address="198.51.100.1")
    elsewhere.sign_in("anong2")

    assert path_of(elsewhere.post("/me/unconfirmed/", {"resend": "1"})) == "/me/unconfirmed/"
    assert path_of(elsewhere.post("/me/unconfirmed/", {"email": "new@siam-cit.example"})) == "/me/unconfirmed/"
    assert faults(elsewhere.post("/me/unconfirmed/", {"email": "no"}))["email"]
    assert mail().to == "new@siam-cit.example"
    elsewhere.post(link_in(mail()))
    assert elsewhere.get("/me/").status_code == 200


@pytest.mark.rule("R6a")
def test_the_documents_open_unconfirmed_and_remind_of_the_mail(registered):
    assert "/register/documents/" in registered.get("/register/confirmation/").content.decode()

    page = registered.get("/register/documents/")

    assert page.status_code == 200
    assert "ยืนยัน" in text_of(page)
    assert page.context["waiting"]


@pytest.mark.rule("R83")
def test_a_mail_that_came_back_is_told_where_the_address_can_be_corrected(registered):
    assert "ส่งกลับ" not in text_of(registered.get("/register/confirmation/"))
    Mail.objects.update(state="failed", sent_at=None, last_error="550 no such user")

    for visitor, path in ((registered, "/register/confirmation/"), (signed_in(), "/me/unconfirmed/")):
        page = text_of(visitor.get(path))
        assert "ถูกส่งกลับ" in page
        assert PERSON["email"] in page

    registered.post("/register/confirmation/", {"email": "right@siam-cit.example"})
    assert "ถูกส่งกลับ" not in text_of(registered.get("/register/confirmation/"))


def signed_in():
    visitor = Visitor()
    visitor.sign_in(PERSON["username"])
    return visitor
