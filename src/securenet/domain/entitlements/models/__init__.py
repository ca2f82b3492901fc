"""Entitlements, their periods and function grants; mandates between organizations."""

from securenet.domain.entitlements.models.mandates import Assignment, Mandate, MandateStatus
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
)

__all__ = [
    "HELD",
    "Assignment",
    "Entitlement",
    "EntitlementQuerySet",
    "FunctionGrant",
    "Mandate",
    "MandateStatus",
    "Period",
    "Role",
    "Shortage",
    "Status",
    "in_force",
]
