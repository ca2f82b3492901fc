"""Members' certificates, from the application for one to the end of its registration."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case
from securenet.domain.organizations.models import Organization


class Status(models.TextChoices):
    """Life of a registered certificate (R43)."""

    PENDING = "pending", _("Waiting for approval")
    VALID = "valid", _("Valid")
    REJECTED = "rejected", _("Refused")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    SUSPENDED = "suspended", _("Suspended")
    DELETED = "deleted", _("Deleted")


LIVING = (Status.PENDING, Status.VALID, Status.SUSPENDED)


class MemberCertificate(models.Model):
    """A certificate registered to a member: found by the SHA-256 of its DER, never by a name (pki.md)."""

    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certificates")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="certificate")
    der = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    spki_sha256 = models.CharField(max_length=64)
    issuer_serial = models.CharField(max_length=120)
    subject = models.CharField(max_length=1000)
    issuer = models.CharField(max_length=1000)
    serial = models.CharField(max_length=40)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    registered_at = models.DateTimeField()
    key_proven_at = models.DateTimeField(null=True)
    last_login_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=60, blank=True)
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    reminded_days = models.PositiveSmallIntegerField(null=True)
    held_at = models.DateTimeField(null=True)
    hold_reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(status__in=[str(status) for status in LIVING]), name="registered_once"
            )
        ]
        indexes = [
            models.Index(fields=["sha256"]),
            models.Index(fields=["spki_sha256"]),
            models.Index(fields=["issuer_serial"]),
            models.Index(fields=["holder", "-registered_at"]),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def about(self) -> str:
        """Return how the ledger calls this certificate."""
        return f"certificate {self.sha256[:16]}"

    @property
    def credential(self) -> str:
        """Return what sessions say that were opened with this certificate."""
        return f"certificate:{self.sha256[:16]}"

    def status_at(self, at: datetime) -> Status:
        """Return the status as it is at a moment: what has expired is never called valid (R43)."""
        status = Status(self.status)
        return Status.EXPIRED if status in LIVING and self.not_after < at else status

    def is_ending(self, at: datetime, days: int) -> bool:
        """Tell whether it is valid at `at` and ends within `days`."""
        return self.status_at(at) is Status.VALID and (self.not_after - at).days < days


class SuspensionCode(models.Model):
    """What a member says on the telephone to have their certificates suspended (R44a); kept as a password is."""

    holder = models.OneToOneField(User, on_delete=models.CASCADE, related_name="suspension_code")
    code_hash = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.holder_id)


class Release(models.Model):
    """A request to lift a hold: its holder has used the key, the service desk decides (R44a)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="release")
    certificate = models.ForeignKey(MemberCertificate, on_delete=models.PROTECT, related_name="releases")
    proven_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.certificate_id)


class Application(models.Model):
    """A member's application for a certificate: the request, checked by the organization's RA, and its answer (R40).

    `ended_at` is when it came to nothing; `issued` is the certificate, `registration` its registration here.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="application")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="applications")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    der = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    spki_sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=1000)
    public_key = models.CharField(max_length=60)
    sent_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued = models.BinaryField(default=b"")
    registration = models.OneToOneField(MemberCertificate, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["spki_sha256"], condition=Q(ended_at=None), name="one_application_for_a_key"
            )
        ]
        indexes = [models.Index(fields=["holder"])]

    def __str__(self) -> str:
        return self.subject

    @property
    def about(self) -> str:
        """Return how the ledger calls this application."""
        return f"application {self.sha256[:16]}"


class ComputerCheck(models.Model):
    """What a check of somebody's computer found, under the code that they read out (R50a)."""

    code = models.CharField(max_length=12, unique=True)
    at = models.DateTimeField()
    member = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    findings = models.JSONField()

    def __str__(self) -> str:
        return self.code


class Handover(models.Model):
    """A certificate on its way from the certificate address to the portal's session that sent the browser there.

    The portal knows `tx_hash` by its session, the browser brings the code; both together open it, once, for a minute.
    `chain` holds the SHA-256 of the certificates that the browser sent along.
    """

    tx_hash = models.CharField(max_length=64, primary_key=True)
    code_hash = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10)
    der = models.BinaryField()
    chain = models.JSONField(default=list)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.purpose
