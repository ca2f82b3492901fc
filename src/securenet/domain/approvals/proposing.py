"""What one of the operator's people proposes and another decides: recoveries, trust anchors, exceptions (R14, R32)."""

from __future__ import annotations

from typing import Any, Literal

from django.db import transaction

from securenet.domain.approvals.actions import NotYourTurn, open_submission
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.planning import Plan, route_of
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor

Act = Literal["recovery", "trust_store", "revocation_exception"]


@transaction.atomic
def propose_act(kind: Act, *, subject: Any = None, by: Actor) -> Case:
    """Return the case of an operator's act, on its way at once and without papers; mails go to desks only.

    The proposer counts as its applicant, so four eyes keep them from deciding it; `subject` is the person whom it is
    about, if any. What is proposed, the room keeps in a row of its own beside the case. Raises NotYourTurn for those
    who do not stand at the first desk of the profile's route for the kind.
    """
    route = route_of(profile().route_for(kind))
    if by.user is None or route.first_operator.desk not in by.desks:
        raise NotYourTurn
    submission = open_submission(
        by.user,
        kind=kind,
        plans=[Plan(kind=kind, route=route, subject=subject)],
        papers=[],
        language=profile().operator.default_language,
        confirmed=True,
        by=by,
    )
    return submission.cases.get()
