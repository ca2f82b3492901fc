"""Clearing sessions that have ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from securenet.domain.accounts.models import Session
from securenet.foundation.jobs.registry import job, schedule

schedule("accounts.clear-sessions", timedelta(hours=1))


@job("accounts.clear-sessions")
def clear_sessions(*, at: datetime) -> None:
    """Delete the rows of sessions whose time is over."""
    Session.objects.filter(expire_date__lt=at).delete()
