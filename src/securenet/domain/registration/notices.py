"""The mails of registration (R2, R6)."""

from __future__ import annotations

from typing import Any

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Submission
from securenet.domain.calendar.queries import confirmation_deadline
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.mail.actions import queue_mail


def send_confirmation(submission: Submission, *, token: str, code: str, by: Actor) -> None:
    """Queue the mail that asks to confirm request and address, and says until when the papers must have arrived."""
    applicant = submission.applicant
    queue_mail(
        "registration-confirm",
        to=applicant.email,
        language=applicant.language,
        context=_words(applicant)
        | {
            "number": submission.number,
            "link": links.confirmation(token),
            "code": code,
            "code_link": links.confirmation_by_code(),
            "link_until": confirmation_deadline(by.at),
            "papers_due_at": submission.papers_due_at,
        },
        about=submission.about,
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
        queue_mail(
            "document-registered-again",
            to=holder.email,
            language=holder.language,
            context=_words(holder) | {"at": by.at},
            about=holder.about,
            by=by,
        )


def _words(user: User) -> dict[str, Any]:
    operator, language = profile().operator, user.language
    return {
        "name": user.name_in(language),
        "system_name": operator.system_name.in_(language),
        "desk_phone": operator.service_desk.phone,
        "desk_email": operator.service_desk.email,
    }
