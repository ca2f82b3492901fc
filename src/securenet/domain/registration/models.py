"""Unfinished registrations, and the links that confirm finished ones."""

from __future__ import annotations

from django.db import models

from securenet.domain.approvals.models import Submission
from securenet.foundation.sealed.fields import SealedField


class Draft(models.Model):
    """What one browser has filled in so far (R5): sealed, the password as a hash only, erased when its time is over."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    content = SealedField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    submission = models.OneToOneField(Submission, on_delete=models.SET_NULL, null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return self.key_hash[:8]


class Confirmation(models.Model):
    """The mail that waits for an answer (R6): a link with an opaque token, and a short code to type."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="confirmation")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    code_attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.submission_id)
