"""Organizations, known by number and issuing country."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case, Submission
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


class Rung(models.TextChoices):
    """Who is appointed at a step of the chain of authority (R22a)."""

    SIGNATORY = "signatory", _("Signatory who appoints Organization Admins")
    ADMIN = "organization_admin", _("Organization Admin")
    OFFICER = "officer", _("Officer")


ABOVE = {Rung.ADMIN: Rung.SIGNATORY, Rung.OFFICER: Rung.ADMIN}
"""Who appoints whom; the signatory is named by the authorised signatory, who needs no appointment."""


class Appointment(models.Model):
    """A step of the chain of authority on record: who was appointed, by whom, by which letter, until when (R22a)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="appointments")
    rung = models.CharField(max_length=20, choices=Rung.choices)
    service = models.CharField(max_length=40, blank=True)
    holder_name = models.CharField(max_length=200)
    holder_email = models.EmailField(max_length=254, blank=True)
    member = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="appointments")
    appointed_by = models.CharField(max_length=200)
    above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="+")
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_date=None) | models.Q(until_date__gte=models.F("from_date")),
                name="an_appointment_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["organization", "rung", "ended_at"], name="appointments_of_a_rung")]

    def __str__(self) -> str:
        return f"{self.rung}: {self.holder_name}"

    @property
    def about(self) -> str:
        """Return how the ledger calls this appointment."""
        return f"appointment {self.pk}"


class AppointmentLetter(models.Model):
    """What the service desk read in a letter among a request's papers, and the appointment that came of it (R22a)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    rung = models.CharField(max_length=20, choices=Rung.choices)
    holder_name = models.CharField(max_length=200, blank=True)
    holder_email = models.EmailField(max_length=254, blank=True)
    appointed_by = models.CharField(max_length=200, blank=True)
    above = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="+")
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="letter")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rung"], name="one_letter_of_a_rung")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.rung}"
