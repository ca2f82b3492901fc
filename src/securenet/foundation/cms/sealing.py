"""Signing and encrypting a file of any size: SignedData inside AuthEnvelopedData or EnvelopedData (RFC 5652, 5083)."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from asn1crypto import cms, core

from securenet.foundation.cms.ber import END, OCTETS, SEQUENCE, header, opened, value
from securenet.foundation.cms.ciphers import KEY_SIZE, Algorithm, CipherName, Encryption, new_algorithm
from securenet.foundation.cms.keys import Key, digest_for
from securenet.foundation.cms.recipients import wrap_key
from securenet.foundation.cms.signatures import sign
from securenet.foundation.x509 import Certificate

CHUNK = 1 << 20
EXPLICIT, IMPLICIT_STRING, STRING_IN_PIECES = 0xA0, 0x80, 0x24


def oid(name: str) -> bytes:
    """Return the DER of a content type, called as asn1crypto calls it."""
    return bytes(cms.ContentType(name).dump())


DATA, SIGNED = oid("data"), oid("signed_data")
ENVELOPED, AUTHENTICATED = oid("enveloped_data"), oid("authenticated_enveloped_data")


def seal(
    source: BinaryIO,
    target: BinaryIO,
    *,
    signer: Key,
    recipients: Sequence[Certificate],
    at: datetime,
    cipher: CipherName = "aes-256-gcm",
) -> None:
    """Write what `source` holds, signed and encrypted, in memory that does not grow with it.

    Raises Refused for a recipient that cannot be encrypted to, UnusableKey where the signer's token refuses.
    """
    key, algorithm = os.urandom(KEY_SIZE), new_algorithm(cipher)
    envelope, encryption = Envelope(target, algorithm, *wrap_key(key, recipients)), Encryption(algorithm, key)
    for parts in _signed(iter(lambda: source.read(CHUNK), b""), signer, at):
        envelope.write(*map(encryption.update, parts))
    rest, tag = encryption.finish()
    envelope.write(rest)
    envelope.close(tag)


class Envelope:
    """What is encrypted, written piece by piece."""

    def __init__(self, target: BinaryIO, algorithm: Algorithm, recipients: bytes, agreed: bool) -> None:
        self._target, self._tagged = target, algorithm.authenticates
        version = core.Integer(2 if agreed and not algorithm.authenticates else 0)
        target.write(opened(SEQUENCE) + (AUTHENTICATED if algorithm.authenticates else ENVELOPED))
        target.write(opened(EXPLICIT) + opened(SEQUENCE) + version.dump() + recipients)
        target.write(opened(SEQUENCE) + DATA + algorithm.der + opened(EXPLICIT))

    def write(self, *parts: bytes) -> None:
        """Write encrypted octets as one piece."""
        if size := sum(map(len, parts)):
            self._target.write(header(OCTETS, size))
            self._target.writelines(parts)

    def close(self, tag: bytes) -> None:
        """Write the end, with the tag where the cipher has one."""
        self._target.write(END * 2 + (value(OCTETS, tag) if self._tagged else b"") + END * 3)


def _signed(chunks: Iterator[bytes], signer: Key, at: datetime) -> Iterator[tuple[bytes, ...]]:
    """Yield the SignedData in parts that belong together, its signature last."""
    name = digest_for(signer.certificate).name
    digest: hashlib._Hash = hashlib.new(name)
    algorithms = cms.DigestAlgorithms([{"algorithm": name}]).dump()
    yield (
        opened(SEQUENCE) + SIGNED + opened(EXPLICIT) + opened(SEQUENCE) + core.Integer(1).dump() + algorithms,
        opened(SEQUENCE) + DATA + opened(EXPLICIT) + opened(STRING_IN_PIECES),
    )
    for chunk in chunks:
        digest.update(chunk)
        yield header(OCTETS, len(chunk)), chunk
    certificates = value(EXPLICIT, signer.certificate.der)
    yield (END * 3 + certificates + sign(digest.digest(), signer, at) + END * 3,)
