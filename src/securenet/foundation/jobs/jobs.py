"""The queue's own housekeeping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from securenet.foundation.jobs.actions import purge
from securenet.foundation.jobs.registry import job, schedule


@job("jobs.purge")
def purge_done(*, at: datetime) -> Callable[[], None]:
    """Forget what was done long ago."""

    def finish() -> None:
        purge(at)

    return finish


schedule("jobs.purge", timedelta(days=1))
