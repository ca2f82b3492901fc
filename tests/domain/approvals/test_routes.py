"""The way a case takes: two tiers, three tiers with the organization, a quorum of two, papers in between."""

from dataclasses import replace

import pytest

from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, SamePerson, confirm_submission, decide_case
from securenet.domain.approvals.flow import Route, State, Verb
from securenet.domain.approvals.models import Case
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, MERIDIA, SERVICE_DESK, as_actor, register, staff
from tests.cast import OWNER as OWNERS
from tests.domain.approvals.cases import (
    BOONMEES_DESK,
    COPY,
    DESK,
    EXTRA,
    LETTER,
    ONE_TIER,
    OWNER,
    THREE_TIERS,
    TWO_OWNERS,
    TWO_TIERS,
    approve,
    at_desk,
    endorse,
    fresh,
    open_case,
    open_cases,
)

pytestmark = [pytest.mark.rule("R24a"), pytest.mark.django_db]


@pytest.fixture
def boonmee(db):
    """Somebody who stands at the organization's desk; which people do is another room's business."""
    return at_desk(register("boonmee").applicant, BOONMEES_DESK)


def test_a_confirmed_case_waits_for_its_papers_at_the_service_desk():
    case = open_case(TWO_TIERS, papers=[LETTER, EXTRA])
    assert (case.state_now, case.desk) == (State.AWAITING_DOCUMENTS, "service-desk")
    assert case.is_applicants_turn


def test_a_case_without_a_required_paper_skips_the_waiting():
    assert open_case(TWO_TIERS, papers=[EXTRA]).state_now is State.SERVICE_DESK_REVIEW


def test_an_unconfirmed_case_waits_for_the_mail_and_is_watched_by_the_service_desk():
    case = open_case(THREE_TIERS, confirmed=False)
    assert (case.state_now, case.desk) == (State.AWAITING_EMAIL, "service-desk")


def test_what_is_confirmed_cannot_be_confirmed_again():
    with pytest.raises(NotAllowed):
        confirm_submission(open_cases(TWO_TIERS), by=as_actor())


def test_two_tiers_endorse_then_approve(chai, dara):
    case = open_case(TWO_TIERS)
    assert endorse(case, as_actor(chai)) is State.SERVICE_OWNER_REVIEW
    assert case.desk == "owner-bmsid"
    assert approve(case, as_actor(dara)) is State.APPROVED
    assert case.is_ended


def test_only_the_last_tier_approves_and_it_does_not_endorse(chai, dara):
    case = open_case(TWO_TIERS)
    with pytest.raises(NotAllowed):
        approve(case, as_actor(chai))
    endorse(case, as_actor(chai))
    with pytest.raises(NotAllowed):
        endorse(case, as_actor(dara))
    assert fresh(case).state_now is State.SERVICE_OWNER_REVIEW


def test_the_only_tier_is_the_last_one(chai):
    case = open_case(ONE_TIER)
    assert case.approves_here
    assert approve(case, as_actor(chai)) is State.APPROVED


def test_the_organization_speaks_before_the_papers_are_awaited(chai, dara, boonmee):
    case = open_case(THREE_TIERS, papers=[LETTER])
    assert (case.state_now, case.desk) == (State.ORGANIZATION_REVIEW, BOONMEES_DESK)
    with pytest.raises(NotYourTurn):
        endorse(case, as_actor(chai))
    assert endorse(case, boonmee) is State.AWAITING_DOCUMENTS
    assert case.desk == "service-desk"


def test_three_tiers_lead_to_approval_in_their_order(chai, dara, boonmee):
    case = open_case(THREE_TIERS)
    assert endorse(case, boonmee) is State.SERVICE_DESK_REVIEW
    assert endorse(case, as_actor(chai)) is State.SERVICE_OWNER_REVIEW
    assert approve(case, as_actor(dara)) is State.APPROVED
    assert list(case.steps.values_list("verb", flat=True)) == ["confirm", "endorse", "endorse", "approve"]


def test_the_operators_tiers_can_stand_the_other_way_round(chai, dara):
    case = open_case(Route([OWNER, DESK]), papers=[LETTER])
    assert case.desk == "owner-bmsid"
    Case.objects.filter(pk=case.pk).update(state=State.SERVICE_OWNER_REVIEW)
    case.refresh_from_db()
    assert endorse(case, as_actor(dara)) is State.SERVICE_DESK_REVIEW
    assert approve(case, as_actor(chai)) is State.APPROVED


def test_below_the_quorum_the_state_and_the_deadline_stay(dara):
    duan = staff("duan", OWNERS)
    case = open_case(Route([TWO_OWNERS]))
    due, since = case.due_at, case.since
    assert approve(case, as_actor(dara, at=AT + DAY)) is State.SERVICE_OWNER_REVIEW
    assert (case.due_at, case.since) == (due, since)
    assert approve(case, as_actor(duan, at=AT + DAY)) is State.APPROVED


def test_one_person_is_not_a_quorum_of_two(dara):
    case = open_case(Route([TWO_OWNERS]))
    approve(case, as_actor(dara))
    with pytest.raises(SamePerson):
        approve(case, as_actor(dara))
    assert fresh(case).state_now is State.SERVICE_OWNER_REVIEW


def test_a_quorum_below_the_last_tier_endorses_together(chai):
    chuan = staff("chuan", SERVICE_DESK)
    case = open_case(Route([replace(DESK, quorum=2), OWNER]))
    assert endorse(case, as_actor(chai)) is State.SERVICE_DESK_REVIEW
    with pytest.raises(NotAllowed):
        approve(case, as_actor(chuan))
    assert endorse(case, as_actor(chuan)) is State.SERVICE_OWNER_REVIEW


def test_nobody_is_told_of_new_work_while_a_quorum_is_collected(dara):
    case = open_case(Route([TWO_OWNERS]))
    told = Mail.objects.filter(template="work-arrived").count()
    approve(case, as_actor(dara))
    assert Mail.objects.filter(template="work-arrived").count() == told


def test_the_cases_of_a_submission_go_their_own_ways(chai, dara):
    submission = open_cases(TWO_TIERS, TWO_TIERS)
    officer, admin = submission.cases.order_by("pk")
    endorse(officer, as_actor(chai))
    endorse(admin, as_actor(chai))
    decide_case(officer, verb=Verb.REJECT, by=as_actor(dara), reason="Not in the letter.")
    assert submission.state() is State.SERVICE_OWNER_REVIEW
    approve(admin, as_actor(dara))
    assert submission.state() is State.APPROVED


@pytest.mark.rule("R31")
def test_a_submission_counts_as_approved_when_all_is_decided_and_one_is_granted(chai):
    submission = open_cases(ONE_TIER, ONE_TIER)
    one, other = submission.cases.order_by("pk")
    approve(one, as_actor(chai))
    assert submission.state() is State.SERVICE_DESK_REVIEW
    decide_case(other, verb=Verb.REJECT, by=as_actor(chai), reason="No.")
    assert submission.state() is State.APPROVED


def test_editing_the_profile_never_moves_a_running_case(settings):
    case = open_case(TWO_TIERS, papers=[COPY])
    settings.PROFILE_PATH = MERIDIA
    assert [stop.desk for stop in fresh(case).route.stops] == ["service-desk", "owner-bmsid"]
