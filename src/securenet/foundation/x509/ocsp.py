"""Answers of an OCSP responder (RFC 6960), verified once."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto.x509 import Certificate as Asn1Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from securenet.foundation.x509.der import bits_of, parse
from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.limits import AHEAD, MAX_OCSP
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.revocation import Status
from securenet.foundation.x509.signatures import is_signed_by
from securenet.foundation.x509.trust import Authority

_STATUS: dict[ocsp.OCSPCertStatus, Status] = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class OcspAnswer:
    """One verified answer about one certificate of `issuer`; `signer` is the delegate's certificate, if any."""

    issuer: tuple[str, str]
    serial: int
    status: Status
    this_update: datetime
    next_update: datetime | None
    signer: x509.Certificate | None = None

    def has_begun(self, at: datetime) -> bool:
        """Whether it can have been given to somebody who began at `at` to ask for it.

        A responder signs when it is asked, after that, and by a clock of its own (RFC 5019 section 4).
        """
        return self.this_update <= at + AHEAD

    def is_current(self, at: datetime) -> bool:
        """Whether the answer, and its signer's certificate, speak of this moment; without nextUpdate never."""
        if self.next_update is None or not self.has_begun(at) or at > self.next_update:
            return False
        signer = self.signer
        return signer is None or signer.not_valid_before_utc <= at <= signer.not_valid_after_utc


def read_ocsp(data: bytes, issuer: Authority) -> OcspAnswer:
    """Return a response about one certificate, signed by its CA or by a delegate that the CA itself certified.

    Raises Refused: too-large, malformed, unaccepted-issuer (about another CA's certificate, or an unknown signer),
    extended-key-usage (the delegate may not answer), or bad-signature.
    """
    if len(data) > MAX_OCSP:
        raise Refused(Reason.TOO_LARGE)
    try:
        response = ocsp.load_der_ocsp_response(data)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Refused(Reason.MALFORMED)
        _require_about(response, issuer)
        signer = _require_signed(response, issuer)
        return OcspAnswer(
            issuer=issuer.identity,
            serial=response.serial_number,
            status=_status_of(response),
            this_update=response.this_update_utc,
            next_update=response.next_update_utc,
            signer=signer,
        )
    except Refused:
        raise
    except Exception as wrong:  # it came over the network: whatever a library makes of it, it is no answer
        raise Refused(Reason.MALFORMED) from wrong


def _status_of(response: ocsp.OCSPResponse) -> Status:
    held = response.revocation_reason is x509.ReasonFlags.certificate_hold
    return "on-hold" if held else _STATUS[response.certificate_status]


def _require_about(response: ocsp.OCSPResponse, issuer: Authority) -> None:
    parsed = Asn1Certificate.load(issuer.der)
    name = hashes.Hash(response.hash_algorithm)
    name.update(parsed.subject.dump())
    key = hashes.Hash(response.hash_algorithm)
    key.update(bits_of(parse(parsed.public_key.dump()).children[1]))
    if (name.finalize(), key.finalize()) != (response.issuer_name_hash, response.issuer_key_hash):
        raise Refused(Reason.UNACCEPTED_ISSUER)


def _require_signed(response: ocsp.OCSPResponse, issuer: Authority) -> x509.Certificate | None:
    if _is_signed_with(response, issuer.certificate):
        return None
    delegates = [each for each in response.certificates if issuer.has_signed(each)]
    if not delegates:
        raise Refused(Reason.BAD_SIGNATURE if not response.certificates else Reason.UNACCEPTED_ISSUER)
    for delegate in delegates:
        if _is_signed_with(response, delegate):
            if not _may_answer(delegate):
                raise Refused(Reason.EXTENDED_KEY_USAGE)
            return delegate
    raise Refused(Reason.BAD_SIGNATURE)


def _is_signed_with(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    return is_signed_by(response, response.tbs_response_bytes, signer.public_key())


def _may_answer(delegate: x509.Certificate) -> bool:
    return ExtendedKeyUsageOID.OCSP_SIGNING in (extension_of(delegate, x509.ExtendedKeyUsage) or ())
