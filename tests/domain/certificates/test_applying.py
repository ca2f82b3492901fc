"""Applying for a certificate: the request compared with the account, checked by the organization's RA (R40)."""

from datetime import timedelta

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import (
    NotAllowed,
    NotYourTurn,
    Overtaken,
    ReasonMissing,
    SamePerson,
    answer_case,
    withdraw_submission,
)
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.certificates.actions import NotAMember
from securenet.domain.certificates.applying import (
    ApplicationOpen,
    ApplicationRefused,
    NoIssuer,
    NoRaOfficer,
    announce_application,
    expire_application,
    read_application,
    withdraw_application,
)
from securenet.domain.certificates.jobs import remind_of_applications
from securenet.domain.certificates.models import Application
from securenet.domain.entitlements.grants import withdraw_function
from securenet.domain.entitlements.jobs import remind_admins
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.entitlements.register import merge_organizations
from securenet.domain.organizations.models import Organization
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from securenet.foundation.x509 import RequestReason
from tests.cast import ALPHA, AT, BETA, DAY, as_actor, last_mail, member
from tests.domain.certificates.pki import registered
from tests.domain.certificates.ra import apply, decide, make_officer, request_for

pytestmark = [pytest.mark.rule("R40"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def connected(settings, tmp_path):
    """A CA is connected; nothing here asks it."""
    settings.CA_BACKEND, settings.TESTCA_DIRECTORY, settings.TESTCA_NAME = "testca", tmp_path, "ca"


@pytest.fixture
def officer(boonmee, anong):
    """Boonmee checks applications."""
    make_officer(boonmee, boonmee)
    return boonmee


def reasons(call, *arguments, **facts):
    with pytest.raises(ApplicationRefused) as refused:
        call(*arguments, **facts)
    assert str(refused.value), "in words"
    return set(refused.value.reasons)


def test_an_application_waits_for_the_ra_officer_who_is_told(officer, anong):
    case = apply(anong)

    assert (case.state_now, case.kind) == (State.ORGANIZATION_REVIEW, "application")
    assert case.organization_number == ALPHA[0]
    assert case.desk in as_actor(officer).desks
    assert case.desk not in as_actor(anong).desks
    assert "อนงค์ ใจดี" in last_mail("application-arrived", officer.email).text


def test_who_agrees_passes_it_on_once(officer, anong):
    case = apply(anong)

    assert decide(case, officer) is State.APPROVED
    assert Job.objects.filter(name="certificates.issue").count() == 1
    with pytest.raises(NotAllowed):
        decide(case, officer)


def test_nobody_decides_their_own(officer, boonmee, anong):
    make_officer(anong, boonmee)
    case = apply(anong)

    for verb in (Verb.APPROVE, Verb.REJECT, Verb.RETURN):
        with pytest.raises(SamePerson):
            decide(case, anong, verb, reason="mine")
    assert decide(case, officer) is State.APPROVED


@pytest.mark.parametrize("who", ["ekachai", "chai", "dara", "anong"])
def test_only_an_ra_officer_of_the_organization_decides(who, request, officer, anong):
    case = apply(anong)
    with pytest.raises((NotYourTurn, SamePerson)):
        decide(case, request.getfixturevalue(who))


def test_an_officer_of_another_organization_is_not_one_of_this(officer, anong, ekachai):
    make_officer(ekachai, ekachai)
    with pytest.raises(NotYourTurn):
        decide(apply(anong), ekachai)


def test_an_admin_without_the_function_is_no_ra_officer(boonmee, officer, anong):
    case = apply(anong)
    right = Entitlement.objects.get(member=boonmee, status="active")
    withdraw_function(right, function="check_applications", by=as_actor(boonmee))
    with pytest.raises(NotYourTurn):
        decide(case, boonmee)


def test_without_somebody_else_to_check_it_nothing_is_sent(boonmee, anong):
    with pytest.raises(NoRaOfficer):
        apply(anong)
    make_officer(anong, boonmee)
    with pytest.raises(NoRaOfficer):
        apply(anong)
    assert not Application.objects.exists()


def test_without_a_ca_nothing_is_sent(settings, officer, anong):
    settings.CA_BACKEND = ""
    with pytest.raises(NoIssuer):
        apply(anong)


def test_without_an_approved_right_nothing_is_sent(registration):
    with pytest.raises(NotAMember):
        apply(registration.applicant)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "Boonmee Srisuk"}, {RequestReason.NAME}),
        ({"email": "other@alpha.example"}, {RequestReason.EMAIL}),
        ({"organization": BETA[0]}, {RequestReason.ORGANIZATION}),
        ({"organization": "Alpha"}, {RequestReason.ORGANIZATION}),
        ({"name": "X", "email": "x@y.example", "organization": BETA[0]},
         {RequestReason.NAME, RequestReason.EMAIL, RequestReason.ORGANIZATION}),
    ],
    ids=["name", "e-mail", "organization", "no number", "everything"],
)  # fmt: skip
def test_a_request_for_somebody_else_is_refused_with_every_reason(facts, expected, officer, anong):
    before = Submission.objects.count(), AuditEntry.objects.count()
    assert reasons(apply, anong, request_for(**facts)) == expected
    assert (Submission.objects.count(), AuditEntry.objects.count()) == before


def test_case_width_and_the_thai_name_make_no_difference(officer, anong):
    assert apply(anong, request_for(name=anong.name_th, email="ANONG@alpha.example"))


def test_a_key_that_is_in_use_is_refused(pki, officer, anong, chai):
    registered(anong, pki.certificate_for(of="the first key"), chai=chai)
    assert reasons(apply, anong, request_for(of="the first key")) == {RequestReason.KEY_REUSE}


def test_one_application_at_a_time_and_a_second_click_makes_no_second(officer, anong):
    apply(anong)
    with pytest.raises(ApplicationOpen):
        apply(anong)
    with pytest.raises(ApplicationOpen):
        apply(anong, request_for(of="another key"))
    assert Application.objects.count() == 1


def test_after_a_refusal_the_same_request_may_come_again(officer, anong):
    with pytest.raises(ReasonMissing):
        decide(apply(anong), officer, Verb.REJECT)
    case = Application.objects.get().case
    assert decide(case, officer, Verb.REJECT, reason="not our token") is State.REJECTED
    assert not Job.objects.filter(name="certificates.issue").exists()
    assert apply(anong).state_now is State.ORGANIZATION_REVIEW


def test_a_question_goes_back_and_its_answer_to_the_officer(officer, anong):
    case = apply(anong)
    decide(case, officer, Verb.RETURN, reason="Which token?")
    case.refresh_from_db()
    Mail.objects.all().delete()
    answer_case(case, answer="The new one.", by=as_actor(anong))
    announce_application(case.submission, by=as_actor(anong))

    assert case.state_now is State.ORGANIZATION_REVIEW
    assert last_mail("application-arrived", officer.email)
    assert decide(case, officer) is State.APPROVED


def test_a_name_that_changed_meanwhile_stops_the_agreement(officer, anong):
    case = apply(anong)
    User.objects.filter(pk=anong.pk).update(email="new@alpha.example")
    assert reasons(decide, case, officer) == {RequestReason.EMAIL}
    assert not Job.objects.filter(name="certificates.issue").exists()


def test_its_sender_withdraws_it_and_nobody_else(officer, anong, ekachai):
    case = apply(anong)
    with pytest.raises(NotYourTurn):
        withdraw_application(case.submission, by=as_actor(ekachai))
    withdraw_application(case.submission, by=as_actor(anong))
    with pytest.raises(NotAllowed):
        decide(case, officer)
    assert Application.objects.get().ended_at


def test_what_was_agreed_to_can_no_longer_be_withdrawn(officer, anong):
    case = apply(anong)
    decide(case, officer)
    with pytest.raises(NotAllowed):
        withdraw_submission(case.submission, by=as_actor(anong))


def test_a_question_without_an_answer_ends_it(officer, anong):
    case = apply(anong)
    decide(case, officer, Verb.RETURN, reason="Which token?")
    case.refresh_from_db()
    with pytest.raises(NotAllowed):
        expire_application(case, by=as_actor(at=AT))
    expire_application(case, by=as_actor(at=case.due_at + DAY))
    assert Application.objects.get().ended_at


def test_two_officers_at_once_decide_once(officer, boonmee, anong, chai, dara):
    second = member("malee", chai=chai, dara=dara)
    make_officer(second, boonmee)
    mine, theirs = apply(anong), Application.objects.get().case
    decide(mine, officer)
    stale = theirs
    with pytest.raises((Overtaken, NotAllowed)):
        decide(stale, second)


def test_officers_are_reminded_and_where_they_let_it_lie_the_service_desk_hears_of_it(officer, anong):
    case = apply(anong)
    remind_of_applications(at=case.due_at - timedelta(hours=1))
    assert Mail.objects.filter(template="application-arrived").count() == 2
    remind_admins(at=case.due_at + DAY)
    assert not Mail.objects.filter(template="work-overdue").exists()
    for _time in range(2):
        remind_of_applications(at=case.due_at + DAY)
    assert Mail.objects.filter(template="work-overdue", to="service-desk@bank-of-thailand.example").count() == 1


def test_the_ledger_knows_no_request(officer, anong):
    case = apply(anong)
    decide(case, officer)
    told = " ".join(str(entry.facts) for entry in AuditEntry.objects.all())
    assert "BEGIN CERTIFICATE" not in told
    assert {"application.asked", "application.passed"} <= set(AuditEntry.objects.values_list("event", flat=True))


def test_a_private_key_is_never_kept(officer, anong):
    spoilt = request_for() + b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    assert reasons(read_application, spoilt) == {RequestReason.PRIVATE_KEY}
    assert not Application.objects.exists()


@pytest.mark.rule("R30a")
def test_where_the_organization_is_merged_the_others_ra_finds_it_and_can_only_send_it_back(
    officer, anong, alpha, ekachai
):
    case = apply(anong)
    make_officer(ekachai, ekachai)
    beta = Organization.objects.get(number=BETA[0])
    merge_organizations(alpha, beta, reason="Amalgamated", end_doubles=False, by=as_actor())

    assert reasons(decide, case, ekachai) == {RequestReason.ORGANIZATION}
    assert decide(case, ekachai, Verb.REJECT, reason="Apply with our number") is State.REJECTED
