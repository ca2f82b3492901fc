"""Deadlines: reminded of before, cancelled or escalated after, each exactly once."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.actions import NotAllowed, answer_case, expire_case
from securenet.domain.approvals.flow import REVIEWS, Route, State
from securenet.domain.approvals.jobs import watch_deadlines
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.queries import now_due
from securenet.domain.approvals.reminders import escalate_case, remind_of_case
from securenet.domain.calendar.queries import end_of_day
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, last_mail
from tests.domain.approvals.cases import (
    DESK,
    LETTER,
    THREE_TIERS,
    TWO_OWNERS,
    TWO_TIERS,
    endorse,
    fresh,
    open_case,
    put,
    send_back,
)

pytestmark = [pytest.mark.rule("R34", "R32a"), pytest.mark.django_db]
SECOND, MINUTES = timedelta(seconds=1), timedelta(minutes=10)


def sent(template):
    """Return how many mails went out about the request of the test, Anong's registration beside it left aside."""
    return Mail.objects.filter(template=template, about=Submission.objects.latest("pk").about).count()


def watch(*moments):
    for at in moments:
        watch_deadlines(at=at)


def test_papers_are_due_seventeen_calendar_days_later_at_the_end_of_the_day():
    case = open_case(TWO_TIERS, papers=[LETTER])
    assert case.due_at == end_of_day((AT + 17 * DAY).date())


def test_a_deadline_on_a_weekend_moves_on_to_monday():
    thursday = AT + 3 * DAY
    assert open_case(TWO_TIERS, papers=[LETTER], at=thursday).due_at == end_of_day((AT + 21 * DAY).date())


def test_songkran_is_no_business_day_for_a_decision(chai):
    friday = AT.replace(month=4, day=10)
    case = open_case(TWO_TIERS, at=friday)
    assert case.due_at == end_of_day(AT.replace(month=4, day=22).date())


def test_decisions_run_on_over_the_turn_of_the_year():
    wednesday = AT.replace(month=12, day=30)
    case = open_case(TWO_TIERS, at=wednesday)
    assert case.due_at == end_of_day(AT.replace(year=2027, month=1, day=8).date())


def test_nothing_expires_before_its_deadline():
    case = open_case(TWO_TIERS, papers=[LETTER])
    with pytest.raises(NotAllowed):
        expire_case(case, by=system("deadlines", case.due_at - SECOND))
    assert list(now_due(case.due_at - SECOND, ["rights"])) == []


@pytest.mark.parametrize("state", sorted(REVIEWS))
def test_what_lies_with_the_operator_or_the_organization_never_expires(state):
    case = put(open_case(THREE_TIERS), state)
    with pytest.raises(NotAllowed):
        expire_case(case, by=system("deadlines", AT + 400 * DAY))


def test_what_is_late_with_the_applicant_expires_once_with_a_mail():
    case = open_case(TWO_TIERS, papers=[LETTER])
    assert [late.pk for late in now_due(case.due_at, ["rights"])] == [case.pk]
    assert expire_case(case, by=system("deadlines", case.due_at)) is State.EXPIRED
    with pytest.raises(NotAllowed):
        expire_case(case, by=system("deadlines", case.due_at))
    assert sent("case-expired") == 1
    assert list(now_due(case.due_at + DAY, ["rights"])) == []


@pytest.mark.rule("R24b")
def test_a_question_that_is_not_answered_in_ten_business_days_ends_the_request(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai))
    assert expire_case(case, by=system("deadlines", case.due_at)) is State.EXPIRED
    with pytest.raises(NotAllowed):
        answer_case(case, answer="late", by=as_actor(case.submission.applicant))


def test_papers_are_reminded_of_on_each_of_the_profiles_days_exactly_once():
    case = open_case(TWO_TIERS, papers=[LETTER])
    watch(AT, case.due_at - 8 * DAY)
    assert sent("case-due") == 0
    watch(case.due_at - 7 * DAY, case.due_at - 7 * DAY + MINUTES, case.due_at - 3 * DAY)
    assert sent("case-due") == 1
    watch(case.due_at - 2 * DAY, case.due_at - 2 * DAY + MINUTES, case.due_at - DAY)
    assert sent("case-due") == 2
    assert last_mail("case-due").to == "anong@alpha.example"


def test_a_worker_that_slept_through_both_days_reminds_once():
    case = open_case(TWO_TIERS, papers=[LETTER])
    watch(case.due_at - DAY, case.due_at - DAY + MINUTES)
    assert sent("case-due") == 1


def test_a_question_is_reminded_of_three_business_days_before_its_end_once(chai):
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai))  # due Monday 16 February
    watch(AT.replace(day=10), AT.replace(day=11), AT.replace(day=12))
    assert sent("case-due") == 1
    assert fresh(case).reminded_at == AT.replace(day=11)


def test_the_desk_is_reminded_once_before_a_decision_is_due():
    case = open_case(TWO_TIERS)  # due Monday 9 February
    watch(AT.replace(day=5))
    assert sent("work-due") == 0
    watch(AT.replace(day=6), AT.replace(day=8), AT.replace(day=9))
    assert sent("work-due") == 1
    assert last_mail("work-due").to == "service-desk@bank-of-thailand.example"
    assert AuditEntry.objects.filter(event="case.reminded", about=case.submission.about).count() == 1


def test_another_state_is_another_reminder(chai):
    case = open_case(TWO_TIERS)
    watch(AT.replace(day=6))
    endorse(fresh(case), as_actor(chai, at=AT.replace(day=6)))
    watch(AT.replace(day=6) + MINUTES)
    assert sent("work-due") == 2
    assert last_mail("work-due").to == "banknote-control@bank-of-thailand.example"


def test_a_late_decision_is_escalated_once_to_whom_the_route_names():
    case = open_case(TWO_TIERS)
    watch(case.due_at - SECOND)
    assert sent("work-overdue") == 0
    watch(case.due_at, case.due_at + MINUTES, case.due_at + DAY)
    assert sent("work-overdue") == 1
    assert last_mail("work-overdue").to == "administration@bank-of-thailand.example"
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW, "lateness decides nothing"


def test_where_nobody_is_named_the_first_operator_tier_hears_of_lateness():
    case = open_case(Route([TWO_OWNERS]))
    watch(case.due_at)
    assert last_mail("work-overdue").to == "banknote-control@bank-of-thailand.example"


def test_what_lies_with_an_organization_is_left_to_the_room_that_knows_its_admins():
    case = open_case(THREE_TIERS)
    watch(case.due_at - DAY, case.due_at)
    assert fresh(case).reminded_at is fresh(case).escalated_at is None
    assert not Mail.objects.filter(template__startswith="work-").exists()


def test_what_has_moved_on_since_it_was_looked_at_is_neither_reminded_nor_escalated(chai):
    case = open_case(TWO_TIERS)
    stale = Case.objects.select_related("submission").get(pk=case.pk)
    endorse(case, as_actor(chai))
    assert not remind_of_case(stale, by=system("deadlines", AT))
    assert not escalate_case(stale, by=system("deadlines", AT))
    assert sent("work-due") == sent("work-overdue") == 0


def test_the_same_case_in_two_workers_hands_is_reminded_once():
    one, other = (fresh(case) for case in [open_case(Route([DESK]))] * 2)
    by = system("deadlines", AT)
    assert [remind_of_case(one, by=by), remind_of_case(other, by=by)] == [True, False]
    assert [escalate_case(one, by=by), escalate_case(other, by=by)] == [True, False]
    assert sent("work-due") == sent("work-overdue") == 1
