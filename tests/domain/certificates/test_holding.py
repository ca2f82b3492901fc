"""A certificate on hold: suspended at once, released by its holder's key and the service desk, ended in time."""

import pytest

from securenet.domain.accounts.models import Session
from securenet.domain.approvals.actions import NotYourTurn, SamePerson, withdraw_submission
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.certificates.actions import delete_certificate, mark_revoked
from securenet.domain.certificates.holding import (
    KeyNotProven,
    NothingToSuspend,
    NotOnHold,
    NotSuspendable,
    ReleaseOpen,
    WrongSuspensionCode,
    ask_release,
    decide_release,
    set_suspension_code,
    suspend_by_code,
    suspend_certificate,
)
from securenet.domain.certificates.jobs import remind
from securenet.domain.certificates.judging import CertificateRefused, read_certificate
from securenet.domain.certificates.login import CertificateSuspended, require_login_certificate
from securenet.domain.certificates.models import MemberCertificate, Status, SuspensionCode
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, HOUR, SERVICE_DESK, as_actor, last_mail, staff
from tests.domain.certificates.pki import register, registered

pytestmark = [pytest.mark.rule("R44a"), pytest.mark.django_db]
HELD = profile().certificate.hold_days


@pytest.fixture
def hers(pki, anong, chai):
    return registered(anong, pki.certificate_for(), chai=chai)


@pytest.fixture
def held(hers, anong):
    suspend_certificate(hers, by=as_actor(anong))
    hers.refresh_from_db()
    return hers


def status(row):
    return MemberCertificate.objects.get(pk=row.pk).status


def release(row, anong, at=AT + HOUR):
    return ask_release(row, bytes(row.der), by=as_actor(anong, at=at))


def test_a_holder_suspends_at_once_and_is_told(hers, anong):
    suspend_certificate(hers, by=as_actor(anong))
    assert status(hers) == Status.SUSPENDED
    assert hers.serial in last_mail("certificate-suspended", anong.email).text
    with pytest.raises(CertificateSuspended):
        require_login_certificate(bytes(hers.der), by=as_actor(at=AT))


def test_the_sessions_that_it_opened_end_and_no_others(hers, anong):
    for number, credential in enumerate((hers.credential, "password", "certificate:0000000000000000")):
        Session.objects.create(
            session_key=f"s{number}", user=anong, surface="portal", credential=credential, expire_date=AT + DAY
        )
    suspend_certificate(hers, by=as_actor(anong))
    assert set(Session.objects.values_list("session_key", flat=True)) == {"s1", "s2"}
    assert Job.objects.get(name="oidc.end-sessions").args == {"user": anong.pk, "credential": hers.credential}


def test_nobody_suspends_anothers(hers, boonmee, ekachai, chai):
    for somebody in (boonmee, ekachai, chai, None):
        with pytest.raises(NotYourTurn):
            suspend_certificate(hers, by=as_actor(somebody))
    assert status(hers) == Status.VALID


@pytest.mark.parametrize("other", sorted(set(Status) - {Status.VALID}))
def test_only_what_is_valid_is_suspended(other, hers, anong):
    MemberCertificate.objects.update(status=other)
    hers.refresh_from_db()
    with pytest.raises(NotSuspendable):
        suspend_certificate(hers, by=as_actor(anong))


def test_what_has_expired_is_not_suspended(hers, anong):
    with pytest.raises(NotSuspendable):
        suspend_certificate(hers, by=as_actor(anong, at=hers.not_after + DAY))


def test_by_telephone_with_the_code_every_valid_one_is_suspended(pki, hers, anong, chai):
    second = registered(anong, pki.certificate_for(of="second"), chai=chai)
    code = set_suspension_code(anong, by=as_actor(anong))
    assert suspend_by_code(" ANONG ", f"{code[:5]} {code[5:]}", by=as_actor(chai)) == 2
    assert {status(hers), status(second)} == {Status.SUSPENDED}
    with pytest.raises(NothingToSuspend):
        suspend_by_code("anong", code, by=as_actor(chai))


def test_a_code_is_kept_as_a_hash_only_and_a_new_one_ends_the_old(hers, anong, chai):
    old = set_suspension_code(anong, by=as_actor(anong))
    new = set_suspension_code(anong, by=as_actor(anong))
    assert new not in SuspensionCode.objects.get().code_hash
    assert new not in "".join(str(entry.facts) for entry in AuditEntry.objects.all())
    with pytest.raises(WrongSuspensionCode):
        suspend_by_code("anong", old, by=as_actor(chai))
    assert suspend_by_code("anong", new, by=as_actor(chai)) == 1


@pytest.mark.parametrize(("username", "code"), [("anong", "0000000000"), ("anong", ""), ("nobody", ""), ("chai", "1")])
def test_wrong_words_on_the_telephone_suspend_nothing_and_are_written_down(username, code, hers, anong, chai):
    set_suspension_code(anong, by=as_actor(anong))
    with pytest.raises(WrongSuspensionCode):
        suspend_by_code(username, code, by=as_actor(chai))
    assert status(hers) == Status.VALID
    assert AuditEntry.objects.filter(event="suspension-code.refused").count() == 1


def test_without_a_code_set_none_fits(hers, chai):
    with pytest.raises(WrongSuspensionCode):
        suspend_by_code("anong", "no code has been set", by=as_actor(chai))


def test_nobody_sets_anothers_code(anong, boonmee):
    with pytest.raises(NotYourTurn):
        set_suspension_code(anong, by=as_actor(boonmee))


def test_a_release_takes_the_key_and_the_service_desk(held, anong, chai):
    submission = release(held, anong)
    assert submission.state() is State.SERVICE_DESK_REVIEW, "no papers are asked for"
    assert status(held) == Status.SUSPENDED
    decide_release(submission.cases.get(), verb=Verb.APPROVE, by=as_actor(chai))
    assert status(held) == Status.VALID
    assert require_login_certificate(bytes(held.der), by=as_actor(at=AT)).pk == held.pk


def test_another_key_does_not_ask_for_a_release(pki, held, anong):
    with pytest.raises(KeyNotProven):
        ask_release(held, pki.der_for(of="another"), by=as_actor(anong))


def test_nobody_else_asks_for_a_release(held, boonmee):
    with pytest.raises(NotYourTurn):
        ask_release(held, bytes(held.der), by=as_actor(boonmee))


def test_one_request_for_a_release_is_enough_until_it_is_decided(held, anong, chai):
    submission = release(held, anong)
    with pytest.raises(ReleaseOpen):
        release(held, anong)
    decide_release(submission.cases.get(), verb=Verb.REJECT, by=as_actor(chai), reason="by telephone")
    assert status(held) == Status.SUSPENDED
    assert release(held, anong)


def test_a_withdrawn_request_leaves_the_hold(held, anong):
    withdraw_submission(release(held, anong), by=as_actor(anong))
    assert status(held) == Status.SUSPENDED


def test_what_is_not_on_hold_is_not_released(hers, anong):
    with pytest.raises(NotOnHold):
        release(hers, anong)


def test_what_its_ca_has_revoked_is_not_released(pki, held, anong, chai):
    submission = release(held, anong)
    pki.revoke(read_certificate(bytes(held.der)))
    with pytest.raises(CertificateRefused):
        decide_release(submission.cases.get(), verb=Verb.APPROVE, by=as_actor(chai))
    withdraw_submission(submission, by=as_actor(anong))
    with pytest.raises(CertificateRefused):
        release(held, anong)


def test_a_hold_that_ended_meanwhile_cannot_be_lifted(held, anong, chai):
    case = release(held, anong).cases.get()
    delete_certificate(held, by=as_actor(anong))
    with pytest.raises(NotOnHold):
        decide_release(case, verb=Verb.APPROVE, by=as_actor(chai))
    assert status(held) == Status.DELETED


def test_nobody_releases_their_own(pki, held, anong, chai):
    case = release(held, anong).cases.get()
    case.submission.applicant = chai
    case.submission.save()
    with pytest.raises(SamePerson):
        decide_release(case, verb=Verb.APPROVE, by=as_actor(chai))


def test_a_hold_that_nobody_lifts_ends_the_registration_after_one_reminder(held, anong):
    remind(at=AT + (HELD - 4) * DAY)
    assert not Mail.objects.filter(template="certificate-hold-ends").exists()
    for hour in range(3):
        remind(at=AT + (HELD - 3) * DAY + hour * HOUR)
    assert Mail.objects.filter(template="certificate-hold-ends").count() == 1
    assert status(held) == Status.SUSPENDED
    for hour in range(2):
        remind(at=AT + HELD * DAY + hour * HOUR)
    row = MemberCertificate.objects.get()
    assert (row.status, row.end_reason) == (Status.DELETED, "hold expired")
    assert Mail.objects.filter(template="certificate-hold-ended").count() == 1


def test_a_hold_does_not_end_while_its_release_waits_for_the_desk(held, anong):
    release(held, anong)
    remind(at=AT + (HELD + 1) * DAY)
    assert status(held) == Status.SUSPENDED


def test_a_second_hold_has_its_own_days(held, anong, chai):
    submission = release(held, anong)
    decide_release(submission.cases.get(), verb=Verb.APPROVE, by=as_actor(staff("chanida", SERVICE_DESK)))
    held.refresh_from_db()
    suspend_certificate(held, by=as_actor(anong, at=AT + 50 * DAY))
    remind(at=AT + (HELD + 1) * DAY)
    assert status(held) == Status.SUSPENDED


@pytest.mark.rule("R44")
def test_sessions_end_with_a_revocation(pki, hers, anong):
    Session.objects.create(session_key="s", user=anong, surface="portal", credential=hers.credential, expire_date=AT)
    mark_revoked(hers, by=as_actor(at=AT))
    assert not Session.objects.exists()


def test_a_pending_one_is_withdrawn_not_suspended(pki, anong):
    register(anong, pki.certificate_for())
    with pytest.raises(NotSuspendable):
        suspend_certificate(MemberCertificate.objects.get(), by=as_actor(anong))
