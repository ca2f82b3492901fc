"""Forgetting attempts that no longer count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from securenet.foundation.jobs.registry import job, schedule
from securenet.foundation.throttle.actions import purge


@job("throttle.purge")
def purge_over(*, at: datetime) -> Callable[[], None]:
    """Delete windows that are over."""

    def finish() -> None:
        purge(at)

    return finish


schedule("throttle.purge", timedelta(hours=1))
