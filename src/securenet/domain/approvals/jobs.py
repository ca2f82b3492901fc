"""Reminders and escalations every ten minutes, papers and scans every hour; codes that show a state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from securenet.domain.approvals.destroying import ended_at, failed_submissions, remind_of_destruction
from securenet.domain.approvals.reminders import escalate_case, remind_of_case, to_escalate, to_remind
from securenet.domain.approvals.scans import erase_scans, sweep_files
from securenet.domain.approvals.status import SEND_CODE, send_status_code
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import job, schedule

schedule("approvals.deadlines", timedelta(minutes=10))
schedule("approvals.papers", timedelta(hours=1))


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


@job("approvals.papers")
def look_after_papers(*, at: datetime) -> None:
    """Remind of papers to be destroyed, and erase the scans of requests that ended without approval (R30, R79)."""
    by = system("retention", at)
    remind_of_destruction(by=by)
    limit = at - timedelta(days=profile().retention.refused_papers_days)
    for submission in failed_submissions().filter(all_scans__isnull=False).distinct():
        if ended_at(submission) < limit:
            erase_scans(submission, by=by)
    sweep_files(at)
