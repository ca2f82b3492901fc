"""A request for a certificate (PKCS#10, RFC 2986), read as strictly as certificates are."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import AttributeOID

from securenet.foundation.x509.der import BIT_STRING, INTEGER, SEQUENCE, Node, NotDer, TooMuch, parse
from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.keys import PublicKey, judge_key
from securenet.foundation.x509.names import (
    COMMON_NAME,
    EMAIL,
    Name,
    is_forbidden_name,
    is_plain_address,
    organization_number_in,
    printable,
    read_name,
    readable,
    values_of,
)
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.request_reasons import RequestReason, RequestRefused
from securenet.foundation.x509.signatures import is_accepted_algorithm, is_signed_by
from securenet.foundation.x509.upload import CONTROLS, known_shape, pem_blocks, require_harmless, require_one_value

_LABELS = (b"CERTIFICATE REQUEST", b"NEW CERTIFICATE REQUEST")
_CERTIFICATE_LABELS = (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE")
_CERTIFICATE_SHAPE = re.compile(rb"0(?:\x80|\x81.|\x82..|[\x00-\x7f])0(?:\x80|\x81.|\x82..|[\x00-\x7f])\xa0", re.DOTALL)
_CODES = frozenset(str(reason) for reason in RequestReason)


@dataclass(frozen=True)
class CertificateRequest:
    """The facts of one request whose signature proves its key; two are equal when their DER is."""

    der: bytes
    sha256: str = field(compare=False)
    spki_sha256: str = field(compare=False)
    subject: str = field(compare=False)
    common_name: str = field(compare=False)
    emails: tuple[str, ...] = field(compare=False)
    organization_number: str | None = field(compare=False)
    public_key: str = field(compare=False)


def read_request(data: bytes) -> CertificateRequest:
    """Return the one request in an uploaded file or a pasted text, DER or PEM.

    Its key is of the kinds that certificates may have, and has signed it, which proves that the key is held (RFC 2986
    section 3). Raises RequestRefused with every reason; the first ones hide the others where the form is wrong.
    """
    try:
        der = _read_der(data)
        info, key, subject = _parts(der)
        loaded = _load_wholly(der)
    except TooMuch as wrong:
        raise RequestRefused(RequestReason.TOO_LARGE) from wrong
    except Refused as refused:
        raise RequestRefused(*(_as_request_reason(reason) for reason in refused.reasons)) from refused
    except (ValueError, IndexError, RecursionError) as wrong:
        raise RequestRefused(RequestReason.MALFORMED) from wrong
    judged = judge_key(key)
    emails = _emails(subject, loaded)
    if reasons := tuple(dict.fromkeys(_findings(info, subject, emails, judged, loaded))):
        raise RequestRefused(*reasons)
    return CertificateRequest(
        der=der,
        sha256=sha256(der).hexdigest(),
        spki_sha256=sha256(key.encoding).hexdigest(),
        subject=readable(subject),
        common_name=printable(next(iter(values_of(subject, COMMON_NAME)), "")),
        emails=emails,
        organization_number=organization_number_in(subject),
        public_key=judged.description,
    )


def _as_request_reason(reason: Reason) -> RequestReason:
    return RequestReason(reason) if reason in _CODES else RequestReason.NOT_A_REQUEST


def _read_der(data: bytes) -> bytes:
    require_harmless(data)
    der = data if CONTROLS.search(data) else _request_in_pem(data)
    shape = known_shape(der)
    if shape not in (Reason.CSR, None):
        raise Refused(shape)
    if shape is None and _CERTIFICATE_SHAPE.match(der):
        raise RequestRefused(RequestReason.CERTIFICATE)
    require_one_value(der)
    return der


def _request_in_pem(data: bytes) -> bytes:
    blocks = list(pem_blocks(data.removeprefix(b"\xef\xbb\xbf")))
    if any(block.label in _CERTIFICATE_LABELS for block in blocks):
        raise RequestRefused(RequestReason.CERTIFICATE)
    if not blocks or any(block.label not in _LABELS for block in blocks):
        raise RequestRefused(RequestReason.NOT_A_REQUEST)
    if len(blocks) > 1:
        raise RequestRefused(RequestReason.SEVERAL_REQUESTS)
    try:
        return base64.b64decode(b"".join(blocks[0].lines), validate=True)
    except binascii.Error as wrong:
        raise RequestRefused(RequestReason.NOT_A_REQUEST) from wrong


def _parts(der: bytes) -> tuple[bytes, Node, Name]:
    """Return the signed part, the key, and the subject of a request in strict DER; raises NotDer."""
    root = parse(der)
    if root.tag != SEQUENCE or [node.tag for node in root.children] != [SEQUENCE, SEQUENCE, BIT_STRING]:
        raise NotDer("other parts than expected")
    info = root.children[0]
    if [node.tag for node in info.children] not in ([INTEGER, SEQUENCE, SEQUENCE, 0xA0], [INTEGER, SEQUENCE, SEQUENCE]):
        raise NotDer("other parts than expected")
    version, subject, key = info.children[:3]
    if version.content != b"\x00":
        raise NotDer("another version")
    return info.encoding, key, read_name(subject)


def _load_wholly(der: bytes) -> x509.CertificateSigningRequest:
    try:
        loaded = x509.load_der_x509_csr(der)
        _ = (loaded.subject, loaded.extensions, list(loaded.attributes))
    except Exception as wrong:  # whatever a library raises over a stranger's file is the file's fault
        raise Refused(Reason.MALFORMED) from wrong
    return loaded


def _emails(subject: Name, loaded: x509.CertificateSigningRequest) -> tuple[str, ...]:
    alternative = extension_of(loaded, x509.SubjectAlternativeName) or x509.SubjectAlternativeName([])
    return tuple(dict.fromkeys(values_of(subject, EMAIL) + alternative.get_values_for_type(x509.RFC822Name)))


def _findings(
    info: bytes, subject: Name, emails: tuple[str, ...], key: PublicKey, loaded: x509.CertificateSigningRequest
) -> Iterator[RequestReason]:
    if is_forbidden_name(subject) or not all(is_plain_address(email) for email in emails):
        yield RequestReason.SUBJECT
    if any(attribute.oid == AttributeOID.CHALLENGE_PASSWORD for attribute in loaded.attributes):
        yield RequestReason.CHALLENGE_PASSWORD
    if _asks_for_a_ca(loaded):
        yield RequestReason.CA_CERTIFICATE
    if key.reason:
        yield RequestReason(key.reason)
    elif not is_accepted_algorithm(loaded):
        yield RequestReason.SIGNATURE_ALGORITHM
    elif not _proves_its_key(loaded, info):
        yield RequestReason.BAD_SIGNATURE


def _asks_for_a_ca(loaded: x509.CertificateSigningRequest) -> bool:
    constraints = extension_of(loaded, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _proves_its_key(loaded: x509.CertificateSigningRequest, info: bytes) -> bool:
    try:
        key = loaded.public_key()
    except Exception:  # such as a point that is not on its curve
        return False
    return is_signed_by(loaded, info, key)
