"""Names in certificates: read by attribute, never by position or from a joined string."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stdnum.th import tin

from securenet.foundation.x509.der import SEQUENCE, SET, Node, NotDer, oid_of, text_of
from securenet.foundation.x509.limits import MAX_ATTRIBUTE, MAX_COMMON_NAME, MAX_RDNS

COMMON_NAME, COUNTRY, ORGANIZATION, UNIT = "2.5.4.3", "2.5.4.6", "2.5.4.10", "2.5.4.11"
ORGANIZATION_IDENTIFIER, EMAIL = "2.5.4.97", "1.2.840.113549.1.9.1"
_SHORT = {
    COMMON_NAME: "CN", COUNTRY: "C", ORGANIZATION: "O", UNIT: "OU", EMAIL: "E",
    ORGANIZATION_IDENTIFIER: "organizationIdentifier", "2.5.4.4": "SN", "2.5.4.5": "serialNumber",
    "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.12": "title", "2.5.4.42": "givenName",
    "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
}  # fmt: skip
_THIRTEEN = re.compile(r"(?<![0-9])[0-9]{13}(?![0-9])", re.ASCII)
_UNIT_NUMBER = re.compile(r"(?:TAX ?ID|TIN)[ :=-]*([0-9]{13})", re.ASCII | re.IGNORECASE)
_NIKHAHIT_BEFORE_TONE = re.compile("\u0e4d([\u0e48-\u0e4b])")
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SCRIPTS = ("LATIN ", "THAI ")


@dataclass(frozen=True)
class Attribute:
    """One attribute of a name, its value as the CA wrote it."""

    oid: str
    value: str


Name = tuple[tuple[Attribute, ...], ...]


def read_name(node: Node) -> Name:
    """Return the relative names in order, each with its attributes; raises NotDer when out of form."""
    return tuple(_read_relative_name(relative) for relative in node.children)


def _read_relative_name(node: Node) -> tuple[Attribute, ...]:
    if node.tag != SET or not node.children:
        raise NotDer("no relative name")
    pairs = [pair.children for pair in node.children if pair.tag == SEQUENCE and len(pair.children) == 2]
    if len(pairs) != len(node.children):
        raise NotDer("no attribute")
    return tuple(Attribute(oid_of(kind), text_of(value)) for kind, value in pairs)


def values_of(name: Name, *oids: str) -> list[str]:
    """Return the values of these attributes in the order of the name."""
    return [attribute.value for relative in name for attribute in relative if attribute.oid in oids]


def readable(name: Name) -> str:
    """Return the name for people: `CN=… + E=…, OU=…`, the person first within a part, nothing unprintable."""
    return ", ".join(" + ".join(_readable_pairs(relative)) for relative in name)


def _readable_pairs(relative: tuple[Attribute, ...]) -> Iterator[str]:
    for attribute in sorted(relative, key=lambda each: each.oid != COMMON_NAME):
        yield f"{_SHORT.get(attribute.oid, attribute.oid)}={printable(attribute.value)}"


def printable(value: str) -> str:
    """Return a value that may be shown: controls and invisible characters escaped, long ones cut with an ellipsis."""
    shown = value if len(value) <= MAX_ATTRIBUTE else value[:MAX_ATTRIBUTE] + "…"
    if _is_plain(shown):
        return shown
    return "".join(f"\\u{ord(c):04X}" if unicodedata.category(c) in _FORBIDDEN else c for c in shown)


def names_match(a: str, b: str) -> bool:
    """Whether two names of a person are the same to a reader: case, width, spacing and Thai composition apart."""
    return _folded(a) == _folded(b)


def _folded(value: str) -> str:
    # NFKC takes SARA AM apart but leaves a tone mark on either side of the NIKHAHIT, as it was typed
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return " ".join(_NIKHAHIT_BEFORE_TONE.sub("\\1\u0e4d", folded).split())


def organization_number_in(name: Name) -> str | None:
    """Return the 13-digit number with a right check digit in O, organizationIdentifier or OU, if there is just one."""
    found = {number for number in _numbers_in(name) if tin.is_valid(number)}
    return found.pop() if len(found) == 1 else None


def _numbers_in(name: Name) -> Iterator[str]:
    for value in values_of(name, ORGANIZATION, ORGANIZATION_IDENTIFIER):
        yield from _THIRTEEN.findall(value)
    for value in values_of(name, UNIT):
        yield from _UNIT_NUMBER.findall(value)
        if _THIRTEEN.fullmatch(value):
            yield value


def is_oversized_name(name: Name) -> bool:
    """Whether there are more parts, or longer ones, than a name needs."""
    values = [attribute.value for relative in name for attribute in relative]
    return len(values) > MAX_RDNS or any(len(value) > MAX_ATTRIBUTE for value in values)


def is_forbidden_name(name: Name) -> bool:
    """Whether a subject is empty, oversized, has two CNs, or characters that deceive a reader or a log."""
    common_names = values_of(name, COMMON_NAME)
    values = [attribute.value for relative in name for attribute in relative]
    if not values or is_oversized_name(name) or len(common_names) > 1:
        return True
    if any(len(value) > MAX_COMMON_NAME for value in common_names):
        return True
    return any(not value.strip() or has_forbidden(value) for value in values)


def has_forbidden(value: str) -> bool:
    """Whether there are controls, invisible or direction-changing characters (general categories C*, Zl, Zp)."""
    return not _is_plain(value) and any(unicodedata.category(character) in _FORBIDDEN for character in value)


def is_plain_address(value: str) -> bool:
    """Whether a name of IA5 kind (mail, host, URI) has printable ASCII only, no space."""
    return _is_plain(value) and " " not in value


def is_doubtful_name(name: Name) -> bool:
    """Whether an approver should look: no CN, a spreadsheet formula, letters of other scripts, foreign digits."""
    values = [attribute.value for relative in name for attribute in relative]
    if not values_of(name, COMMON_NAME) or any(value.lstrip()[:1] in tuple("=+-@") for value in values):
        return True
    return any(_has_other_letters(value) for value in values) or _has_other_digits(values)


def _is_plain(value: str) -> bool:
    """Whether there are only space and the printable characters of ASCII, as in most certificates."""
    return value.isascii() and value.isprintable()


def _has_other_letters(value: str) -> bool:
    if _is_plain(value):
        return False
    letters = (character for character in value if character.isalpha())
    return any(not unicodedata.name(letter, "").startswith(_SCRIPTS) for letter in letters)


def _has_other_digits(values: Iterable[str]) -> bool:
    return any(not run.isascii() for value in values for run in re.findall(r"\d{13}", value))
