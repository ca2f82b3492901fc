"""Requests for rights whose deadline passed with the applicant."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.approvals.models import Kind
from securenet.domain.approvals.queries import now_due
from securenet.domain.entitlements.actions import expire_right
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import job, schedule

schedule("entitlements.expire-requests", timedelta(minutes=10))


@job("entitlements.expire-requests")
def expire_requests(*, at: datetime) -> None:
    """Cancel what is past its deadline (R34)."""
    for case in now_due(at, (Kind.REGISTRATION, Kind.RIGHTS)):
        expire_right(case, by=system("deadlines", at))
