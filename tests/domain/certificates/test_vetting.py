"""What a CA's certificate can be refused for before two persons decide, each with a reason."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from securenet.domain.certificates import vetting
from securenet.domain.certificates.judging import CertificateRefused
from securenet.domain.certificates.models import TrustChange
from securenet.domain.certificates.trust import NotAnAuthority
from securenet.foundation.x509 import Reason
from tests.cast import AT, DAY
from tests.domain.certificates.administrators import entry, propose
from tests.domain.certificates.pki import key, registered

pytestmark = [pytest.mark.rule("R52", "R44"), pytest.mark.django_db]


def made(*, signer=None, public=None, dates=(-30, 300), usage=("key_cert_sign", "crl_sign")):
    """Return the certificate of a root of one's choice."""
    signer = signer or key("a root")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Any Root CA")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key((public or signer).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT + dates[0] * DAY)
        .not_valid_after(AT + dates[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    if usage is not None:
        names = (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        )  # fmt: skip
        builder = builder.add_extension(x509.KeyUsage(**{each: each in usage for each in names}), critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def refuse(orn, data, *reasons, **facts):
    with pytest.raises(CertificateRefused) as refused:
        propose(orn, data, **facts)
    assert refused.value.reasons == reasons
    assert not TrustChange.objects.exists()


@pytest.mark.parametrize(("data", "reason"), [(b"", Reason.EMPTY), (b"junk", Reason.NOT_A_CERTIFICATE)])
def test_what_is_no_certificate(data, reason, bare, orn):
    refuse(orn, data, reason)


def test_a_file_with_a_private_key(bare, orn):
    secret = key("hers").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = bare.hierarchy.certificate("ca").public_bytes(Encoding.PEM)
    refuse(orn, certificate + secret, Reason.PRIVATE_KEY)


def test_two_certificates_in_one_file(bare, orn):
    both = b"".join(bare.hierarchy.certificate(slug).public_bytes(Encoding.PEM) for slug in ("ca", "root"))
    refuse(orn, both, Reason.SEVERAL_CERTIFICATES)


def test_a_members_certificate(bare, orn):
    with pytest.raises(NotAnAuthority):
        propose(orn, bare.der_for())


@pytest.mark.parametrize(
    ("dates", "reason"),
    [((-30, -1), Reason.EXPIRED), ((1, 30), Reason.NOT_YET_VALID)],
)
def test_one_that_is_not_valid_today(dates, reason, orn):
    refuse(orn, made(dates=dates), reason, slug="root", kind="root")


def test_one_with_a_weak_key(orn):
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505  to be refused
    refuse(orn, made(signer=weak), Reason.WEAK_KEY, slug="root", kind="root")


def test_one_whose_key_may_not_sign_certificates(orn):
    for usage in (None, ("digital_signature", "crl_sign")):
        with pytest.raises(vetting.MayNotSign):
            propose(orn, made(usage=usage), slug="root", kind="root")


def test_one_that_may_not_sign_its_lists(pki, orn):
    data = made(usage=("key_cert_sign",))
    with pytest.raises(vetting.MayNotSignLists):
        propose(orn, data, slug="root", kind="root")


def test_a_root_is_no_intermediate_and_the_other_way_round(bare, orn):
    with pytest.raises(vetting.NotARoot):
        propose(orn, bare.der("ca"), kind="root")
    with pytest.raises(vetting.ARoot):
        propose(orn, bare.der("root"), slug="root")


def test_one_that_bears_its_own_name_but_is_signed_by_another_is_no_root(bare, orn):
    with pytest.raises(vetting.NotARoot):
        propose(orn, made(signer=key("stranger"), public=key("own")), slug="root", kind="root")


def test_an_intermediate_needs_an_accepted_root_of_its_own_set(pki, orn):
    with pytest.raises(vetting.NoPath):
        propose(orn, pki.der("strange-ca"), slug="strange-ca")
    with pytest.raises(vetting.NoPath):
        propose(orn, pki.der("ca"), set="test")


def test_the_key_of_a_member_is_no_cas(pki, orn, anong, chai):
    registered(anong, pki.certificate_for(of="hers"), chai=chai)
    with pytest.raises(vetting.MembersKey):
        propose(orn, made(signer=key("hers")), slug="root", kind="root")


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"name": ""}, vetting.WrongName),
        ({"allowed_hosts": ("http://ca.example",)}, vetting.WrongHost),
        ({"allowed_hosts": ("CA.example",)}, vetting.WrongHost),
        ({"crl_urls": ("http://elsewhere.example/ca.crl",)}, vetting.WrongListAddress),
        ({"crl_urls": ("http://127.0.0.1@elsewhere.example/",)}, vetting.WrongListAddress),
        ({"crl_urls": ("http://user@127.0.0.1/",)}, vetting.WrongListAddress),
        ({"crl_urls": ("http://127.0.0.1:port/",)}, vetting.WrongListAddress),
        ({"crl_urls": ("ldap://127.0.0.1/ca",)}, vetting.WrongListAddress),
        ({"crl_urls": ("file:///etc/passwd",)}, vetting.WrongListAddress),
        ({"crl_urls": (f"http://127.0.0.1/{'a' * 300}",)}, vetting.WrongListAddress),
        ({"ocsp_urls": ("http://elsewhere.example/",)}, vetting.WrongResponderAddress),
        ({"crl_urls": ()}, vetting.NoEvidence),
        ({"crl_urls": (), "ocsp_urls": ("http://127.0.0.1/",), "kind": "root"}, vetting.NoEvidence),
    ],
)
def test_addresses_lead_to_allowed_hosts_and_there_is_one(facts, refusal):
    with pytest.raises(refusal):
        entry(**facts)


def test_a_responder_is_enough_for_an_intermediate():
    assert entry(crl_urls=(), ocsp_urls=("http://127.0.0.1/ocsp",)).ocsp_urls == ("http://127.0.0.1/ocsp",)
