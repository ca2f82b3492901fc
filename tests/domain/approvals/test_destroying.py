"""Papers of requests that ended without approval are destroyed in time and signed off; scans are erased (R30, R79)."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.actions import NotYourTurn, Overtaken, withdraw_submission
from securenet.domain.approvals.destroying import destroy_papers, papers_to_destroy, remind_of_destruction
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.jobs import look_after_papers
from securenet.domain.approvals.models import Scan, Submission
from securenet.domain.approvals.papers import accept_paper, note_paper
from securenet.domain.approvals.scans import add_scans
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, register
from tests.domain.approvals.cases import COPY, LETTER, TWO_TIERS, open_case, put, reject
from tests.domain.approvals.pages import coded, upload

pytestmark = [pytest.mark.rule("R30", "R79"), pytest.mark.django_db]
LATE = AT + timedelta(days=30, seconds=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def refused(chai, *, on_paper=True, of=None):
    """Return a request that was refused, with its letter here."""
    case = open_case(TWO_TIERS, papers=[LETTER, COPY], of=of)
    submission = case.submission
    if on_paper:
        note_paper(submission.papers.get(key=LETTER.key), by=as_actor(chai))
    else:
        add_scans(submission, upload(coded(submission, LETTER.key)), by=as_actor(submission.applicant))
        accept_paper(submission.papers.get(key=LETTER.key), by=as_actor(chai))
    reject(put(case, State.SERVICE_DESK_REVIEW), as_actor(chai))
    return Submission.objects.get(pk=submission.pk)


def listed():
    return [row.submission for row in papers_to_destroy()]


def test_papers_of_a_refused_request_are_on_the_list_with_their_last_day(chai):
    submission = refused(chai)
    (row,) = papers_to_destroy()
    assert (row.submission, [item.key for item in row.papers]) == (submission, [LETTER.key])
    assert row.destroy_by == AT + 30 * DAY
    assert not row.is_late(row.destroy_by)
    assert row.is_late(LATE)


def test_a_request_that_was_withdrawn_is_on_the_list_too(chai):
    case = open_case(TWO_TIERS, papers=[LETTER, COPY])
    note_paper(case.submission.papers.get(key=LETTER.key), by=as_actor(chai))
    assert listed() == [], "open requests keep their papers"
    withdraw_submission(case.submission, by=as_actor(case.submission.applicant))
    assert listed() == [case.submission]


def test_what_was_only_uploaded_is_no_paper(chai):
    refused(chai, on_paper=False)
    assert listed() == []


def test_papers_of_an_approved_request_stay(anong):
    assert listed() == []


def test_it_is_signed_off_once_with_name_and_moment(chai):
    first, second = refused(chai), refused(chai, of=register("boonmee").applicant)
    destroy_papers([first, second], by=as_actor(chai, at=AT + DAY))
    first.refresh_from_db()
    assert (first.papers_destroyed_by, first.papers_destroyed_at) == (chai, AT + DAY)
    assert listed() == []
    assert AuditEntry.objects.filter(event="papers.destroyed").count() == 2
    with pytest.raises(Overtaken):
        destroy_papers([first], by=as_actor(chai))


def test_another_desk_signs_nothing_off(chai, dara):
    submission = refused(chai)
    with pytest.raises(NotYourTurn):
        destroy_papers([submission], by=as_actor(dara))
    assert listed() == [submission]


def test_papers_of_an_open_request_are_not_signed_off(chai):
    case = open_case(TWO_TIERS, papers=[LETTER, COPY])
    note_paper(case.submission.papers.get(key=LETTER.key), by=as_actor(chai))
    with pytest.raises(Overtaken):
        destroy_papers([case.submission], by=as_actor(chai))


def test_the_desk_is_reminded_once_when_it_is_late(chai):
    submission = refused(chai)
    assert remind_of_destruction(by=as_actor(at=AT + 29 * DAY)) == 0
    assert remind_of_destruction(by=as_actor(at=LATE)) == 1
    assert remind_of_destruction(by=as_actor(at=LATE + DAY)) == 0
    mail = Mail.objects.get(template="papers-to-destroy")
    assert str(submission.number) in mail.text
    assert "/papers/destroy/" in mail.text


def test_scans_of_a_refused_request_are_erased_when_their_time_is_over(chai):
    refused(chai, on_paper=False)
    look_after_papers(at=AT + 29 * DAY)
    assert Scan.objects.count() == 1
    look_after_papers(at=LATE)
    look_after_papers(at=LATE)
    assert Scan.objects.count() == 0
    assert AuditEntry.objects.filter(event="scans.erased").count() == 1
