"""Certificates whose key or names are to be refused (the table of design/pki.md)."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.foundation.x509.forge import (
    CN,
    MAIL,
    C,
    alternative,
    bits,
    integer,
    mail,
    name,
    oid,
    pair,
    person,
    rsa_spki,
    seq,
    spki,
    tlv,
)
from tests.foundation.x509.world import Row, World, ec_key, rsa_key

RSA_OID = seq(oid("1.2.840.113549.1.1.1"), b"\x05\x00")
EC_OID, P256 = oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")


def modulus() -> int:
    return rsa_key("boonmee").public_key().public_numbers().n


def explicit_curve() -> bytes:
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    field = seq(oid("1.2.840.10045.1.1"), integer(prime))
    curve = seq(tlv(0x04, (prime - 3).to_bytes(32)), tlv(0x04, b"\x5a" * 32))
    base, order = tlv(0x04, b"\x04" + b"\x01" * 64), integer(prime - 2)
    return seq(seq(EC_OID, seq(integer(1), field, curve, base, order)), bits(b"\x04" + b"\x02" * 64))


def ec_info(curve: str, size: int) -> bytes:
    return seq(seq(EC_OID, oid(curve)), bits(b"\x04" + b"\x11" * 2 * size))


def close_primes() -> int:
    prime = 2**1024 + 643  # need not be prime: the test is about the distance
    return prime * (prime + 1000)


def roca() -> int:
    step = 1
    for p in (p for p in range(2, 168) if all(p % d for d in range(2, p))):
        step *= p
    a, b = (pow(65537, k, step) + step * (1 << 803 | 12345 * k) for k in (3, 8))
    return a * b


def disordered() -> bytes:
    first, second = sorted((pair(CN, "Anong Jaidee the Younger"), pair(MAIL, "a@b.test")))
    return seq(tlv(0x31, second, first))


def ed25519_info() -> bytes:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def compressed() -> bytes:
    point = ec_key("anong").public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return seq(seq(EC_OID, P256), bits(point))


def negative() -> bytes:
    unsigned = tlv(0x02, modulus().to_bytes(256))
    return seq(RSA_OID, bits(seq(unsigned, integer(65537))))


KEY_INFOS: dict[str, tuple[Callable[[], bytes], str]] = {
    "rsa1024": (lambda: rsa_spki(modulus() >> 1024 | 1, 65537), "weak-key"),
    "rsa2047": (lambda: rsa_spki(modulus() >> 1 | 1, 65537), "weak-key"),
    "rsa_e1": (lambda: rsa_spki(modulus(), 1), "weak-key"),
    "rsa_e_even": (lambda: rsa_spki(modulus(), 65536), "weak-key"),
    "rsa_e_huge": (lambda: rsa_spki(modulus(), 2**2000 + 1), "key-algorithm"),
    "rsa_smallfactor": (lambda: rsa_spki(modulus() // 6 * 6 - 3, 65537), "weak-key"),
    "rsa_even_modulus": (lambda: rsa_spki(modulus() - 1, 65537), "weak-key"),
    "rsa_close_primes": (lambda: rsa_spki(close_primes(), 65537), "weak-key"),
    "rsa_roca": (lambda: rsa_spki(roca(), 65537), "weak-key"),
    "rsa_negative_n": (negative, "key-algorithm"),
    "rsa16384": (lambda: rsa_spki(modulus() << 14336 | 1, 65537), "key-algorithm"),
    "rsa_without_null": (
        lambda: seq(seq(oid("1.2.840.113549.1.1.1")), bits(seq(integer(modulus()), integer(3)))), "key-algorithm",
    ),
    "rsa_empty": (lambda: seq(RSA_OID, bits(b"")), "key-algorithm"),
    "key_same_as_ca": (lambda: spki(rsa_key("ca")), "key-reuse"),
    "key_same_as_root": (lambda: spki(rsa_key("root")), "key-reuse"),
    "ed25519": (ed25519_info, "key-algorithm"),
    "p192": (lambda: ec_info("1.2.840.10045.3.1.1", 24), "weak-key"),
    "p224": (lambda: ec_info("1.3.132.0.33", 28), "weak-key"),
    "secp256k1": (lambda: ec_info("1.3.132.0.10", 32), "key-algorithm"),
    "ec_explicit": (explicit_curve, "key-algorithm"),
    "ec_off_curve": (lambda: ec_info("1.2.840.10045.3.1.7", 32), "key-algorithm"),
    "ec_compressed": (compressed, "key-algorithm"),
    "ec_at_infinity": (lambda: seq(seq(EC_OID, P256), bits(b"\x00")), "key-algorithm"),
    "spki_unknown": (lambda: seq(seq(oid("1.2.3.4.5")), bits(b"key")), "key-algorithm"),
}  # fmt: skip
SUBJECTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "dn_cn_nul": (lambda: person("Anong\0.example.test"), "subject"),
    "dn_cn_crlf": (lambda: person("Anong\r\nSet-Cookie: a=b"), "subject"),
    "dn_cn_bidi": (lambda: person("Anong \u202egnonA"), "subject"),
    "dn_cn_zwsp": (lambda: person("An\u200bong"), "subject"),
    "dn_cn_5000": (lambda: person("A" * 5000), "subject"),
    "dn_cn_65": (lambda: person("A" * 65), "subject"),
    "dn_cn_blank": (lambda: person(" "), "subject"),
    "dn_o_tab": (lambda: person(organization="Bank\tof"), "subject"),
    "dn_two_cns": (lambda: name((CN, "Anong"), (C, "TH"), (CN, "Boonmee")), "subject"),
    "dn_empty": (seq, "subject"),
    "dn_500_rdns": (lambda: name(*[(CN, "A")] + [("2.5.4.11", str(n)) for n in range(500)]), "subject"),
    "dn_cn_bad_utf8": (lambda: person(tlv(0x0C, b"An\xc3\x28ong")), "malformed"),
    "dn_cn_lone_surrogate": (lambda: person(tlv(0x1E, b"\xd8\x00")), "malformed"),
    "dn_mvrdn_order": (disordered, "malformed"),
    "dn_empty_rdn": (lambda: seq(tlv(0x31)), "malformed"),
    "dn_printable_8bit": (lambda: person(tlv(0x13, b"An\xf6ng")), "malformed"),
}


def with_key(info: Callable[[], bytes]) -> Callable[[World], bytes]:
    return lambda world: world.ca.draft(key_info=info()).der()


def with_subject(subject: Callable[[], bytes]) -> Callable[[World], bytes]:
    return lambda world: world.ca.draft(subject=subject()).der()


def with_mail(address: str) -> Callable[[World], bytes]:
    return lambda world: world.ca.draft().plus(alternative(mail(address))).der()


BAD_KEYS = {case: Row(with_key(info), refused) for case, (info, refused) in KEY_INFOS.items()}
BAD_NAMES = {case: Row(with_subject(subject), refused) for case, (subject, refused) in SUBJECTS.items()} | {
    "san_mail_inject": Row(with_mail("a@b.test\r\nBcc: c@d.test"), "subject"),
    "san_mail_nul": Row(with_mail("a@b.test\0.example"), "subject"),
    "san_mail_8bit": Row(with_mail("\xf6@b.test"), "malformed"),
}
