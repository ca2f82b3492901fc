"""A renewed certificate, registered while the old one still works (R45)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.certificates.judging import CertificateRefused, judge, read_certificate
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Certificate


class NotTheOldKey(Refusal):
    """The key that signed is not that of the certificate to be renewed."""

    sentence = _("That was not the certificate that is being renewed. Plug in the token with the old one.")


class SignatureNotTaken(Refusal):
    """The operator wants the paper form also for a renewal."""

    sentence = _("Here a renewal needs the paper form.")


def renewed_by(certificate: Certificate, holder: User, at: datetime) -> MemberCertificate | None:
    """Return the holder's valid certificate of the same CA and subject that this one takes over from, or None."""
    for row in _valid(holder, at).exclude(sha256=certificate.sha256).order_by("-not_after", "-pk"):
        old = read_certificate(bytes(row.der)).loaded
        if (old.issuer, old.subject) == (certificate.loaded.issuer, certificate.loaded.subject):
            return row
    return None


def _valid(holder: User, at: datetime) -> QuerySet[MemberCertificate]:
    return MemberCertificate.objects.filter(holder=holder, status=Status.VALID, not_after__gte=at)


def require_old_key(certificate: Certificate, holder: User, der: bytes, *, by: Actor) -> MemberCertificate:
    """Return the certificate that is renewed, whose key has just been used: `der` came with that proof (R45).

    Raises SignatureNotTaken, NotTheOldKey, or CertificateRefused where the old one is good no longer.
    """
    if not profile().certificate.renewal_by_signature:
        raise SignatureNotTaken
    old = renewed_by(certificate, holder, by.at)
    if old is None or bytes(old.der) != der:
        raise NotTheOldKey
    if reasons := judge(read_certificate(der), by=by).reasons:
        raise CertificateRefused(reasons)
    return old
