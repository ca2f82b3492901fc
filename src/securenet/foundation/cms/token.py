"""Keys in tokens and smart cards, by PKCS #11: they sign and open files where they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto.algos import DigestInfo
from asn1crypto.core import OctetString
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import Hash, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import KDF, MGF, Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PinIncorrect, PinLenRange, PinLocked, PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

from securenet.foundation.cms.keys import UnusableKey, digest_for
from securenet.foundation.x509 import Certificate, Refused, read_upload

_MECHANISMS = {
    "sha1": (Mechanism.SHA_1, MGF.SHA1),
    "sha256": (Mechanism.SHA256, MGF.SHA256),
    "sha384": (Mechanism.SHA384, MGF.SHA384),
    "sha512": (Mechanism.SHA512, MGF.SHA512),
}
_READABLE = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True, Attribute.TOKEN: False}


class TokenKey:
    """A key that never leaves its token; sessions are the caller's."""

    def __init__(self, key: Any, certificate: Certificate) -> None:  # what it can do is mixed in by its library
        self._key, self.certificate = key, certificate

    def sign(self, data: bytes) -> bytes:
        """Sign in the token, by the mechanisms that the oldest ones have. Raises UnusableKey."""
        digest = _hashed(digest_for(self.certificate), data)
        with _told("sign"):
            if isinstance(self.certificate.loaded.public_key(), RSAPublicKey):
                algorithm = {"algorithm": digest_for(self.certificate).name}
                block = DigestInfo({"digest_algorithm": algorithm, "digest": digest}).dump()
                return bytes(self._key.sign(block, mechanism=Mechanism.RSA_PKCS))
            return bytes(encode_ecdsa_signature(self._key.sign(digest, mechanism=Mechanism.ECDSA)))

    def decrypt(self, encrypted: bytes, digest: HashAlgorithm) -> bytes:
        """Decrypt in the token; where it knows OAEP with this digest not, the padding is taken off here."""
        mechanism, mask = _MECHANISMS[digest.name]
        try:
            parameters = (mechanism, mask, None)
            return bytes(self._key.decrypt(encrypted, mechanism=Mechanism.RSA_PKCS_OAEP, mechanism_param=parameters))
        except PKCS11Error:
            with _told("decrypt"):
                block = bytes(self._key.decrypt(encrypted, mechanism=Mechanism.RSA_X_509))
        return oaep_decode(block.rjust(len(encrypted), b"\0"), digest)

    def agree(self, other: EllipticCurvePublicKey) -> bytes:
        """Agree in the token; some take the other's point as it is, some as an octet string. Raises UnusableKey."""
        point = other.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        try:
            return self._shared(point, other.key_size)
        except PKCS11Error:
            with _told("agree on a key"):
                return self._shared(OctetString(point).dump(), other.key_size)

    def _shared(self, point: bytes, bits: int) -> bytes:
        secret = self._key.derive_key(
            KeyType.GENERIC_SECRET,
            bits,
            mechanism=Mechanism.ECDH1_DERIVE,
            mechanism_param=(KDF.NULL, None, point),
            template=_READABLE,
            capabilities=0,
        )
        return bytes(secret[Attribute.VALUE])


@contextmanager
def open_token(module: Path, label: str, pin: str, certificate: Certificate | None = None) -> Iterator[TokenKey]:
    """Log in to a token and give its key, that of `certificate` where it has several. Raises UnusableKey."""
    try:
        token = pkcs11.lib(str(module)).get_token(token_label=label)
        session = token.open(user_pin=pin)
    except (PinIncorrect, PinLenRange) as wrong:
        raise UnusableKey("The PIN is not right. After a few wrong ones the token locks itself.") from wrong
    except PinLocked as wrong:
        raise UnusableKey("The token is locked after too many wrong PINs. Its issuer can unlock it.") from wrong
    except (PKCS11Error, RuntimeError) as wrong:  # RuntimeError: a module that cannot be loaded
        raise UnusableKey(f"The token {label} cannot be opened ({_name(wrong)}). Is it plugged in?") from wrong
    with session:
        yield _chosen(session, label, certificate)


def oaep_decode(block: bytes, digest: HashAlgorithm) -> bytes:
    """Return what OAEP padded, with an empty label (RFC 8017 section 7.1.2). Raises ValueError."""
    size = digest.digest_size
    masked_seed, masked = block[1 : 1 + size], block[1 + size :]
    seed = _xor(masked_seed, _mask(masked, size, digest))
    data = _xor(masked, _mask(seed, len(masked), digest))
    zeros, one, message = data[size:].partition(b"\x01")
    if not compare_digest(data[:size], _hashed(digest, b"")) or any(zeros) or not one or block[:1] != b"\0":
        raise ValueError("not padded by OAEP")
    return message


def _chosen(session: pkcs11.Session, label: str, wanted: Certificate | None) -> TokenKey:
    found = list(_keys(session))
    if wanted is not None:
        found = [key for key in found if key.certificate == wanted]
    if not found:
        raise UnusableKey(f"The token {label} has no {'such ' if wanted else ''}certificate with a key.")
    if len(found) > 1:
        names = "; ".join(f"{key.certificate.subject}, serial {key.certificate.serial_hex}" for key in found)
        raise UnusableKey(f"The token {label} has several keys: choose one by --certificate FILE ({names}).")
    return found[0]


def _keys(session: pkcs11.Session) -> Iterator[TokenKey]:
    private = {bytes(key[Attribute.ID]): key for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})}
    for each in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        key = private.get(bytes(each[Attribute.ID]))
        try:
            certificate = read_upload(bytes(each[Attribute.VALUE]))
        except (Refused, PKCS11Error):
            continue
        if key is not None and not certificate.is_ca:
            yield TokenKey(key, certificate)


@contextmanager
def _told(act: str) -> Iterator[None]:
    try:
        yield
    except PKCS11Error as wrong:
        raise UnusableKey(f"The token does not {act} with this key ({_name(wrong)}).") from wrong


def _name(error: Exception) -> str:
    return type(error).__name__


def _hashed(digest: HashAlgorithm, data: bytes) -> bytes:
    context = Hash(digest)
    context.update(data)
    return context.finalize()


def _mask(seed: bytes, size: int, digest: HashAlgorithm) -> bytes:
    """Return MGF1 of RFC 8017 section B.2.1."""
    rounds = range(-(-size // digest.digest_size))
    return b"".join(_hashed(digest, seed + count.to_bytes(4)) for count in rounds)[:size]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
