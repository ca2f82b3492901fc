"""Keeping certificates true: lists fetched, ended ones marked, requests past their deadline cancelled."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from securenet.domain.approvals.actions import Overtaken, expire_case
from securenet.domain.approvals.models import Kind
from securenet.domain.approvals.queries import now_due
from securenet.domain.approvals.reminders import WITH_ADMINS, escalate_case, to_escalate, to_remind
from securenet.domain.certificates.actions import expire_certificate_request, mark_expired, mark_revoked
from securenet.domain.certificates.applying import expire_application, remind_officers
from securenet.domain.certificates.handover import forget_handovers
from securenet.domain.certificates.holding import end_hold, on_hold_since, remind_of_hold
from securenet.domain.certificates.issuing import ask_issuer
from securenet.domain.certificates.judging import judge, read_certificate
from securenet.domain.certificates.models import LIVING, MemberCertificate, Status
from securenet.domain.certificates.reminding import ending_soon, remind_of_end
from securenet.domain.certificates.trust import refresh_lists
from securenet.domain.profile.queries import list_refresh, profile
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import Finish, job, schedule
from securenet.foundation.x509 import Reason

schedule("certificates.refresh-lists", timedelta(minutes=1))
schedule("certificates.recheck", timedelta(hours=1))
schedule("certificates.forget-handovers", timedelta(hours=1))
schedule("certificates.expire-requests", timedelta(minutes=10))
schedule("certificates.remind", timedelta(hours=1))
schedule("certificates.remind-officers", timedelta(hours=1))


@job("certificates.refresh-lists")
def refresh_revocation_lists(*, at: datetime) -> None:
    """Fetch the lists of the accepted CAs that are due; where one changed, look at the registered certificates at once.

    One that did not come is asked for again each minute (R44).
    """
    if refresh_lists(by=system("revocation", at), asked_before=at - list_refresh()):
        recheck(at=at)


@job("certificates.recheck")
def recheck(*, at: datetime) -> None:
    """Mark what has been revoked or has expired since (R44, R45)."""
    by = system("certificates", at)
    for certificate in MemberCertificate.objects.filter(status__in=LIVING).iterator():
        with suppress(Overtaken):  # by its holder or an approver: the next look sees what is left to do
            if certificate.status_at(at) is Status.EXPIRED:
                mark_expired(certificate, by=by)
            elif Reason.REVOKED in judge(read_certificate(bytes(certificate.der)), by=by).reasons:
                mark_revoked(certificate, by=by)


@job("certificates.forget-handovers")
def forget_old_handovers(*, at: datetime) -> None:
    """Delete what was handed over to the portal and not taken within its minute."""
    forget_handovers(at=at)


@job("certificates.expire-requests")
def expire_requests(*, at: datetime) -> None:
    """Cancel the requests whose deadline has passed with the applicant (R34)."""
    by = system("deadlines", at)
    for case in now_due(at, (Kind.CERTIFICATE,)):
        expire_certificate_request(case, by=by)
    for case in now_due(at, (Kind.RELEASE,)):
        expire_case(case, by=by)
    for case in now_due(at, (Kind.APPLICATION,)):
        expire_application(case, by=by)


@job("certificates.issue")
def issue(*, at: datetime, application: int) -> Finish | None:
    """Ask the CA for the certificate of an application that the RA has passed on (R40)."""
    return ask_issuer(application, at=at)


@job("certificates.remind")
def remind(*, at: datetime) -> None:
    """Remind of certificates and of holds that are about to end, and end the holds that nobody had lifted."""
    by, policy = system("certificates", at), profile().certificate
    for certificate, day in ending_soon(at):
        remind_of_end(certificate, day, by=by)
    for certificate in on_hold_since(at - timedelta(days=policy.hold_days)):
        end_hold(certificate, by=by)
    for certificate in on_hold_since(at - timedelta(days=policy.hold_days - policy.hold_reminder_days)):
        remind_of_hold(certificate, by=by)


@job("certificates.remind-officers")
def remind_of_applications(*, at: datetime) -> None:
    """Remind the RA officers of applications that wait for them, and tell the service desk of late ones (R34, R40)."""
    by = system("deadlines", at)
    for case in to_remind(at, WITH_ADMINS):
        if case.kind == Kind.APPLICATION:
            remind_officers(case, by=by)
    for case in to_escalate(at, WITH_ADMINS):
        if case.kind == Kind.APPLICATION:
            escalate_case(case, by=by)
