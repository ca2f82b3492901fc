"""Private keys that sign and open files: from a file here, from a token in `token.py`."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDH, ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)

from securenet.foundation.x509 import Certificate, Refused, read_upload

LARGEST_FILE = 1 << 20
T = TypeVar("T")


class UnusableKey(Exception):
    """A key, its password, or its token cannot be used; the text says why and what to do."""


class PasswordNeeded(UnusableKey):
    """The key file is encrypted and no password was given, or a wrong one."""


class Key(Protocol):
    """A private key with its certificate. Its operations raise UnusableKey where a device refuses."""

    @property
    def certificate(self) -> Certificate:
        """The certificate of this key."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature with the digest of `digest_for`: PKCS #1 v1.5 of RSA keys, ECDSA in DER of others."""

    def decrypt(self, encrypted: bytes, digest: HashAlgorithm) -> bytes:
        """Return what was encrypted to an RSA key by OAEP with this digest. Raises ValueError where it was not."""

    def agree(self, other: EllipticCurvePublicKey) -> bytes:
        """Return the secret that an EC key shares with another on its curve."""


def digest_for(certificate: Certificate) -> HashAlgorithm:
    """Return the digest that fits the strength of a key: SHA-384 from P-384 on, else SHA-256."""
    key = certificate.loaded.public_key()
    return SHA384() if isinstance(key, EllipticCurvePublicKey) and key.key_size >= 384 else SHA256()


class FileKey:
    """A key that was read from a file."""

    def __init__(self, key: RSAPrivateKey | EllipticCurvePrivateKey, certificate: Certificate) -> None:
        self._key, self.certificate = key, certificate

    def sign(self, data: bytes) -> bytes:
        """Sign in this process."""
        digest = digest_for(self.certificate)
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), digest)
        return self._key.sign(data, ECDSA(digest))

    def decrypt(self, encrypted: bytes, digest: HashAlgorithm) -> bytes:
        """Decrypt in this process."""
        if not isinstance(self._key, RSAPrivateKey):
            raise ValueError("no RSA key")
        return self._key.decrypt(encrypted, OAEP(MGF1(digest), digest, None))

    def agree(self, other: EllipticCurvePublicKey) -> bytes:
        """Agree in this process."""
        if not isinstance(self._key, EllipticCurvePrivateKey):
            raise ValueError("no EC key")
        return self._key.exchange(ECDH(), other)


def read_key(path: Path, password: bytes | None, certificate: Path | None = None) -> FileKey:
    """Return the key in a PEM, DER or PKCS #12 file with its certificate, from `certificate` where it is elsewhere.

    Raises PasswordNeeded, UnusableKey, or OSError.
    """
    data = _read(path)
    key, inside = _private_key(data, password)
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise UnusableKey(f"{path} holds no RSA key and no key on an elliptic curve.")
    found = [read_certificate(certificate)] if certificate else inside
    mine = [each for each in found if is_of(each, key.public_key().public_bytes(*PUBLIC))]
    if not mine:
        raise UnusableKey(f"The certificate of the key in {path} is missing: name its file with --certificate.")
    return FileKey(key, mine[0])


PUBLIC = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def is_of(certificate: Certificate, public_der: bytes) -> bool:
    """Tell whether a certificate is about this public key."""
    try:
        return certificate.loaded.public_key().public_bytes(*PUBLIC) == public_der
    except ValueError:  # a key that nobody can read
        return False


def read_certificate(path: Path) -> Certificate:
    """Return the certificate in a file, DER or PEM. Raises UnusableKey or OSError."""
    try:
        return read_upload(_read(path))
    except Refused as refused:
        raise UnusableKey(f"{path} holds no usable certificate ({', '.join(refused.reasons)}).") from refused


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise UnusableKey(f"{path} is too large for a key or a certificate.")
    return data


def _private_key(data: bytes, password: bytes | None) -> tuple[object, list[Certificate]]:
    if b"-----BEGIN" in data:
        return _loaded(load_pem_private_key, data, password), _certificates(data)
    try:
        return load_der_private_key(data, password), []
    except (ValueError, TypeError):
        key, own, others = _loaded(pkcs12.load_key_and_certificates, data, password)
        return key, [read_upload(each.public_bytes(Encoding.DER)) for each in (own, *others) if each]


def _loaded(load: Callable[[bytes, bytes | None], T], data: bytes, password: bytes | None) -> T:
    try:
        return load(data, password)
    except TypeError as missing:
        raise PasswordNeeded("The key file asks for its password.") from missing
    except ValueError as wrong:
        raise PasswordNeeded("The key file cannot be read: is the password right?") from wrong


def _certificates(data: bytes) -> list[Certificate]:
    try:
        return [read_upload(each.public_bytes(Encoding.DER)) for each in x509.load_pem_x509_certificates(data)]
    except ValueError:
        return []
