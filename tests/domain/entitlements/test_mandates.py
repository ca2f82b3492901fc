"""A bank mandates a company to act for it: asked for by one admin, decided by the operator, ended by either side."""

from datetime import date

import pytest

from securenet.domain.approvals.actions import NotYourTurn, ReasonMissing, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.papers import note_paper
from securenet.domain.entitlements.authority import NotTheirAdmin
from securenet.domain.entitlements.grants import DatesReversed
from securenet.domain.entitlements.jobs import expire_requests, watch_mandates
from securenet.domain.entitlements.mandate_life import MandateOver, end_mandate, finish_mandate
from securenet.domain.entitlements.mandates import (
    MandatedAlready,
    MandateTooLong,
    NothingMandated,
    NotMandatable,
    OwnAgent,
    UnknownAgent,
    UnknownCentre,
    decide_mandate,
    withdraw_mandate_request,
)
from securenet.domain.entitlements.models import Entitlement, Mandate, MandateStatus
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.models import UnknownFunction
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, AT, BETA, DAY, as_actor, note_papers
from tests.domain.entitlements.mandating import ONE, TODAY, approve, ask, assign, mandate

pytestmark = [pytest.mark.rule("R22d"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _organizations(boonmee, ekachai):
    """Both organizations are in the register."""


def events(word):
    return AuditEntry.objects.filter(event=word).count()


def test_only_an_admin_of_the_principal_asks(anong, boonmee, ekachai, chai):
    for somebody in (anong, boonmee, chai, None):
        with pytest.raises(NotTheirAdmin):
            ask(somebody)
    assert not Mandate.objects.exists()


def test_an_admin_whose_right_is_over_asks_for_nothing(ekachai):
    Entitlement.objects.filter(member=ekachai).update(until_date=TODAY - ONE)
    with pytest.raises(NotTheirAdmin):
        ask(ekachai)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"agent_number": "0105561999996"}, UnknownAgent),
        ({"agent_country": "DE"}, UnknownAgent),
        ({"agent_number": BETA[0]}, OwnAgent),
        ({"functions": ()}, NothingMandated),
        ({"centres": ()}, NothingMandated),
        ({"functions": ("fly",)}, UnknownFunction),
        ({"functions": ("submit", "check_applications")}, NotMandatable),
        ({"centres": ("moon",)}, UnknownCentre),
        ({"from_date": TODAY - ONE}, DatesReversed),
        ({"until_date": TODAY - ONE}, DatesReversed),
        ({"until_date": date(2028, 2, 3)}, MandateTooLong),
    ],
)
def test_what_makes_no_sense_is_refused(changes, refusal, ekachai):
    with pytest.raises(refusal) as refused:
        ask(ekachai, **changes)
    assert str(refused.value)
    assert not Submission.objects.filter(kind="mandate").exists()


def test_an_organization_that_has_ended_is_not_mandated(ekachai):
    Organization.objects.filter(number=ALPHA[0]).update(ended_at=AT)
    with pytest.raises(UnknownAgent):
        ask(ekachai)


def test_a_second_mandate_for_the_same_days_is_refused_and_one_after_it_is_not(ekachai, dara):
    mandate(ekachai, dara)
    with pytest.raises(MandatedAlready):
        ask(ekachai, from_date=date(2026, 12, 31), until_date=date(2027, 1, 31))
    assert ask(ekachai, from_date=date(2027, 1, 1), until_date=date(2027, 1, 31))


def test_a_second_click_finds_the_first_ones_request(ekachai):
    assert ask(ekachai, draft_key="one draft") == ask(ekachai, draft_key="one draft")
    assert Mandate.objects.count() == 1


def test_nothing_holds_before_the_owner_has_approved(ekachai, dara):
    submission = ask(ekachai)
    assert submission.state() is State.AWAITING_DOCUMENTS
    note_papers(submission, dara)
    assert Mandate.objects.get().status == MandateStatus.REQUESTED
    assert not Mandate.objects.active(TODAY).exists()
    assert not Mail.objects.filter(template="mandate-received").exists()


def test_the_department_that_decides_also_notes_the_papers_and_nobody_else(ekachai, dara, chai, boonmee):
    submission = ask(ekachai)
    for somebody in (chai, boonmee, ekachai):
        with pytest.raises((NotYourTurn, SamePerson)):
            note_paper(submission.papers.first(), by=as_actor(somebody))
    note_papers(submission, dara)
    assert Submission.objects.get(pk=submission.pk).state() is State.SERVICE_OWNER_REVIEW


def test_neither_the_applicant_nor_the_service_desk_decides(ekachai, dara, chai):
    submission = ask(ekachai)
    note_papers(submission, dara)
    case = submission.cases.get()
    for somebody in (ekachai, chai):
        with pytest.raises(NotYourTurn):
            decide_mandate(case, verb=Verb.APPROVE, by=as_actor(somebody))


def test_an_approved_mandate_is_in_force_and_the_agent_is_told(ekachai, dara, boonmee):
    approved = mandate(ekachai, dara)
    assert (approved.status, approved.activated_at) == (MandateStatus.ACTIVE, AT)
    assert Mail.objects.filter(template="mandate-received", to=boonmee.email).count() == 1
    assert Mail.objects.filter(template="case-approved", to=ekachai.email).exists()
    assert events("mandate.activated") == 1


def test_a_mandate_whose_days_are_over_or_whose_agent_has_ended_is_not_approved(ekachai, dara):
    submission = ask(ekachai, until_date=TODAY + ONE)
    note_papers(submission, dara)
    case = submission.cases.get()
    with pytest.raises(MandateOver):
        decide_mandate(case, verb=Verb.APPROVE, by=as_actor(dara, at=AT + 2 * DAY))
    Organization.objects.filter(number=ALPHA[0]).update(ended_at=AT)
    with pytest.raises(MandateOver):
        decide_mandate(submission.cases.get(), verb=Verb.APPROVE, by=as_actor(dara))


def test_a_refused_a_withdrawn_and_an_expired_request_leave_no_mandate(ekachai, dara):
    refused = ask(ekachai)
    note_papers(refused, dara)
    decide_mandate(refused.cases.get(), verb=Verb.REJECT, reason="No.", by=as_actor(dara))
    withdraw_mandate_request(ask(ekachai), by=as_actor(ekachai))
    ask(ekachai)
    expire_requests(at=AT + 60 * DAY)
    assert set(Mandate.objects.values_list("status", flat=True)) == {MandateStatus.REFUSED}
    assert Mandate.objects.count() == 3


@pytest.mark.parametrize("side", ["boonmee", "ekachai"])
def test_either_side_ends_it_at_once_with_a_reason_and_everybody_is_told(side, request, ekachai, dara, boonmee, anong):
    held = mandate(ekachai, dara)
    assign(held, anong, boonmee)
    ender = request.getfixturevalue(side)
    with pytest.raises(ReasonMissing):
        end_mandate(held, reason=" ", by=as_actor(ender))
    end_mandate(held, reason="The contract is over.", by=as_actor(ender))
    assert (held.status, held.end_reason, held.ended_by) == (MandateStatus.ENDED, "The contract is over.", ender)
    assert not held.assignments.filter(ended_at=None).exists()
    told = set(Mail.objects.filter(template="mandate-ended").values_list("to", flat=True))
    assert told == {ekachai.email, boonmee.email, anong.email}
    with pytest.raises(MandateOver):
        end_mandate(held, reason="Again.", by=as_actor(ender))


def test_nobody_else_ends_it(ekachai, dara, anong, chai):
    held = mandate(ekachai, dara)
    for somebody in (anong, chai, dara, None):
        with pytest.raises(NotTheirAdmin):
            end_mandate(held, reason="No.", by=as_actor(somebody))
    assert Mandate.objects.get().status == MandateStatus.ACTIVE


@pytest.mark.rule("R75b")
def test_a_mandate_past_its_last_day_is_written_off_once(ekachai, dara, boonmee, anong):
    held = mandate(ekachai, dara, until_date=TODAY + ONE)
    assign(held, anong, boonmee)
    with pytest.raises(MandateOver):
        finish_mandate(held, by=as_actor())
    for _run in range(2):
        watch_mandates(at=AT + DAY)
    assert Mandate.objects.get().status == MandateStatus.ACTIVE
    for _run in range(2):
        watch_mandates(at=AT + 2 * DAY)
    assert Mandate.objects.get().status == MandateStatus.ENDED
    assert events("mandate.ended") == 1


@pytest.mark.rule("R75b")
@pytest.mark.parametrize("number", [ALPHA[0], BETA[0]])
def test_a_mandate_ends_with_either_organization(number, ekachai, dara):
    held = mandate(ekachai, dara)
    Organization.objects.filter(number=number).update(ended_at=AT)
    assert not Mandate.objects.active(TODAY).exists()
    watch_mandates(at=AT)
    held.refresh_from_db()
    assert held.status == MandateStatus.ENDED


def reminders():
    return Mail.objects.filter(template="mandate-due").count()


@pytest.mark.rule("R22c")
def test_both_sides_are_reminded_once_on_each_of_the_profiles_days(ekachai, dara, boonmee):
    mandate(ekachai, dara, until_date=TODAY + 70 * ONE)
    counts = []
    for days in (9, 10, 11, 40, 41, 63, 64, 69):
        watch_mandates(at=AT + days * DAY)
        counts.append(reminders())
    assert counts == [0, 2, 2, 4, 4, 6, 6, 6]
    assert set(Mail.objects.filter(template="mandate-due").values_list("to", flat=True)) == {
        boonmee.email,
        ekachai.email,
    }


@pytest.mark.rule("R22c")
def test_who_has_asked_for_the_renewal_is_not_reminded(ekachai, dara):
    held = mandate(ekachai, dara, until_date=TODAY + 70 * ONE)
    ask(ekachai, from_date=TODAY + 71 * ONE, until_date=TODAY + 90 * ONE, renews=held)
    watch_mandates(at=AT + 10 * DAY)
    assert reminders() == 0


@pytest.mark.rule("R22c")
def test_a_renewal_takes_the_officers_along_with_the_functions_that_it_still_has(ekachai, dara, boonmee, anong):
    held = mandate(ekachai, dara, until_date=TODAY + 70 * ONE)
    assign(held, anong, boonmee, functions=("register_persons", "submit"))
    assign(held, boonmee, boonmee, functions=("register_persons",))
    days = {"from_date": TODAY + 71 * ONE, "until_date": TODAY + 90 * ONE}
    renewed = approve(ask(ekachai, functions=("submit",), renews=held, **days), dara)
    assert list(renewed.assignments.values_list("entitlement__member__username", "functions")) == [
        ("anong", ["submit"])
    ]


def test_only_the_admins_of_the_two_organizations_see_it(ekachai, dara, boonmee, anong, chai):
    mandate(ekachai, dara)
    seen = {who.username: Mandate.objects.seen_by(who, TODAY).count() for who in (ekachai, boonmee, anong, chai, dara)}
    assert seen == {"ekachai": 1, "boonmee": 1, "anong": 0, "chai": 0, "dara": 0}
