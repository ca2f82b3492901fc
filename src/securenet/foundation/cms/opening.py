"""Opening what was signed and encrypted, and encrypting it anew to others, without the content standing in memory."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from securenet.foundation.cms.ber import OCTETS, OID, SEQUENCE, SET, Reader
from securenet.foundation.cms.ciphers import Algorithm, decrypted, read_algorithm
from securenet.foundation.cms.keys import Key
from securenet.foundation.cms.reasons import Reason, Refused
from securenet.foundation.cms.recipients import unwrap_key, wrap_key
from securenet.foundation.cms.sealing import (
    AUTHENTICATED,
    CHUNK,
    DATA,
    ENVELOPED,
    EXPLICIT,
    IMPLICIT_STRING,
    SIGNED,
    Envelope,
)
from securenet.foundation.cms.signatures import digest_names, verify
from securenet.foundation.x509 import Certificate

INTEGER = 0x02
VERSION_0, VERSION_2, VERSION_3 = (bytes((INTEGER, 1, number)) for number in (0, 2, 3))  # RFC 5652 section 6.1
CONTEXT_1, CONTEXT_2 = 0xA1, 0xA2
SMALL, LARGE = 1 << 12, 1 << 19


@dataclass(frozen=True)
class Opened:
    """What a file says once everything in it was verified, except whether its signer is to be trusted.

    `signed_at` is the signer's word alone; `digest` is `sha256:…` or a longer one of the content.
    """

    certificate: Certificate
    signed_at: datetime | None
    size: int
    digest: str


def open_sealed(source: BinaryIO, target: BinaryIO, key: Key) -> Opened:
    """Write the content to `target` and return what the file says; nothing written may be used where this raises.

    Raises Refused, or UnusableKey where the token refuses.
    """
    sealed = _Sealed(source)
    return _open_signed(sealed.content(unwrap_key(sealed.recipients, key), sealed.pieces()), target.write)


def rewrap(source: BinaryIO, target: BinaryIO, key: Key, recipients: Sequence[Certificate]) -> Opened:
    """Write the same encrypted content with `recipients` in place of those before, and return what the file says.

    The content is verified in passing and written nowhere. Raises what `open_sealed` raises, and what `seal` does.
    """
    sealed = _Sealed(source)
    content_key = unwrap_key(sealed.recipients, key)
    envelope = Envelope(target, sealed.algorithm, *wrap_key(content_key, recipients))

    def passing() -> Iterator[bytes]:
        for piece in sealed.pieces():
            envelope.write(piece)
            yield piece

    told = _open_signed(sealed.content(content_key, passing()), lambda _content: None)
    envelope.close(sealed.tag)
    return told


class _Sealed:
    """An AuthEnvelopedData or EnvelopedData, read up to its encrypted content."""

    def __init__(self, source: BinaryIO) -> None:
        self._reader = reader = Reader(lambda: source.read(CHUNK))
        self.tag = b""
        try:
            reader.enter(SEQUENCE)
            kind = reader.element(OID, SMALL)
        except Refused as wrong:
            raise Refused(Reason.NOT_ENCRYPTED) from wrong
        if kind not in {AUTHENTICATED, ENVELOPED}:
            raise Refused(Reason.NOT_ENCRYPTED)
        reader.enter(EXPLICIT)
        reader.enter(SEQUENCE)
        version = reader.element(INTEGER, SMALL)
        if version not in ((VERSION_0,) if kind == AUTHENTICATED else (VERSION_0, VERSION_2, VERSION_3)):
            raise Refused(Reason.MALFORMED)
        if reader.next_tag() == EXPLICIT:  # originatorInfo, which helps nobody here
            reader.element(EXPLICIT, LARGE)
        self.recipients = reader.element(SET, LARGE)
        reader.enter(SEQUENCE)
        if reader.element(OID, SMALL) != DATA:
            raise Refused(Reason.UNSIGNED)
        self.algorithm: Algorithm = read_algorithm(reader.element(SEQUENCE, SMALL))
        if self.algorithm.authenticates != (kind == AUTHENTICATED):
            raise Refused(Reason.ALGORITHM)

    def pieces(self) -> Iterator[bytes]:
        """Yield the encrypted octets as they stand in the file."""
        return self._reader.octets(IMPLICIT_STRING)

    def content(self, key: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the decrypted octets; the end is reached only where the file ends well."""
        yield from decrypted(self.algorithm, key, pieces, self._take_tag)
        if not self.algorithm.authenticates:
            self._finish(CONTEXT_1)

    def _take_tag(self) -> bytes:
        reader = self._reader
        reader.leave()
        if reader.next_tag() == CONTEXT_1:  # authAttrs belong before the content that they are authenticated with
            raise Refused(Reason.ALGORITHM)
        self.tag = b"".join(reader.octets(OCTETS))
        if len(self.tag) != self.algorithm.tag_size:
            raise Refused(Reason.ALTERED)
        self._end(CONTEXT_2)
        return self.tag

    def _finish(self, unprotected: int) -> None:
        self._reader.leave()
        self._end(unprotected)

    def _end(self, unprotected: int) -> None:
        if self._reader.next_tag() == unprotected:
            self._reader.element(unprotected, LARGE)
        self._reader.leave()
        self._reader.leave()
        self._reader.leave()
        self._reader.require_end(Reason.TRAILING_DATA)


def _open_signed(content: Iterator[bytes], write: Callable[[bytes], object]) -> Opened:
    """Return what the SignedData says. Where it is none, the envelope is read to its end, so that it tells first."""
    reader = Reader(lambda: next(filter(None, content), b""))
    try:
        signed = _read_signed(reader, write)
        reader.require_end(Reason.MALFORMED)
    except Refused:
        for _rest in content:
            pass
        raise
    certificate, name, signed_at = verify(signed.signers, signed.certificates, signed.digests)
    return Opened(certificate, signed_at, signed.size, f"{name}:{signed.digests[name].hex()}")


@dataclass(frozen=True)
class _Signed:
    """What stands around the content, not looked into yet: that waits for the envelope's word that it is unaltered."""

    digests: dict[str, bytes]
    size: int
    certificates: bytes
    signers: bytes


def _read_signed(reader: Reader, write: Callable[[bytes], object]) -> _Signed:
    try:
        reader.enter(SEQUENCE)
        signed = reader.element(OID, SMALL) == SIGNED
    except Refused as wrong:
        raise Refused(Reason.UNSIGNED) from wrong
    if not signed:
        raise Refused(Reason.UNSIGNED)
    reader.enter(EXPLICIT)
    reader.enter(SEQUENCE)
    reader.element(INTEGER, SMALL)
    digests = {name: hashlib.new(name) for name in digest_names(reader.element(SET, SMALL))}
    size = 0
    for piece in _content(reader):
        size += len(piece)
        for digest in digests.values():
            digest.update(piece)
        write(piece)
    certificates = reader.element(EXPLICIT, LARGE) if reader.next_tag() == EXPLICIT else b""
    if reader.next_tag() == CONTEXT_1:  # revocation lists: ours are taken from where we trust them
        reader.element(CONTEXT_1, LARGE)
    signers = reader.element(SET, LARGE)
    reader.leave()
    reader.leave()
    reader.leave()
    as_set = bytes([SET]) + certificates[1:] if certificates else b""
    return _Signed({name: digest.digest() for name, digest in digests.items()}, size, as_set, signers)


def _content(reader: Reader) -> Iterator[bytes]:
    reader.enter(SEQUENCE)
    if reader.element(OID, SMALL) != DATA:
        raise Refused(Reason.UNSIGNED)
    if reader.next_tag() != EXPLICIT:
        raise Refused(Reason.NO_CONTENT)
    reader.enter(EXPLICIT)
    yield from reader.octets(OCTETS)
    reader.leave()
    reader.leave()
