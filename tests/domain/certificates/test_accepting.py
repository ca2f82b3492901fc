"""A CA comes into the trust store once, whole, as what its file says."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.domain.certificates import trust
from securenet.domain.certificates.judging import CertificateRefused, judge, trust_now
from securenet.domain.certificates.models import Authority
from securenet.domain.certificates.queries import accepted_cas
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import system
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.x509 import Reason
from tests.cast import AT
from tests.domain.certificates.pki import ACCEPTED, Pki, address

pytestmark = [pytest.mark.rule("R44", "R50"), pytest.mark.django_db]
BY = system("revocation", AT)


class TestAccepting:
    """A CA comes in once, whole, as what its file says."""

    def test_a_file_that_is_no_ca_certificate_is_refused(self, bare):
        entry = ca_entry()
        for data in (b"", b"junk", bare.der("ca") + b"\0"):
            with pytest.raises(CertificateRefused):
                trust.accept_authority(entry, data, by=BY)
        with pytest.raises(trust.NotAnAuthority):
            trust.accept_authority(entry, bare.der_for(), by=BY)
        assert not Authority.objects.exists()

    def test_der_and_pem_are_the_same_ca_and_it_is_accepted_once(self, bare):
        pem = bare.hierarchy.certificate("ca").public_bytes(Encoding.PEM)
        assert trust.accept_authority(ca_entry(), pem, by=BY) == bare.accept("ca")
        assert AuditEntry.objects.filter(event="authority.accepted").count() == 1

    def test_a_file_with_another_fingerprint_than_the_profile_names_is_refused(self, bare):
        with pytest.raises(trust.WrongFingerprint):
            bare.accept("ca", sha256="0" * 64)
        assert not Authority.objects.exists()

    def test_the_fingerprint_of_the_profile_is_that_of_the_file(self, bare):
        right = bare.accept("ca").sha256
        Authority.objects.all().delete()
        assert bare.accept("ca", sha256=right).sha256 == right

    def test_without_any_ca_nothing_is_accepted_and_nothing_breaks(self, bare):
        assert judge(bare.certificate_for(), by=BY).reasons == (Reason.UNACCEPTED_ISSUER,)

    def test_only_the_right_set_and_only_what_is_not_withdrawn_counts(self, pki):
        assert len(trust_now().trust.authorities) == len(ACCEPTED)
        Authority.objects.filter(file="ca-g2.cer").update(withdrawn_at=AT)
        assert len(trust_now().trust.authorities) == len(ACCEPTED) - 1

    @pytest.mark.django_db(transaction=True)
    def test_the_listeners_thread_reads_which_cas_browsers_are_to_offer(self, hierarchy, at_once):
        assert at_once(accepted_cas) == [[]]
        Pki(hierarchy).accept_all()
        [offered] = at_once(accepted_cas)
        assert {authority.subject for authority in offered} == {
            hierarchy.certificate(slug).subject for slug in ACCEPTED
        }

    def test_a_demo_accepts_the_test_set(self, pki, settings):
        settings.DEMO = True
        assert judge(pki.certificate_for(ca="practice-ca"), by=BY).accepted
        assert not judge(pki.certificate_for(), by=BY).accepted


def ca_entry():
    return TrustEntry(
        set="production", kind="intermediate", name="Tests CA", file="ca.cer",
        allowed_hosts=("127.0.0.1",), crl_urls=(address("ca"),),
    )  # fmt: skip
