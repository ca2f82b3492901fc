"""Mails and what became of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from securenet.foundation.sealed import SealedField


class MailState(models.TextChoices):
    """What became of a mail."""

    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not deliverable")


class Mail(models.Model):
    """One message to one address. Its body is sealed, since it can carry a link that opens something."""

    message_id = models.CharField(max_length=120, unique=True)
    to = models.EmailField(max_length=254)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=250)
    text = SealedField()
    html = SealedField()
    shown = SealedField(null=True)
    """The text for pages, where it differs from the mail's: without what opens something."""
    erased_at = models.DateTimeField(null=True)
    about = models.CharField(max_length=200, blank=True)
    addressee = models.CharField(max_length=200, blank=True)
    template = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="mail_created_at"),
            models.Index(fields=["state", "created_at"], name="mail_state"),
            models.Index(fields=["about", "created_at"], name="mail_about"),
            models.Index(fields=["addressee", "created_at"], name="mail_addressee"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=MailState.values), name="mail_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=MailState.SENT, sent_at__isnull=False)
                | (~models.Q(state=MailState.SENT) & models.Q(sent_at=None)),
                name="mail_sent_at_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"

    @property
    def readable(self) -> str:
        """Return the text that pages may show; nothing once it has been erased."""
        return (self.text if self.shown is None else self.shown) or ""
