"""Logging in with a registered certificate (R46)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.actions import note_sign_in
from securenet.domain.certificates.answers import answers_about
from securenet.domain.certificates.judging import CertificateRefused, judge, read_certificate, trust_now
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.compiled import compiled
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Certificate, Purpose, Reason, Verdict


class LoginEvent(StrEnum):
    """What the ledger calls the use of certificates."""

    KEY_PROVEN = "certificate.key-proven"
    UNCHECKED = "certificate.accepted-unchecked"


class NoCertificate(Refusal):
    """The browser sent none (R46)."""

    sentence = _("No certificate came from your browser.")


class CertificateUnknown(Refusal):
    """It would do, but nobody registered it (R46)."""

    sentence = _("This certificate is not registered to a member.")


class CertificatePending(Refusal):
    """Its registration has not been approved yet (R46)."""

    sentence = _("The registration of this certificate is still waiting for approval.")


class CertificateExpired(Refusal):
    """Its time is over (R46)."""

    sentence = _("This certificate has expired.")


class CertificateRevoked(Refusal):
    """Its CA, or its registration, took it back (R46)."""

    sentence = _("This certificate has been revoked.")


class CertificateSuspended(Refusal):
    """On hold (R44a)."""

    sentence = _("This certificate is suspended.")


class CertificateUnaccepted(Refusal):
    """From a CA that the operator does not accept (R46)."""

    sentence = _("This certificate comes from a certification authority that is not accepted here.")


class CertificateUnusable(Refusal):
    """Anything else that the checks found."""

    sentence = _("This certificate cannot be used to sign in: %(why)s")


class RevocationUnknown(Refusal):
    """Nothing fresh is known about its revocation (R44)."""

    sentence = _("Whether this certificate has been revoked cannot be found out at the moment.")


FAULTS: tuple[tuple[Reason, type[Refusal]], ...] = (
    (Reason.REVOKED, CertificateRevoked),
    (Reason.CHAIN_REVOKED, CertificateRevoked),
    (Reason.ON_HOLD, CertificateSuspended),
    (Reason.EXPIRED, CertificateExpired),
    (Reason.UNACCEPTED_ISSUER, CertificateUnaccepted),
    (Reason.SELF_SIGNED, CertificateUnaccepted),
    (Reason.BAD_SIGNATURE, CertificateUnaccepted),
    (Reason.REVOCATION_UNKNOWN, RevocationUnknown),
)
STANDING: dict[Status, type[Refusal]] = {
    Status.PENDING: CertificatePending,
    Status.EXPIRED: CertificateExpired,
    Status.REVOKED: CertificateRevoked,
    Status.SUSPENDED: CertificateSuspended,
    Status.REJECTED: CertificateUnknown,
    Status.DELETED: CertificateUnknown,
}


def require_login_certificate(der: bytes | None, *, by: Actor) -> MemberCertificate:
    """Return the registered, valid certificate that the browser proved to hold (R46).

    Raises NoCertificate, CertificateUnknown, CertificatePending, CertificateExpired, CertificateRevoked,
    CertificateSuspended, CertificateUnaccepted, RevocationUnknown, or CertificateUnusable.
    """
    if not der:
        raise NoCertificate
    try:
        certificate = read_certificate(der)
    except CertificateRefused as refused:
        raise CertificateUnusable(why=str(refused)) from refused
    verdict = require_sound(certificate, by=by)
    registered = require_registered(certificate.sha256, by=by)
    if verdict.revocation == "unknown":
        record(LoginEvent.UNCHECKED, by=by, about=registered.about)
    return registered


def require_registered(sha256: str, *, by: Actor) -> MemberCertificate:
    """Return the valid registration of a certificate with this digest.

    Raises CertificateUnknown, CertificatePending, CertificateExpired, CertificateRevoked or CertificateSuspended.
    """
    registered = _newest.first(sha256)
    if registered is None or not registered.holder.is_active:
        raise CertificateUnknown
    standing = registered.status_at(by.at)
    if standing is not Status.VALID:
        raise STANDING[standing]
    return registered


@compiled
def _newest(sha256: str) -> QuerySet[MemberCertificate]:
    rows = MemberCertificate.objects.select_related("holder").filter(sha256=sha256)
    return rows.order_by("-registered_at", "-pk")[:1]


def require_sound(
    certificate: Certificate,
    *,
    purpose: Purpose = "login",
    unusable: type[Refusal] = CertificateUnusable,
    by: Actor,
) -> Verdict:
    """Return the verdict on a certificate that nothing speaks against now.

    Raises one of FAULTS, or `unusable` with the reasons in words.
    """
    accepted = trust_now()
    answers, signs_in = answers_about(certificate, accepted.responding, by=by), purpose == "login"
    verdict = judge(certificate, by=by, accepted=accepted, purpose=purpose, answers=answers, signs_in=signs_in)
    for reason, fault in FAULTS:
        if reason in verdict.reasons:
            raise fault
    if not verdict.accepted:
        raise unusable(why=str(CertificateRefused(verdict.reasons)))
    return verdict


@transaction.atomic
def note_certificate_login(certificate: MemberCertificate, *, by: Actor) -> None:
    """Note the sign-in, and the use of a certificate, the first of which proves its key (R42a).

    Raises the fault that stands for its new status where it ended since it was judged.
    """
    valid = MemberCertificate.objects.filter(pk=certificate.pk, status=Status.VALID)
    if valid.update(last_login_at=by.at) != 1:
        certificate.refresh_from_db()
        raise STANDING[certificate.status_at(by.at)]
    note_key_proof(certificate, by=by)
    note_sign_in(certificate.holder, by=by)


@transaction.atomic(savepoint=False)
def note_key_proof(certificate: MemberCertificate, *, by: Actor) -> None:
    """Note that the holder has used the key, unless that is known already (R42a)."""
    if certificate.key_proven_at is not None:
        return
    if MemberCertificate.objects.filter(pk=certificate.pk, key_proven_at=None).update(key_proven_at=by.at):
        record(LoginEvent.KEY_PROVEN, by=by, about=certificate.about)
