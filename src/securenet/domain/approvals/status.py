"""The state of a submission without login: by its number and a code that goes to its applicant (R8)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.approvals.models import OPERATORS_ACTS, StatusCode, Submission
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.mail.rendering import Secret
from securenet.foundation.refusal import Refusal
from securenet.foundation.sealed.box import blind_index

CODE_DIGITS, CODE_ATTEMPTS = 8, 5
SEND_CODE = "approvals.send-status-code"


class StatusEvent(StrEnum):
    """What the ledger calls looks at a state without login."""

    CODE_SENT = "status.code-sent"
    SEEN = "status.seen"


class WrongStatusCode(Refusal):
    """No such number and code: mistyped, used, too old, guessed at too often, or replaced by a newer one."""

    sentence = _(
        "The request number and the code do not fit each other, or the code has been used or is too old. "
        "Take both from the newest mail, or have a new code sent."
    )
    field = "code"


@transaction.atomic
def ask_for_status_code(number: int, *, by: Actor) -> None:
    """Leave it to a job to mail the code, so that nobody can tell from here whether there is such a request (R8)."""
    enqueue(SEND_CODE, run_at=by.at, number=number)


@transaction.atomic
def send_status_code(number: int, *, by: Actor) -> None:
    """Mail a new code to the applicant of a submission; an earlier one ends. Does nothing where there is none."""
    submission = (
        Submission.objects.exclude(kind__in=OPERATORS_ACTS).filter(pk=number).select_related("applicant").first()
    )
    if submission is None or not submission.applicant.email:
        return
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    until = by.at + timedelta(minutes=profile().deadlines.status_code_minutes)
    StatusCode.objects.update_or_create(
        submission=submission,
        defaults={"code_index": _index(number, code), "attempts": 0, "expires_at": until, "used_at": None},
    )
    write_to(
        submission.applicant,
        "status-code",
        about=submission.about,
        number=number,
        code=Secret(code),
        until=until,
        link=links.status_code(),
        by=by,
    )
    record(StatusEvent.CODE_SENT, by=by, about=submission.about)


def see_by_code(number: int, code: str, *, by: Actor) -> Submission:
    """Return the submission that number and code belong to, once. Raises WrongStatusCode.

    Each try counts, and stays counted when the refusal rolls back what the caller does; the same queries are made
    whatever the number is.
    """
    codes = StatusCode.objects.filter(submission_id=number)
    counted = codes.filter(attempts__lt=CODE_ATTEMPTS).update(attempts=F("attempts") + 1)
    fitting = codes.filter(code_index=_index(number, code), used_at=None, expires_at__gt=by.at)
    with transaction.atomic():
        if fitting.update(used_at=by.at) != 1 or not counted:
            raise WrongStatusCode
        submission = Submission.objects.select_related("applicant").get(pk=number)
        record(StatusEvent.SEEN, by=by, about=submission.about)
    return submission


def _index(number: int, code: str) -> str:
    return blind_index(f"{number}:{code}", purpose="status-code")
