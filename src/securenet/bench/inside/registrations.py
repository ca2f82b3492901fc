"""Counts what registrations leave in the database."""

from __future__ import annotations

from securenet.domain.accounts.models import Kind, User
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.registration.models import Confirmation, Draft
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail


def main() -> dict[str, int]:
    """Return the numbers of rows; of drafts only those that are left over."""
    whole = {"cases__entitlement__isnull": False, "papers__key": "own_identity", "confirmation__isnull": False}
    rows = {
        "accounts": User.objects.filter(kind=Kind.MEMBER),
        "requests": Submission.objects.filter(kind="registration"),
        "requests with everything": Submission.objects.filter(kind="registration", **whole),
        "cases": Case.objects.filter(kind="registration"),
        "rights": Entitlement.objects.all(),
        "links to confirm": Confirmation.objects.all(),
        "mails": Mail.objects.filter(template="registration-confirm"),
        "jobs that send them": Job.objects.filter(name="mail.send"),
        "ledger: submitted": AuditEntry.objects.filter(event="registration.submitted"),
        "ledger: rights": AuditEntry.objects.filter(event="entitlement.requested"),
        "drafts left": Draft.objects.all(),
    }
    return {what: found.count() for what, found in rows.items()}
