"""What Organization Admins have under way: functions that wait for consent, and invitations (R22, R22b)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.models.rights import Entitlement
from securenet.domain.organizations.models import Organization


class GrantProposal(models.Model):
    """A function that an Organization Admin wants under their own right, until another one agrees or not (R22b)."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="proposals")
    function = models.CharField(max_length=40)
    from_date = models.DateField()
    until_date = models.DateField(null=True)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement", "function"], condition=Q(decided_at=None), name="one_open_proposal_of_a_function"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entitlement_id}: {self.function}"


class Invitation(models.Model):
    """An e-mail that asks somebody to become an officer (R22). Only the hash of its link's token is kept."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    service = models.CharField(max_length=40)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    sent_times = models.PositiveSmallIntegerField(default=1)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, null=True, related_name="invitations")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "service", "email"],
                condition=Q(used_at=None, cancelled_at=None),
                name="one_open_invitation_of_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.service}: {self.pk}"

    @property
    def about(self) -> str:
        """Return how the ledger calls this invitation."""
        return f"invitation {self.pk}"
