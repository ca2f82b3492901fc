"""Who decides, who must not, and what a decision leaves behind."""

import pytest

from securenet.domain.approvals.actions import (
    NotAllowed,
    NotYourTurn,
    ReasonMissing,
    SamePerson,
    decide_case,
    take_case,
    withdraw_submission,
)
from securenet.domain.approvals.assigning import NotAtThatDesk, assign_case
from securenet.domain.approvals.flow import DECISIONS, Route, State, Verb
from securenet.domain.approvals.models import Case
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import OWNER as OWNERS
from tests.cast import SERVICE_DESK, as_actor, last_mail, national_id, staff
from tests.domain.approvals.cases import (
    COPY,
    DESK,
    LETTER,
    ONE_TIER,
    OWNER,
    TWO_OWNERS,
    TWO_TIERS,
    approve,
    at_desk,
    endorse,
    fresh,
    open_case,
    open_cases,
    reject,
    send_back,
)

pytestmark = [pytest.mark.rule("R24", "R32"), pytest.mark.django_db]


def test_no_one_decides_at_a_desk_where_they_do_not_stand(dara):
    case = open_case(TWO_TIERS)
    for verb in DECISIONS:
        with pytest.raises(NotYourTurn):
            decide_case(case, verb=verb, by=as_actor(dara), reason="because")
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW


def test_the_service_desk_is_done_once_it_has_endorsed(chai):
    case = open_case(TWO_TIERS)
    endorse(case, as_actor(chai))
    with pytest.raises(NotYourTurn):
        reject(case, as_actor(chai))


def test_no_one_approves_what_they_endorsed(chai):
    case = open_case(TWO_TIERS)
    endorse(case, as_actor(chai))
    moved = at_desk(chai, OWNER.desk)  # to the other desk, in between
    for decision in (approve, reject, send_back):
        with pytest.raises(SamePerson):
            decision(case, moved)
    assert fresh(case).state_now is State.SERVICE_OWNER_REVIEW


def test_no_one_approves_a_right_of_a_request_in_which_they_endorsed_another(chai):
    chuan = staff("chuan", SERVICE_DESK)
    officer, admin = open_cases(TWO_TIERS, TWO_TIERS).cases.order_by("pk")
    endorse(officer, as_actor(chai))
    endorse(admin, as_actor(chuan))
    with pytest.raises(SamePerson):
        approve(admin, at_desk(chai, OWNER.desk))


def test_one_person_endorses_all_rights_of_a_request_at_their_own_tier(chai):
    for case in open_cases(TWO_TIERS, TWO_TIERS).cases.all():
        assert endorse(case, as_actor(chai)) is State.SERVICE_OWNER_REVIEW


def test_nobody_decides_their_own_request(chai):
    case = open_case(TWO_TIERS, of=chai)
    for decision in (endorse, reject, send_back):
        with pytest.raises(SamePerson):
            decision(case, as_actor(chai))


def test_nobody_without_an_account_decides():
    case = open_case(ONE_TIER)
    with pytest.raises(SamePerson):
        approve(case, as_actor(desks=frozenset({DESK.desk})))


@pytest.mark.parametrize("verb", sorted(set(Verb) - DECISIONS))
def test_what_is_no_decision_is_not_done_by_deciding(verb, chai):
    with pytest.raises(NotAllowed):
        decide_case(open_case(TWO_TIERS), verb=verb, by=as_actor(chai), reason="because")


def test_nothing_is_decided_while_the_applicant_has_the_turn(chai):
    case = open_case(TWO_TIERS, papers=[LETTER])
    with pytest.raises(NotAllowed):
        endorse(case, as_actor(chai))


def test_what_is_decided_is_not_decided_again(chai):
    case = open_case(ONE_TIER)
    reject(case, as_actor(chai))
    for decision in (approve, reject, send_back):
        with pytest.raises(NotAllowed):
            decision(case, as_actor(chai))
    with pytest.raises(NotAllowed):
        withdraw_submission(case.submission, by=as_actor(case.submission.applicant))


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_a_refusal_and_a_return_need_a_reason(reason, chai):
    case = open_case(TWO_TIERS)
    for decision in (reject, send_back):
        with pytest.raises(ReasonMissing):
            decision(case, as_actor(chai), reason)
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW


def test_the_applicant_reads_the_reason_in_the_mail(chai):
    case = open_case(TWO_TIERS)
    reject(case, as_actor(chai), " The letter is not signed. ")
    assert case.reason == "The letter is not signed."
    assert "The letter is not signed." in last_mail("case-rejected", "anong@alpha.example").text


@pytest.mark.rule("R84")
@pytest.mark.parametrize("typed", ["{}", "This is the ID of another person: {}."])
def test_an_identity_number_in_a_reason_is_masked_everywhere(typed, chai):
    number = national_id("somebody")
    case = open_case(TWO_TIERS)
    send_back(case, as_actor(chai), typed.format(number))
    kept = [
        case.reason,
        case.steps.last().reason,
        last_mail("case-returned").text,
        str(AuditEntry.objects.last().facts),
    ]
    assert all(number not in text and number[-4:] in text for text in kept)


@pytest.mark.rule("R8")
def test_each_tier_is_told_of_its_new_work(chai):
    case = open_case(TWO_TIERS)
    assert last_mail("work-arrived").to == "service-desk@bank-of-thailand.example"
    endorse(case, as_actor(chai))
    assert last_mail("work-arrived").to == "banknote-control@bank-of-thailand.example"


def test_every_step_is_in_the_history_with_its_person_and_in_the_ledger(chai, dara):
    case = open_case(TWO_TIERS)
    endorse(case, as_actor(chai))
    approve(case, as_actor(dara))
    assert [(step.verb, step.person) for step in case.steps.all()][1:] == [("endorse", chai), ("approve", dara)]
    entry = AuditEntry.objects.filter(event="case.moved").last()
    assert (entry.actor, entry.about) == ("dara", f"submission {case.submission_id}")
    assert entry.facts["before"] == "service_owner_review"
    assert entry.facts["after"] == "approved"


@pytest.mark.rule("R84")
def test_a_refused_decision_leaves_no_trace_of_itself(chai):
    case = open_case(TWO_TIERS)
    before = AuditEntry.objects.count(), Mail.objects.count(), case.steps.count()
    with pytest.raises(ReasonMissing):
        reject(case, as_actor(chai), "")
    with pytest.raises(NotAllowed):
        approve(case, as_actor(chai))
    assert (AuditEntry.objects.count(), Mail.objects.count(), case.steps.count()) == before


def test_a_withdrawn_voice_of_a_quorum_is_not_counted_for_somebody_else(chai, dara):
    duan = staff("duan", OWNERS)
    case = open_case(Route([TWO_OWNERS]))
    approve(case, as_actor(dara))
    assert Case.objects.get(pk=case.pk).steps.filter(counts=True, verb="approve").count() == 1
    send_back(case, as_actor(duan))
    assert not case.steps.filter(counts=True).exclude(verb="return").exists()


@pytest.mark.rule("R30")
class TestWorking:
    """Taking a case, and giving it to somebody."""

    def test_only_its_desk_takes_a_case(self, dara):
        with pytest.raises(NotYourTurn):
            take_case(open_case(TWO_TIERS), by=as_actor(dara))

    def test_a_case_taken_is_somebodys_until_it_moves_on(self, chai):
        case = open_case(TWO_TIERS, papers=[COPY])
        take_case(case, by=as_actor(chai))
        assert fresh(case).assigned_to == chai
        Case.objects.filter(pk=case.pk).update(state=State.SERVICE_DESK_REVIEW)
        endorse(moved := fresh(case), as_actor(chai))
        assert moved.assigned_to is None

    def test_an_ended_case_is_not_taken(self, chai):
        case = open_case(ONE_TIER)
        reject(case, as_actor(chai))
        with pytest.raises(NotYourTurn):
            take_case(case, by=as_actor(chai))

    def test_work_is_given_only_to_people_of_that_desk(self, chai, dara):
        chuan = staff("chuan", SERVICE_DESK)
        case = open_case(TWO_TIERS)
        with pytest.raises(NotAtThatDesk):
            assign_case(case, to=dara, by=as_actor(chai))
        with pytest.raises(NotYourTurn):
            assign_case(case, to=chuan, by=as_actor(dara))
        assign_case(case, to=chuan, by=as_actor(chai))
        assert fresh(case).assigned_to == chuan
