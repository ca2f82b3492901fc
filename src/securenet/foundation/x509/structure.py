"""The certificate's outer form (RFC 5280 section 4.1), read from strict DER before any library sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from securenet.foundation.x509.der import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    Node,
    NotDer,
    TooMuch,
    bits_of,
    integer_of,
    oid_of,
    parse,
    time_of,
)
from securenet.foundation.x509.limits import (
    MAX_ALL_EXTENSIONS,
    MAX_EXTENSION,
    MAX_EXTENSIONS,
    MAX_GENERAL_NAMES,
    MAX_NAME,
    MAX_SERIAL,
)
from securenet.foundation.x509.reasons import Reason

SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, POLICY_MAPPINGS = "2.5.29.17", "2.5.29.19", "2.5.29.33"
KEY_USAGE, EXTENDED_KEY_USAGE, CRL_DISTRIBUTION_POINTS = "2.5.29.15", "2.5.29.37", "2.5.29.31"
NAME_CONSTRAINTS, CERTIFICATE_POLICIES = "2.5.29.30", "2.5.29.32"
AUTHORITY_KEY, SUBJECT_KEY = "2.5.29.35", "2.5.29.14"
POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY = "2.5.29.36", "2.5.29.54"
AUTHORITY_ACCESS = "1.3.6.1.5.5.7.1.1"

UNDERSTOOD = frozenset({  # what is processed here or by the path validation when it is critical
    SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, CRL_DISTRIBUTION_POINTS,
    NAME_CONSTRAINTS, CERTIFICATE_POLICIES, POLICY_MAPPINGS, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY,
})  # fmt: skip
_STRICT_INSIDE = UNDERSTOOD | {AUTHORITY_KEY, SUBJECT_KEY, AUTHORITY_ACCESS}


@dataclass(frozen=True)
class Extension:
    """One extension; `value` is the DER inside its OCTET STRING, `parts` counts what was read in it, if anything."""

    oid: str
    critical: bool
    value: bytes
    parts: int


@dataclass(frozen=True)
class Structure:
    """The parts of a certificate, not yet judged."""

    tbs: bytes
    version: int
    serial: bytes
    issuer: Node
    not_before: Node
    not_after: Node
    validity: tuple[datetime, datetime]  # both inclusive, in UTC
    subject: Node
    public_key: Node
    extensions: tuple[Extension, ...]
    signature_algorithm: Node
    signature: bytes


def read_structure(der: bytes) -> Structure:
    """Return the parts of a certificate in strict DER; raises NotDer when any part is out of form."""
    root = parse(der)
    tbs, algorithm, signature = _fields(root, SEQUENCE, SEQUENCE, BIT_STRING)
    parts = list(tbs.children)
    version = _take_version(parts)
    if len(parts) < 6:
        raise NotDer("parts are missing")
    serial, inner, issuer, validity, subject, public_key = parts[:6]
    for node, tag in zip(parts[:6], (INTEGER, *[SEQUENCE] * 5), strict=True):
        if node.tag != tag:
            raise NotDer("a part of another kind")
    if max(len(subject.content), len(issuer.content)) > MAX_NAME:
        raise TooMuch("a long name")
    if inner.encoding != algorithm.encoding:
        raise NotDer("the inner and outer signature algorithms differ")  # RFC 5280 section 4.1.1.2
    if len(validity.children) != 2:
        raise NotDer("no two dates")
    not_before, not_after = validity.children
    period = time_of(not_before), time_of(not_after)
    return Structure(
        tbs.encoding, version, serial.content, issuer, not_before, not_after, period, subject, public_key,
        tuple(_read_extensions(parts[6:])), algorithm, bits_of(signature),
    )  # fmt: skip


def outer_reasons(parts: Structure) -> Iterator[Reason]:
    """Yield what makes a certificate unreadable for us although it is DER: no facts are shown of such a one."""
    if parts.version != 2:
        yield Reason.VERSION
    if parts.serial[0] & 0x80 or not any(parts.serial) or len(parts.serial) > MAX_SERIAL:
        yield Reason.SERIAL
    oids = [extension.oid for extension in parts.extensions]
    if len(set(oids)) != len(oids):
        yield Reason.DUPLICATE_EXTENSION
    if _is_oversized(parts.extensions):
        yield Reason.TOO_LARGE


def time_reasons(parts: Structure) -> Iterator[Reason]:
    """Yield `time` when the dates contradict each other or RFC 5280 section 4.1.2.5."""
    first, last = parts.validity
    tags = (parts.not_before.tag, parts.not_after.tag)
    early = any(tag == GENERALIZED_TIME and at.year < 2050 for tag, at in zip(tags, (first, last), strict=True))
    if early or first > last:
        yield Reason.TIME


def _fields(node: Node, *tags: int) -> tuple[Node, ...]:
    if node.tag != SEQUENCE or tuple(child.tag for child in node.children) != tags:
        raise NotDer("other parts than expected")
    return node.children


def _take_version(parts: list[Node]) -> int:
    if not parts or parts[0].tag != 0xA0:
        return 0
    explicit = parts.pop(0).children
    version = integer_of(explicit[0]) if len(explicit) == 1 else 0
    if version == 0:
        raise NotDer("no version, or an encoded DEFAULT")
    return version


def _read_extensions(rest: list[Node]) -> Iterator[Extension]:
    tags = [node.tag for node in rest]
    if tags != sorted(set(tags)) or not set(tags) <= {0x81, 0x82, 0xA3}:
        raise NotDer("parts after the key in disorder")
    if not rest or rest[-1].tag != 0xA3:
        return
    listed = rest[-1].children
    if len(listed) != 1 or listed[0].tag != SEQUENCE or not listed[0].children:
        raise NotDer("no extensions in their place")
    if len(listed[0].content) > MAX_ALL_EXTENSIONS:
        raise TooMuch("long extensions")  # before any of them is looked into
    for node in listed[0].children:
        yield _read_extension(node)


def _read_extension(node: Node) -> Extension:
    tags = [child.tag for child in node.children]
    if node.tag != SEQUENCE or tags[:1] != [0x06] or tags[1:] not in ([OCTET_STRING], [BOOLEAN, OCTET_STRING]):
        raise NotDer("an extension of another form")
    if len(tags) == 3 and node.children[1].content == b"\x00":
        raise NotDer("an encoded DEFAULT")
    oid, value, count = oid_of(node.children[0]), node.children[-1].content, 0
    if oid in _STRICT_INSIDE and len(value) <= MAX_EXTENSION:
        inside = parse(value).children
        count = len(inside)
        if oid == BASIC_CONSTRAINTS and any(n.encoding == b"\x01\x01\x00" for n in inside):
            raise NotDer("an encoded DEFAULT")
    return Extension(oid, len(tags) == 3, value, count)


def _is_oversized(extensions: tuple[Extension, ...]) -> bool:
    if len(extensions) > MAX_EXTENSIONS or any(len(extension.value) > MAX_EXTENSION for extension in extensions):
        return True
    return any(each.parts > MAX_GENERAL_NAMES for each in extensions if each.oid == SUBJECT_ALT_NAME)
