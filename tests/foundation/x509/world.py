"""One hierarchy of test authorities, made once in memory, and what a trust store would hold of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from securenet.foundation.x509 import Authority, CrlIndex, Trust, read_crl
from tests.foundation.x509.forge import (
    AT,
    CLIENT,
    CN,
    DAY,
    SERVER,
    SHA256_ECDSA,
    SHA256_RSA,
    C,
    Draft,
    Key,
    O,
    basic_constraints,
    crl,
    extended,
    extension,
    integer,
    key_usage,
    name,
    seq,
    spki,
    tlv,
    utc,
)


def ca_name(cn: str) -> bytes:
    return name((C, "TH"), (O, "Example CA Company"), (CN, cn))


@cache
def rsa_key(label: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def ec_key(label: str, curve: type[ec.EllipticCurve] = ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(curve())


@dataclass(frozen=True)
class TestAuthority:
    """A CA of the tests with its private key."""

    __test__ = False
    subject: bytes
    key: Key
    der: bytes

    @property
    def loaded(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.der)

    @property
    def authority(self) -> Authority:
        return Authority.of(self.loaded)

    def draft(self, key: Key | None = None, **changes: object) -> Draft:
        """Return a good member's certificate, ready to be spoilt."""
        algorithm = SHA256_ECDSA if isinstance(self.key, ec.EllipticCurvePrivateKey) else SHA256_RSA
        good = Draft(self.subject, self.key, spki(key or rsa_key("anong")), algorithm=algorithm)
        return good.but(**changes)


def found(cn: str, key: Key, above: TestAuthority | None = None, **changes: object) -> TestAuthority:
    """Return a CA below another, or a root."""
    subject = ca_name(cn)
    signer = above.key if above else key
    algorithm = SHA256_ECDSA if isinstance(signer, ec.EllipticCurvePrivateKey) else SHA256_RSA
    draft = Draft(
        issuer=above.subject if above else subject,
        signer=signer,
        key_info=spki(key),
        subject=subject,
        serial=integer(0x1000 + sum(cn.encode())),
        not_before=utc(AT - 1000 * DAY),
        not_after=utc(AT + 3000 * DAY),
        extensions=(basic_constraints(ca=True), key_usage(5, 6)),
        algorithm=algorithm,
    ).but(**changes)
    return TestAuthority(subject, key, draft.der())


def permitted(directory: bytes) -> bytes:
    return extension("2.5.29.30", seq(tlv(0xA0, seq(tlv(0xA4, directory)))), critical=True)


CA = (basic_constraints(ca=True), key_usage(5, 6))


class World:
    """Roots, issuing CAs, the trust store with those approved, and their current lists."""

    def __init__(self) -> None:
        self._found_good()
        self._found_others()
        self.approved = (
            self.ca, self.ec_ca, self.client_ca, self.narrow, self.with_key_ids, self.expired_ca, self.server_ca,
            self.revoked_ca, self.no_lists, self.not_a_ca, self.below_leaf_ca, self.too_deep,
        )  # fmt: skip
        roots = (self.root.loaded, self.ec_root.loaded)
        self.trust = Trust.of(roots, (authority.loaded for authority in self.approved))
        entitled = {each: data for each, data in self.lists.items() if each is not self.no_lists}
        self.crls = CrlIndex(read_crl(data, each.authority) for each, data in entitled.items())

    def _found_good(self) -> None:
        self.root = found("Example Root CA", rsa_key("root"))
        self.ca = found("Example CA G3", rsa_key("ca"), self.root)
        self.ec_root = found("Example EC Root", ec_key("ec root", ec.SECP384R1))
        self.ec_ca = found("Example EC CA", ec_key("ec ca", ec.SECP384R1), self.ec_root)
        constraint, key_id = permitted(name((C, "TH"))), extension("2.5.29.14", tlv(0x04, b"the real one's"))
        self.narrow = self._below_root("Narrow", *CA, constraint)
        self.client_ca = self._below_root("Client", *CA, extended(CLIENT))
        self.with_key_ids = self._below_root("with Ids", *CA, key_id)

    def _found_others(self) -> None:
        self.unapproved = self._below_root("of Others", *CA)
        self.server_ca = self._below_root("Server", *CA, extended(SERVER))
        self.no_lists = self._below_root("Silent", basic_constraints(ca=True), key_usage(5))
        self.not_a_ca = self._below_root("Officer", basic_constraints())
        self.below_leaf_ca = self._below_root("Leaf", basic_constraints(True, 0), key_usage(5, 6))
        self.too_deep = found("Example Deep CA", ec_key("deep"), self.below_leaf_ca)
        self.expired_ca = found("Example CA G1", ec_key("g1"), self.root, not_after=utc(AT - DAY))
        self.revoked_ca = found("Example CA G2", ec_key("g2"), self.root, serial=integer(0xBAD))

    def _below_root(self, which: str, *extensions: bytes) -> TestAuthority:
        return found(f"Example CA {which}", ec_key(which), self.root, extensions=extensions)

    @property
    def lists(self) -> dict[TestAuthority, bytes]:
        """The current list of every CA, also of the one that may not sign any."""
        members = [(integer(0xDEAD), 1), (integer(0xD00D), 4), (integer(0x401D), 6), (integer(0xBEEF), None)]
        revoked = {self.root: [(integer(0xBAD), 2)], self.ca: members}
        authorities = (self.root, self.ec_root, *self.approved)
        return {each: crl(each.subject, each.key, revoked.get(each, ())) for each in authorities}


@dataclass(frozen=True)
class Row:
    """How to make a file, and what it must lead to: exactly these reasons, exactly these warnings."""

    build: Callable[[World], bytes]
    refused: str = ""
    warned: str = ""
