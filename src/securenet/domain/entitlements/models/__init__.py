"""Entitlements, their periods and function grants; mandates between organizations; reviews."""

from securenet.domain.entitlements.models.administering import GrantProposal, Invitation
from securenet.domain.entitlements.models.mandates import Assignment, Mandate, MandateStatus
from securenet.domain.entitlements.models.reviews import STILL_OPEN, Answer, Review, ReviewRow
from securenet.domain.entitlements.models.rights import (
    HELD,
    Entitlement,
    EntitlementQuerySet,
    FunctionGrant,
    Period,
    Role,
    Shortage,
    Status,
    in_force,
    within_reach,
)

__all__ = [
    "HELD",
    "STILL_OPEN",
    "Answer",
    "Assignment",
    "Entitlement",
    "EntitlementQuerySet",
    "FunctionGrant",
    "GrantProposal",
    "Invitation",
    "Mandate",
    "MandateStatus",
    "Period",
    "Review",
    "ReviewRow",
    "Role",
    "Shortage",
    "Status",
    "in_force",
    "within_reach",
]
