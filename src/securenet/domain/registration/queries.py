"""Reads of registrations."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.accounts.models import Kind, User
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.profile.queries import profile
from securenet.foundation.mail.models import Mail, MailState


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


def erasable(at: datetime) -> list[User]:
    """Return the released accounts whose registrations ended longer ago than failed ones are kept (R79)."""
    limit = at - timedelta(days=profile().retention.failed_registration_days)
    ended = User.objects.filter(kind=Kind.MEMBER, admitted_at=None, closed_at__isnull=False).exclude(email="")
    return list(ended.exclude(submissions__cases__since__gt=limit))


def is_undelivered(submission: Submission) -> bool:
    """Tell whether the newest mail of a submission to its applicant's present address came back."""
    mails = Mail.objects.filter(about=submission.about, to=submission.applicant.email)
    return mails.order_by("-pk").values_list("state", flat=True).first() == MailState.FAILED
