"""A strict reader of DER (ITU-T X.690 section 10): every value is seen once, nothing is guessed."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from securenet.foundation.x509.limits import MAX_DEPTH, MAX_NODES

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
ENUMERATED, UTF8, SEQUENCE, SET = 0x0A, 0x0C, 0x30, 0x31
NUMERIC, PRINTABLE, TELETEX, IA5, UTC_TIME, GENERALIZED_TIME, VISIBLE, UNIVERSAL, BMP = (
    0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1A, 0x1C, 0x1E,
)  # fmt: skip


class NotDer(ValueError):
    """The bytes are not one well-formed DER value."""


class TooMuch(NotDer):
    """More values, or deeper ones, than a certificate needs."""


class Node(NamedTuple):
    """One value: `tag` is the identifier octet, `children` the values inside a constructed one."""

    tag: int
    content: bytes
    encoding: bytes
    children: tuple["Node", ...] = ()


def read_header(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """Return the identifier octet at offset `at`, and where the content starts and ends, maybe beyond the data.

    Raises NotDer for long tags, and indefinite or non-minimal lengths.
    """
    if len(data) < at + 2:
        raise NotDer("ends inside a header")
    tag, first = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise NotDer("a long tag")
    if first < 0x80:
        return tag, at + 2, at + 2 + first
    size = first & 0x7F
    octets = data[at + 2 : at + 2 + size]
    if size == 0 or size > 8:
        raise NotDer("an indefinite or oversized length")
    if len(octets) < size:
        raise NotDer("ends inside a length")
    length = int.from_bytes(octets)
    if octets[0] == 0 or length < 0x80:
        raise NotDer("a length that could be shorter")
    return tag, at + 2 + size, at + 2 + size + length


def parse(data: bytes) -> Node:
    """Return the one value that fills `data`, with everything inside it; raises NotDer."""
    reader = _Reader()
    node = reader.read(data, 0, depth=0)
    if len(node.encoding) != len(data):
        raise NotDer("data after the value")
    return node


class _Reader:
    def __init__(self) -> None:
        self.budget = MAX_NODES

    def read(self, data: bytes, at: int, depth: int) -> Node:
        self.budget -= 1
        if self.budget < 0 or depth > MAX_DEPTH:
            raise TooMuch("too many or too deeply nested values")
        tag, body, end = read_header(data, at)
        if end > len(data):
            raise NotDer("ends inside a value")
        content, encoding = data[body:end], data[at:end]
        if not tag & 0x20:
            _require_strict(tag, content)
            return Node(tag, content, encoding)
        if tag not in (SEQUENCE, SET) and not 0x40 <= tag < 0xC0:
            raise NotDer("a constructed string, or a private tag")
        children = self._read_children(content, depth + 1)
        if tag == SET and len(children) > 1 and list(children) != sorted(children, key=lambda child: child.encoding):
            raise NotDer("a set out of order")
        return Node(tag, content, encoding, children)

    def _read_children(self, content: bytes, depth: int) -> tuple[Node, ...]:
        children, at, end = [], 0, len(content)
        while at < end:
            child = self.read(content, at, depth)
            children.append(child)
            at += len(child.encoding)
        return tuple(children)


def text_of(node: Node) -> str:
    """Return the characters of a string value; raises NotDer when it is no string or wrongly encoded."""
    return _text(node.tag, node.content)


def _text(tag: int, content: bytes) -> str:
    codec = _CODECS.get(tag)
    if codec is None:
        raise NotDer("no string")
    try:
        return content.decode(codec)
    except UnicodeDecodeError as wrong:
        raise NotDer("a wrongly encoded string") from wrong


def oid_of(node: Node) -> str:
    """Return an object identifier in dotted form."""
    if node.tag != OID:
        raise NotDer("no object identifier")
    return _dotted(node.content)


@lru_cache(maxsize=256)  # the same few stand in every certificate
def _dotted(content: bytes) -> str:
    arcs, value = [], 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def integer_of(node: Node) -> int:
    """Return a signed integer."""
    if node.tag != INTEGER:
        raise NotDer("no integer")
    return int.from_bytes(node.content, signed=True)


def bits_of(node: Node) -> bytes:
    """Return the octets of a bit string without unused bits; raises NotDer for any other."""
    if node.tag != BIT_STRING or node.content[0] != 0:
        raise NotDer("no whole octets")
    return node.content[1:]


def time_of(node: Node) -> datetime:
    """Return a moment in UTC; two-digit years mean 1950 to 2049 (RFC 5280 section 4.1.2.5.1)."""
    return _time(node.tag, node.content)


def _time(tag: int, content: bytes) -> datetime:
    pattern = _TIMES.get(tag)
    if pattern is None or not pattern.fullmatch(content):
        raise NotDer("no time in Z")
    digits = content[:-1].decode("ascii")
    if tag == UTC_TIME:
        digits = ("20" if digits < "50" else "19") + digits
    year, month, day, hour, minute, second = int(digits[:4]), *(int(digits[i : i + 2]) for i in range(4, 14, 2))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as wrong:
        raise NotDer("no such date") from wrong


_CODECS = {
    UTF8: "utf-8", NUMERIC: "ascii", PRINTABLE: "ascii", TELETEX: "latin-1", IA5: "ascii",
    VISIBLE: "ascii", UNIVERSAL: "utf-32-be", BMP: "utf-16-be",
}  # fmt: skip
_PADDED_ARC = re.compile(rb"[\x00-\x7f]\x80")
_TIMES = {UTC_TIME: re.compile(rb"[0-9]{12}Z"), GENERALIZED_TIME: re.compile(rb"[0-9]{14}Z")}


def _require_strict(tag: int, content: bytes) -> None:
    if tag in _STRICT:
        if not _STRICT[tag](content):
            raise NotDer("a value not in its shortest form")
    elif tag in _CODECS:
        _text(tag, content)
    elif tag in _TIMES:
        _time(tag, content)
    elif not 0x80 <= tag < 0xC0:
        raise NotDer("a type that certificates do not have, an application or a private tag")


def _minimal_integer(content: bytes) -> bool:
    if len(content) < 2:
        return len(content) == 1
    return not ((content[0] == 0 and content[1] < 0x80) or (content[0] == 0xFF and content[1] >= 0x80))


def _whole_bits(content: bytes) -> bool:
    if not content or content[0] > 7 or (len(content) == 1 and content[0]):
        return False
    return len(content) == 1 or not content[-1] & ((1 << content[0]) - 1)


def _minimal_oid(content: bytes) -> bool:
    if not content or content[-1] & 0x80 or len(content) > 64:
        return False
    return content[0] != 0x80 and not _PADDED_ARC.search(content)


_STRICT: dict[int, Callable[[bytes], bool]] = {
    BOOLEAN: lambda content: content in (b"\x00", b"\xff"),
    INTEGER: _minimal_integer,
    ENUMERATED: _minimal_integer,
    BIT_STRING: _whole_bits,
    OCTET_STRING: lambda content: True,
    NULL: lambda content: not content,
    OID: _minimal_oid,
}
