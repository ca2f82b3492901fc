"""Organizations, known by number and issuing country."""

from __future__ import annotations

from django.db import models


class Organization(models.Model):
    """An institution. It exists from its first approved right or from the operator's import (R30a)."""

    number = models.CharField(max_length=40)
    number_type = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "country"], name="one_organization_per_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """Return how the ledger calls this organization."""
        return f"organization {self.country} {self.number}"
