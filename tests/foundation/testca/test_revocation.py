import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.profiles import Profile
from securenet.foundation.testca.refusals import (
    AlreadyOnHold,
    AlreadyRevoked,
    AmbiguousSerial,
    NotOnHold,
    UnknownCA,
    UnknownSerial,
)
from securenet.foundation.testca.register import Register
from securenet.foundation.testca.revocation import answer_ocsp, current_crl, hold, publish_crl, release, revoke
from tests.foundation.testca.conftest import AT, Issue

LATER = AT + timedelta(minutes=5)


def listed(hierarchy: Hierarchy, serial: int, ca: str = "demo-ca") -> x509.RevokedCertificate | None:
    crl = x509.load_der_x509_crl(hierarchy.crl_path(ca).read_bytes())
    assert crl.is_signature_valid(hierarchy.certificate(ca).public_key())  # type: ignore[arg-type]
    return crl.get_revoked_certificate_by_serial_number(serial)


def ask(hierarchy: Hierarchy, request: bytes, ca: str = "demo-ca", at: datetime = LATER) -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(answer_ocsp(hierarchy, ca, request, at=at))


def request_about(
    hierarchy: Hierarchy, certificate: x509.Certificate, ca: str = "demo-ca", nonce: bytes | None = None
) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, hierarchy.certificate(ca), hashes.SHA256())
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


@pytest.mark.parametrize("reason", [ReasonFlags.key_compromise, ReasonFlags.superseded, ReasonFlags.unspecified])
def test_a_revoked_certificate_is_on_the_list_with_its_reason(
    hierarchy: Hierarchy, issue_to_anong: Issue, reason: ReasonFlags
) -> None:
    serial = issue_to_anong().serial_number

    revoke(hierarchy, serial, reason, at=LATER)

    found = listed(hierarchy, serial)
    assert found
    assert found.revocation_date_utc == LATER
    reasons = [extension.value for extension in found.extensions]
    assert reasons == ([] if reason is ReasonFlags.unspecified else [x509.CRLReason(reason)])


def test_nothing_is_revoked_twice(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    serial = issue_to_anong().serial_number
    revoke(hierarchy, serial, ReasonFlags.superseded, at=LATER)

    with pytest.raises(AlreadyRevoked):
        revoke(hierarchy, serial, ReasonFlags.key_compromise, at=LATER)
    with pytest.raises(AlreadyRevoked):
        hold(hierarchy, serial, at=LATER)
    with pytest.raises(NotOnHold):
        release(hierarchy, serial, at=LATER)


def test_what_was_never_issued_is_not_revoked(hierarchy: Hierarchy) -> None:
    with pytest.raises(UnknownSerial):
        revoke(hierarchy, 42, ReasonFlags.superseded, at=LATER)


def test_a_serial_number_of_two_cas_needs_the_name_of_one(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    serial = issue_to_anong(profile=Profile.PERSON_MANUAL).serial_number
    register = Register.load(hierarchy.register_path)
    twin = {**vars(register.find(serial)), "ca": "demo-ca-g2"}
    register.entries.append(type(register.entries[0])(**twin))
    register.save()

    with pytest.raises(AmbiguousSerial):
        revoke(hierarchy, serial, ReasonFlags.superseded, at=LATER)
    assert revoke(hierarchy, serial, ReasonFlags.superseded, at=LATER, ca="demo-ca-g2").ca == "demo-ca-g2"


def test_a_hold_ends_by_release_or_by_revocation(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    serial = issue_to_anong().serial_number

    hold(hierarchy, serial, at=LATER)
    found = listed(hierarchy, serial)
    assert found
    assert found.extensions[0].value == x509.CRLReason(ReasonFlags.certificate_hold)
    with pytest.raises(AlreadyOnHold):
        hold(hierarchy, serial, at=LATER)
    release(hierarchy, serial, at=LATER)
    assert listed(hierarchy, serial) is None
    hold(hierarchy, serial, at=LATER)
    revoke(hierarchy, serial, ReasonFlags.key_compromise, at=LATER)
    with pytest.raises(NotOnHold):
        release(hierarchy, serial, at=LATER)


def test_crl_numbers_rise_and_each_list_says_when_the_next_is_due(hierarchy: Hierarchy) -> None:
    first, second = (publish_crl(hierarchy, "demo-ca", at=AT, lifetime=timedelta(hours=hours)) for hours in (1, 2))

    numbers = [crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for crl in (first, second)]
    assert numbers == [1, 2]
    assert second.next_update_utc == AT + timedelta(hours=2)


def test_a_list_is_made_anew_when_half_its_life_is_over(hierarchy: Hierarchy) -> None:
    first = current_crl(hierarchy, "demo-ca", at=AT)

    assert current_crl(hierarchy, "demo-ca", at=AT + timedelta(hours=11)) == first
    assert current_crl(hierarchy, "demo-ca", at=AT + timedelta(hours=13)) != first


def test_an_unknown_ca_has_no_list(hierarchy: Hierarchy) -> None:
    with pytest.raises(UnknownCA):
        publish_crl(hierarchy, "../demo-ca", at=AT)


def test_no_reader_ever_sees_half_a_file(hierarchy: Hierarchy) -> None:
    publish_crl(hierarchy, "demo-ca", at=AT)
    with hierarchy.crl_path("demo-ca").open("rb") as reader:
        publish_crl(hierarchy, "demo-ca", at=LATER)
        x509.load_der_x509_crl(reader.read())
    assert [path.name for path in (hierarchy.directory / "crl").iterdir()] == ["demo-ca.crl"]


def test_ocsp_says_good_then_revoked_from_its_moment_on(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    certificate = issue_to_anong()
    request = request_about(hierarchy, certificate)

    assert ask(hierarchy, request).certificate_status is ocsp.OCSPCertStatus.GOOD
    revoke(hierarchy, certificate.serial_number, ReasonFlags.key_compromise, at=LATER)
    assert ask(hierarchy, request, at=AT).certificate_status is ocsp.OCSPCertStatus.GOOD
    answer = ask(hierarchy, request)
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer.revocation_reason is ReasonFlags.key_compromise
    assert answer.revocation_time_utc == LATER


def test_an_answer_is_signed_by_a_delegate_of_the_ca(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    answer = ask(hierarchy, request_about(hierarchy, issue_to_anong()))

    (responder,) = answer.certificates
    responder.verify_directly_issued_by(hierarchy.certificate("demo-ca"))
    purposes = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    key = responder.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashes.SHA256()))


def test_a_nonce_is_sent_back_and_only_when_asked(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    certificate = issue_to_anong()

    with_nonce = ask(hierarchy, request_about(hierarchy, certificate, nonce=b"0123456789abcdef"))
    without = ask(hierarchy, request_about(hierarchy, certificate))

    assert with_nonce.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"0123456789abcdef"
    assert list(without.extensions) == []


def test_a_certificate_of_another_ca_is_not_this_responders_business(
    hierarchy: Hierarchy, issue_to_anong: Issue
) -> None:
    request = request_about(hierarchy, issue_to_anong("demo-ca-g2"), "demo-ca-g2")

    assert ask(hierarchy, request, "demo-ca").response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("request_bytes", [b"", b"\x30\x00", b"x" * 1000])
def test_a_broken_request_is_malformed(hierarchy: Hierarchy, request_bytes: bytes) -> None:
    assert ask(hierarchy, request_bytes).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_what_was_never_issued_is_unknown(hierarchy: Hierarchy, issue_to_anong: Issue) -> None:
    serial = issue_to_anong().serial_number + 1
    hashed = ocsp.load_der_ocsp_request(request_about(hierarchy, issue_to_anong()))
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        hashed.issuer_name_hash, hashed.issuer_key_hash, serial, hashes.SHA256()
    )

    answer = ask(hierarchy, builder.build().public_bytes(Encoding.DER))

    assert answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize("ca", ["demo-ca", "demo-ca-g2"])
def test_openssl_accepts_the_list_and_finds_the_revoked_certificate(
    hierarchy: Hierarchy, issue_to_anong: Issue, tmp_path: Path, ca: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    certificate = issue_to_anong(ca)
    files = {"leaf": [certificate], "chain": hierarchy.chain(ca)}
    for name, certificates in files.items():
        content = b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
        (tmp_path / f"{name}.pem").write_bytes(content)
    verify = ["openssl", "verify", "-crl_check", "-CAfile", "chain.pem", "-CRLfile", "ca.crl.pem", "leaf.pem"]

    def verdict() -> tuple[int, str]:
        crl = x509.load_der_x509_crl(hierarchy.crl_path(ca).read_bytes()).public_bytes(Encoding.PEM)
        (tmp_path / "ca.crl.pem").write_bytes(crl)
        done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    publish_crl(hierarchy, ca, at=now - timedelta(hours=1))
    assert verdict() == (0, "")
    revoke(hierarchy, certificate.serial_number, ReasonFlags.key_compromise, at=now - timedelta(minutes=1))
    code, words = verdict()
    assert code != 0
    assert "certificate revoked" in words
