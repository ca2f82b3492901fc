"""Accepted CAs, their revocation lists, and members' certificates."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case
from securenet.domain.organizations.models import Organization


class Authority(models.Model):
    """A CA certificate that the operator accepts (R50), with the only hosts that may be asked about it (R44)."""

    class Kind(models.TextChoices):
        """Where it stands in a path."""

        ROOT = "root", _("Root CA")
        INTERMEDIATE = "intermediate", _("Intermediate CA")

    trust_set = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=80)
    der = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=500)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    sha1 = models.CharField(max_length=40)
    allowed_hosts = models.JSONField(default=list)
    crl_urls = models.JSONField(default=list)
    ocsp_urls = models.JSONField(default=list)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trust_set", "sha256"], condition=Q(withdrawn_at=None), name="one_authority_per_set"
            )
        ]
        ordering = ["trust_set", "-kind", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """Return how the ledger calls this CA."""
        return f"authority {self.sha256[:16]}"


class TrustChange(models.Model):
    """What is proposed of the trust store (R52): a CA to accept, as `entry` and `der` say, or else one to withdraw.

    `authority` is the one to withdraw; of one to accept it comes with the approval.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="trust_change")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, related_name="changes")
    entry = models.JSONField(default=dict)
    der = models.BinaryField(default=b"")
    reason = models.TextField()

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def withdraws(self) -> bool:
        """Tell whether a CA is to be withdrawn."""
        return not self.entry


class ExceptionQuerySet(models.QuerySet["RevocationException"]):
    """Reads of exceptions."""

    def running(self, at: datetime) -> ExceptionQuerySet:
        """Return those in force at a moment; what has ended needs no job to end it."""
        return self.filter(starts_at__lte=at, ends_at__gt=at, authority__withdrawn_at=None)


class RevocationException(models.Model):
    """For some hours, logins with a CA's certificates although nothing fresh is known of their revocation (R44).

    The hours begin with the approval.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="revocation_exception")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="exceptions")
    hours = models.PositiveSmallIntegerField()
    reason = models.TextField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    objects = ExceptionQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.case_id)


class RevocationListFile(models.Model):
    """The newest good CRL from one address of a CA; replaced whole, never by an older one.

    `number` is hexadecimal text: it may have twenty octets, of which SQLite would round the last ones.
    """

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="crls")
    url = models.CharField(max_length=300)
    der = models.BinaryField(default=b"")
    number = models.CharField(max_length=50, blank=True)
    this_update = models.DateTimeField(null=True)
    next_update = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "url"], name="one_list_per_address")]

    def __str__(self) -> str:
        return self.url


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


class OcspAnswerFile(models.Model):
    """The newest good answer of a CA's responder about one certificate (R44); `fault` says why none came since."""

    authority = models.ForeignKey(Authority, on_delete=models.CASCADE, related_name="answers")
    serial = models.CharField(max_length=40)
    der = models.BinaryField(default=b"")
    this_update = models.DateTimeField(null=True)
    next_update = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField()
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "serial"], name="one_answer_per_certificate")]

    def __str__(self) -> str:
        return self.serial


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
