"""The ledger's work in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from securenet.foundation.actor import system
from securenet.foundation.audit.actions import seal_entries
from securenet.foundation.jobs.registry import job, schedule

log = structlog.get_logger(__name__)


@job("audit.seal")
def seal(*, at: datetime) -> Callable[[], None]:
    """Seal what is new, with the checkpoints in the log, where they are kept elsewhere."""

    def finish() -> None:
        for checkpoint in seal_entries(system("audit.seal", at)):
            transaction.on_commit(partial(log.info, "ledger sealed", checkpoint=str(checkpoint)))

    return finish


schedule("audit.seal", timedelta(minutes=10))
