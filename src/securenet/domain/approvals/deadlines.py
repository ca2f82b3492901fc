"""When a case is due, by the state it enters (R6, R24b, R34)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from securenet.domain.approvals.flow import REVIEWS, State
from securenet.domain.approvals.models import Case
from securenet.domain.calendar.queries import (
    business_days_left,
    decision_deadline,
    papers_deadline,
    resumed_deadline,
    returned_deadline,
)

WAITED = REVIEWS | {State.RETURNED}
"""Where the days for the papers passed without the applicant's doing."""


def due_on_entering(case: Case, state: State, *, at: datetime) -> dict[str, Any]:
    """Return the fields that say when `case` is due in `state`, entered at `at`.

    The operator's days start with the first operator tier and run on through the next ones; a return stops them, and an
    answer resumes what was left, but no fewer than the profile's least. The days for the papers that an organization's
    review has used up are not the applicant's loss.
    """
    if state is State.RETURNED:
        return {"due_at": returned_deadline(at), "days_left": max(0, business_days_left(at, case.due_at))}
    if state is State.AWAITING_DOCUMENTS:
        return {"due_at": papers_deadline(at) if case.state_now in WAITED else case.submission.papers_due_at}
    if state not in REVIEWS:
        return {}
    if case.days_left is not None and case.state_now is State.RETURNED:
        return {"due_at": resumed_deadline(at, case.days_left), "days_left": None}
    if case.state_now in REVIEWS and case.route.stop_at(case.state_now) in case.route.stops[_first_operator(case) :]:
        return {}
    return {"due_at": decision_deadline(at)}


def _first_operator(case: Case) -> int:
    return case.route.stops.index(case.route.first_operator)
