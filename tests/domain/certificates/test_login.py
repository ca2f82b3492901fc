"""Login with a certificate: each reason against it has its own refusal."""

from datetime import timedelta

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import Verb
from securenet.domain.certificates import login
from securenet.domain.certificates.actions import delete_certificate
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.login import note_certificate_login, require_login_certificate
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.testca.profiles import Server
from tests.cast import AT, BETA, DAY, HOUR, as_actor
from tests.domain.certificates.pki import decide, register, registered

pytestmark = [pytest.mark.rule("R46", "R44"), pytest.mark.django_db]
SECOND = timedelta(seconds=1)


def sign_in(der, at=AT):
    return require_login_certificate(der, by=as_actor(at=at, surface="certificate"))


@pytest.fixture
def hers(pki, anong, chai):
    """Anong's certificate, approved."""
    return registered(anong, pki.certificate_for(of="hers"), chai=chai)


def test_a_registered_valid_certificate_is_its_holder(hers, anong):
    assert sign_in(bytes(hers.der)).holder == anong


@pytest.mark.parametrize("der", [None, b""])
def test_no_certificate(der, pki):
    with pytest.raises(login.NoCertificate):
        sign_in(der)


@pytest.mark.parametrize("der", [b"\0", b"0" * 100, b"\x30\x82\x00\x04abcd"])
def test_what_is_no_certificate_is_unusable(der, pki):
    with pytest.raises(login.CertificateUnusable):
        sign_in(der)


def test_one_that_nobody_registered(pki, anong):
    with pytest.raises(login.CertificateUnknown):
        sign_in(pki.der_for())


def test_another_one_of_the_same_person_and_key_is_unknown(pki, hers):
    with pytest.raises(login.CertificateUnknown):
        sign_in(pki.der_for(of="hers"))


def test_one_that_waits_for_approval(pki, anong):
    certificate = pki.certificate_for()
    register(anong, certificate)
    with pytest.raises(login.CertificatePending):
        sign_in(certificate.der)


def test_one_whose_registration_was_refused_or_deleted_is_unknown(pki, anong, chai, hers):
    refused = pki.certificate_for(of="refused")
    decide(register(anong, refused), chai, Verb.REJECT, reason="No form.")
    delete_certificate(hers, by=as_actor(anong))
    for der in (refused.der, bytes(hers.der)):
        with pytest.raises(login.CertificateUnknown):
            sign_in(der)


def test_one_that_has_expired_whatever_its_row_says(pki, anong, chai):
    end = AT + DAY / 2
    mine = registered(anong, pki.certificate_for(end=end), chai=chai)
    assert sign_in(bytes(mine.der), end) == mine
    assert MemberCertificate.objects.get(pk=mine.pk).status == Status.VALID
    with pytest.raises(login.CertificateExpired):
        sign_in(bytes(mine.der), end + SECOND)


def test_one_that_its_ca_has_revoked_is_refused_as_soon_as_the_list_says_so(pki, hers):
    pki.revoke(read_certificate(bytes(hers.der)), at=AT + HOUR)
    with pytest.raises(login.CertificateRevoked):
        sign_in(bytes(hers.der), AT + 2 * HOUR)


def test_one_that_its_ca_has_suspended(pki, hers):
    pki.hold(read_certificate(bytes(hers.der)), at=AT + HOUR)
    with pytest.raises(login.CertificateSuspended):
        sign_in(bytes(hers.der), AT + 2 * HOUR)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(Status.REVOKED, login.CertificateRevoked), (Status.SUSPENDED, login.CertificateSuspended)],
)
def test_one_whose_registration_is_revoked_or_suspended(status, refusal, hers):
    MemberCertificate.objects.filter(pk=hers.pk).update(status=status)
    with pytest.raises(refusal):
        sign_in(bytes(hers.der))


@pytest.mark.parametrize("ca", ["strange-ca", "practice-ca"])
def test_one_of_a_ca_that_is_not_accepted(ca, pki):
    with pytest.raises(login.CertificateUnaccepted):
        sign_in(pki.der_for(ca=ca))


def test_one_that_signed_itself(pki):
    with pytest.raises((login.CertificateUnaccepted, login.CertificateUnusable)):
        sign_in(pki.der("strange-root"))


def test_a_registered_one_whose_ca_was_withdrawn(pki, hers):
    authority = pki.authority("ca")
    authority.withdrawn_at = AT
    authority.save()
    with pytest.raises(login.CertificateUnaccepted):
        sign_in(bytes(hers.der))


def test_a_servers_certificate_is_unusable_and_the_page_can_say_why(pki):
    with pytest.raises(login.CertificateUnusable) as refused:
        sign_in(pki.der_for(subject=Server(("anong.example",))))
    assert "%(why)s" not in str(refused.value)
    assert refused.value.facts["why"]


def test_nothing_is_let_in_when_the_list_is_stale(pki, hers):
    assert sign_in(bytes(hers.der), AT + DAY) == hers
    with pytest.raises(login.RevocationUnknown):
        sign_in(bytes(hers.der), AT + DAY + SECOND)


def test_the_refusal_for_lack_of_lists_ends_with_a_fresh_one(pki, hers):
    later = AT + 3 * DAY
    with pytest.raises(login.RevocationUnknown):
        sign_in(bytes(hers.der), later)
    pki.publish(later)
    assert sign_in(bytes(hers.der), later) == hers


def test_an_operator_may_accept_what_nobody_knows_of(pki, hers, policy):
    policy('unknown_revocation = "refuse"', 'unknown_revocation = "accept"')
    assert sign_in(bytes(hers.der), AT + 3 * DAY) == hers
    pki.revoke(read_certificate(bytes(hers.der)), at=AT + 3 * DAY)
    with pytest.raises(login.CertificateRevoked):
        sign_in(bytes(hers.der), AT + 3 * DAY)


def test_a_holder_whose_account_is_closed_does_not_get_in(hers, anong):
    User.objects.filter(pk=anong.pk).update(closed_at=AT)
    with pytest.raises(login.CertificateUnknown):
        sign_in(bytes(hers.der))


def test_names_in_a_certificate_open_nothing(pki, hers, ekachai):
    imposter = pki.der_for("ekachai", person={"name": "Anong Jaidee", "email": "anong@alpha.example"}, of="his")
    with pytest.raises(login.CertificateUnknown):
        sign_in(imposter)
    assert BETA[0] not in hers.subject


@pytest.mark.rule("R42a")
def test_the_first_login_proves_the_key_once(hers):
    assert hers.key_proven_at is None
    for at in (AT + HOUR, AT + 2 * HOUR):
        found = sign_in(bytes(hers.der), at)
        note_certificate_login(found, by=as_actor(found.holder, at=at))
    hers.refresh_from_db()
    assert (hers.key_proven_at, hers.last_login_at) == (AT + HOUR, AT + 2 * HOUR)
    assert AuditEntry.objects.filter(event="certificate.key-proven").count() == 1


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (Status.REVOKED, login.CertificateRevoked),
        (Status.SUSPENDED, login.CertificateSuspended),
        (Status.DELETED, login.CertificateUnknown),
    ],
)
def test_one_that_ends_between_the_check_and_the_session_opens_none(hers, status, refusal):
    found = sign_in(bytes(hers.der))
    MemberCertificate.objects.update(status=status)
    with pytest.raises(refusal):
        note_certificate_login(found, by=as_actor(found.holder))
    assert MemberCertificate.objects.get().last_login_at is None
    assert not AuditEntry.objects.filter(event="account.signed-in").exists()
