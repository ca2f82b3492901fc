"""From an uploaded file to the DER of one certificate, or the reason why it holds none.

The file is never tried with a password, never unpacked, and nothing in it is fetched.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from securenet.foundation.x509.der import SEQUENCE, NotDer, read_header
from securenet.foundation.x509.limits import MAX_UPLOAD
from securenet.foundation.x509.reasons import Reason, Refused

_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 #]{1,40})-----")
_CERTIFICATE_LABELS = (b"CERTIFICATE", b"X509 CERTIFICATE")
_OTHER_LABELS = {
    b"CERTIFICATE REQUEST": Reason.CSR,
    b"NEW CERTIFICATE REQUEST": Reason.CSR,
    b"PKCS7": Reason.PKCS7,
    b"PKCS #7 SIGNED DATA": Reason.PKCS7,
    b"CMS": Reason.PKCS7,
    b"PKCS12": Reason.PKCS12,
}
_KEY_MARKS = (b"PRIVATE KEY-----", b"PRIVATE KEY BLOCK-----", b"PuTTY-User-Key-File-")
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")  # text has none, DER always has
_WEB_PAGE_MARKS = (b"</", b"<!", b"<html")


def read_der(data: bytes) -> bytes:
    """Return the DER of the one certificate in an uploaded DER or PEM file of any name.

    Raises Refused: too-large, empty, encoding, private-key, pkcs12, pkcs7, csr, several-certificates,
    not-a-certificate, trailing-data, or malformed. The inside of the certificate is not looked at.
    """
    require_harmless(data)
    der = data if CONTROLS.search(data) else _certificate_in_pem(data)
    _require_certificate(der)
    return der


def require_harmless(data: bytes) -> None:
    """Raise Refused for a file that is too large, empty, holds a private key, or is text of 16 bits a character."""
    if len(data) > MAX_UPLOAD:
        raise Refused(Reason.TOO_LARGE)
    if not data.strip(b" \t\r\n\x0b\x0c"):
        raise Refused(Reason.EMPTY)
    _require_no_key(data)
    _require_octets(data)


def _require_no_key(data: bytes) -> None:
    plain = data.replace(b"\x00", b"")  # finds the words in UTF-16 too
    if any(mark in plain for mark in _KEY_MARKS):
        raise Refused(Reason.PRIVATE_KEY)


def _require_octets(data: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"-\x00-\x00-\x00" in data or b"\x00-\x00-\x00-" in data:
        raise Refused(Reason.ENCODING)


@dataclass(frozen=True)
class Block:
    """The label of an encapsulated block, and its lines."""

    label: bytes
    lines: list[bytes]


def _certificate_in_pem(data: bytes) -> bytes:
    blocks = list(pem_blocks(data.removeprefix(b"\xef\xbb\xbf")))
    for block in blocks:
        if block.label in _OTHER_LABELS:
            raise Refused(_OTHER_LABELS[block.label])
    if not blocks or any(block.label not in _CERTIFICATE_LABELS for block in blocks):
        raise Refused(Reason.NOT_A_CERTIFICATE)
    if len(blocks) > 1:
        raise Refused(Reason.SEVERAL_CERTIFICATES)
    try:
        return base64.b64decode(b"".join(blocks[0].lines), validate=True)
    except binascii.Error as wrong:
        raise Refused(Reason.NOT_A_CERTIFICATE) from wrong


def pem_blocks(data: bytes) -> Iterator[Block]:
    """Yield the encapsulated blocks (RFC 7468), text around them skipped; a web page is none of it."""
    block: Block | None = None
    for line in filter(None, map(bytes.strip, data.splitlines())):
        if block is None:
            begin = _BEGIN.fullmatch(line)
            if begin:
                block = Block(begin[1], [])
            elif any(mark in line.lower() for mark in _WEB_PAGE_MARKS):
                raise Refused(Reason.NOT_A_CERTIFICATE)
        elif line == b"-----END " + block.label + b"-----":
            yield block
            block = None
        elif line.startswith(b"-----"):
            raise Refused(Reason.NOT_A_CERTIFICATE)
        else:
            block.lines.append(line)
    if block is not None:
        raise Refused(Reason.NOT_A_CERTIFICATE)


def known_shape(der: bytes) -> Reason | None:
    """Return what something other than a certificate that starts with a SEQUENCE is, told by its first values."""
    return next((reason for shape, reason in _SHAPES if shape.match(der)), None)


def _require_certificate(der: bytes) -> None:
    known = known_shape(der)
    if known:
        raise Refused(known)
    require_one_value(der)


def require_one_value(der: bytes) -> None:
    """Raise Refused where the octets are not one SEQUENCE from end to end; its inside is not looked at."""
    if len(der) < 2 or der[0] != SEQUENCE:
        raise Refused(Reason.NOT_A_CERTIFICATE)
    try:
        _tag, _start, end = read_header(der)
    except NotDer as wrong:
        raise Refused(Reason.MALFORMED) from wrong
    if end > len(der):
        raise Refused(Reason.NOT_A_CERTIFICATE)
    if end < len(der):
        raise Refused(Reason.TRAILING_DATA)


def _shape(pattern: bytes) -> re.Pattern[bytes]:
    length = rb"(?:[\x00-\x7f]|\x80|\x81.|\x82..|\x83...|\x84....)"
    return re.compile(b"0" + pattern.replace(b"~", length), re.DOTALL)


_PKCS7_OIDS = rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SHAPES = (
    (_shape(rb"~\x02\x01\x03\x30"), Reason.PKCS12),
    (_shape(rb"~\x02\x01[\x00\x01](?:\x30|\x04|\x02)"), Reason.PRIVATE_KEY),  # PKCS#8, SEC 1, PKCS#1
    (_shape(rb"~0~\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05[\x01-\x0e]"), Reason.PRIVATE_KEY),  # encrypted PKCS#8
    (_shape(rb"~0~\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"), Reason.PRIVATE_KEY),
    (_shape(rb"~" + _PKCS7_OIDS), Reason.PKCS7),
    (_shape(rb"~0~\x02\x01\x00\x30(?:\x00|~\x31)"), Reason.CSR),
    (_shape(rb"~0~\x02\x01\x01\x30~\x06"), Reason.NOT_A_CERTIFICATE),  # certificate list, version 2
    (_shape(rb"~0~0~\x06"), Reason.NOT_A_CERTIFICATE),  # certificate list, version 1
    (_shape(rb"~0~\x06"), Reason.NOT_A_CERTIFICATE),  # bare public key
)
