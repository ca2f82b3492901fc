"""A certificate that was read strictly: its facts, and what is wrong with it whoever issued it."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1, sha256

from cryptography import x509

from securenet.foundation.x509.der import TooMuch
from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.keys import PublicKey, judge_key
from securenet.foundation.x509.names import (
    COMMON_NAME,
    EMAIL,
    Name,
    has_forbidden,
    is_doubtful_name,
    is_forbidden_name,
    is_oversized_name,
    is_plain_address,
    organization_number_in,
    printable,
    read_name,
    readable,
    values_of,
)
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.remembered import remembered
from securenet.foundation.x509.signatures import is_accepted_algorithm
from securenet.foundation.x509.structure import (
    UNDERSTOOD,
    Structure,
    outer_reasons,
    read_structure,
    time_reasons,
)
from securenet.foundation.x509.upload import read_der

_REMEMBERED = 256  # a member's own comes again and again; one at every limit takes about 100 kB


@dataclass(frozen=True)
class Certificate:
    """The facts of one certificate; two are equal when their DER is.

    Moments are aware, in UTC, both inclusive; digests are lower-case hex; `serial_hex` is upper-case
    without leading zeros. `findings` and `remarks` are what `check` reports as reasons and warnings
    whatever the issuer, the moment, or the purpose.
    """

    der: bytes
    subject: str = field(compare=False)
    issuer: str = field(compare=False)
    serial_hex: str = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    public_key: str = field(compare=False)
    sha1: str = field(compare=False)
    sha256: str = field(compare=False)
    spki_sha256: str = field(compare=False)
    organization_number: str | None = field(compare=False)
    emails: tuple[str, ...] = field(compare=False)
    common_name: str = field(compare=False)
    issuer_serial: str = field(compare=False)
    is_ca: bool = field(compare=False)
    findings: tuple[Reason, ...] = field(compare=False)
    remarks: tuple[Reason, ...] = field(compare=False)
    loaded: x509.Certificate = field(compare=False, repr=False)


def read_upload(data: bytes) -> Certificate:
    """Return the one certificate in an uploaded file, DER or PEM whatever its name.

    Raises Refused when the file holds none, another thing, or one that is not strict DER of X.509 version 3.
    Beyond that nothing is judged: give the result to `check`.
    """
    return _read(read_der(data))


@remembered(_REMEMBERED)
def _read(der: bytes) -> Certificate:
    try:
        parts = read_structure(der)
        subject, issuer = read_name(parts.subject), read_name(parts.issuer)
    except TooMuch as wrong:
        raise Refused(Reason.TOO_LARGE) from wrong
    except (ValueError, IndexError, RecursionError) as wrong:
        raise Refused(Reason.MALFORMED) from wrong
    outer = tuple(outer_reasons(parts))
    if is_oversized_name(issuer):  # it is compared with those of the accepted CAs, which is slow
        outer = (*outer, Reason.TOO_LARGE)
    if outer:
        raise Refused(*outer)
    key = judge_key(parts.public_key)
    try:
        loaded = _load_wholly(der, with_key=key.reason is None)
    except _UnusableKey:
        key, loaded = PublicKey(key.description, Reason.KEY_ALGORITHM), _load_wholly(der, with_key=False)
    return _describe(der, parts, subject, issuer, key, loaded)


class _UnusableKey(Exception):
    pass


def _load_wholly(der: bytes, with_key: bool) -> x509.Certificate:
    """Return the certificate as `cryptography` reads it, every lazily read part already asked for once."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it counts a name's octets where RFC 5280 counts characters
            loaded = x509.load_der_x509_certificate(der)
            _ = (loaded.subject, loaded.issuer, loaded.extensions, loaded.not_valid_after_utc, loaded.version)
    except Exception as wrong:  # whatever a library raises over a stranger's file is the file's fault
        raise Refused(Reason.MALFORMED) from wrong
    try:
        _ = loaded.public_key() if with_key else None
    except Exception as wrong:
        raise _UnusableKey from wrong
    return loaded


def _describe(
    der: bytes, parts: Structure, subject: Name, issuer: Name, key: PublicKey, loaded: x509.Certificate
) -> Certificate:
    serial_hex = f"{int.from_bytes(parts.serial):X}"
    not_before, not_after = parts.validity
    addresses = _addresses(subject, loaded)
    return Certificate(
        der=der,
        subject=readable(subject),
        issuer=readable(issuer),
        serial_hex=serial_hex,
        not_before=not_before,
        not_after=not_after,
        public_key=key.description,
        sha1=sha1(der, usedforsecurity=False).hexdigest(),
        sha256=sha256(der).hexdigest(),
        spki_sha256=sha256(parts.public_key.encoding).hexdigest(),
        organization_number=organization_number_in(subject),
        emails=tuple(dict.fromkeys(printable(address) for address in addresses)),
        common_name=printable(next(iter(values_of(subject, COMMON_NAME)), "")),
        issuer_serial=f"{sha256(parts.issuer.encoding).hexdigest()}:{serial_hex}",
        is_ca=_is_ca(loaded),
        findings=tuple(_findings(parts, subject, key, loaded)),
        remarks=tuple(_remarks(subject, key)),
        loaded=loaded,
    )


def _findings(parts: Structure, subject: Name, key: PublicKey, loaded: x509.Certificate) -> Iterator[Reason]:
    yield from time_reasons(parts)
    if _is_forbidden_subject(subject, loaded):
        yield Reason.SUBJECT
    if key.reason:
        yield key.reason
    if not is_accepted_algorithm(loaded):
        yield Reason.SIGNATURE_ALGORITHM
    if any(extension.critical and extension.oid not in UNDERSTOOD for extension in parts.extensions):
        yield Reason.UNKNOWN_CRITICAL_EXTENSION


def _remarks(subject: Name, key: PublicKey) -> Iterator[Reason]:
    if is_doubtful_name(subject):
        yield Reason.SUBJECT
    if key.low_exponent:
        yield Reason.KEY


def _is_forbidden_subject(subject: Name, loaded: x509.Certificate) -> bool:
    names = _alternative_names(loaded)
    plain = [name.value for name in names if isinstance(name, _PLAIN_NAMES)]
    if is_forbidden_name(subject) or not all(is_plain_address(value) for value in plain):
        return True
    directories = [name.value for name in names if isinstance(name, x509.DirectoryName)]
    return any(has_forbidden(str(attribute.value)) for directory in directories for attribute in directory)


_PLAIN_NAMES = (x509.RFC822Name, x509.DNSName, x509.UniformResourceIdentifier)


def _alternative_names(loaded: x509.Certificate) -> list[x509.GeneralName]:
    return list(extension_of(loaded, x509.SubjectAlternativeName) or ())


def _addresses(subject: Name, loaded: x509.Certificate) -> list[str]:
    alternative = [name.value for name in _alternative_names(loaded) if isinstance(name, x509.RFC822Name)]
    return values_of(subject, EMAIL) + alternative


def _is_ca(loaded: x509.Certificate) -> bool:
    constraints = extension_of(loaded, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def facts(certificate: Certificate) -> list[tuple[str, str | datetime]]:
    """Return what a member sees before confirming (R42), in order: label keys with text or moments."""
    return [
        ("subject", certificate.subject),
        ("issuer", certificate.issuer),
        ("issued_to", certificate.common_name),
        ("valid_from", certificate.not_before),
        ("valid_to", certificate.not_after),
        ("public_key", certificate.public_key),
        ("serial_number", certificate.serial_hex),
        ("sha1_thumbprint", certificate.sha1.upper()),
        ("sha256_thumbprint", certificate.sha256.upper()),
    ]
