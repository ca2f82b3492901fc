"""Fail-closed is the rule; two administrators can bear the silence of one CA for some hours, never a revocation."""

import pytest
from cryptography.x509 import ReasonFlags

from securenet.domain.approvals.actions import NotYourTurn, ReasonMissing, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.certificates import exceptions, login, store
from securenet.domain.certificates.actions import decide_certificate
from securenet.domain.certificates.judging import CertificateRefused, read_certificate
from securenet.domain.certificates.login import require_login_certificate
from securenet.domain.certificates.models import RevocationException
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.testca.revocation import hold, revoke
from securenet.foundation.x509 import Reason
from tests.cast import AT, DAY, HOUR, as_actor, note_papers
from tests.domain.certificates.pki import register, registered

pytestmark = [pytest.mark.rule("R44", "R52"), pytest.mark.django_db]
LATE = AT + 2 * DAY
"""By now every list is overdue."""
WHY = "The authority's server burnt down."


@pytest.fixture
def hers(pki, anong, chai):
    """Anong's certificate, approved while the lists were fresh; the root's stays so for a month, the CA's for a day."""
    pki.replace("root", pki.crl("root", number=1000, at=AT, days=30), AT)
    return registered(anong, pki.certificate_for(of="hers"), chai=chai)


def propose(pki, by, ca="ca", *, hours=8, at=LATE):
    return exceptions.propose_exception(pki.authority(ca), hours=hours, reason=WHY, by=as_actor(by, at=at))


def decide(case, by, verb=Verb.APPROVE, *, at=LATE, reason=""):
    case.refresh_from_db()
    return exceptions.decide_exception(case, verb=verb, by=as_actor(by, at=at), reason=reason)


def sign_in(certificate, at=LATE):
    return require_login_certificate(bytes(certificate.der), by=as_actor(at=at, surface="certificate"))


def refused(certificate, at=LATE):
    with pytest.raises(login.RevocationUnknown):
        sign_in(certificate, at)
    return True


def test_nobody_gets_in_until_another_person_approves(pki, hers, orn, pim):
    assert refused(hers)
    case = propose(pki, orn)
    assert refused(hers)
    assert decide(case, pim) is State.APPROVED
    assert sign_in(hers) == hers


def test_it_ends_by_itself_to_the_second(pki, hers, orn, pim):
    decide(propose(pki, orn, hours=8), pim, at=LATE + HOUR)
    exception = RevocationException.objects.get()
    assert (exception.starts_at, exception.ends_at) == (LATE + HOUR, LATE + 9 * HOUR)
    assert refused(hers, LATE)
    assert sign_in(hers, LATE + 8.99 * HOUR)
    assert refused(hers, LATE + 9 * HOUR)


def test_it_is_for_one_ca_and_not_for_those_above_it_or_beside_it(pki, hers, orn, pim, boonmee, chai):
    his = registered(boonmee, pki.certificate_for("boonmee", ca="ca-g2"), chai=chai)
    decide(propose(pki, orn), pim)
    assert refused(his)
    assert sign_in(hers)
    later = AT + 40 * DAY
    decide(propose(pki, orn, at=later), pim, at=later)
    assert refused(hers, later), "the root's list is overdue, too"
    decide(propose(pki, orn, "root", at=later), pim, at=later)
    assert sign_in(hers, later) == hers


def test_what_is_known_to_be_revoked_or_suspended_stays_out(pki, hers, orn, pim, anong, chai):
    held = registered(anong, pki.certificate_for(of="held"), chai=chai)
    revoke(pki.hierarchy, int(hers.serial, 16), ReasonFlags.key_compromise, at=AT, ca="ca")
    hold(pki.hierarchy, int(held.serial, 16), at=AT, ca="ca")
    pki.publish(AT + HOUR, "ca")
    decide(propose(pki, orn), pim)
    with pytest.raises(login.CertificateRevoked):
        sign_in(hers)
    assert refused(held)


def test_it_opens_the_login_only(pki, hers, orn, pim, anong, chai):
    decide(propose(pki, orn), pim)
    other = pki.certificate_for(of="other")
    with pytest.raises(CertificateRefused) as why:
        register(anong, other, at=LATE)
    assert why.value.reasons == (Reason.REVOCATION_UNKNOWN,)
    submission = register(anong, other)
    note_papers(submission, chai, AT)
    with pytest.raises(CertificateRefused):
        decide_certificate(submission.cases.get(), verb=Verb.APPROVE, by=as_actor(chai, at=LATE))


def test_other_faults_stay_faults(pki, hers, orn, pim, anong, chai):
    decide(propose(pki, orn), pim)
    short = pki.der_for(of="short", end=LATE - HOUR)
    with pytest.raises(login.CertificateExpired):
        require_login_certificate(short, by=as_actor(at=LATE, surface="certificate"))
    with pytest.raises(login.CertificateUnaccepted):
        require_login_certificate(pki.der_for(ca="strange-ca"), by=as_actor(at=LATE, surface="certificate"))
    with pytest.raises(login.CertificateUnknown):
        require_login_certificate(pki.der_for(of="nobody"), by=as_actor(at=LATE, surface="certificate"))


@pytest.mark.rule("R32")
def test_no_one_approves_what_they_proposed(pki, hers, orn):
    case = propose(pki, orn)
    with pytest.raises(SamePerson):
        decide(case, orn)
    assert refused(hers)


def test_who_is_no_administrator_neither_proposes_nor_decides(pki, hers, orn, chai, dara, anong):
    for somebody in (chai, dara, anong):
        with pytest.raises(NotYourTurn):
            propose(pki, somebody)
    case = propose(pki, orn)
    for somebody in (chai, dara, anong):
        with pytest.raises(NotYourTurn):
            decide(case, somebody)
    assert Case.objects.filter(kind="revocation_exception").count() == 1
    assert refused(hers)


def test_a_refused_one_opens_nothing_and_needs_a_reason(pki, hers, orn, pim):
    case = propose(pki, orn)
    with pytest.raises(ReasonMissing):
        decide(case, pim, Verb.REJECT)
    assert decide(case, pim, Verb.REJECT, reason="Call them first.") is State.REJECTED
    assert refused(hers)


@pytest.mark.parametrize("hours", [-1, 0, 25, 10_000])
def test_the_profile_has_the_most_hours(hours, pki, orn):
    with pytest.raises(exceptions.TooLong):
        propose(pki, orn, hours=hours)


def test_what_became_too_long_meanwhile_does_not_begin(pki, hers, orn, pim, policy):
    case = propose(pki, orn, hours=24)
    policy("hold_days = 90", "hold_days = 90\nexception_hours = 4")
    with pytest.raises(exceptions.TooLong):
        decide(case, pim)
    assert refused(hers)


def test_one_at_a_time_for_a_ca(pki, orn, pim):
    case = propose(pki, orn)
    with pytest.raises(exceptions.ExceptionOpen):
        propose(pki, pim)
    decide(case, pim)
    with pytest.raises(exceptions.ExceptionOpen):
        propose(pki, orn, at=LATE + HOUR)
    assert propose(pki, orn, at=LATE + 9 * HOUR)


def test_one_administrator_ends_it_before_its_time(pki, hers, orn, pim):
    decide(propose(pki, orn), pim)
    exceptions.end_exception(RevocationException.objects.get(), by=as_actor(orn, at=LATE + HOUR))
    assert refused(hers, LATE + HOUR)
    with pytest.raises(exceptions.NotRunning):
        exceptions.end_exception(RevocationException.objects.get(), by=as_actor(pim, at=LATE + 2 * HOUR))


def test_it_goes_with_its_ca(pki, hers, orn, pim):
    decide(propose(pki, orn), pim)
    waiting = propose(pki, orn, "ca-g2")
    for ca in ("ca", "ca-g2"):
        case = store.propose_withdrawal(pki.authority(ca), reason=WHY, by=as_actor(orn, at=LATE))
        store.decide_trust(case, verb=Verb.APPROVE, by=as_actor(pim, at=LATE))
    with pytest.raises(login.CertificateUnaccepted):
        sign_in(hers)
    with pytest.raises(store.AlreadyWithdrawn):
        propose(pki, orn)
    with pytest.raises(store.AlreadyWithdrawn):
        decide(waiting, pim)
    assert not RevocationException.objects.running(LATE).exists()


@pytest.mark.rule("R84")
def test_each_sign_in_that_needed_it_is_on_record(pki, hers, orn, pim):
    sign_in(hers, AT)
    decide(propose(pki, orn), pim)
    assert not AuditEntry.objects.filter(event="certificate.accepted-unchecked").exists()
    sign_in(hers)
    assert AuditEntry.objects.get(event="certificate.accepted-unchecked").about == hers.about
    begun = AuditEntry.objects.get(event="revocation-exception.begun")
    assert (begun.actor, begun.facts["name"]) == ("pim", "Tests CA")
    assert AuditEntry.objects.get(event="revocation-exception.proposed").facts["reason"] == WHY


def test_with_a_fresh_list_it_is_not_needed_any_more(pki, hers, orn, pim):
    decide(propose(pki, orn), pim)
    pki.revoke(read_certificate(bytes(hers.der)), at=LATE)
    with pytest.raises(login.CertificateRevoked):
        sign_in(hers)
