"""BER (ITU-T X.690 section 8) read and written piece by piece: content of any size never stands in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from securenet.foundation.cms.reasons import Reason, Refused

OCTETS, OID, SEQUENCE, SET = 0x04, 0x06, 0x30, 0x31
CONSTRUCTED = 0x20
END = b"\x00\x00"
DEEPEST = 16
LARGEST_HEADER = 10


def header(tag: int, length: int) -> bytes:
    """Return identifier and length octets."""
    if length < 0x80:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets


def value(tag: int, *parts: bytes) -> bytes:
    """Return a value of definite length."""
    content = b"".join(parts)
    return header(tag, len(content)) + content


def opened(tag: int) -> bytes:
    """Return the beginning of a constructed value whose end is marked by END."""
    return bytes((tag, 0x80))


class Source:
    """Octets taken from `pull`, which returns some of them each time and nothing at the end."""

    def __init__(self, pull: Callable[[], bytes]) -> None:
        self._pull, self._held, self._at = pull, b"", 0

    def some(self, most: int) -> bytes:
        """Return from one to `most` octets. Raises Refused at the end."""
        if self.is_at_end():
            raise Refused(Reason.TRUNCATED)
        taken = self._held[self._at : self._at + most]
        self._at += len(taken)
        return taken

    def exactly(self, size: int) -> bytes:
        """Return so many octets. Raises Refused where they end before."""
        taken = b""
        while len(taken) < size:
            taken += self.some(size - len(taken))
        return taken

    def peek(self) -> int:
        """Return the next octet without taking it. Raises Refused at the end."""
        if self.is_at_end():
            raise Refused(Reason.TRUNCATED)
        return self._held[self._at]

    def is_at_end(self) -> bool:
        """Tell whether nothing is left."""
        while self._at >= len(self._held):
            self._held, self._at = self._pull(), 0
            if not self._held:
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Frame:
    """An open value: no octet beyond `limit` belongs to it; its end is there, or marked where it is not `definite`."""

    limit: float
    definite: bool


class Reader:
    """Values one after another, entered and left; everything it raises is Refused."""

    def __init__(self, pull: Callable[[], bytes]) -> None:
        self._source, self._at = Source(pull), 0
        self._frames = [_Frame(float("inf"), definite=False)]

    def enter(self, tag: int) -> None:
        """Go into a constructed value with this tag."""
        found, length = self._header()
        if found != tag:
            raise Refused(Reason.MALFORMED)
        self._push(length)

    def leave(self) -> None:
        """Go out of the value entered last, which must be at its end."""
        frame = self._frames.pop()
        if frame.definite and self._at != frame.limit:
            raise Refused(Reason.MALFORMED)
        if not frame.definite and self._take(2) != END:
            raise Refused(Reason.MALFORMED)

    def next_tag(self) -> int:
        """Return the tag of the next value; 0 where the one entered last has no more."""
        frame = self._frames[-1]
        if frame.definite and self._at == frame.limit:
            return 0
        return self._source.peek()

    def element(self, tag: int, most: int) -> bytes:
        """Return a whole value, all lengths in it made definite, that may take up to `most` octets."""
        if self.next_tag() != tag:
            raise Refused(Reason.MALFORMED)
        return self._element(most, depth=0)

    def octets(self, tag: int, depth: int = 0) -> Iterator[bytes]:
        """Yield the content of an octet string, in one piece or in many; `tag` is that of the primitive form."""
        found, length = self._header()
        if found == tag and length is not None:
            while length:
                piece = self._take_some(length)
                length -= len(piece)
                yield piece
            return
        if found != tag | CONSTRUCTED or depth > DEEPEST:
            raise Refused(Reason.MALFORMED)
        self._push(length)
        while self.next_tag():
            yield from self.octets(OCTETS, depth + 1)
        self.leave()

    def require_end(self, reason: Reason) -> None:
        """Raise Refused with `reason` unless the source has nothing more."""
        if not self._source.is_at_end():
            raise Refused(reason)

    def _element(self, most: int, depth: int) -> bytes:
        tag, length = self._header()
        if depth > DEEPEST or (length or 0) > most:
            raise Refused(Reason.MALFORMED)
        if length is not None:
            return header(tag, length) + self._take(length)
        self._push(None)
        parts: list[bytes] = []
        while self.next_tag():
            most -= LARGEST_HEADER
            parts.append(self._element(most, depth + 1))
            most -= len(parts[-1])
        self.leave()
        return value(tag, *parts)

    def _header(self) -> tuple[int, int | None]:
        tag, first = self._take(2)
        if tag & 0x1F == 0x1F or tag == 0:
            raise Refused(Reason.MALFORMED)
        if first < 0x80:
            return tag, first
        size = first & 0x7F
        if size > 8 or (size == 0 and not tag & CONSTRUCTED):
            raise Refused(Reason.MALFORMED)
        return tag, int.from_bytes(self._take(size)) if size else None

    def _push(self, length: int | None) -> None:
        limit = self._frames[-1].limit
        if length is not None and self._at + length > limit:
            raise Refused(Reason.MALFORMED)
        self._frames.append(_Frame(limit if length is None else self._at + length, definite=length is not None))

    def _take(self, size: int) -> bytes:
        self._require_inside(size)
        self._at += size
        return self._source.exactly(size)

    def _take_some(self, most: int) -> bytes:
        self._require_inside(most)
        piece = self._source.some(most)
        self._at += len(piece)
        return piece

    def _require_inside(self, size: int) -> None:
        if self._at + size > self._frames[-1].limit:
            raise Refused(Reason.MALFORMED)
