"""Reminders and escalations, looked for every ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.approvals.reminders import escalate_case, remind_of_case, to_escalate, to_remind
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
