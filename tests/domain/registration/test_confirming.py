"""The mail's link: once, whole, in time; the code by hand; correcting and sending again."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from securenet.domain.approvals.actions import withdraw_submission
from securenet.domain.approvals.flow import State
from securenet.domain.registration.actions import (
    CODE_ATTEMPTS,
    LinkOld,
    LinkUnknown,
    LinkUsed,
    NothingToConfirm,
    TooManyCorrections,
    WrongConfirmationCode,
    confirm_by_code,
    confirm_registration,
    correct_email,
    require_confirmation,
    resend_confirmation,
)
from securenet.domain.registration.models import Confirmation
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, HOUR, as_actor, code_in, last_mail, register, token_in

pytestmark = [pytest.mark.rule("R6"), pytest.mark.django_db]
WRITTEN = bounds(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def token(registration):
    return token_in(last_mail("registration-confirm"))


@pytest.fixture
def code(registration):
    return code_in(last_mail("registration-confirm"))


def follow(token, at=AT):
    return confirm_registration(token, by=as_actor(at=at))


def type_code(submission, code, at=AT):
    return confirm_by_code(submission.number, code, by=as_actor(at=at))


def test_looking_at_the_link_confirms_nothing(registration, token):
    assert require_confirmation(token, by=as_actor()).submission == registration
    assert registration.state() is State.AWAITING_EMAIL


def test_the_link_confirms_request_and_address(registration, token):
    assert follow(token, AT + HOUR) == registration
    registration.applicant.refresh_from_db()
    assert registration.applicant.email_confirmed_at == AT + HOUR
    assert registration.state() is State.AWAITING_DOCUMENTS


def test_the_link_works_once(registration, token):
    follow(token)
    with pytest.raises(LinkUsed):
        follow(token)
    assert AuditEntry.objects.filter(event="registration.confirmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_confirm_once(at_once):
    register("anong")
    token = token_in(last_mail("registration-confirm"))
    outcomes = at_once(lambda: follow(token), lambda: follow(token))
    assert len([outcome for outcome in outcomes if isinstance(outcome, LinkUsed)]) == 1
    assert AuditEntry.objects.filter(event="registration.confirmed").count() == 1


def test_the_link_lives_seventy_two_hours(registration, token):
    assert require_confirmation(token, by=as_actor(at=AT + 72 * HOUR))
    with pytest.raises(LinkOld):
        follow(token, AT + 72 * HOUR + HOUR / 3600)


def test_the_link_of_a_withdrawn_request_is_old(registration, token):
    withdraw_submission(registration, by=as_actor(registration.applicant))
    with pytest.raises(LinkOld):
        follow(token)


@WRITTEN
@given(st.text(max_size=60))
def test_an_altered_link_is_unknown(token, other):
    for altered in (other, token + other if other else "", token[:-1], token.swapcase(), ""):
        with pytest.raises(LinkUnknown):
            follow(altered)


@pytest.mark.rule("R12")
def test_the_link_carries_one_opaque_word(registration, token):
    address = next(word for word in last_mail("registration-confirm").text.split() if token in word)
    assert address.endswith(f"/register/confirm/{token}/")
    assert "anong" not in address.replace(token, "")


@pytest.mark.rule("R85")
def test_of_link_and_code_only_hashes_are_kept(registration, token, code):
    row = str(vars(Confirmation.objects.get()))
    assert token not in row
    assert code not in row


def test_the_mail_greets_in_thai_and_names_number_and_deadlines(registration):
    mail = last_mail("registration-confirm", "anong@alpha.example")
    assert "อนงค์ ใจดี" in mail.text
    assert str(registration.number) in mail.subject
    assert "19 ก.พ. 2569" in mail.text, "seventeen days later"
    assert "5 ก.พ. 2569" in mail.text, "seventy-two hours later"


@pytest.mark.rule("R80")
def test_who_registers_in_english_is_written_to_in_english():
    register("anong", language="en")
    text = last_mail("registration-confirm").text
    assert "Dear Anong Jaidee" in text
    assert "19 Feb 2026" in text


def test_the_code_by_hand_does_the_same(registration, code):
    assert type_code(registration, code) == registration
    assert registration.state() is State.AWAITING_DOCUMENTS
    with pytest.raises(LinkUsed):
        type_code(registration, code)


def test_the_code_ends_with_the_link(registration, token, code):
    with pytest.raises(LinkOld):
        type_code(registration, code, AT + 4 * DAY)
    follow(token)
    with pytest.raises(LinkUsed):
        type_code(registration, code)


def test_a_code_fits_its_own_request_only(registration, code):
    other = register("ekachai")
    with pytest.raises(WrongConfirmationCode):
        type_code(other, code)


@pytest.mark.parametrize("number", [0, -1, 999, 2**70])
def test_a_request_that_does_not_exist_is_not_told_from_a_wrong_code(number, registration, code):
    with pytest.raises(WrongConfirmationCode):
        confirm_by_code(number, code, by=as_actor())


def test_after_ten_wrong_codes_the_right_one_is_refused_until_a_new_mail(registration, code):
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _attempt in range(CODE_ATTEMPTS):
        with pytest.raises(WrongConfirmationCode):
            type_code(registration, wrong)
    with pytest.raises(WrongConfirmationCode):
        type_code(registration, code)
    resend_confirmation(registration, by=as_actor())
    assert type_code(registration, code_in(last_mail("registration-confirm"))) == registration


def test_sending_again_ends_the_old_link_and_code(registration, token, code):
    resend_confirmation(registration, by=as_actor(at=AT + DAY))
    with pytest.raises(LinkUnknown):
        follow(token)
    with pytest.raises(WrongConfirmationCode):
        type_code(registration, code)
    assert follow(token_in(last_mail("registration-confirm")), AT + 3 * DAY) == registration


def test_an_old_link_is_replaced_by_a_fresh_one(registration, token):
    resend_confirmation(registration, by=as_actor(at=AT + 5 * DAY))
    assert follow(token_in(last_mail("registration-confirm")), AT + 6 * DAY) == registration


def test_nothing_is_sent_again_or_corrected_once_confirmed(registration, token):
    follow(token)
    with pytest.raises(NothingToConfirm):
        resend_confirmation(registration, by=as_actor())
    with pytest.raises(NothingToConfirm):
        correct_email(registration, email="new@alpha.example", by=as_actor())
    assert Mail.objects.filter(template="registration-confirm").count() == 1


def test_the_address_is_corrected_three_times_and_the_old_link_ends_each_time(registration, token):
    links = [token]
    for attempt in range(3):
        correct_email(registration, email=f"new{attempt}@alpha.example", by=as_actor())
        with pytest.raises(LinkUnknown):
            follow(links[-1])
        links.append(token_in(last_mail("registration-confirm", f"new{attempt}@alpha.example")))
    with pytest.raises(TooManyCorrections):
        correct_email(registration, email="new4@alpha.example", by=as_actor())
    registration.applicant.refresh_from_db()
    assert registration.applicant.email == "new2@alpha.example"
    assert follow(links[-1]) == registration


@pytest.mark.django_db(transaction=True)
def test_corrections_at_the_same_moment_are_all_counted(at_once):
    register("anong")

    def correct(address):
        correct_email(Confirmation.objects.get().submission, email=address, by=as_actor())

    at_once(*[partial(correct, f"new{number}@alpha.example") for number in range(3)])
    assert Confirmation.objects.get().submission.applicant.email_corrections == 3
