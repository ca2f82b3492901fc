"""Two at the same moment, on two connections: one does it, the other is told."""

from functools import partial
from threading import Event

import pytest
from django.db import transaction

from securenet.domain.approvals.actions import Overtaken, SamePerson, answer_case, expire_case, withdraw_submission
from securenet.domain.approvals.flow import Route, State
from securenet.domain.approvals.models import Step, Submission
from securenet.domain.approvals.papers import note_paper
from securenet.foundation.actor import system
from securenet.foundation.mail.models import Mail
from tests.cast import OWNER as OWNERS
from tests.cast import SERVICE_DESK, as_actor, staff
from tests.domain.approvals.cases import (
    COPY,
    LETTER,
    ONE_TIER,
    TWO_OWNERS,
    TWO_TIERS,
    approve,
    endorse,
    fresh,
    open_case,
    reject,
    send_back,
)

pytestmark = [pytest.mark.rule("R30", "R24"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerks(shared_database):
    return [as_actor(staff(name, SERVICE_DESK)) for name in ("chai", "chuan")]


def raised(outcomes):
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


def test_two_clerks_decide_at_once_and_the_second_is_told(at_once, clerks):
    case = open_case(TWO_TIERS)
    outcomes = at_once(
        partial(endorse, fresh(case), clerks[0]),
        partial(reject, fresh(case), clerks[1]),
    )
    assert raised(outcomes) == [Overtaken]
    assert Step.objects.filter(case=case, verb__in=["endorse", "reject"]).count() == 1
    assert fresh(case).state_now in outcomes


def test_one_clerk_with_two_windows_speaks_once(at_once, clerks):
    case = open_case(Route([TWO_OWNERS]))
    by = as_actor(staff("dara", OWNERS))
    outcomes = at_once(*[partial(approve, fresh(case), by) for _window in range(2)])
    assert raised(outcomes) in ([Overtaken], [SamePerson])
    assert fresh(case).state_now is State.SERVICE_OWNER_REVIEW


def test_a_quorum_met_at_one_moment_counts_both_in_turn(at_once, shared_database):
    owners = [as_actor(staff(name, OWNERS)) for name in ("dara", "duan")]
    case = open_case(Route([TWO_OWNERS]))
    outcomes = at_once(*[partial(approve, fresh(case), by) for by in owners])
    assert raised(outcomes) == [Overtaken], "who is told looks again, and decides then"
    late = next(by for by, outcome in zip(owners, outcomes, strict=True) if isinstance(outcome, Overtaken))
    assert approve(fresh(case), late) is State.APPROVED


def test_a_decision_and_a_withdrawal_at_once_leave_one_of_them(at_once, clerks):
    case = open_case(ONE_TIER)
    submission = Submission.objects.get(pk=case.submission_id)
    anong = as_actor(submission.applicant)
    outcomes = at_once(partial(approve, fresh(case), clerks[0]), partial(withdraw_submission, submission, by=anong))
    assert fresh(case).state_now in {State.APPROVED, State.WITHDRAWN}
    assert len(raised(outcomes)) == 1
    assert Mail.objects.filter(template__in=["case-approved", "case-withdrawn"]).count() == 1


@pytest.mark.rule("R34")
def test_an_answer_and_the_deadlines_job_at_once_leave_one_of_them(at_once, clerks):
    case = open_case(TWO_TIERS)
    send_back(case, clerks[0])
    anong, job = as_actor(case.submission.applicant, at=case.due_at), system("deadlines", case.due_at)
    outcomes = at_once(
        partial(answer_case, fresh(case), answer="The central one.", by=anong),
        partial(expire_case, fresh(case), by=job),
    )
    assert raised(outcomes) == [Overtaken]


@pytest.mark.rule("R24a")
def test_two_clerks_who_note_the_last_two_papers_at_once_send_the_case_on(at_once, clerks):
    case = open_case(TWO_TIERS, papers=[LETTER, COPY])
    first_noted, second_done = Event(), Event()

    def note_first():
        with transaction.atomic():
            note_paper(case.submission.papers.get(key="letter_of_intent"), by=clerks[0])
            first_noted.set()
            second_done.wait(0.3)  # the other one comes before this commits, and has to wait for it

    def note_second():
        item = case.submission.papers.get(key="own_identity")
        first_noted.wait(30)
        note_paper(item, by=clerks[1])
        second_done.set()

    assert raised(at_once(note_first, note_second)) == []
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW
