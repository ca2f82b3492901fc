"""Answering those who forgot something; clearing what has had its time: sessions, and what stood in mails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from securenet.domain.accounts.models import RecoveryAttempt, Session
from securenet.domain.accounts.recovery import ANSWER_JOB, allowed_matches, answer_recovery
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import job, schedule
from securenet.foundation.mail.actions import erase_bodies

ATTEMPTS_KEPT = timedelta(days=1)

schedule("accounts.clear-sessions", timedelta(hours=1))
schedule("accounts.erase-mails", timedelta(days=1))


@job("accounts.clear-sessions")
def clear_sessions(*, at: datetime) -> None:
    """Delete the rows of sessions whose time is over, and attempts at recovery that no job has answered."""
    Session.objects.filter(expire_date__lt=at).delete()
    RecoveryAttempt.objects.filter(asked_at__lt=at - ATTEMPTS_KEPT).delete()


@job(ANSWER_JOB)
def answer(*, at: datetime, attempt: int) -> Callable[[], None] | None:
    """Compare what was typed with the accounts and write the mail; what was typed is erased (R10, R11)."""
    asked = RecoveryAttempt.objects.filter(pk=attempt).first()
    if asked is None:
        return None
    by = replace(system("recovery", at), address=json.loads(asked.typed or "{}")["address"])
    users = allowed_matches(asked, by=by)
    return lambda: answer_recovery(asked, users, by=by)


@job("accounts.erase-mails")
def erase_mails(*, at: datetime) -> Callable[[], None]:
    """Erase what stood in mails that are older than the profile keeps them (R79)."""
    before = at - timedelta(days=profile().retention.mail_days)

    def finish() -> None:
        erase_bodies(before, by=system("accounts.erase-mails", at))

    return finish
