"""Entitlements and function grants."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case
from securenet.domain.organizations.models import Organization


class Role(models.TextChoices):
    """In what role one acts for an organization."""

    ORGANIZATION_ADMIN = "organization_admin"
    OFFICER = "officer"


class Status(models.TextChoices):
    """Life of an entitlement."""

    REQUESTED = "requested", pgettext_lazy("right", "Requested")
    ACTIVE = "active", pgettext_lazy("right", "Active")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", pgettext_lazy("right", "Ended")
    REFUSED = "refused", _("Refused")


HELD = (Status.ACTIVE, Status.SUSPENDED)
"""What a member has, in force or not at present."""


def in_force(day: date, *, prefix: str = "") -> Q:
    """Return the condition that from and until dates include `day`."""
    return Q(**{f"{prefix}from_date__lte": day}) & (
        Q(**{f"{prefix}until_date": None}) | Q(**{f"{prefix}until_date__gte": day})
    )


def within_reach(limited_to: list[str] | None, function: str) -> bool:
    """Tell whether an Organization Admin whose right has that limit administers a function (R22c)."""
    return limited_to is None or function in limited_to


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    """Reads of entitlements."""

    def active(self, day: date) -> EntitlementQuerySet:
        """Return those that open their service on `day`."""
        return self.filter(in_force(day), status=Status.ACTIVE, member__closed_at=None)

    def held(self) -> EntitlementQuerySet:
        """Return those that a member has, in force or not at present."""
        return self.filter(status__in=HELD, member__closed_at=None)

    def admins(self, day: date) -> EntitlementQuerySet:
        """Return the rights of those who are Organization Admins on `day`."""
        return self.active(day).filter(role=Role.ORGANIZATION_ADMIN)

    def full_admins(self, day: date) -> EntitlementQuerySet:
        """Return the rights of Organization Admins that are in force on `day` and limited to no functions (R22c)."""
        return self.active(day).filter(role=Role.ORGANIZATION_ADMIN, limited_to__isnull=True)

    def administered_by(self, member: Any, day: date) -> EntitlementQuerySet:
        """Return the rights in the organizations and services of which `member` is an active Organization Admin."""
        own = Entitlement.objects.admins(day).filter(member=member)
        same = own.filter(organization=models.OuterRef("organization"), service=models.OuterRef("service"))
        return self.filter(models.Exists(same))


class Entitlement(models.Model):
    """member × service × capacity × organization × role, asked for in one case, with dates and a status."""

    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="entitlements")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="entitlement")
    service = models.CharField(max_length=40)
    role = models.CharField(max_length=30, choices=Role.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="entitlements")
    organization_number_type = models.CharField(max_length=20)
    organization_number = models.CharField(max_length=40)
    organization_country = models.CharField(max_length=2)
    organization_name = models.CharField(max_length=200)
    answers = models.JSONField(default=dict)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.REQUESTED)
    from_date = models.DateField(null=True)
    until_date = models.DateField(null=True)
    last_used_at = models.DateTimeField(null=True)
    reminded_date = models.DateField(null=True)
    limited_to = models.JSONField(null=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="active") | Q(organization__isnull=False, from_date__isnull=False),
                name="an_active_right_has_its_organization_and_date",
            ),
            models.UniqueConstraint(
                fields=["member", "service", "organization", "role"],
                condition=Q(status__in=["active", "suspended"]),
                name="one_living_right_of_a_kind",
            ),
        ]
        indexes = [models.Index(fields=["organization", "service", "status"])]

    def __str__(self) -> str:
        return f"{self.member_id} {self.service} {self.role} {self.organization_number}"

    @property
    def about(self) -> str:
        """Return how the ledger calls this right."""
        return f"entitlement {self.pk}"

    def is_in_force_on(self, day: date) -> bool:
        """Tell whether the right opens its service on `day`."""
        begun = self.from_date is not None and self.from_date <= day
        return self.status == Status.ACTIVE and begun and (self.until_date is None or self.until_date >= day)


class Period(models.Model):
    """How long a right had a status, and why: written by `change_status` alone, so that any past day can be told."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="periods")
    status = models.CharField(max_length=12, choices=Status.choices)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["from_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(until_at=None), name="one_present_period_of_a_right"
            )
        ]
        indexes = [models.Index(fields=["entitlement", "from_at"])]

    def __str__(self) -> str:
        return f"{self.entitlement_id}: {self.status}"


class FunctionGrant(models.Model):
    """A function of a service that an Organization Admin lets a member use (R22)."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="grants")
    function = models.CharField(max_length=40)
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    reminded_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement", "function"], condition=Q(ended_at=None), name="one_living_grant_of_a_function"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entitlement_id}: {self.function}"


class Shortage(models.Model):
    """An organization has no Organization Admin of a service, or too few; `due_date` is the last day (R22b, R22f)."""

    class Kind(models.TextChoices):
        """Nobody is left, or fewer than the service's policy wants."""

        VACANCY = "vacancy", _("Nobody is left")
        TOO_FEW = "too_few", _("Too few")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="shortages")
    service = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    since = models.DateTimeField()
    due_date = models.DateField()
    reminded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "service"], condition=Q(ended_at=None), name="one_shortage_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.service}: {self.kind}"
