"""Periodic reviews: an Organization Admin goes through everybody's rights, row by row (R22e)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.models.rights import Entitlement
from securenet.domain.organizations.models import Organization


class Answer(models.TextChoices):
    """What an Organization Admin decided about a right, or what became of it without them."""

    OPEN = "open", pgettext_lazy("review", "Not answered")
    KEPT = "kept", pgettext_lazy("review", "Kept")
    CHANGED = "changed", pgettext_lazy("review", "Kept with changes")
    REMOVED = "removed", pgettext_lazy("review", "Removed")
    GONE = "gone", pgettext_lazy("review", "Over in the meantime")
    LAPSED = "lapsed", pgettext_lazy("review", "Suspended without an answer")
    REPORTED = "reported", pgettext_lazy("review", "Reported to the service desk")


STILL_OPEN = (Answer.OPEN, Answer.LAPSED, Answer.REPORTED)
"""What can be answered: after the end too, so that a suspension can be lifted."""


class Review(models.Model):
    """One review of an organization's rights at a service. `reminders` counts those that went out."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="reviews")
    service = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_date = models.DateField()
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "service"], condition=Q(closed_at=None), name="one_open_review_of_a_service"
            )
        ]
        indexes = [models.Index(fields=["organization", "service", "opened_at"])]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.service} {self.due_date}"

    @property
    def about(self) -> str:
        """Return how the ledger calls this review."""
        return f"review {self.pk}"


class ReviewRow(models.Model):
    """One right in a review, with the marks for which it is looked at first, as they were when the review opened."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="rows")
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="reviews")
    marks = models.JSONField(default=list)
    rank = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "entitlement"], name="one_row_of_a_right")]
        indexes = [models.Index(fields=["review", "-rank", "id"]), models.Index(fields=["review", "answer"])]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.entitlement_id} {self.answer}"
