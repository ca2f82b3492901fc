"""Entries of the ledger and the checkpoints that seal them."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import models

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class AppendOnly(Exception):
    """Code tried to change or delete what is only ever written: a mistake of the programmer."""


class LedgerQuerySet(models.QuerySet[Row_co]):
    """Reads and appends, nothing else."""

    def update(self, **values: Any) -> NoReturn:
        """Raise AppendOnly."""
        raise AppendOnly

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise AppendOnly."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Raise AppendOnly."""
        raise AppendOnly

    def mark_sealed(self, batch: int) -> int:
        """Put these entries into `batch` and return how many: the one change that an entry sees, once."""
        return super().update(batch=batch)


class LedgerRow(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append the row. Raises AppendOnly for a row that is there already."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise AppendOnly."""
        raise AppendOnly


class AuditEntry(LedgerRow):
    """Who did what, on whom, when, from where, with which credential: words, not keys, so that it outlives them."""

    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    actor = models.CharField(max_length=150)
    surface = models.CharField(max_length=20)
    address = models.CharField(max_length=45, blank=True)
    credential = models.CharField(max_length=80)
    about = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    batch = models.PositiveIntegerField(null=True)

    objects = LedgerQuerySet["AuditEntry"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor", "at"], name="audit_actor_at"),
            models.Index(fields=["about", "at"], name="audit_about_at"),
            models.Index(fields=["event", "at"], name="audit_event_at"),
            models.Index(fields=["batch"], name="audit_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.actor}"


class Checkpoint(LedgerRow):
    """A signed batch of entries. Its `digest` covers them and the digest before: no batch changes without the later."""

    batch = models.PositiveIntegerField(primary_key=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    entries = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects = LedgerQuerySet["Checkpoint"].as_manager()

    class Meta:
        ordering = ["batch"]

    def __str__(self) -> str:
        return f"{self.batch}:{self.digest}:{self.signature}"
