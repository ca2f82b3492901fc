"""Reads of submissions and cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from securenet.domain.approvals.flow import APPLICANTS_TURN
from securenet.domain.approvals.models import Case


def now_due(at: datetime, kinds: Iterable[str]) -> Iterable[Case]:
    """Return the cases of these kinds whose deadline with the applicant has passed at `at`."""
    return Case.objects.filter(kind__in=kinds, state__in=APPLICANTS_TURN, due_at__lte=at).select_related(
        "submission__applicant"
    )
