import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from securenet.foundation.testca.demo import DEMO_CAS, TLS_CA
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue, load_request, renew
from securenet.foundation.testca.keys import KeyKind, export_pkcs12, make_key
from securenet.foundation.testca.profiles import Profile, Server
from securenet.foundation.testca.refusals import (
    BadRequestSignature,
    BadValidity,
    FolderInUse,
    NoHierarchy,
    UnknownCA,
    UnknownSerial,
    UnreadableRequest,
    UnusableKey,
)
from securenet.foundation.testca.register import Register
from tests.foundation.testca.conftest import ANONG, AT, Issue


def request_for(kind: KeyKind = "p-256") -> x509.CertificateSigningRequest:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody Else")])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(make_key(kind), hashes.SHA256())


def write_pem(path: Path, *certificates: x509.Certificate) -> Path:
    path.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))
    return path


@pytest.mark.rule("R40")
@pytest.mark.parametrize("ca", ["demo-ca", "demo-ca-g2", "demo-ca-g3"])
@pytest.mark.parametrize("profile", [Profile.PERSON, Profile.PERSON_MANUAL])
def test_openssl_verifies_what_every_ca_issues(
    hierarchy: Hierarchy, issue_to_anong: Issue, tmp_path: Path, ca: str, profile: Profile
) -> None:
    leaf = write_pem(tmp_path / "leaf.pem", issue_to_anong(ca, profile=profile))
    *between, root = hierarchy.chain(ca)
    roots, untrusted = write_pem(tmp_path / "roots.pem", root), write_pem(tmp_path / "between.pem", *between)

    verify = ["openssl", "verify", "-x509_strict", "-attime", str(int(AT.timestamp()) + 60), "-purpose", "sslclient"]
    done = subprocess.run([*verify, "-CAfile", roots, "-untrusted", untrusted, leaf], capture_output=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_person_has_name_and_mail_in_one_relative_name(issue_to_anong: Issue) -> None:
    rdns = list(issue_to_anong().subject.rdns)

    assert {attribute.oid for attribute in rdns[-1]} == {NameOID.COMMON_NAME, NameOID.EMAIL_ADDRESS}
    assert [next(iter(rdn)).value for rdn in rdns[:2]] == ["TH", "0994000162243"]


@pytest.mark.parametrize(("kind", "encipherment"), [("rsa-2048", True), ("p-256", False)])
def test_only_rsa_keys_may_encipher_keys(issue_to_anong: Issue, kind: KeyKind, encipherment: bool) -> None:
    certificate = issue_to_anong(key=make_key(kind).public_key())

    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert (usage.digital_signature, usage.content_commitment, usage.key_encipherment) == (True, True, encipherment)
    assert usage.key_agreement is not encipherment
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]


def test_a_certificate_as_in_the_manual_has_four_octets_of_serial_and_no_purposes(issue_to_anong: Issue) -> None:
    certificate = issue_to_anong(profile=Profile.PERSON_MANUAL)

    assert (certificate.serial_number.bit_length() + 7) // 8 == 4
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)


def test_a_certificate_names_the_responder_of_its_issuer(issue_to_anong: Issue) -> None:
    text = issue_to_anong("demo-ca-g2").public_bytes(Encoding.DER)

    assert b"http://127.0.0.1:8445/demo-ca-g2.crl" in text
    assert b"http://127.0.0.1:8445/ocsp/demo-ca-g2" in text


@pytest.mark.rule("R40")
def test_of_a_request_only_the_key_is_taken(issue_to_anong: Issue) -> None:
    request = request_for("rsa-2048")

    certificate = issue_to_anong(key=request)

    assert certificate.public_key() == request.public_key()
    assert "Somebody Else" not in certificate.subject.rfc4514_string()


def test_a_request_signed_with_another_key_is_refused(issue_to_anong: Issue) -> None:
    der = bytearray(request_for().public_bytes(Encoding.DER))
    der[der.index(b"Somebody")] ^= 1  # signed content changed

    with pytest.raises(BadRequestSignature):
        issue_to_anong(key=load_request(bytes(der)))


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"])
def test_what_is_not_a_request_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableRequest):
        load_request(content)


def test_a_request_of_which_a_part_cannot_be_read_is_refused_at_once() -> None:
    der = request_for().public_bytes(Encoding.DER)
    curve = der.index(bytes.fromhex("06082a8648ce3d030107"))  # P-256 among the curves of X9.62

    with pytest.raises(UnreadableRequest):
        load_request(der[: curve + 9] + b"\x7f" + der[curve + 10 :])


def test_requests_are_read_as_pem_and_as_der() -> None:
    request = request_for()

    for encoding in (Encoding.PEM, Encoding.DER):
        assert load_request(request.public_bytes(encoding)) == request


def test_keys_that_browsers_cannot_use_are_refused(issue_to_anong: Issue) -> None:
    with pytest.raises(UnusableKey):
        issue_to_anong(key=ed25519.Ed25519PrivateKey.generate().public_key())


@pytest.mark.parametrize("name", ["nobody", "", "..", "../cas/demo-ca", "demo-ca/../demo-ca", "ก"])
def test_an_unknown_ca_issues_nothing(issue_to_anong: Issue, name: str) -> None:
    with pytest.raises(UnknownCA):
        issue_to_anong(name)


def test_a_validity_that_ends_before_it_begins_is_refused(hierarchy: Hierarchy) -> None:
    key = make_key("p-256").public_key()

    with pytest.raises(BadValidity):
        issue(hierarchy, "demo-ca", key, ANONG, Profile.PERSON, not_before=AT, not_after=AT)
    assert all(entry.profile == "ca" for entry in Register.load(hierarchy.register_path).entries)


@pytest.mark.rule("R40")
@pytest.mark.parametrize("profile", [Profile.PERSON, Profile.PERSON_MANUAL])
def test_a_renewal_has_the_same_subject_and_issuer_and_another_key(
    hierarchy: Hierarchy, issue_to_anong: Issue, profile: Profile
) -> None:
    old = issue_to_anong(profile=profile)

    new = renew(hierarchy, old.serial_number, request_for(), not_before=AT, not_after=AT + timedelta(days=730))

    assert (new.subject, new.issuer) == (old.subject, old.issuer)
    assert new.public_key() != old.public_key()
    assert new.serial_number != old.serial_number


def test_what_was_never_issued_is_not_renewed(hierarchy: Hierarchy) -> None:
    with pytest.raises(UnknownSerial):
        renew(hierarchy, 42, request_for(), not_before=AT, not_after=AT + timedelta(days=1))


def test_the_tls_ca_is_good_for_this_computer_only(hierarchy: Hierarchy, tmp_path: Path) -> None:
    ca = write_pem(tmp_path / "ca.pem", hierarchy.certificate(TLS_CA))

    def verified(*hosts: str) -> bool:
        key, end = make_key("p-256").public_key(), AT + timedelta(days=365)
        made = issue(hierarchy, TLS_CA, key, Server(hosts), Profile.SERVER, not_before=AT, not_after=end)
        leaf = write_pem(tmp_path / "leaf.pem", made)
        verify = ["openssl", "verify", "-x509_strict", "-attime", str(int(AT.timestamp()) + 60), "-CAfile", ca, leaf]
        return subprocess.run(verify, capture_output=True, check=False).returncode == 0

    assert verified("portal.localhost", "*.cert.localhost", "localhost", "127.0.0.1")
    assert not verified("bank.example")
    assert not verified("localhost", "192.0.2.1")


def test_private_keys_are_readable_by_their_owner_only(hierarchy: Hierarchy) -> None:
    keys = list(hierarchy.directory.rglob("*key.pem"))

    assert len(keys) == 2 * len(DEMO_CAS)
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_a_second_hierarchy_does_not_overwrite_the_first(hierarchy: Hierarchy) -> None:
    with pytest.raises(FolderInUse):
        Hierarchy.create(hierarchy.directory, DEMO_CAS, base_url="http://127.0.0.1:1", at=AT)


def test_a_folder_without_a_ca_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(NoHierarchy):
        Hierarchy.open(tmp_path)


def test_a_pkcs12_file_holds_key_certificate_and_chain(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    key = make_key("rsa-2048")
    certificate = issue_to_anong(key=key.public_key())

    bundle = pkcs12.load_pkcs12(export_pkcs12(certificate, key, b"secret", hierarchy.chain("demo-ca")), b"secret")

    assert bundle.cert
    assert bundle.cert.certificate == certificate
    assert len(bundle.additional_certs) == 2
