"""Counting attempts at the doors (R13)."""

from __future__ import annotations

from datetime import timedelta

from securenet.domain.profile.rules import Rate
from securenet.foundation.throttle.actions import require_allowance
from securenet.surfaces.shared.request import Request


def allow(request: Request, rate: Rate, scope: str, key: str = "") -> None:
    """Count one attempt of this kind from this address, or by `key` where given. Raises TooMany."""
    require_allowance(
        scope,
        key or request.actor.address,
        limit=rate.attempts,
        window=timedelta(minutes=rate.minutes),
        by=request.actor,
    )
