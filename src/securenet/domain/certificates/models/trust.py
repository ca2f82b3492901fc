"""Accepted CAs, how the two persons change them, and what is known of revocation."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.models import Case


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
