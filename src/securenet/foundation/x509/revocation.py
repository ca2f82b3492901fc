"""Certificate revocation lists (RFC 5280 section 5), read once and asked often."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Self

from asn1crypto.x509 import Name
from cryptography import x509

from securenet.foundation.x509.der import read_header
from securenet.foundation.x509.entries import HOLD, Entries, Revocation
from securenet.foundation.x509.extensions import extension_of
from securenet.foundation.x509.limits import AHEAD, MAX_CRL
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.signatures import is_accepted_algorithm, is_signed_by
from securenet.foundation.x509.trust import Authority

Status = Literal["good", "revoked", "on-hold", "unknown"]

_PEM = re.compile(rb"-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----")
_RELEASED = "removeFromCRL"


@dataclass(frozen=True)
class Scope:
    """Which certificates a list speaks of; a list that is partial for any other reason is not `complete`."""

    complete: bool = True
    users: bool = True
    authorities: bool = True
    points: frozenset[str] | None = None  # addresses of its distribution point; None: all

    def covers(self, certificate: x509.Certificate, is_ca: bool) -> bool:
        """Whether the absence of this certificate from the list means that it is not revoked."""
        if not self.complete or not (self.authorities if is_ca else self.users):
            return False
        return self.points is None or not self.points.isdisjoint(_points_of(certificate))


@dataclass(frozen=True)
class RevocationList:
    """A list whose signature has been verified. `number` lets the caller notice a replayed older list."""

    issuer: tuple[str, str]
    number: int | None
    this_update: datetime
    next_update: datetime | None
    scope: Scope
    entries: Entries = field(repr=False, compare=False)

    def is_current(self, at: datetime) -> bool:
        """Whether the list speaks of this moment; one without nextUpdate never does (RFC 5280 section 5.1.2.5)."""
        return self.next_update is not None and self.has_begun(at) and at <= self.next_update

    def has_begun(self, at: datetime) -> bool:
        """Whether it can have been fetched for somebody who began at `at`: it was signed later, by another clock."""
        return self.this_update <= at + AHEAD

    @property
    def age_key(self) -> tuple[datetime, int]:
        """Sorts lists of one issuer from old to new."""
        return self.this_update, self.number or 0


def read_crl(data: bytes, issuer: Authority) -> RevocationList:
    """Return a DER or PEM list, parsed once. `issuer` must bear its name, have signed it, and be entitled to.

    Raises Refused: too-large, not-a-certificate (no list), malformed, unaccepted-issuer (another name), key-usage
    (the issuer may not sign lists), signature-algorithm, or bad-signature.
    """
    der = _der_in(data)
    crl = _load(der)
    if name_of(crl) != issuer.name:
        raise Refused(Reason.UNACCEPTED_ISSUER)
    if not issuer.may_sign_lists:
        raise Refused(Reason.KEY_USAGE)
    if not is_accepted_algorithm(crl):
        raise Refused(Reason.SIGNATURE_ALGORITHM)
    if not is_signed_by(crl, _signed_part(der), issuer.certificate.public_key()):
        raise Refused(Reason.BAD_SIGNATURE)
    try:
        return _index(crl, issuer)
    except Exception as wrong:  # it came over the network: whatever a library makes of it, it is no list
        raise Refused(Reason.MALFORMED) from wrong


def load_crl(data: bytes) -> x509.CertificateRevocationList:
    """Return an unverified list from DER or PEM; raises Refused."""
    return _load(_der_in(data))


def _der_in(data: bytes) -> bytes:
    if len(data) > MAX_CRL:
        raise Refused(Reason.TOO_LARGE)
    pem = _PEM.search(data)
    try:
        return base64.b64decode(b"".join(pem[1].split()), validate=True) if pem else data
    except ValueError as wrong:
        raise Refused(Reason.NOT_A_CERTIFICATE) from wrong


def _load(der: bytes) -> x509.CertificateRevocationList:
    try:
        return x509.load_der_x509_crl(der)
    except Exception as wrong:  # ValueError, and for another version a class of its own
        raise Refused(Reason.NOT_A_CERTIFICATE) from wrong


def _signed_part(der: bytes) -> bytes:
    """Return the octets of a loaded list that are signed; `cryptography` would write them anew, entry by entry."""
    _tag, start, _end = read_header(der)
    return der[start : read_header(der, start)[2]]


def name_of(crl: x509.CertificateRevocationList) -> str:
    """Return the issuer's name in the form of `Authority.name`; raises Refused(malformed)."""
    try:
        name: str = Name.load(crl.issuer.public_bytes()).hashable
    except Exception as wrong:
        raise Refused(Reason.MALFORMED) from wrong
    return name


def _index(crl: x509.CertificateRevocationList, issuer: Authority) -> RevocationList:
    scope = _scope_of(crl)
    entries, understood = _entries_of(crl)
    numbers = [e.value.crl_number for e in crl.extensions if isinstance(e.value, x509.CRLNumber)]
    return RevocationList(
        issuer=issuer.identity,
        number=numbers[0] if numbers else None,
        this_update=crl.last_update_utc,
        next_update=crl.next_update_utc,
        scope=scope if understood else replace(scope, complete=False),
        entries=entries,
    )


def _entries_of(crl: x509.CertificateRevocationList) -> tuple[Entries, bool]:
    """Return the issuer's own entries, and whether every critical extension in them is understood."""
    strange: list[x509.ObjectIdentifier] = []
    delta = any(isinstance(extension.value, x509.DeltaCRLIndicator) for extension in crl.extensions)
    return Entries.of(_own_entries(crl, strange, delta=delta)), not strange


def _own_entries(
    crl: x509.CertificateRevocationList, strange: list[x509.ObjectIdentifier], *, delta: bool
) -> Iterator[tuple[int, str, datetime]]:
    """Yield serial, reason and moment, and note critical extensions that are not understood; a million are usual."""
    for entry in crl:
        reason = "unspecified"
        for extension in entry.extensions:
            if isinstance(extension.value, x509.CRLReason):
                reason = str(extension.value.reason.value)
            elif isinstance(extension.value, x509.CertificateIssuer):
                strange.append(extension.oid)
                return  # from here on the entries of an indirect list belong to another issuer
            elif extension.critical and not isinstance(extension.value, x509.InvalidityDate):
                strange.append(extension.oid)
        if not (delta and reason == _RELEASED):
            yield entry.serial_number, reason, entry.revocation_date_utc


def _scope_of(crl: x509.CertificateRevocationList) -> Scope:
    points = [e.value for e in crl.extensions if isinstance(e.value, x509.IssuingDistributionPoint)]
    scope = _scope_of_point(points[0]) if points else Scope()
    others = [e for e in crl.extensions if not isinstance(e.value, x509.IssuingDistributionPoint)]
    partial = any(e.critical or isinstance(e.value, x509.DeltaCRLIndicator) for e in others)
    return replace(scope, complete=scope.complete and not partial)


def _scope_of_point(point: x509.IssuingDistributionPoint) -> Scope:
    partial = point.indirect_crl or point.only_contains_attribute_certs or point.only_some_reasons is not None
    names = [str(name.value) for name in point.full_name or ()]
    return Scope(
        complete=not partial and point.relative_name is None,
        users=not point.only_contains_ca_certs,
        authorities=not point.only_contains_user_certs,
        points=frozenset(names) if point.full_name is not None else None,
    )


def _points_of(certificate: x509.Certificate) -> set[str]:
    points = extension_of(certificate, x509.CRLDistributionPoints) or ()
    whole = (point for point in points if point.reasons is None)
    return {str(name.value) for point in whole for name in point.full_name or ()}


class CrlIndex:
    """Lists by issuer; a look-up costs the same whatever their length."""

    def __init__(self, lists: Iterable[RevocationList]) -> None:
        self._by_issuer: dict[tuple[str, str], list[RevocationList]] = {}
        for each in sorted(lists, key=lambda each: each.age_key):
            self._by_issuer.setdefault(each.issuer, []).append(each)

    @classmethod
    def of(cls, lists: "CrlIndex | Iterable[RevocationList]") -> "CrlIndex | Self":
        """Return an index, the same when it is one already."""
        return lists if isinstance(lists, CrlIndex) else cls(lists)

    def names(self, certificate: x509.Certificate, issuer: Authority) -> bool:
        """Whether any of the issuer's lists, current or not, has the certificate on it."""
        lists = self._by_issuer.get(issuer.identity, [])
        return any(each.entries.get(certificate.serial_number) for each in lists)

    def status(self, certificate: x509.Certificate, issuer: Authority, at: datetime, is_ca: bool = False) -> Status:
        """Return what the issuer's lists say of a certificate at this moment.

        `revoked` on any list wins, be it overdue, partial or dated ahead; a hold counts on the newest current
        list only, since it can be lifted; `good` needs a current list that covers the certificate.
        """
        serial, lists = certificate.serial_number, self._by_issuer.get(issuer.identity, [])
        found = [(each, each.entries.get(serial)) for each in lists]
        if any(entry and entry.reason != HOLD and _counts(each, entry, at) for each, entry in found):
            return "revoked"
        current = [(each, entry) for each, entry in found if each.is_current(at)]
        covering = [each for each, _entry in current if each.scope.covers(certificate, is_ca)]
        if not covering:
            return "on-hold" if any(entry for _each, entry in current) else "unknown"
        newest = covering[-1]
        held = any(entry for each, entry in current if each.age_key >= newest.age_key)
        return "on-hold" if held else "good"


def _counts(revocations: RevocationList, entry: Revocation, at: datetime) -> bool:
    """Whether an entry is known at this moment: a list issued later counts for revocations before it."""
    return revocations.has_begun(at) or entry.at <= at
