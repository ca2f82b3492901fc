"""Papers noted one by one; the last one starts the operator's days."""

import pytest

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, SamePerson
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.papers import note_paper, unnote_paper
from securenet.domain.approvals.queries import missing_papers
from securenet.domain.calendar.queries import end_of_day
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, DAY, as_actor, last_mail, register
from tests.domain.approvals.cases import (
    BOONMEES_DESK,
    COPY,
    EXTRA,
    LETTER,
    THREE_TIERS,
    TWO_TIERS,
    at_desk,
    endorse,
    fresh,
    open_case,
    open_cases,
    put,
    reject,
)

pytestmark = [pytest.mark.rule("R24a", "R30"), pytest.mark.django_db]
ALL = [LETTER, COPY, EXTRA]


@pytest.fixture
def case(db):
    return open_case(TWO_TIERS, papers=ALL)


def paper(case, key):
    return case.submission.papers.get(key=key)


def note(case, *keys, by):
    for key in keys:
        note_paper(paper(case, key), by=by)


def test_only_the_desk_that_gets_the_papers_notes_them(case, dara):
    for somebody in (dara, case.submission.applicant, None):
        with pytest.raises(NotYourTurn):
            note_paper(paper(case, "letter_of_intent"), by=as_actor(somebody))


def test_nobody_notes_the_papers_of_their_own_request(chai):
    case = open_case(TWO_TIERS, papers=ALL, of=chai)
    with pytest.raises(SamePerson):
        note_paper(paper(case, "own_identity"), by=as_actor(chai))


def test_a_paper_is_noted_once(case, chai):
    note(case, "own_identity", by=as_actor(chai))
    with pytest.raises(Overtaken):
        note(case, "own_identity", by=as_actor(chai, at=AT + DAY))
    assert paper(case, "own_identity").received_at == AT


def test_nothing_is_noted_on_a_request_that_has_ended(case, chai):
    reject(put(case, State.SERVICE_DESK_REVIEW), as_actor(chai))
    with pytest.raises(NotYourTurn):
        note(case, "own_identity", by=as_actor(chai))


def test_a_case_waits_until_nothing_required_is_missing(case, chai):
    note(case, "letter_of_intent", "sub_power_of_attorney", by=as_actor(chai))
    assert fresh(case).state_now is State.AWAITING_DOCUMENTS
    assert missing_papers(case.submission)


@pytest.mark.rule("R7", "R8")
def test_the_last_required_paper_leads_to_the_first_operator_tier_and_starts_five_business_days(case, chai):
    note(case, "letter_of_intent", by=as_actor(chai, at=AT))
    note(case, "own_identity", by=as_actor(chai, at=AT + 3 * DAY))
    case = fresh(case)
    assert case.state_now is State.SERVICE_DESK_REVIEW
    assert case.due_at == end_of_day(AT.date().replace(day=12)), "Thursday and five business days"
    assert case.submission.papers_complete_at == AT + 3 * DAY
    assert last_mail("work-arrived").to == "service-desk@bank-of-thailand.example"


def test_the_five_days_run_on_through_the_operators_tiers(case, chai):
    note(case, "letter_of_intent", "own_identity", by=as_actor(chai))
    case = fresh(case)
    due = case.due_at
    endorse(case, as_actor(chai, at=AT + 2 * DAY))
    assert case.due_at == due


def test_who_noted_a_paper_and_when_is_on_record(case, chai):
    note(case, "own_identity", by=as_actor(chai))
    item = paper(case, "own_identity")
    assert (item.received_by, item.received_at) == (chai, AT)
    assert AuditEntry.objects.get(event="paper.received").facts == {"paper": "own_identity"}


def test_all_cases_of_a_submission_go_on_with_its_last_paper(chai):
    submission = open_cases(TWO_TIERS, TWO_TIERS, papers=[LETTER])
    note_paper(submission.papers.get(), by=as_actor(chai))
    assert {case.state_now for case in submission.cases.all()} == {State.SERVICE_DESK_REVIEW}


def test_a_note_made_by_mistake_is_taken_back_while_papers_are_awaited(case, chai):
    note(case, "own_identity", by=as_actor(chai))
    unnote_paper(paper(case, "own_identity"), by=as_actor(chai))
    assert (paper(case, "own_identity").received_at, paper(case, "own_identity").received_by) == (None, None)
    assert AuditEntry.objects.filter(event="paper.withdrawn").count() == 1
    with pytest.raises(Overtaken):
        unnote_paper(paper(case, "own_identity"), by=as_actor(chai))


def test_a_note_is_not_taken_back_once_the_operator_reviews(case, chai):
    note(case, "letter_of_intent", "own_identity", by=as_actor(chai))
    with pytest.raises(NotAllowed):
        unnote_paper(paper(case, "own_identity"), by=as_actor(chai))


def test_no_other_desk_takes_a_note_back(case, chai, dara):
    note(case, "own_identity", by=as_actor(chai))
    with pytest.raises(NotYourTurn):
        unnote_paper(paper(case, "own_identity"), by=as_actor(dara))


class TestWhileTheOrganizationDecides:
    """Papers come by post when they come."""

    @pytest.fixture
    def case(self, db):
        return open_case(THREE_TIERS, papers=ALL)

    @pytest.fixture
    def boonmee(self, db):
        return at_desk(register("boonmee").applicant, BOONMEES_DESK)

    def test_the_service_desk_notes_them_and_the_waiting_is_skipped(self, case, chai, boonmee):
        note(case, "letter_of_intent", "own_identity", by=as_actor(chai))
        case = fresh(case)
        assert case.state_now is State.ORGANIZATION_REVIEW
        assert endorse(case, boonmee) is State.SERVICE_DESK_REVIEW

    def test_a_note_is_taken_back_too(self, case, chai, boonmee):
        note(case, "letter_of_intent", "own_identity", by=as_actor(chai))
        unnote_paper(paper(case, "own_identity"), by=as_actor(chai))
        case = fresh(case)
        assert case.submission.papers_complete_at is None
        assert endorse(case, boonmee) is State.AWAITING_DOCUMENTS

    def test_the_days_that_it_took_are_not_taken_from_the_applicant(self, case, boonmee):
        late = at_desk(boonmee.user, BOONMEES_DESK, AT + 20 * DAY)
        endorse(case, late)
        assert case.due_at > AT + 36 * DAY
