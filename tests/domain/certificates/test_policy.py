"""What the operator's profile decides about certificates."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from securenet.domain.certificates.judging import CertificateRefused, read_certificate, words
from securenet.foundation.x509 import Reason
from tests.cast import AT, DAY
from tests.domain.certificates.pki import YEAR, key, register

pytestmark = [pytest.mark.rule("R44"), pytest.mark.django_db]


def without_key_usage(pki):
    """Return a certificate of the accepted CA that does not say what its key is for."""
    issuer = pki.hierarchy.certificate("ca")
    above = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anong Jaidee")]))
        .issuer_name(issuer.subject)
        .public_key(key("plain").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - DAY)
        .not_valid_after(AT + YEAR)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    )
    made = builder.sign(pki.hierarchy.key("ca"), hashes.SHA256())
    return read_certificate(made.public_bytes(Encoding.DER))


def test_a_missing_key_usage_is_a_warning_or_a_refusal(pki, anong, policy):
    certificate = without_key_usage(pki)
    policy("hold_days = 90", 'hold_days = 90\nmissing_key_usage = "refuse"')
    with pytest.raises(CertificateRefused) as refused:
        register(anong, certificate)
    assert refused.value.reasons == (Reason.KEY_USAGE,)
    policy("hold_days = 90", 'hold_days = 90\nmissing_key_usage = "warn"')
    assert register(anong, certificate)


def test_what_nobody_knows_of_is_refused_or_accepted(pki, anong, policy):
    late = AT + 3 * DAY
    with pytest.raises(CertificateRefused):
        register(anong, pki.certificate_for(of="late"), at=late)
    policy('unknown_revocation = "refuse"', 'unknown_revocation = "accept"')
    assert register(anong, pki.certificate_for(of="late"), at=late)


def test_accepting_the_unknown_accepts_nothing_else(pki, anong, policy):
    policy('unknown_revocation = "refuse"', 'unknown_revocation = "accept"')
    for facts in ({"ca": "strange-ca"}, {"end": AT + DAY}):
        with pytest.raises(CertificateRefused):
            register(anong, pki.certificate_for(of="late", **facts), at=AT + 3 * DAY)


@pytest.mark.rule("R80", "R46")
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words_in_thai(reason):
    thai = words(reason) if reason not in {Reason.KEY, Reason.LIFETIME} else words(reason, warning=True)
    assert any("ก" <= letter <= "๛" for letter in thai)
