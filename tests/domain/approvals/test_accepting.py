"""Each paper is accepted or sent back by itself, with a reason, and a rule about its age is computed (R7a)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, PapersMissing, ReasonMissing
from securenet.domain.approvals.checklist import (
    PaperFromTheFuture,
    PaperState,
    PaperTooOld,
    earliest_date,
    require_age,
)
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.papers import (
    NothingSentBack,
    accept_paper,
    note_paper,
    send_back_paper,
    tell_of_papers,
)
from securenet.domain.approvals.planning import Paper
from securenet.domain.approvals.scans import add_scans
from securenet.domain.calendar.queries import local_date
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, last_mail
from tests.domain.approvals.cases import COPY, LETTER, TWO_TIERS, approve, endorse, fresh, open_case
from tests.domain.approvals.pages import coded, upload

pytestmark = [pytest.mark.rule("R7a"), pytest.mark.django_db]
DATED = Paper(
    key="juristic_certificate", names={"th": "หนังสือรับรอง", "en": "Certificate"}, required=True, max_age_months=6
)
REASON = "The signature is missing."


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case():
    return open_case(TWO_TIERS, papers=[LETTER, COPY])


def item(case, key="letter_of_intent"):
    return case.submission.papers.get(key=key)


def note_all(case, chai, at=AT):
    for paper in case.submission.papers.filter(received_at=None):
        note_paper(paper, by=as_actor(chai, at=at))
    return fresh(case)


def test_only_the_desk_accepts_and_sends_back(case, dara):
    for somebody in (dara, case.submission.applicant):
        with pytest.raises(NotYourTurn):
            accept_paper(item(case), by=as_actor(somebody))
        with pytest.raises(NotYourTurn):
            send_back_paper(item(case), reason=REASON, by=as_actor(somebody))
        with pytest.raises(NotYourTurn):
            tell_of_papers(case.submission, by=as_actor(somebody))


def test_a_paper_is_accepted_once_and_by_whom_is_on_record(case, chai):
    accept_paper(item(case), by=as_actor(chai))
    assert (item(case).state, item(case).accepted_by) == (PaperState.ACCEPTED, chai)
    with pytest.raises(Overtaken):
        accept_paper(item(case), by=as_actor(chai))
    assert AuditEntry.objects.filter(event="paper.accepted").count() == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_paper_goes_back_with_a_reason_only(case, chai, reason):
    note_paper(item(case), by=as_actor(chai))
    with pytest.raises(ReasonMissing):
        send_back_paper(item(case), reason=reason, by=as_actor(chai))


def test_nothing_is_sent_back_that_is_not_there(case, chai):
    with pytest.raises(NotAllowed):
        send_back_paper(item(case), reason=REASON, by=as_actor(chai))


@pytest.mark.rule("R24a")
def test_what_was_sent_back_is_awaited_again(case, chai):
    accept_paper(item(case), by=as_actor(chai))
    send_back_paper(item(case), reason=REASON, by=as_actor(chai))
    sent = item(case)
    assert (sent.state, sent.received_at, sent.returned_reason) == (PaperState.SENT_BACK, None, REASON)
    note_paper(item(case, COPY.key), by=as_actor(chai))
    assert fresh(case).state_now is State.AWAITING_DOCUMENTS
    note_paper(item(case), by=as_actor(chai))
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW


def test_a_scan_that_was_sent_back_does_not_count_and_a_new_one_does(case, chai):
    anong = as_actor(case.submission.applicant)
    add_scans(case.submission, upload(coded(case.submission, LETTER.key)), by=anong)
    send_back_paper(item(case), reason=REASON, by=as_actor(chai))
    assert item(case).state is PaperState.SENT_BACK
    add_scans(case.submission, upload(coded(case.submission, LETTER.key)), by=anong)
    assert item(case).state is PaperState.UPLOADED
    accept_paper(item(case), by=as_actor(chai))
    assert item(case).returned_reason == ""


def test_one_mail_lists_all_that_was_sent_back(case, chai):
    for key in (LETTER.key, COPY.key):
        note_paper(item(case, key), by=as_actor(chai))
    for key, reason in ((LETTER.key, REASON), (COPY.key, "Two pages are missing.")):
        send_back_paper(item(case, key), reason=reason, by=as_actor(chai))
    assert not Mail.objects.filter(template="papers-sent-back").exists()
    tell_of_papers(case.submission, by=as_actor(chai))
    text = last_mail("papers-sent-back").text
    assert REASON in text
    assert "Two pages are missing." in text
    assert not Mail.objects.filter(template="case-returned").exists(), "one mail, not two"
    with pytest.raises(NothingSentBack):
        tell_of_papers(case.submission, by=as_actor(chai))


@pytest.mark.rule("R24b")
def test_a_request_under_review_is_returned_and_goes_on_when_the_paper_has_come(case, chai):
    note_all(case, chai)
    send_back_paper(item(case), reason=REASON, by=as_actor(chai, at=AT + DAY))
    tell_of_papers(case.submission, by=as_actor(chai, at=AT + DAY))
    assert fresh(case).state_now is State.RETURNED
    assert REASON in fresh(case).reason
    note_paper(item(case), by=as_actor(chai, at=AT + 3 * DAY))
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW
    assert Submission.objects.get(pk=case.submission.pk).papers_complete_at == AT + 3 * DAY


@pytest.mark.rule("R24a")
def test_nobody_agrees_to_a_request_whose_paper_was_sent_back(case, chai):
    case = note_all(case, chai)
    send_back_paper(item(case), reason=REASON, by=as_actor(chai))
    with pytest.raises(PapersMissing):
        endorse(case, as_actor(chai))
    note_paper(item(case), by=as_actor(chai))
    assert endorse(case, as_actor(chai)) is State.SERVICE_OWNER_REVIEW


def test_nothing_is_sent_back_behind_the_owners_back(case, chai, dara):
    case = note_all(case, chai)
    endorse(case, as_actor(chai))
    with pytest.raises(NotAllowed):
        send_back_paper(item(case), reason=REASON, by=as_actor(chai))
    assert approve(fresh(case), as_actor(dara)) is State.APPROVED


@pytest.mark.rule("R84")
def test_a_number_in_a_reason_does_not_reach_the_ledger(case, chai):
    note_paper(item(case), by=as_actor(chai))
    send_back_paper(item(case), reason="1103702345679 cannot be read", by=as_actor(chai))
    assert "1103702345679" not in str(AuditEntry.objects.get(event="paper.sent-back").facts)


class TestAge:
    """Not older than so many months when it arrives."""

    @pytest.fixture
    def case(self):
        return open_case(TWO_TIERS, papers=[LETTER, DATED])

    @pytest.mark.parametrize("act", [note_paper, accept_paper])
    def test_a_paper_that_is_too_old_is_refused_with_the_limit(self, case, chai, act):
        limit = earliest_date(local_date(AT), 6)
        with pytest.raises(PaperTooOld) as refused:
            act(item(case, DATED.key), dated=limit - timedelta(days=1), by=as_actor(chai))
        assert refused.value.facts["months"] == 6
        assert str(limit.day) in str(refused.value)
        act(item(case, DATED.key), dated=limit, by=as_actor(chai))
        assert item(case, DATED.key).paper_date == limit

    def test_a_date_that_has_not_come_is_refused(self, case, chai):
        with pytest.raises(PaperFromTheFuture):
            note_paper(item(case, DATED.key), dated=local_date(AT) + timedelta(days=1), by=as_actor(chai))

    def test_another_document_may_be_older(self, case, chai):
        accept_paper(item(case, DATED.key), dated=None, by=as_actor(chai))
        assert item(case, DATED.key).state is PaperState.ACCEPTED

    def test_the_day_of_its_arrival_counts_not_that_of_the_check(self, case, chai):
        dated = earliest_date(local_date(AT), 6)
        note_paper(item(case, DATED.key), dated=dated, by=as_actor(chai))
        accept_paper(item(case, DATED.key), dated=dated, by=as_actor(chai, at=AT + 5 * DAY))

    def test_the_rule_is_copied_from_the_profile(self, registration):
        ages = dict(registration.papers.values_list("key", "max_age_months"))
        assert ages["juristic_certificate"] == 6
        assert ages["letter_of_intent"] is None


@pytest.mark.parametrize(
    ("day", "months", "earliest"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 3, 31), 13, date(2025, 2, 28)),
        (date(2026, 2, 2), 6, date(2025, 8, 2)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, earliest):
    assert earliest_date(day, months) == earliest


@given(st.dates(date(1900, 1, 1), date(2600, 1, 1)), st.integers(1, 120), st.integers(0, 60))
def test_one_more_day_never_makes_an_older_paper_young_enough(day, months, later):
    first, second = earliest_date(day, months), earliest_date(day + timedelta(days=later), months)
    assert first <= second
    assert (day.year * 12 + day.month) - (first.year * 12 + first.month) == months
    require_age(first, arrived=day, today=day, months=months)
    with pytest.raises(PaperTooOld):
        require_age(first - timedelta(days=1), arrived=day, today=day, months=months)
