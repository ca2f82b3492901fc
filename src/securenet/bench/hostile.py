"""Certificate files made to be slow to check: each within the size limit, each signed by an accepted CA."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from math import factorial

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey

from securenet.foundation.cms.ber import OCTETS, OID, SEQUENCE, SET, value
from securenet.foundation.testca.keys import DIGEST
from securenet.foundation.x509.der import parse
from securenet.foundation.x509.limits import MAX_ATTRIBUTE, MAX_RDNS, MAX_UPLOAD

INTEGER, BITS, UTF8, MAIL, EXTENSIONS = 0x02, 0x03, 0x0C, 0x81, 0xA3
ROOM = MAX_UPLOAD - 2048  # octets left beside the other parts of a certificate
EMPTY = b"\x30\x00"
UNIT, ALTERNATIVE, POLICIES, MAPPINGS, INHIBIT = (
    bytes.fromhex(oid) for oid in ("55040b", "551d11", "551d20", "551d21", "551d36")
)
RSA = bytes.fromhex("300d06092a864886f70d0101010500")


@dataclass(frozen=True)
class Draft:
    """The signed parts of a certificate, each in DER."""

    version: bytes
    serial: bytes
    algorithm: bytes
    issuer: bytes
    validity: bytes
    subject: bytes
    key: bytes
    extensions: bytes

    def signed(self, key: EllipticCurvePrivateKey) -> bytes:
        """Return the certificate."""
        content = value(SEQUENCE, *astuple(self))
        return value(SEQUENCE, content, self.algorithm, value(BITS, b"\0", key.sign(content, ECDSA(DIGEST))))

    def plus(self, *extensions: bytes) -> Draft:
        """Return the same with more extensions."""
        own = parse(self.extensions).children[0].content
        return replace(self, extensions=value(EXTENSIONS, value(SEQUENCE, own, *extensions)))


def hostile_files(card: bytes, key: EllipticCurvePrivateKey) -> Iterator[tuple[str, bytes]]:
    """Yield a word for each file and what it holds; `card` is a good certificate, `key` its CA's."""
    draft = Draft(*(part.encoding for part in parse(card).children[0].children))
    for word, made in (*_names(draft), *_extensions(draft), *_numbers(draft)):
        yield word, made.signed(key)
    yield from _wrappings(card)


def _names(draft: Draft) -> Iterator[tuple[str, Draft]]:
    many, text = _name("", 3500), _name("a" * (ROOM - 99), 1)
    largest = _name("a" * (MAX_ATTRIBUTE - 1), MAX_RDNS)
    yield "500 parts in the subject", replace(draft, subject=_name("", 500))
    yield "700 parts in the subject", replace(draft, subject=_name("", 700))
    yield "as many parts as fit in the subject", replace(draft, subject=many)
    yield "as many parts as fit in the issuer", replace(draft, issuer=many)
    yield "1,500 parts in the issuer", replace(draft, issuer=_name("", 1500))
    yield "as long a text as fits in the subject", replace(draft, subject=text)
    yield "as long a text as fits in the issuer", replace(draft, issuer=text)
    yield "issuer at every limit", replace(draft, issuer=largest)
    yield "issuer and subject at every limit, the same", replace(draft, issuer=largest, subject=largest)


def _extensions(draft: Draft) -> Iterator[tuple[str, Draft]]:
    yield "3,000 extensions", draft.plus(*(_extension(b"\x2a" + arc, b"") for arc in _arcs(3000)))
    addresses = value(SEQUENCE, value(MAIL, b"a@b.example") * 3000)
    yield "3,000 alternative names", draft.plus(_extension(ALTERNATIVE, addresses))
    full, half = (value(SEQUENCE, EMPTY * count) for count in (4000, 3500))
    yield "7 extensions full of empty values", draft.plus(*[_extension(POLICIES, full)] * 7)
    yield "2 extensions full of empty values", draft.plus(*(_extension(oid, half) for oid in (MAPPINGS, INHIBIT)))
    policies = (value(SEQUENCE, value(OID, b"\x2a" + arc)) for arc in _arcs(900))
    yield "900 policies", draft.plus(_extension(POLICIES, value(SEQUENCE, *policies)))
    yield "an extension of empty values alone", draft.plus(_extension(b"\x2a\x03", EMPTY * (ROOM // 2)))


def _numbers(draft: Draft) -> Iterator[tuple[str, Draft]]:
    yield "serial number as long as fits", replace(draft, serial=value(INTEGER, b"\x11" * ROOM))
    yield "RSA key as long as fits", replace(draft, key=_rsa(1 << 8 * (ROOM - 99) | 1, 65537))
    strong = factorial(960) << 8192 - factorial(960).bit_length()  # less 1, what looks for weak keys finds nothing
    yield "RSA-8192 with an exponent of 64 bits", replace(draft, key=_rsa(strong - 1, 1 << 63 | 1))
    yield "RSA-2048 with an exponent as long as fits", replace(draft, key=_rsa(3**1292 | 1, 1 << 8 * (ROOM - 999) | 1))


def _wrappings(card: bytes) -> Iterator[tuple[str, bytes]]:
    first, last = b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n"
    inside = base64.encodebytes(card)
    yield "PEM with blocks and nothing in them", (first + last) * (MAX_UPLOAD // len(first + last))
    yield "PEM in lines of one character", first + b"A\n" * (ROOM // 2) + last
    yield "PEM after empty lines", b"\n" * (MAX_UPLOAD - len(first + inside + last)) + first + inside + last
    yield "PEM with empty lines inside", first + inside + b"\n" * (MAX_UPLOAD - len(first + inside + last)) + last
    yield "text in lines of one character", b"x\n" * (MAX_UPLOAD // 2)
    yield "empty values side by side", value(SEQUENCE, EMPTY * (ROOM // 2))
    yield "values inside each other", _nested(b"", (SEQUENCE,) * 20_000)
    yield "sets inside each other around a long text", _nested(value(OCTETS, bytes(ROOM)), (SET,) * 20)


def _arcs(count: int) -> Iterator[bytes]:
    """Yield last arcs of object identifiers in their octets, no two the same."""
    yield from ((0x818000 | number >> 7 << 8 | number & 0x7F).to_bytes(3) for number in range(count))


def _name(text: str, parts: int) -> bytes:
    part = value(SET, value(SEQUENCE, value(OID, UNIT), value(UTF8, text.encode())))
    return value(SEQUENCE, *[part] * parts)


def _extension(oid: bytes, content: bytes) -> bytes:
    return value(SEQUENCE, value(OID, oid), value(OCTETS, content))


def _rsa(modulus: int, exponent: int) -> bytes:
    pair = (value(INTEGER, number.to_bytes(number.bit_length() // 8 + 1)) for number in (modulus, exponent))
    return value(SEQUENCE, RSA, value(BITS, b"\0", value(SEQUENCE, *pair)))


def _nested(inside: bytes, tags: tuple[int, ...]) -> bytes:
    for tag in tags:
        if len(inside) > MAX_UPLOAD - 8:
            break
        inside = value(tag, inside)
    return inside
