"""AES-256 over content that streams: GCM (RFC 5084), which authenticates, and CBC (RFC 3565), which does not."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from asn1crypto import core
from asn1crypto.algos import EncryptionAlgorithm
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import AEADEncryptionContext, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC, GCM
from cryptography.hazmat.primitives.padding import PKCS7

from securenet.foundation.cms.reasons import Reason, Refused

CipherName = Literal["aes-256-gcm", "aes-256-cbc"]
KEY_SIZE, BLOCK, TAG_SIZE, LEAST_TAG = 32, 16, 16, 12
GCM_NONCE = 12
_NAMES: dict[str, CipherName] = {"aes256_gcm": "aes-256-gcm", "aes256_cbc": "aes-256-cbc"}


class _GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    _fields = [("nonce", core.OctetString), ("tag_size", core.Integer, {"default": LEAST_TAG})]


@dataclass(frozen=True)
class Algorithm:
    """A content cipher with its start value; `der` is its AlgorithmIdentifier."""

    name: CipherName
    start: bytes
    tag_size: int
    der: bytes

    @property
    def authenticates(self) -> bool:
        """Tell whether the cipher itself finds what was altered."""
        return self.name == "aes-256-gcm"


def new_algorithm(name: CipherName) -> Algorithm:
    """Return the cipher with a fresh start value."""
    if name == "aes-256-gcm":
        start = os.urandom(GCM_NONCE)
        parameters = _GcmParameters({"nonce": start, "tag_size": TAG_SIZE})
        der = EncryptionAlgorithm({"algorithm": "aes256_gcm", "parameters": parameters}).dump()
        return Algorithm(name, start, TAG_SIZE, der)
    start = os.urandom(BLOCK)
    der = EncryptionAlgorithm({"algorithm": "aes256_cbc", "parameters": core.OctetString(start)}).dump()
    return Algorithm(name, start, 0, der)


def read_algorithm(der: bytes) -> Algorithm:
    """Return what an AlgorithmIdentifier names. Raises Refused for any other cipher, or parameters that it has not."""
    try:
        read = EncryptionAlgorithm.load(der, strict=True)
        name = _NAMES.get(read["algorithm"].native)
        if name == "aes-256-gcm":
            parameters = _GcmParameters.load(read["parameters"].dump(), strict=True)
            start, tag_size = parameters["nonce"].native, parameters["tag_size"].native
        else:
            start, tag_size = core.OctetString.load(read["parameters"].dump(), strict=True).native, 0
    except (ValueError, TypeError) as wrong:
        raise Refused(Reason.ALGORITHM) from wrong
    sized = LEAST_TAG <= tag_size <= TAG_SIZE and 8 <= len(start) <= 64 if tag_size else len(start) == BLOCK
    if name is None or not sized:
        raise Refused(Reason.ALGORITHM)
    return Algorithm(name, start, tag_size, der)


class Encryption:
    """Plain octets into encrypted ones."""

    def __init__(self, algorithm: Algorithm, key: bytes) -> None:
        self._tagged, self._size = algorithm.authenticates, 0
        mode = GCM(algorithm.start) if self._tagged else CBC(algorithm.start)
        self._context = Cipher(AES256(key), mode).encryptor()

    def update(self, data: bytes) -> bytes:
        """Return what these octets become; of CBC, whole blocks."""
        self._size += len(data)
        return self._context.update(data)

    def finish(self) -> tuple[bytes, bytes]:
        """Return the last encrypted octets, and the tag, which CBC has none of."""
        if isinstance(self._context, AEADEncryptionContext) and self._tagged:
            return self._context.finalize(), self._context.tag
        padding = BLOCK - self._size % BLOCK
        return self._context.update(bytes([padding]) * padding), b""


def decrypted(algorithm: Algorithm, key: bytes, pieces: Iterator[bytes], tag: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield the plain octets; of GCM the last word, `tag`, is asked for after the last piece.

    What was yielded may be relied on only when the end is reached. Raises Refused where tag or padding is wrong.
    """
    if algorithm.authenticates:
        context = Cipher(AES256(key), GCM(algorithm.start, min_tag_length=LEAST_TAG)).decryptor()
        yield from map(context.update, pieces)
        try:
            context.finalize_with_tag(tag())
        except (InvalidTag, ValueError) as wrong:
            raise Refused(Reason.ALTERED) from wrong
        return
    block, padding = Cipher(AES256(key), CBC(algorithm.start)).decryptor(), PKCS7(BLOCK * 8).unpadder()
    for piece in pieces:
        yield padding.update(block.update(piece))
    try:
        yield padding.update(block.finalize()) + padding.finalize()
    except ValueError as wrong:
        raise Refused(Reason.ALTERED) from wrong
