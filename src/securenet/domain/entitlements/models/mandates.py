"""Mandates: one organization lets another act for it at a service; and the officers who do (R22d)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.models.rights import Entitlement, in_force
from securenet.domain.organizations.models import Organization


class MandateStatus(models.TextChoices):
    """Life of a mandate."""

    REQUESTED = "requested", pgettext_lazy("mandate", "Requested")
    ACTIVE = "active", pgettext_lazy("mandate", "In force")
    ENDED = "ended", pgettext_lazy("mandate", "Ended")
    REFUSED = "refused", pgettext_lazy("mandate", "Refused")


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Reads of mandates."""

    def active(self, day: date) -> MandateQuerySet:
        """Return those under which officers can act on `day`: within their dates, both organizations still there."""
        return self.filter(in_force(day), status=MandateStatus.ACTIVE, principal__ended_at=None, agent__ended_at=None)

    def seen_by(self, member: Any, day: date) -> MandateQuerySet:
        """Return those given or received by an organization whose service `member` administers; no others exist."""
        return self.filter(
            Q(self._administered("principal", member, day)) | Q(self._administered("agent", member, day))
        )

    @staticmethod
    def _administered(side: str, member: Any, day: date) -> models.Exists:
        own = Entitlement.objects.admins(day).filter(member=member)
        return models.Exists(own.filter(organization=models.OuterRef(side), service=models.OuterRef("service")))


class Mandate(models.Model):
    """The principal lets the agent act for it at a service: functions, centres, from and until."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="mandate")
    service = models.CharField(max_length=40)
    principal = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="mandates_received")
    functions = models.JSONField()
    centres = models.JSONField()
    from_date = models.DateField()
    until_date = models.DateField()
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewals")
    status = models.CharField(max_length=12, choices=MandateStatus.choices, default=MandateStatus.REQUESTED)
    activated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(blank=True)
    reminded_days = models.PositiveSmallIntegerField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(principal=models.F("agent")), name="a_mandate_is_between_two_organizations"
            ),
            models.CheckConstraint(
                condition=Q(until_date__gte=models.F("from_date")), name="a_mandate_ends_after_its_start"
            ),
        ]
        indexes = [
            models.Index(fields=["principal", "service", "status"]),
            models.Index(fields=["agent", "service", "status"]),
        ]

    def __str__(self) -> str:
        return f"{self.principal_id} → {self.agent_id} {self.service}"

    @property
    def about(self) -> str:
        """Return how the ledger calls this mandate."""
        return f"mandate {self.pk}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Reads of assignments."""

    def acting(self, day: date) -> AssignmentQuerySet:
        """Return those that let their officer act on `day`: the mandate holds, and the officer's own right (R75b)."""
        return self.filter(
            ended_at=None,
            mandate__in=Mandate.objects.active(day),
            entitlement__in=Entitlement.objects.active(day),
        )


class Assignment(models.Model):
    """An officer of the agent whom the agent's Organization Admin lets act under a mandate, with some functions."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="assignments")
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="assignments")
    functions = models.JSONField()
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "entitlement"],
                condition=Q(ended_at=None),
                name="one_living_assignment_of_an_officer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entitlement_id} under {self.mandate_id}"
