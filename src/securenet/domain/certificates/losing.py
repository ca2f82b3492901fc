"""What would be lost with a CA that is withdrawn from the trust store (R52)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from securenet.domain.approvals.models import Case
from securenet.domain.certificates.judging import trust_of
from securenet.domain.certificates.models import LIVING, Authority, MemberCertificate, Status
from securenet.domain.profile.queries import accepted_set
from securenet.foundation.x509 import Authority as TrustedAuthority
from securenet.foundation.x509 import Trust, is_anchored


@dataclass(frozen=True, slots=True)
class Loss:
    """The other CAs to which no root leads any more, certificates in use, and open requests to register others."""

    authorities: list[Authority]
    certificates: list[MemberCertificate]
    requests: list[Case]


def lost_with(authority: Authority, *, at: datetime) -> Loss:
    """Return what would end if a CA were withdrawn now; of certificates only those without another accepted path."""
    rows = list(Authority.objects.filter(trust_set=authority.trust_set, withdrawn_at=None))
    before, after = trust_of(rows), trust_of(row for row in rows if row.pk != authority.pk)
    kept = _anchored(after, at)
    lost = [ca for ca in _anchored(before, at) if ca not in kept]
    ders = {ca.der for ca in lost}
    registered: list[MemberCertificate] = []
    if lost and authority.trust_set == accepted_set():
        used = MemberCertificate.objects.filter(status__in=LIVING, not_after__gte=at)
        rows_used = used.select_related("holder", "case__submission__applicant").order_by("holder__username", "pk")
        registered = [row for row in rows_used if _has_issued(lost, row) and not _has_issued(kept, row)]
    return Loss(
        authorities=[row for row in rows if row.pk != authority.pk and bytes(row.der) in ders],
        certificates=[row for row in registered if row.status != Status.PENDING],
        requests=[row.case for row in registered if row.status == Status.PENDING and row.case is not None],
    )


def _anchored(trust: Trust, at: datetime) -> list[TrustedAuthority]:
    return [ca for ca in trust.intermediates if is_anchored(ca, trust, at)]


def _has_issued(authorities: Iterable[TrustedAuthority], row: MemberCertificate) -> bool:
    certificate = x509.load_der_x509_certificate(bytes(row.der))
    return any(ca.has_signed(certificate) for ca in authorities)
