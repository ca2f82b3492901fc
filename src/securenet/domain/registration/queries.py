"""Reads of registrations."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from securenet.domain.accounts.models import Kind, User
from securenet.domain.approvals.checklist import earliest_date
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.calendar.queries import end_of_day, local_date
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.entitlements.models import Entitlement, Status
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


def outlived_scans(at: datetime) -> QuerySet[Submission]:
    """Return the decided submissions whose scans are kept no longer (R79).

    Every right and certificate that came of them has ended, longer ago than the profile's months.
    """
    limit = end_of_day(earliest_date(local_date(at), profile().retention.decided_papers_months))
    ended = Q(status=Status.ENDED, periods__until_at=None, periods__from_at__lt=limit) | Q(until_date__lt=limit.date())
    rights = Entitlement.objects.filter(case__submission=OuterRef("pk")).exclude(status=Status.REFUSED)
    kept = rights.exclude(pk__in=Entitlement.objects.filter(ended))
    certificates = MemberCertificate.objects.filter(case__submission=OuterRef("pk"))
    valid = certificates.exclude(ended_at__lt=limit).exclude(not_after__lt=limit)
    with_scans = Submission.objects.filter(all_scans__isnull=False, cases__state=State.APPROVED).distinct()
    undecided = Case.objects.open().filter(submission=OuterRef("pk"))
    return with_scans.exclude(Exists(undecided)).exclude(Exists(kept)).exclude(Exists(valid))
