"""Sending mails over SMTP, at least once, always with the same Message-ID."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F

from securenet.foundation.jobs.registry import Postponed, job
from securenet.foundation.mail.models import Mail, MailState

MAX_ATTEMPTS = 80  # with the queue's longest wait of an hour: three days
PERMANENT = range(500, 600)
ERROR_LENGTH = 300


@job("mail.send")
def send(*, at: datetime, mail: int) -> Callable[[], None] | None:
    """Send a queued mail. What the server refuses for good fails; anything else is tried again for three days."""
    row = Mail.objects.get(pk=mail)
    if row.state != MailState.QUEUED:
        return None
    try:
        _deliver(row)
    except OSError as failure:  # smtplib's exceptions are among them
        code, reason = _reply(failure)
        if code in PERMANENT or row.attempts + 1 >= MAX_ATTEMPTS:
            return _outcome(row, state=MailState.FAILED, last_error=reason)
        Mail.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, last_error=reason)
        raise Postponed(
            f"The mail server answered {code}." if code else "The mail server was out of reach."
        ) from failure
    return _outcome(row, state=MailState.SENT, sent_at=at, last_error="")


def _deliver(row: Mail) -> None:
    headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated", "Content-Language": row.language}
    message = EmailMultiAlternatives(row.subject, row.text or "", to=[row.to], headers=headers)
    message.attach_alternative(row.html or "", "text/html")
    message.connection = get_connection()
    try:
        message.send()
    finally:
        message.connection.close()  # Django leaves it open where the server refuses the login


def _outcome(row: Mail, **values: object) -> Callable[[], None]:
    def finish() -> None:
        Mail.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, **values)

    return finish


def _reply(failure: OSError) -> tuple[int, str]:
    """Return the server's code for this mail, 0 where it gave none, and what to show in the back office."""
    if isinstance(failure, SMTPRecipientsRefused):
        return _read(*next(iter(failure.recipients.values())))
    if isinstance(failure, SMTPResponseException):
        code, said = _read(failure.smtp_code, failure.smtp_error)
        ours = isinstance(failure, SMTPAuthenticationError | SMTPConnectError | SMTPHeloError)
        return 0 if ours else code, said
    return 0, type(failure).__name__


def _read(code: int, text: bytes | str) -> tuple[int, str]:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return code, f"{code} {said}"[:ERROR_LENGTH]
