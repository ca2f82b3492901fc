"""The code that shows a state without login: mailed to the applicant, used once, soon over, not to be guessed (R8)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from securenet.domain.approvals.models import StatusCode
from securenet.domain.approvals.status import (
    CODE_ATTEMPTS,
    SEND_CODE,
    WrongStatusCode,
    ask_for_status_code,
    see_by_code,
    send_status_code,
)
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.registry import body_of
from securenet.foundation.mail.models import Mail
from tests.cast import AT, as_actor, code_in, last_mail, register

pytestmark = [pytest.mark.rule("R8"), pytest.mark.django_db]


def send(number, at=AT):
    send_status_code(number, by=system("status", at))
    return code_in(last_mail("status-code"))


def see(number, code, at=AT):
    return see_by_code(number, code, by=as_actor(at=at))


def test_the_code_from_the_mail_shows_its_request_once(registration):
    code = send(registration.number)
    assert see(registration.number, code) == registration
    with pytest.raises(WrongStatusCode):
        see(registration.number, code)


def test_the_mail_goes_to_the_applicant_and_only_an_index_of_the_code_is_kept(registration):
    code = send(registration.number)
    assert last_mail("status-code").to == registration.applicant.email
    row = StatusCode.objects.get()
    assert code not in {row.code_index, str(row.pk)}
    told = [entry for entry in AuditEntry.objects.all() if code in f"{entry.about} {entry.facts}"]
    assert told == []


def test_a_code_that_is_too_old_shows_nothing(registration):
    code = send(registration.number)
    late = AT + timedelta(minutes=profile().deadlines.status_code_minutes)
    with pytest.raises(WrongStatusCode):
        see(registration.number, code, at=late)
    assert see(registration.number, code, at=late - timedelta(seconds=1))


def test_a_newer_code_ends_the_earlier_one(registration):
    earlier, newer = send(registration.number), send(registration.number)
    with pytest.raises(WrongStatusCode):
        see(registration.number, earlier)
    assert see(registration.number, newer)


def test_a_code_guessed_at_too_often_is_worth_nothing(registration):
    code = send(registration.number)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _guess in range(CODE_ATTEMPTS):
        with pytest.raises(WrongStatusCode):
            see(registration.number, wrong)
    with pytest.raises(WrongStatusCode):
        see(registration.number, code)


def test_the_code_of_one_request_does_not_show_another(registration):
    other = register("boonmee")
    code = send(registration.number)
    send(other.number)
    with pytest.raises(WrongStatusCode):
        see(other.number, code)


def test_asking_makes_the_same_queries_whether_there_is_such_a_request_or_not(registration):
    asked = []
    for number in (registration.number, 999_999_999):
        with CaptureQueriesContext(connection) as made:
            ask_for_status_code(number, by=as_actor())
        asked.append([_shape(query["sql"]) for query in made])
    assert asked[0] == asked[1]
    assert not Mail.objects.filter(template="status-code").exists(), "a job does it later"


def test_a_wrong_code_makes_the_same_queries_whether_there_is_such_a_request_or_not(registration):
    send(registration.number)
    tried = []
    for number in (registration.number, 999_999_999):
        with CaptureQueriesContext(connection) as made, pytest.raises(WrongStatusCode):
            see(number, "x")
        tried.append([_shape(query["sql"]) for query in made])
    assert tried[0] == tried[1]


def test_the_job_mails_a_code_and_passes_over_a_number_that_is_nobodys(registration):
    for number in (registration.number, 999_999_999):
        ask_for_status_code(number, by=as_actor())
    for job in Job.objects.filter(name=SEND_CODE):
        body_of(job.name)(at=AT, **job.args)()
    assert [mail.to for mail in Mail.objects.filter(template="status-code")] == [registration.applicant.email]


def _shape(sql):
    return re.sub(r"\d+|'[^']*'", "?", sql)
