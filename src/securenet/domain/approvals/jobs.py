"""Reminders and escalations, looked for every ten minutes; codes that show a state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from securenet.domain.approvals.reminders import escalate_case, remind_of_case, to_escalate, to_remind
from securenet.domain.approvals.status import SEND_CODE, send_status_code
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import job, schedule

schedule("approvals.deadlines", timedelta(minutes=10))


@job("approvals.deadlines")
def watch_deadlines(*, at: datetime) -> None:
    """Remind of what is due soon and escalate what is late."""
    by = system("deadlines", at)
    for case in to_remind(at):
        remind_of_case(case, by=by)
    for case in to_escalate(at):
        escalate_case(case, by=by)


@job(SEND_CODE)
def mail_status_code(*, at: datetime, number: int) -> Callable[[], None]:
    """Mail the code that shows a submission's state (R8)."""
    return lambda: send_status_code(number, by=system("status", at))
