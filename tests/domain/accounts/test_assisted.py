"""Recovery by two of the operator's people: one proposes it, it is in force when another approves."""

import pytest
from django.contrib.auth.hashers import check_password, is_password_usable

from securenet.domain.accounts.actions import IdentityTaken
from securenet.domain.accounts.assisted import (
    MemberChanged,
    NothingProposed,
    NotRecoverable,
    RecoveryOpen,
    Wanted,
    decide_recovery,
    propose_recovery,
)
from securenet.domain.accounts.models import RecoveryLink, SecondFactor, Session, User
from securenet.domain.accounts.queries import identity_index, members_found
from securenet.domain.accounts.recovery import send_password_link, set_password_by_link
from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, ReasonMissing, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.notices import TO_APPLICANT
from securenet.domain.approvals.proposing import propose_act
from securenet.domain.approvals.status import send_status_code
from securenet.domain.approvals.words import case_title
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from tests.cast import AT, HOUR, PASSWORD, SERVICE_DESK, as_actor, last_mail, national_id, staff
from tests.domain.accounts.forgetting import ask, link_hash

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R14")]
NEW = "Another3Horse4Battery"
PASSPORT = {"identity_type": "passport", "identity_country": "GB", "identity_number": "AB123456"}
PHONES = {"mobile_phone": "+66898765432", "office_phone": "+6621234567", "office_extension": "42"}


@pytest.fixture
def chuan(db):
    """She works at the service desk beside Chai."""
    return staff("chuan", SERVICE_DESK)


def propose(member, chai, **wanted):
    why = {"reason": "lost the mailbox", "identified": "came in person with the ID card"}
    return propose_recovery(member, Wanted(**(why | wanted)), by=as_actor(chai))


def approve(case, by, at=AT):
    case.refresh_from_db()
    return decide_recovery(case, verb=Verb.APPROVE, by=as_actor(by, at=at))


def test_nothing_changes_until_another_person_approves(anong, chai, chuan):
    case = propose(anong, chai, email="new@alpha.example")
    anong.refresh_from_db()
    assert (anong.email, case.state_now) == ("anong@alpha.example", State.SERVICE_DESK_REVIEW)

    assert approve(case, chuan) is State.APPROVED
    anong.refresh_from_db()
    assert (anong.email, anong.email_confirmed_at) == ("new@alpha.example", AT)


@pytest.mark.rule("R32")
def test_no_one_approves_what_they_proposed(anong, chai, chuan):
    case = propose(anong, chai, sends_link=True)
    with pytest.raises(SamePerson):
        approve(case, chai)
    anong.refresh_from_db()
    assert check_password(PASSWORD, anong.password)


def test_who_is_not_at_the_desk_neither_proposes_nor_decides(anong, boonmee, chai, dara):
    for somebody in (dara, boonmee, anong):
        with pytest.raises(NotYourTurn):
            propose(anong, somebody, sends_link=True)
    assert not Case.objects.filter(kind="recovery").exists()
    case = propose(anong, chai, sends_link=True)
    for somebody in (dara, boonmee, anong):
        with pytest.raises(NotYourTurn):
            approve(case, somebody)


def test_nobody_without_an_account_proposes(anong):
    with pytest.raises(NotYourTurn):
        propose_act("recovery", subject=anong, by=as_actor(desks=frozenset({"service-desk"})))


def test_the_old_address_is_told_and_the_link_goes_to_the_new_one(anong, chai, chuan):
    approve(propose(anong, chai, email="new@alpha.example"), chuan)

    told = last_mail("data-changed-by-desk")
    assert told.to == "anong@alpha.example"
    assert "- อีเมล\n- รหัสผ่าน\n" in told.text
    assert "new@alpha.example" not in told.text
    assert last_mail("password-link").to == "new@alpha.example"


def test_the_old_password_ends_and_the_link_sets_a_new_one(anong, chai, chuan):
    approve(propose(anong, chai, sends_link=True), chuan)
    anong.refresh_from_db()
    assert not is_password_usable(anong.password)

    set_password_by_link(link_hash(), password=NEW, by=as_actor())
    anong.refresh_from_db()
    assert check_password(NEW, anong.password)


def test_an_earlier_link_and_every_session_end(anong, chai, chuan):
    send_password_link(anong, by=as_actor())
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=AT + HOUR, user=anong, surface="portal")
    approve(propose(anong, chai, mobile_phone="+66898765432"), chuan)

    assert not RecoveryLink.objects.exists()
    assert not Session.objects.filter(user=anong).exists()
    assert Job.objects.get(name="oidc.end-sessions").args == {"user": anong.pk}


def test_a_new_document_replaces_the_old_one_and_leaves_the_password(anong, chai, chuan):
    approve(propose(anong, chai, **PASSPORT), chuan)
    anong.refresh_from_db()

    assert (anong.identity_type, anong.identity_country, anong.identity_number) == ("passport", "GB", "AB123456")
    assert anong.identity_index == identity_index("passport", "GB", "AB123456")
    assert check_password(PASSWORD, anong.password)
    assert len(ask(identity_type="passport", identity_country="GB", identity_number="AB123456")) == 1


def test_phones_and_second_factor(anong, chai, chuan):
    SecondFactor.objects.create(user=anong, secret="JBSWY3DPEHPK3PXP", confirmed_at=AT)
    approve(propose(anong, chai, resets_factor=True, **PHONES), chuan)
    anong.refresh_from_db()

    assert (anong.mobile_phone, anong.office_extension) == ("+66898765432", "42")
    assert not SecondFactor.objects.filter(user=anong).exists()
    assert not Mail.objects.filter(template="password-link").exists()


@pytest.mark.rule("R2")
def test_one_document_stays_with_one_account(anong, boonmee, chai, chuan):
    document = {"identity_type": "national_id", "identity_country": "TH", "identity_number": national_id("boonmee")}
    with pytest.raises(IdentityTaken):
        propose(anong, chai, **document)

    case = propose(anong, chai, **PASSPORT)
    User.objects.filter(pk=boonmee.pk).update(identity_index=identity_index("passport", "GB", "AB123456"))
    with pytest.raises(IdentityTaken):
        approve(case, chuan)
    case.refresh_from_db()
    assert case.state_now is State.SERVICE_DESK_REVIEW


@pytest.mark.parametrize(
    "meanwhile", [{"email": "own@alpha.example"}, {"identity_index": "x" * 64}, {"closed_at": AT}], ids=str
)
def test_what_has_changed_meanwhile_is_not_overwritten(anong, chai, chuan, meanwhile):
    case = propose(anong, chai, email="new@alpha.example", **PASSPORT)
    User.objects.filter(pk=anong.pk).update(**meanwhile)
    with pytest.raises(MemberChanged):
        approve(case, chuan)
    assert not Mail.objects.filter(template="data-changed-by-desk").exists()


@pytest.mark.parametrize(
    "wanted",
    [{}, {"email": "anong@alpha.example"}, {"mobile_phone": "+66812345678", "office_phone": "+6621234567"}],
    ids=["nothing", "same address", "same phones"],
)
def test_a_proposal_without_a_change_is_none(anong, chai, wanted):
    with pytest.raises(NothingProposed):
        propose(anong, chai, **wanted)


def test_one_proposal_at_a_time(anong, chai, chuan):
    case = propose(anong, chai, sends_link=True)
    with pytest.raises(RecoveryOpen):
        propose(anong, chuan, email="new@alpha.example")
    decide_recovery(case, verb=Verb.REJECT, by=as_actor(chuan), reason="not enough proof")
    propose(anong, chuan, email="new@alpha.example")


def test_staff_closed_and_unconfirmed_accounts_are_not_recovered(anong, chai, chuan):
    with pytest.raises(NotRecoverable):
        propose(chuan, chai, sends_link=True)
    for change in ({"closed_at": AT}, {"closed_at": None, "email_confirmed_at": None}):
        User.objects.filter(pk=anong.pk).update(**change)
        anong.refresh_from_db()
        with pytest.raises(NotRecoverable):
            propose(anong, chai, sends_link=True)


def test_a_refused_proposal_changes_nothing_and_needs_a_reason(anong, chai, chuan):
    case = propose(anong, chai, email="new@alpha.example")
    with pytest.raises(ReasonMissing):
        decide_recovery(case, verb=Verb.REJECT, by=as_actor(chuan))
    assert decide_recovery(case, verb=Verb.REJECT, by=as_actor(chuan), reason="who is it?") is State.REJECTED
    anong.refresh_from_db()
    assert anong.email == "anong@alpha.example"
    assert not Mail.objects.filter(template__in=["data-changed-by-desk", "password-link"]).exists()


def test_there_is_nobody_to_ask_back(anong, chai, chuan):
    case = propose(anong, chai, sends_link=True)
    with pytest.raises(NotAllowed):
        decide_recovery(case, verb=Verb.RETURN, by=as_actor(chuan), reason="which address?")


def test_mails_about_the_case_go_to_the_desk_only(anong, chai, chuan):
    before = set(Mail.objects.values_list("pk", flat=True))
    case = propose(anong, chai, sends_link=True)
    approve(case, chuan)
    send_status_code(case.submission_id, by=as_actor())
    sent = Mail.objects.exclude(pk__in=before)

    assert sorted(sent.values_list("template", flat=True)) == ["data-changed-by-desk", "password-link", "work-arrived"]
    assert not sent.filter(template__in=TO_APPLICANT.values()).exists()
    assert not sent.filter(to=chai.email).exists()


@pytest.mark.rule("R84")
def test_the_ledger_tells_before_and_after_and_no_number(anong, chai, chuan):
    approve(propose(anong, chai, email="new@alpha.example", **PASSPORT), chuan)
    done = AuditEntry.objects.get(event="assisted-recovery.done")

    assert (done.actor, done.about) == ("chuan", "account anong")
    assert (done.facts["before"]["email"], done.facts["after"]["email"]) == ("anong@alpha.example", "new@alpha.example")
    assert AuditEntry.objects.get(event="assisted-recovery.proposed").actor == "chai"
    everything = " ".join(str(entry.facts) for entry in AuditEntry.objects.all())
    assert "AB123456" not in everything
    assert national_id("anong") not in everything


def test_a_case_is_about_the_member_and_says_what_it_is(anong, chai):
    case = propose(anong, chai, sends_link=True)
    assert (case.person, case.submission.applicant) == (anong, chai)
    assert case_title(case, "en") == "Recovery of an account"


def test_two_colleagues_at_the_same_moment_recover_once(at_once, anong, chai, chuan):
    third = staff("chom", SERVICE_DESK)
    case = propose(anong, chai, sends_link=True)
    outcomes = at_once(*(lambda who=who: approve(Case.objects.get(pk=case.pk), who) for who in (chuan, third)))

    assert outcomes.count(State.APPROVED) == 1
    assert Mail.objects.filter(template="password-link").count() == 1


def test_members_are_found_by_name_and_number_and_staff_are_not(anong, boonmee, chai):
    case = propose(anong, chai, sends_link=True)
    own = anong.submissions.get().number

    assert members_found("anong", 5) == members_found("Jaidee", 5) == members_found("ใจดี", 5) == [anong]
    assert members_found(str(own), 5) == members_found(str(case.submission_id), 5) == [anong]
    assert members_found("chai", 5) == members_found("99999999", 5) == []
    assert len(members_found("a", 1)) == 1
