"""Forgotten user names and passwords: one path at the door, compared by a job, answered by mail only."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from securenet.domain.accounts.jobs import clear_sessions
from securenet.domain.accounts.models import RecoveryAttempt, User
from securenet.domain.accounts.recovery import (
    Wish,
    answer_recovery,
    ask_recovery,
    require_recovery_link,
)
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from securenet.foundation.sealed.box import blind_index
from securenet.foundation.throttle.models import Bucket
from tests.cast import AT, DAY, HOUR, as_actor, national_id, register
from tests.domain.accounts.forgetting import ask, link_hash, typed, work

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10", "R11")]
MINUTE = timedelta(minutes=1)


def remember(user, address):
    user.known_addresses.create(address_index=blind_index(address, purpose="known-address"), last_at=AT)


def test_a_forgotten_user_name_goes_to_the_address_on_file(anong):
    (mail,) = ask(Wish.USERNAME, email="ANONG@alpha.EXAMPLE", username="")

    assert (mail.to, mail.template) == ("anong@alpha.example", "username-reminder")
    assert " anong\n" in mail.text


def test_a_forgotten_password_brings_a_link_that_says_nothing(anong):
    (mail,) = ask(username="ANONG")
    address = re.search(r"https://\S+", mail.text)[0]

    assert not any(word in address for word in ("anong", "alpha", str(anong.pk) + "/", national_id("anong")))
    assert len(re.search(r"/recover/password/([\w-]+)/", address)[1]) >= 43


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "boonmee"},
        {"email": "anong@beta.example"},
        {"email": ""},
        {"identity_number": national_id("boonmee")},
        {"identity_type": "passport"},
        {"identity_country": "LA"},
    ],
    ids=str,
)
def test_whoever_errs_in_one_thing_gets_no_mail(anong, wrong):
    assert ask(**wrong) == []
    assert AuditEntry.objects.latest("pk").event == "recovery.unanswered"


def test_a_passport_of_another_country_is_another_document(chai, dara):
    submission = register("anong", identity_type="passport", identity_number="AB123456", identity_country="GB")
    User.objects.filter(pk=submission.applicant_id).update(email_confirmed_at=AT)
    passport = {"identity_type": "passport", "identity_number": "AB123456"}

    assert ask(**passport, identity_country="DE") == []
    assert len(ask(**passport, identity_country="GB")) == 1


def test_an_applicant_is_answered_once_the_address_is_confirmed(registration):
    assert ask() == []
    User.objects.update(email_confirmed_at=AT)
    assert len(ask()) == 1


def test_closed_accounts_and_staff_get_nothing(anong, chai):
    User.objects.filter(pk=anong.pk).update(closed_at=AT)
    assert ask() == []
    User.objects.filter(pk=anong.pk).update(closed_at=None, kind="staff")
    assert ask() == []


def test_two_accounts_of_one_applicant_are_both_named(registration):
    register("anong2", identity_number=national_id("anong"), email="anong@alpha.example")
    User.objects.update(email_confirmed_at=AT)
    mails = ask(Wish.USERNAME, username="")

    assert sorted(re.search(r" (anong2?)\n", mail.text)[1] for mail in mails) == ["anong", "anong2"]


def queries_of(action):
    with CaptureQueriesContext(connection) as seen:
        action()
    shapes = [re.sub(r"'(?:[^']|'')*'|(?<=x)\d+|\b\d+\b", "?", query["sql"]) for query in seen]
    return [shape.partition(" VALUES ")[0] for shape in shapes]


def test_right_and_wrong_data_run_the_same_queries_at_the_door(anong):
    def asking(**changes):
        return queries_of(lambda: ask_recovery(Wish.PASSWORD, typed(**changes), by=as_actor()))

    right = asking()
    assert right == asking(username="nobody") == asking(email="wrong@alpha.example")
    assert not any("accounts_user" in query for query in right)


def test_what_was_typed_is_sealed_and_erased(anong):
    ask_recovery(Wish.PASSWORD, typed(), by=as_actor())
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM accounts_recoveryattempt")
        assert b"anong" not in bytes(cursor.fetchone()[0])
    assert "anong" not in str(Job.objects.get(name="accounts.answer-recovery").args)
    work()
    assert not RecoveryAttempt.objects.exists()


def test_an_attempt_that_no_job_answers_is_erased_after_a_day(anong):
    ask_recovery(Wish.PASSWORD, typed(), by=as_actor())
    clear_sessions(at=AT + DAY)
    assert RecoveryAttempt.objects.exists()
    clear_sessions(at=AT + DAY + MINUTE)
    assert not RecoveryAttempt.objects.exists()


def test_an_attempt_is_answered_once(anong):
    ask_recovery(Wish.PASSWORD, typed(), by=as_actor())
    attempt = RecoveryAttempt.objects.get()
    answer_recovery(attempt, [anong], by=as_actor())
    answer_recovery(attempt, [anong], by=as_actor())
    assert Mail.objects.filter(template="password-link").count() == 1


def test_nothing_typed_stands_in_the_ledger(anong):
    ask(email="somebody@else.example")
    ask()
    told = [f"{entry.about} {entry.facts}" for entry in AuditEntry.objects.filter(event__startswith="recovery")]
    assert told
    assert not any("else.example" in line or national_id("anong") in line for line in told)


@pytest.mark.rule("R13")
def test_no_account_is_flooded_with_mails_and_none_is_locked(anong):
    most = profile().throttles.recovery_account.attempts
    sent = [len(ask(at=AT, address=f"198.51.100.{number}")) for number in range(most + 2)]

    assert sent == [1] * most + [0, 0]
    assert require_recovery_link(link_hash(), by=as_actor()).user == anong
    assert len(ask(at=AT + HOUR)) == 1


@pytest.mark.rule("R13")
def test_guesses_from_many_addresses_end_but_not_for_known_addresses(anong):
    remember(anong, "192.0.2.50")
    ask(identity_number=national_id("a guess"), address="198.51.100.1")
    Bucket.objects.update(count=profile().throttles.recovery_overall.attempts)

    assert ask(address="198.51.100.77") == []
    assert len(ask(address="192.0.2.50")) == 1


@pytest.mark.rule("R13")
def test_others_cannot_use_up_the_mails_of_a_known_address(anong):
    remember(anong, "192.0.2.50")
    for number in range(6):
        ask(address=f"198.51.100.{number}")
    assert len(ask(address="192.0.2.50")) == 1
