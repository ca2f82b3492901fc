"""Certificate revocation lists (RFC 5280 section 5), read once and asked often."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Self

from asn1crypto.crl import TbsCertList
from cryptography import x509

from securenet.foundation.x509.limits import MAX_CRL
from securenet.foundation.x509.reasons import Reason, Refused
from securenet.foundation.x509.signatures import is_accepted_algorithm, is_signed_by
from securenet.foundation.x509.trust import Authority

Status = Literal["good", "revoked", "on-hold", "unknown"]

_PEM = re.compile(rb"-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----")
_ENTRY = (x509.CRLReason, x509.InvalidityDate)
_HOLD, _RELEASED = "certificateHold", "removeFromCRL"


@dataclass(frozen=True)
class Revocation:
    """One entry: the reason in RFC 5280's word, and when."""

    reason: str
    at: datetime


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
    entries: Mapping[int, Revocation] = field(repr=False, compare=False)

    def is_current(self, at: datetime) -> bool:
        """Whether the list speaks of this moment; one without nextUpdate never does (RFC 5280 section 5.1.2.5)."""
        return self.next_update is not None and self.this_update <= at <= self.next_update

    @property
    def age_key(self) -> tuple[datetime, int]:
        """Sorts lists of one issuer from old to new."""
        return self.this_update, self.number or 0


def read_crl(data: bytes, issuer: Authority) -> RevocationList:
    """Return a DER or PEM list, parsed once. `issuer` must bear its name, have signed it, and be entitled to.

    Raises Refused: too-large, not-a-certificate (no list), malformed, unaccepted-issuer (another name), key-usage
    (the issuer may not sign lists), signature-algorithm, or bad-signature.
    """
    crl = load_crl(data)
    if name_of(crl) != issuer.name:
        raise Refused(Reason.UNACCEPTED_ISSUER)
    if not issuer.may_sign_lists:
        raise Refused(Reason.KEY_USAGE)
    if not is_accepted_algorithm(crl):
        raise Refused(Reason.SIGNATURE_ALGORITHM)
    if not is_signed_by(crl, crl.tbs_certlist_bytes, issuer.certificate.public_key()):
        raise Refused(Reason.BAD_SIGNATURE)
    try:
        return _index(crl, issuer)
    except Exception as wrong:  # it came over the network: whatever a library makes of it, it is no list
        raise Refused(Reason.MALFORMED) from wrong


def load_crl(data: bytes) -> x509.CertificateRevocationList:
    """Return an unverified list from DER or PEM; raises Refused."""
    if len(data) > MAX_CRL:
        raise Refused(Reason.TOO_LARGE)
    pem = _PEM.search(data)
    try:
        return x509.load_der_x509_crl(base64.b64decode(b"".join(pem[1].split()), validate=True) if pem else data)
    except Exception as wrong:  # ValueError, and for another version a class of its own
        raise Refused(Reason.NOT_A_CERTIFICATE) from wrong


def name_of(crl: x509.CertificateRevocationList) -> str:
    """Return the issuer's name in the form of `Authority.name`; raises Refused(malformed)."""
    try:
        name: str = TbsCertList.load(crl.tbs_certlist_bytes)["issuer"].hashable
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


def _entries_of(crl: x509.CertificateRevocationList) -> tuple[dict[int, Revocation], bool]:
    """Return the issuer's own entries, and whether every critical extension in them is understood."""
    entries: dict[int, Revocation] = {}
    understood = True
    delta = any(isinstance(extension.value, x509.DeltaCRLIndicator) for extension in crl.extensions)
    for entry in crl:
        extensions = list(entry.extensions)
        if any(isinstance(extension.value, x509.CertificateIssuer) for extension in extensions):
            return entries, False  # from here on the entries of an indirect list belong to another issuer
        understood = understood and not any(each.critical and not isinstance(each.value, _ENTRY) for each in extensions)
        found = Revocation(_reason_of(extensions), entry.revocation_date_utc)
        if not (delta and found.reason == _RELEASED):
            entries[entry.serial_number] = found
    return entries, understood


def _reason_of(extensions: Iterable[x509.Extension[x509.ExtensionType]]) -> str:
    for extension in extensions:
        if isinstance(extension.value, x509.CRLReason):
            return str(extension.value.reason.value)
    return "unspecified"


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
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
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
        return any(certificate.serial_number in each.entries for each in lists)

    def status(self, certificate: x509.Certificate, issuer: Authority, at: datetime, is_ca: bool = False) -> Status:
        """Return what the issuer's lists say of a certificate at this moment.

        `revoked` on any list wins, be it overdue, partial or dated ahead; a hold counts on the newest current
        list only, since it can be lifted; `good` needs a current list that covers the certificate.
        """
        lists = self._by_issuer.get(issuer.identity, [])
        serial = certificate.serial_number
        found = [(each, each.entries[serial]) for each in lists if serial in each.entries]
        if any(entry.reason != _HOLD and _counts(each, entry, at) for each, entry in found):
            return "revoked"
        current = [each for each in lists if each.is_current(at)]
        covering = [each for each in current if each.scope.covers(certificate, is_ca)]
        if not covering:
            return "on-hold" if any(serial in each.entries for each in current) else "unknown"
        newest = covering[-1]
        held = any(serial in each.entries for each in current if each.age_key >= newest.age_key)
        return "on-hold" if held else "good"


def _counts(revocations: RevocationList, entry: Revocation, at: datetime) -> bool:
    """Whether an entry is known at this moment: a list issued later counts for revocations before it."""
    return revocations.this_update <= at or entry.at <= at
