"""Back to the applicant and on again, withdrawn, too late."""

import pytest

from securenet.domain.approvals.actions import (
    NotAllowed,
    NotYourTurn,
    ReasonMissing,
    SamePerson,
    answer_case,
    withdraw_submission,
)
from securenet.domain.approvals.flow import OPEN, State
from securenet.domain.calendar.queries import end_of_day
from tests.cast import AT, DAY, SERVICE_DESK, as_actor, last_mail, register, staff
from tests.domain.approvals.cases import (
    BOONMEES_DESK,
    LETTER,
    OWNER,
    THREE_TIERS,
    TWO_TIERS,
    approve,
    at_desk,
    endorse,
    fresh,
    open_case,
    open_cases,
    put,
    send_back,
)

pytestmark = [pytest.mark.rule("R24b"), pytest.mark.django_db]
MONDAY = AT


def february(day):
    """Return the end of a day, as deadlines have it."""
    return end_of_day(MONDAY.date().replace(day=day))


def answer(case, at=AT):
    return answer_case(case, answer="The central one.", by=as_actor(case.submission.applicant, at=at))


def test_only_the_applicant_answers(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai))
    for somebody in (chai, register("ekachai").applicant, None):
        with pytest.raises(NotYourTurn):
            answer_case(case, answer="yes", by=as_actor(somebody))


def test_an_answer_says_something(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai))
    with pytest.raises(ReasonMissing):
        answer_case(case, answer=" \n", by=as_actor(case.submission.applicant))


def test_nothing_is_answered_that_was_not_asked():
    case = open_case(TWO_TIERS)
    with pytest.raises(NotAllowed):
        answer(case)


def test_a_question_goes_to_the_applicant_with_ten_business_days(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai))
    assert (case.state_now, case.desk) == (State.RETURNED, "service-desk")
    assert case.due_at == february(16)
    assert "Which centre do you deal with?" in last_mail("case-returned", "anong@alpha.example").text


def test_the_answer_goes_to_the_first_operator_tier_also_from_the_last_one(chai, dara):
    case = open_case(TWO_TIERS)
    endorse(case, as_actor(chai))
    send_back(case, as_actor(dara))
    assert case.desk == "service-desk", "who watches while the applicant has the turn"
    assert answer(case) is State.SERVICE_DESK_REVIEW


def test_the_operators_question_is_not_answered_to_the_organization(chai):
    case = open_case(THREE_TIERS)
    endorse(case, at_desk(register("boonmee").applicant, BOONMEES_DESK))
    send_back(case, as_actor(chai))
    assert answer(case) is State.SERVICE_DESK_REVIEW


def test_the_organizations_question_is_answered_to_the_organization():
    case = open_case(THREE_TIERS, papers=[LETTER])
    send_back(case, at_desk(register("boonmee").applicant, BOONMEES_DESK))
    assert answer(case) is State.ORGANIZATION_REVIEW


def test_earlier_endorsements_no_longer_count_but_still_bar(chai, dara):
    case = open_case(TWO_TIERS)
    endorse(case, as_actor(chai))
    send_back(case, as_actor(dara))
    answer(case)
    chuan = staff("chuan", SERVICE_DESK)
    endorse(case, as_actor(chuan))
    with pytest.raises(SamePerson):
        approve(case, at_desk(chai, OWNER.desk))
    with pytest.raises(SamePerson):
        approve(case, at_desk(chuan, OWNER.desk))
    assert approve(case, as_actor(dara)) is State.APPROVED


def test_who_endorsed_before_the_question_endorses_again_after_the_answer(chai, dara):
    case = open_case(TWO_TIERS)
    endorse(case, as_actor(chai))
    send_back(case, as_actor(dara))
    answer(case)
    assert endorse(case, as_actor(chai)) is State.SERVICE_OWNER_REVIEW


@pytest.mark.rule("R34")
@pytest.mark.parametrize(
    ("asked_on", "answered_on", "due_on"),
    [
        (0, 1, 10),  # asked at once, five days left: Tuesday and five business days
        (2, 7, 12),  # three days left
        (4, 7, 11),  # one day left, two at least
        (7, 8, 12),  # asked on the last day, two at least
    ],
)
def test_the_clock_stops_and_resumes_with_the_days_left_but_two_at_least(asked_on, answered_on, due_on, chai):
    case = open_case(TWO_TIERS)
    assert case.due_at == february(9)
    send_back(case, as_actor(chai, at=AT + asked_on * DAY))
    answer(case, AT + answered_on * DAY)
    assert case.due_at == february(due_on)
    assert case.days_left is None


def test_days_that_were_overdue_are_not_counted_against_the_operator(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai, at=AT + 10 * DAY))
    assert case.days_left == 0
    answer(case, AT + 11 * DAY)
    assert case.due_at == february(17)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_applicant_withdraws_in_any_open_state(state):
    case = put(open_case(THREE_TIERS), state)
    withdraw_submission(case.submission, by=as_actor(case.submission.applicant))
    assert fresh(case).state_now is State.WITHDRAWN
    assert last_mail("case-withdrawn").to == "anong@alpha.example"


def test_nobody_withdraws_for_somebody_else(chai):
    submission = open_cases(TWO_TIERS)
    for somebody in (chai, register("ekachai").applicant, None):
        with pytest.raises(NotYourTurn):
            withdraw_submission(submission, by=as_actor(somebody))
    assert submission.state() is State.SERVICE_DESK_REVIEW


def test_withdrawing_leaves_alone_what_was_decided(chai, dara):
    submission = open_cases(TWO_TIERS, TWO_TIERS)
    granted, waiting = submission.cases.order_by("pk")
    endorse(granted, as_actor(chai))
    approve(granted, as_actor(dara))
    withdraw_submission(submission, by=as_actor(submission.applicant))
    assert fresh(granted).state_now is State.APPROVED
    assert fresh(waiting).state_now is State.WITHDRAWN
    assert submission.state() is State.APPROVED
