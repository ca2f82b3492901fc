"""Reads of registrations."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.accounts.models import Kind, User
from securenet.domain.approvals.models import Case
from securenet.domain.profile.queries import profile


def releasable(at: datetime) -> list[User]:
    """Return the applicants whose registrations all ended without approval, longer ago than the profile's days."""
    limit = at - timedelta(days=profile().deadlines.username_release_days)
    waiting = User.objects.filter(kind=Kind.MEMBER, admitted_at=None, closed_at=None, created_at__lt=limit)
    return [
        user
        for user in waiting
        if not Case.objects.filter(submission__applicant=user, since__gt=limit).exists()
        and not Case.objects.open().filter(submission__applicant=user).exists()
    ]
