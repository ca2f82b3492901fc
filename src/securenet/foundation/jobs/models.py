"""Jobs and the schedule of those that come again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """Work for a worker: ready from `run_at`, leased while `lease_until` lies ahead, over when done or dead."""

    name = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=20)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    dedupe = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  many jobs have none

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], name="jobs_ready", condition=Q(done_at=None, dead_at=None)),
            models.Index(fields=["done_at"], name="jobs_done"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(dead_at=None), name="jobs_done_or_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Tick(models.Model):
    """When a scheduled job is due next: the one row that workers race for."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
