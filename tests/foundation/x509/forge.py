"""A small DER writer and a forger of certificates: good ones, and those that no library would issue."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def tlv(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def seq(*content: bytes) -> bytes:
    return tlv(0x30, *content)


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    octets = bytearray()
    for arc in (first * 40 + second, *rest):
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(arc & 0x7F | 0x80)
        octets += bytes(reversed(group))
    return tlv(0x06, bytes(octets))


def bits(content: bytes) -> bytes:
    return tlv(0x03, b"\x00", content)


def utf8(value: str) -> bytes:
    return tlv(0x0C, value.encode())


def ia5(value: str) -> bytes:
    return tlv(0x16, value.encode("ascii"))


def utc(moment: datetime | str) -> bytes:
    text = moment if isinstance(moment, str) else moment.astimezone(UTC).strftime("%y%m%d%H%M%SZ")
    return tlv(0x17, text.encode())


def generalized(moment: datetime | str) -> bytes:
    text = moment if isinstance(moment, str) else moment.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")
    return tlv(0x18, text.encode())


CN, C, O, OU, MAIL, ORG_ID = "2.5.4.3", "2.5.4.6", "2.5.4.10", "2.5.4.11", "1.2.840.113549.1.9.1", "2.5.4.97"  # noqa: E741
NUMBER = "0994000162243"


def pair(kind: str, value: str | bytes) -> bytes:
    written = value if isinstance(value, bytes) else tlv(0x13, value.encode()) if kind == C else utf8(value)
    if kind == MAIL and isinstance(value, str):
        written = ia5(value)
    return seq(oid(kind), written)


def rdn(*pairs: bytes) -> bytes:
    return tlv(0x31, *sorted(pairs))


def name(*parts: tuple[str, str | bytes]) -> bytes:
    return seq(*(rdn(pair(kind, value)) for kind, value in parts))


def person(cn: str | bytes = "Anong Jaidee", organization: str | bytes = NUMBER, unit: str = "Treasury") -> bytes:
    first = rdn(pair(CN, cn), pair(MAIL, "anong@example.test"))
    return seq(first, rdn(pair(OU, unit)), rdn(pair(O, organization)), rdn(pair(C, "TH")))


def extension(kind: str, value: bytes, critical: bool = False) -> bytes:
    return seq(oid(kind), *([tlv(0x01, b"\xff")] if critical else []), tlv(0x04, value))


def basic_constraints(ca: bool = False, length: int | None = None, critical: bool = True) -> bytes:
    inside = [tlv(0x01, b"\xff")] if ca else []
    return extension("2.5.29.19", seq(*inside, *([] if length is None else [integer(length)])), critical)


def key_usage(*bit_numbers: int) -> bytes:
    value = sum(0x8000 >> bit for bit in bit_numbers)
    octets = value.to_bytes(2).rstrip(b"\x00")
    unused = (octets[-1] & -octets[-1]).bit_length() - 1
    return extension("2.5.29.15", tlv(0x03, bytes([unused]), octets), True)


CLIENT, SERVER, CODE, EMAIL_USE, ANY_USE, OCSP_USE = (
    "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4", "2.5.29.37.0",
    "1.3.6.1.5.5.7.3.9",
)  # fmt: skip


def extended(*uses: str, critical: bool = False) -> bytes:
    return extension("2.5.29.37", seq(*(oid(use) for use in uses)), critical)


def uri(address: str) -> bytes:
    return tlv(0x86, address.encode())


def distribution(address: str, issuer: bytes | None = None) -> bytes:
    point = tlv(0xA0, tlv(0xA0, uri(address)))
    return extension("2.5.29.31", seq(seq(point, tlv(0xA2, tlv(0xA4, issuer)) if issuer else b"")))


def alternative(*names: bytes) -> bytes:
    return extension("2.5.29.17", seq(*names))


def mail(address: str) -> bytes:
    return tlv(0x81, address.encode("latin-1"))


def spki(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def rsa_spki(modulus: int, exponent: int) -> bytes:
    return seq(seq(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), bits(seq(integer(modulus), integer(exponent))))


SHA256_RSA = seq(oid("1.2.840.113549.1.1.11"), b"\x05\x00")
SHA1_RSA = seq(oid("1.2.840.113549.1.1.5"), b"\x05\x00")
MD5_RSA = seq(oid("1.2.840.113549.1.1.4"), b"\x05\x00")
SHA256_ECDSA = seq(oid("1.2.840.10045.4.3.2"))
_SHA256_ID = seq(oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00")
PSS_SHA256 = seq(
    oid("1.2.840.113549.1.1.10"),
    seq(
        tlv(0xA0, _SHA256_ID), tlv(0xA1, seq(oid("1.2.840.113549.1.1.8"), _SHA256_ID)), tlv(0xA2, integer(32))
    ),
)  # fmt: skip


def signed(content: bytes, key: Key, algorithm: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(content, ec.ECDSA(hashes.SHA256()))
    if algorithm == PSS_SHA256:
        return key.sign(content, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    digest = {SHA1_RSA: hashes.SHA1(), MD5_RSA: hashes.MD5()}.get(algorithm, hashes.SHA256())  # noqa: S303
    return key.sign(content, padding.PKCS1v15(), digest)


@dataclass(frozen=True)
class Draft:
    """The fields of a certificate, each replaceable by whatever octets a case needs."""

    issuer: bytes
    signer: Key
    key_info: bytes
    subject: bytes = field(default_factory=person)
    serial: bytes = b"\x02\x04\x51\x9e\x2d\x79"
    version: bytes = b"\xa0\x03\x02\x01\x02"
    not_before: bytes = utc(AT - 300 * DAY)
    not_after: bytes = utc(AT + 400 * DAY)
    extensions: tuple[bytes, ...] = (basic_constraints(), key_usage(0, 1), extended(CLIENT, EMAIL_USE))
    algorithm: bytes = SHA256_RSA
    outer_algorithm: bytes | None = None

    def tbs(self) -> bytes:
        listed = tlv(0xA3, seq(*self.extensions)) if self.extensions else b""
        validity = seq(self.not_before, self.not_after)
        return seq(
            self.version, self.serial, self.algorithm, self.issuer, validity, self.subject, self.key_info, listed
        )

    def der(self) -> bytes:
        return self.around(self.tbs())

    def around(self, tbs: bytes) -> bytes:
        signature = signed(tbs, self.signer, self.algorithm)
        return seq(tbs, self.outer_algorithm or self.algorithm, bits(signature))

    def but(self, **changes: object) -> "Draft":
        return replace(self, **changes)  # type: ignore[arg-type]

    def plus(self, *extensions: bytes) -> "Draft":
        return replace(self, extensions=(*self.extensions, *extensions))


def crl(
    issuer: bytes,
    signer: Key,
    revoked: Iterable[tuple[bytes, int | None]] = (),
    this_update: datetime = AT - DAY,
    next_update: datetime | None = AT + 6 * DAY,
    number: int = 7,
    extensions: tuple[bytes, ...] = (),
    revoked_at: datetime = AT - 2 * DAY,
) -> bytes:
    """Return a list; `revoked` holds serials as written in DER, with a reason number."""
    entries = [
        seq(serial, utc(revoked_at), seq(extension("2.5.29.21", tlv(0x0A, bytes([why])))) if why is not None else b"")
        for serial, why in revoked
    ]
    algorithm = SHA256_ECDSA if isinstance(signer, ec.EllipticCurvePrivateKey) else SHA256_RSA
    tbs = seq(
        integer(1), algorithm, issuer, utc(this_update), utc(next_update) if next_update else b"",
        seq(*entries) if entries else b"",
        tlv(0xA0, seq(extension("2.5.29.20", integer(number)), *extensions)),
    )  # fmt: skip
    return seq(tbs, algorithm, bits(signed(tbs, signer, algorithm)))
