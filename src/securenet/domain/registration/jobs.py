"""Erasing drafts and scans that are too old; freeing and then erasing registrations without approval."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.approvals.scans import erase_scans
from securenet.domain.registration.actions import release_username
from securenet.domain.registration.drafts import erase_drafts
from securenet.domain.registration.erasing import erase_registration
from securenet.domain.registration.queries import erasable, outlived_scans, releasable
from securenet.foundation.actor import system
from securenet.foundation.jobs.registry import job, schedule

schedule("registration.clean-up", timedelta(hours=1))


@job("registration.clean-up")
def clean_up(*, at: datetime) -> None:
    """Erase and release what its time has come for (R2, R5, R79)."""
    by = system("retention", at)
    erase_drafts(by=by)
    for user in releasable(at):
        release_username(user, by=by)
    for user in erasable(at):
        erase_registration(user, by=by)
    for submission in outlived_scans(at):
        erase_scans(submission, by=by)
