"""The mails of registration (R2, R6)."""

from __future__ import annotations

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Submission
from securenet.domain.calendar.queries import confirmation_deadline
from securenet.domain.letters import write_to
from securenet.foundation.actor import Actor
from securenet.foundation.mail.rendering import Secret


def send_confirmation(submission: Submission, *, token: str, code: str, by: Actor) -> None:
    """Queue the mail that asks to confirm request and address, and says until when the papers must have arrived."""
    write_to(
        submission.applicant,
        "registration-confirm",
        about=submission.about,
        number=submission.number,
        link=links.confirmation(token),
        code=Secret(code),
        code_link=links.confirmation_by_code(),
        status_link=links.status(),
        link_until=confirmation_deadline(by.at),
        papers_due_at=submission.papers_due_at,
        by=by,
    )


def tell_document_holder(applicant: User, *, by: Actor) -> None:
    """Tell whoever has an admitted account with the same identity document; the applicant sees nothing of it (R2)."""
    holder = (
        User.objects.filter(identity_index=applicant.identity_index, admitted_at__isnull=False, closed_at=None)
        .exclude(pk=applicant.pk)
        .first()
    )
    if holder is not None:
        write_to(holder, "document-registered-again", at=by.at, by=by)
