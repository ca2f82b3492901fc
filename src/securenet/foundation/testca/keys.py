"""Private keys of the test CA: made, written with mode 0600, read."""

import os
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from securenet.foundation.testca.refusals import StrangeKeyFile, UnusableKey

KeyKind = Literal["rsa-2048", "rsa-4096", "p-256", "p-384"]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
DIGEST = hashes.SHA256()


def make_key(kind: KeyKind) -> PrivateKey:
    family, _, size = kind.partition("-")
    if family == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    return ec.generate_private_key(ec.SECP384R1() if size == "384" else ec.SECP256R1())


def require_usable(key: object) -> PublicKey:
    """The key itself. Raises UnusableKey when it is neither RSA nor on an elliptic curve."""
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise UnusableKey


def write_key(path: Path, key: PrivateKey) -> None:
    """Write PKCS#8 PEM; the file is never readable by others, not even for a moment, and never overwritten."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)


def read_key(path: Path) -> PrivateKey:
    """The key in a file that `write_key` has written. Raises StrangeKeyFile."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return key
    raise StrangeKeyFile(str(path))


def export_pkcs12(
    certificate: x509.Certificate, key: PrivateKey, password: bytes, chain: tuple[x509.Certificate, ...] = ()
) -> bytes:
    """A PKCS#12 file that browsers and NSS read: the key, its certificate and the CAs above it."""
    return pkcs12.serialize_key_and_certificates(
        b"certificate", key, certificate, chain or None, BestAvailableEncryption(password)
    )
