"""Revoking, holding and releasing; the lists and answers that tell the world."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from securenet.foundation.testca.files import exclusive, replace_file
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.keys import DIGEST
from securenet.foundation.testca.refusals import UnknownSerial
from securenet.foundation.testca.register import Entry, Register

CRL_LIFETIME = timedelta(days=1)
OCSP_LIFETIME = timedelta(hours=1)


def revoke(hierarchy: Hierarchy, serial: int, reason: ReasonFlags, *, at: datetime, ca: str | None = None) -> Entry:
    """Revoke for ever, from hold too, and publish. Raises UnknownSerial, AmbiguousSerial, AlreadyRevoked."""
    with exclusive(hierarchy.lock_path):
        register = Register.load(hierarchy.register_path)
        entry = register.revoke(register.find(serial, ca), reason, at)
        _publish(hierarchy, register, entry.ca, at, CRL_LIFETIME)
    return entry


def hold(hierarchy: Hierarchy, serial: int, *, at: datetime, ca: str | None = None) -> Entry:
    """Suspend and publish. Raises UnknownSerial, AmbiguousSerial, AlreadyRevoked, AlreadyOnHold."""
    return revoke(hierarchy, serial, ReasonFlags.certificate_hold, at=at, ca=ca)


def release(hierarchy: Hierarchy, serial: int, *, at: datetime, ca: str | None = None) -> Entry:
    """End a hold and publish. Raises UnknownSerial, AmbiguousSerial, NotOnHold."""
    with exclusive(hierarchy.lock_path):
        register = Register.load(hierarchy.register_path)
        entry = register.release(register.find(serial, ca))
        _publish(hierarchy, register, entry.ca, at, CRL_LIFETIME)
    return entry


def publish_crl(
    hierarchy: Hierarchy, ca: str, *, at: datetime, lifetime: timedelta = CRL_LIFETIME
) -> x509.CertificateRevocationList:
    """A new complete CRL with the next number, put in place of the old file. Raises UnknownCA."""
    hierarchy.ca_path(ca)
    with exclusive(hierarchy.lock_path):
        return _publish(hierarchy, Register.load(hierarchy.register_path), ca, at, lifetime)


def current_crl(hierarchy: Hierarchy, ca: str, *, at: datetime) -> bytes:
    """The published CRL in DER; a new one first when none is there or less than half its life is left."""
    path = hierarchy.crl_path(ca)
    if path.exists():
        content = path.read_bytes()
        crl = x509.load_der_x509_crl(content)
        end = crl.next_update_utc
        if end and end - at > (end - crl.last_update_utc) / 2:
            return content
    return publish_crl(hierarchy, ca, at=at).public_bytes(Encoding.DER)


def answer_ocsp(hierarchy: Hierarchy, ca: str, request: bytes, *, at: datetime) -> bytes:
    """The DER of an OCSP response (RFC 6960) signed by the CA's delegated responder; a nonce is sent back.

    A certificate never issued here is `unknown`; a request about another CA is refused as unauthorized, a broken one as
    malformed. Raises UnknownCA.
    """
    issuer, responder = hierarchy.certificate(ca), hierarchy.responder(ca)
    try:
        asked = ocsp.load_der_ocsp_request(request)
        digest, serial = asked.hash_algorithm, asked.serial_number
        nonces = [extension.value for extension in asked.extensions if isinstance(extension.value, x509.OCSPNonce)]
    except (ValueError, NotImplementedError, UnsupportedAlgorithm):
        return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if (asked.issuer_name_hash, asked.issuer_key_hash) != _hashes(issuer, responder, digest):
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    status, revoked_at, reason = _status(Register.load(hierarchy.register_path), ca, serial, at)
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=asked.issuer_name_hash,
        issuer_key_hash=asked.issuer_key_hash,
        serial_number=serial,
        algorithm=digest,
        cert_status=status,
        this_update=at,
        next_update=at + OCSP_LIFETIME,
        revocation_time=revoked_at,
        revocation_reason=reason,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder).certificates([responder])
    for nonce in nonces:
        builder = builder.add_extension(nonce, critical=False)
    return builder.sign(hierarchy.responder_key(ca), DIGEST).public_bytes(Encoding.DER)


def _status(
    register: Register, ca: str, serial: int, at: datetime
) -> tuple[ocsp.OCSPCertStatus, datetime | None, ReasonFlags | None]:
    try:
        entry = register.find(serial, ca)
    except UnknownSerial:
        return ocsp.OCSPCertStatus.UNKNOWN, None, None
    if entry.revoked_at and entry.revoked_by(at):
        return ocsp.OCSPCertStatus.REVOKED, datetime.fromisoformat(entry.revoked_at), _reason(entry)
    return ocsp.OCSPCertStatus.GOOD, None, None


def _publish(
    hierarchy: Hierarchy, register: Register, ca: str, at: datetime, lifetime: timedelta
) -> x509.CertificateRevocationList:
    """Called with the lock held: the register with its new CRL number, then the file."""
    issuer = hierarchy.certificate(ca)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at)
        .next_update(at + lifetime)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .add_extension(x509.CRLNumber(register.next_crl_number(ca)), critical=False)
    )
    for entry in register.of(ca):
        if entry.revoked_by(at):
            builder = builder.add_revoked_certificate(_revoked(entry))
    crl = builder.sign(hierarchy.key(ca), DIGEST)
    register.save()
    replace_file(hierarchy.crl_path(ca), crl.public_bytes(Encoding.DER))
    return crl


def _revoked(entry: Entry) -> x509.RevokedCertificate:
    reason, revoked_at = _reason(entry), datetime.fromisoformat(entry.revoked_at or "")
    builder = x509.RevokedCertificateBuilder().serial_number(entry.number).revocation_date(revoked_at)
    if reason is not ReasonFlags.unspecified:  # RFC 5280 5.3.1: then the extension is left out
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    return builder.build()


def _reason(entry: Entry) -> ReasonFlags:
    return ReasonFlags(entry.reason or ReasonFlags.unspecified.value)


def _hashes(
    issuer: x509.Certificate, certificate: x509.Certificate, digest: hashes.HashAlgorithm
) -> tuple[bytes, bytes]:
    """How a request with this digest names the issuer: the hashes of its name and of its key."""
    named = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, digest).build()
    return named.issuer_name_hash, named.issuer_key_hash


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
