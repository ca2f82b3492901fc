"""Signature algorithms: which are accepted, and the check of one signature."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, CertificateRevocationList, CertificateSigningRequest, ObjectIdentifier
from cryptography.x509.oid import SignatureAlgorithmOID as Algorithm

_PKCS1 = frozenset({Algorithm.RSA_WITH_SHA256, Algorithm.RSA_WITH_SHA384, Algorithm.RSA_WITH_SHA512})
_ECDSA = frozenset({Algorithm.ECDSA_WITH_SHA256, Algorithm.ECDSA_WITH_SHA384, Algorithm.ECDSA_WITH_SHA512})
_ACCEPTED = _PKCS1 | _ECDSA | {Algorithm.RSASSA_PSS}
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class Signed(Protocol):
    """A certificate, a request for one, a certificate list, or an OCSP answer, as `cryptography` loads it."""

    @property
    def signature_algorithm_oid(self) -> ObjectIdentifier:
        """The algorithm as named outside of the signed part."""

    @property
    def signature_hash_algorithm(self) -> hashes.HashAlgorithm | None:
        """The digest, also of RSASSA-PSS."""

    @property
    def signature(self) -> bytes:
        """The signature's octets."""


def is_accepted_algorithm(signed: Signed) -> bool:
    """Whether it is signed by RSA (PKCS #1 or PSS) or ECDSA over SHA-256, SHA-384 or SHA-512."""
    try:
        return signed.signature_algorithm_oid in _ACCEPTED and isinstance(signed.signature_hash_algorithm, _HASHES)
    except (UnsupportedAlgorithm, ValueError):
        return False


def is_signed_by(signed: Signed, content: bytes, key: object) -> bool:
    """Whether the signature over `content` verifies with `key`; False for every algorithm that is not accepted."""
    algorithm = signed.signature_hash_algorithm if is_accepted_algorithm(signed) else None
    if algorithm is None:
        return False
    try:
        if isinstance(key, RSAPublicKey) and signed.signature_algorithm_oid not in _ECDSA:
            key.verify(signed.signature, content, _padding_of(signed), algorithm)
            return True
        if isinstance(key, EllipticCurvePublicKey) and signed.signature_algorithm_oid in _ECDSA:
            key.verify(signed.signature, content, ECDSA(algorithm))
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return False


def _padding_of(signed: Signed) -> PSS | PKCS1v15:
    if signed.signature_algorithm_oid in _PKCS1:
        return PKCS1v15()
    # an OCSP answer does not tell its parameters through `cryptography`, so RSASSA-PSS is not taken there
    parameters = signed.signature_algorithm_parameters if isinstance(signed, _WITH_PARAMETERS) else None
    if not isinstance(parameters, PSS):
        raise ValueError("no parameters")
    return parameters


_WITH_PARAMETERS = (Certificate, CertificateRevocationList, CertificateSigningRequest)
