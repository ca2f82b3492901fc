"""Public keys: what they are, and whether they may be relied on. No library checks all of this."""

from dataclasses import dataclass
from math import gcd, isqrt, prod

from securenet.foundation.x509.der import NULL, OID, SEQUENCE, Node, NotDer, bits_of, integer_of, oid_of, parse
from securenet.foundation.x509.limits import MAX_RSA, MAX_RSA_EXPONENT, MIN_RSA
from securenet.foundation.x509.reasons import Reason

_RSA, _EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
_NAMES = {
    "1.2.840.113549.1.1.10": "RSASSA-PSS", "1.2.840.10040.4.1": "DSA", "1.2.840.10046.2.1": "DH",
    "1.3.101.110": "X25519", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
}  # fmt: skip
_CURVES = {"1.2.840.10045.3.1.7": ("P-256", 32), "1.3.132.0.34": ("P-384", 48), "1.3.132.0.35": ("P-521", 66)}
_WEAK_CURVES = {"1.2.840.10045.3.1.1": "P-192", "1.3.132.0.33": "P-224"}
_OTHER_CURVES = {"1.3.132.0.10": "secp256k1"}
_FERMAT_ROUNDS = 64
_SIEVE = 5040  # one number in 26 has a square's rest
_SQUARES = frozenset(root * root % _SIEVE for root in range(_SIEVE))


@dataclass(frozen=True)
class PublicKey:
    """A description for people, why it is refused (None when it is not), and whether to warn."""

    description: str
    reason: Reason | None = None
    low_exponent: bool = False


def judge_key(spki: Node) -> PublicKey:
    """Return what a SubjectPublicKeyInfo holds: RSA of 2048 to 8192 bits and the NIST curves from P-256 pass."""
    try:
        algorithm, key = spki.children
        oid = oid_of(algorithm.children[0])
        if oid == _RSA:
            return _judge_rsa(algorithm, bits_of(key))
        if oid == _EC:
            return _judge_ec(algorithm, bits_of(key))
        return PublicKey(_NAMES.get(oid, oid), Reason.KEY_ALGORITHM)
    except (ValueError, IndexError):  # NotDer is a ValueError
        return PublicKey("?", Reason.KEY_ALGORITHM)


def _judge_rsa(algorithm: Node, bits: bytes) -> PublicKey:
    if [node.tag for node in algorithm.children] != [OID, NULL]:  # RFC 3279 section 2.3.1
        raise NotDer("RSA with other parameters")
    pair = parse(bits)
    if pair.tag != SEQUENCE:
        raise NotDer("no RSA key")
    modulus, exponent = (integer_of(node) for node in pair.children)
    description = f"RSA {modulus.bit_length()}"
    if modulus <= 0 or modulus.bit_length() > MAX_RSA or exponent.bit_length() > MAX_RSA_EXPONENT:
        return PublicKey(description, Reason.KEY_ALGORITHM)
    if exponent < 3 or exponent % 2 == 0 or is_weak_modulus(modulus):
        return PublicKey(description, Reason.WEAK_KEY)
    return PublicKey(description, low_exponent=exponent < 65537)


def _judge_ec(algorithm: Node, point: bytes) -> PublicKey:
    if [node.tag for node in algorithm.children] != [OID, OID]:  # explicit parameters: CVE-2020-0601
        return PublicKey("EC", Reason.KEY_ALGORITHM)
    curve = oid_of(algorithm.children[1])
    if curve in _WEAK_CURVES:
        return PublicKey(f"EC {_WEAK_CURVES[curve]}", Reason.WEAK_KEY)
    if curve not in _CURVES:
        return PublicKey(f"EC {_OTHER_CURVES.get(curve, curve)}", Reason.KEY_ALGORITHM)
    name, size = _CURVES[curve]
    uncompressed = point[:1] == b"\x04" and len(point) == 1 + 2 * size
    return PublicKey(f"EC {name}", None if uncompressed else Reason.KEY_ALGORITHM)


def is_weak_modulus(modulus: int) -> bool:
    """Whether an RSA modulus is short, even, or falls to a cheap attack: small or close primes, ROCA."""
    if modulus.bit_length() < MIN_RSA or modulus % 2 == 0:
        return True
    return gcd(modulus, _SMALL_PRODUCT) != 1 or _has_roca_mark(modulus) or _has_close_primes(modulus)


def _primes(limit: int) -> list[int]:
    return [n for n in range(3, limit, 2) if all(n % d for d in range(3, isqrt(n) + 1, 2))]


def _powers_of_65537(prime: int) -> frozenset[int]:
    return frozenset(pow(65537, k, prime) for k in range(prime - 1))


_SMALL_PRODUCT = prod(_primes(1000))
# The flawed library made its primes as k*M + 65537^a mod M (CVE-2017-15361); by chance a modulus
# matches for all these primes once in more than 10^8.
_ROCA = [(prime, _powers_of_65537(prime)) for prime in _primes(168)]


def _has_roca_mark(modulus: int) -> bool:
    return all(modulus % prime in marks for prime, marks in _ROCA)


def _has_close_primes(modulus: int) -> bool:
    root = isqrt(modulus)
    rest = root * root - modulus
    for candidate in range(root, root + _FERMAT_ROUNDS):
        if rest >= 0 and rest % _SIEVE in _SQUARES and isqrt(rest) ** 2 == rest:
            return True
        rest += 2 * candidate + 1  # what the next candidate's square is larger by
    return False
