"""What an action does is done whole or not at all, and nothing of it tells an identity number."""

import io

import pytest
from django.apps import apps
from django.db import connection, transaction

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.entitlements.actions import withdraw_rights_request
from securenet.domain.registration.actions import correct_email, resend_confirmation
from securenet.domain.registration.papers import print_all
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from tests.cast import AT, HOUR, as_actor, confirm, decide, national_id, note_papers, register, walk

pytestmark = [pytest.mark.rule("R84", "R83", "R24"), pytest.mark.django_db]


class PowerFailure(Exception):
    """What comes after an action and undoes it."""


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (AuditEntry, Mail, Job, User, Submission, Case)]


def undone(act):
    """Do it, fail after it, and tell how many entries and mails it had written by then."""
    before = AuditEntry.objects.count(), Mail.objects.count()
    kept = everything()
    with pytest.raises(PowerFailure), transaction.atomic():  # noqa: PT012  what is written before the failure is looked at
        act()
        after = AuditEntry.objects.count(), Mail.objects.count()
        assert Job.objects.filter(name="mail.send").count() == after[1]
        raise PowerFailure
    assert everything() == kept
    return after[0] - before[0], after[1] - before[1]


def at(state, chai, dara):
    return walk(register("anong"), state, chai=chai, dara=dara)


def test_a_registration_writes_its_entries_and_its_mail_with_itself():
    entries, mails = undone(lambda: register("anong"))
    assert entries >= 3, "request, right, registration"
    assert mails == 1


def test_a_confirmation_writes_its_entries_with_itself(registration):
    assert undone(lambda: confirm(registration)) == (2, 0)


def test_sending_again_and_correcting_write_theirs(registration):
    assert undone(lambda: resend_confirmation(registration, by=as_actor())) == (1, 1)
    assert undone(lambda: correct_email(registration, email="new@alpha.example", by=as_actor())) == (1, 1)


def test_noting_the_last_paper_writes_its_entries_and_tells_the_desk(chai, dara):
    submission = at(State.AWAITING_DOCUMENTS, chai, dara)
    required = submission.papers.filter(required=True).count()
    assert undone(lambda: note_papers(submission, chai)) == (required + 1, 1)


def test_an_approval_writes_decision_right_organization_account_and_mail(chai, dara):
    case = at(State.SERVICE_OWNER_REVIEW, chai, dara).cases.get()
    assert undone(lambda: decide(case, Verb.APPROVE, dara)) == (4, 1)


def test_a_refusal_and_a_withdrawal_write_theirs(chai, dara):
    submission = at(State.SERVICE_DESK_REVIEW, chai, dara)
    case, anong = submission.cases.get(), as_actor(submission.applicant)
    assert undone(lambda: decide(case, Verb.REJECT, chai, reason="No.")) == (2, 1)
    assert undone(lambda: withdraw_rights_request(submission, by=anong)) == (2, 1)


def test_each_entry_says_who_when_from_where_and_with_which_credential(chai, dara):
    at(State.APPROVED, chai, dara)
    entry = AuditEntry.objects.filter(event="case.moved").last()
    told = entry.actor, entry.at, entry.surface, entry.address, entry.credential
    assert told == ("dara", AT, "backoffice", "192.0.2.7", "password+totp")
    assert AuditEntry.objects.filter(event="registration.confirmed").get().actor == "visitor"


def cells():
    """Yield every value that lies in the database, as bytes, with the place where it lies."""
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608  the name of a table of ours
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"{model._meta.label}.{name}", raw


def test_no_row_of_the_whole_journey_holds_the_identity_number(chai, dara, caplog, capfd):
    submission = at(State.APPROVED, chai, dara)
    again = register("anong2", identity_number=national_id("anong"), at=AT + HOUR)
    print_all(again, language="th")
    number = national_id("anong").encode()
    assert submission.applicant.identity_number == number.decode(), "which is there, sealed"
    found = {place for place, raw in cells() if number in raw}
    assert found == set()
    for mail in Mail.objects.all():
        assert number.decode() not in mail.text + mail.html + mail.subject
    assert number.decode() not in caplog.text + io.StringIO(capfd.readouterr().out).read()


def test_the_same_number_is_never_sealed_to_the_same_bytes_but_found_by_its_index():
    one = register("anong").applicant
    other = register("anong2", identity_number=national_id("anong")).applicant
    sealed = [raw for place, raw in cells() if place == "accounts.User.identity_number"]
    assert len(set(sealed)) == 2
    assert one.identity_index == other.identity_index
