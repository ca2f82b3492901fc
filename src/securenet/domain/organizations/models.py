"""Organizations, known by number and issuing country."""

from __future__ import annotations

from django.db import models

from securenet.foundation.text import search_key


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Reads of the register."""

    def standing(self) -> OrganizationQuerySet:
        """Return those that rights can be held for: neither ended nor merged."""
        return self.filter(ended_at=None)

    def matching(self, text: str) -> OrganizationQuerySet:
        """Return those with this in their name, in whatever spelling, or with a number that begins so."""
        found = models.Q(name_key__contains=search_key(text))
        digits = text.replace("-", "").replace(" ", "")
        if digits:
            found |= models.Q(number__istartswith=digits) | models.Q(number__istartswith=text)
        return self.filter(found)


class Organization(models.Model):
    """An institution. It exists from its first approved right or from the operator's import (R30a).

    One that ended stays on record; one that was merged names the organization that it became a part of, which is
    never merged itself. `revision` counts the changes by the staff.
    """

    number = models.CharField(max_length=40)
    number_type = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    name_key = models.TextField(default="")
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "country"], name="one_organization_per_number"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(ended_at__isnull=False),
                name="a_merged_organization_has_ended",
            ),
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="organization_since")]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """Return how the ledger calls this organization."""
        return f"organization {self.country} {self.number}"
