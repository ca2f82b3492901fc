"""What an applicant corrects in a request that was returned to them: kept with before and after (R24b, R84)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db import transaction

from securenet.domain.approvals.actions import Overtaken, require_returned
from securenet.domain.approvals.flow import Route
from securenet.domain.approvals.models import Case, Correction, Submission
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked

Facts = Mapping[str, Any]
"""What was sent, by the names of its fields; never an identity number in full."""


class CorrectionEvent(StrEnum):
    """What the ledger calls corrections."""

    CORRECTED = "submission.corrected"


@transaction.atomic
def note_corrections(
    submission: Submission, before: Facts, after: Facts, *, case: Case | None = None, by: Actor
) -> bool:
    """Write what differs between two states of what was sent, and return whether anything does.

    Without a `case` it is about the person. Identity numbers inside what was typed are masked.
    """
    changed = [name for name in after if before.get(name) != after[name]]
    if not changed:
        return False
    told = [(name, _told(before.get(name)), _told(after[name])) for name in changed]
    Correction.objects.bulk_create(
        Correction(submission=submission, case=case, field=name, before=old, after=new, at=by.at)
        for name, old, new in told
    )
    record(
        CorrectionEvent.CORRECTED,
        by=by,
        about=submission.about,
        case=case.pk if case else None,
        corrected=[list(change) for change in told],
    )
    return True


@transaction.atomic
def correct_case(case: Case, *, organization_name: str, organization_number: str, route: Route, by: Actor) -> None:
    """Write the corrected organization and the route that follows from it. Raises what `require_returned` does.

    An organization that has a tier of its own speaks before the operator again. Raises Overtaken.
    """
    require_returned(case, by=by)
    changes: dict[str, Any] = {
        "organization_name": organization_name,
        "organization_number": organization_number,
        "route_rows": route.rows(),
        "revision": case.revision + 1,
    }
    if route.stops[0].desk != case.route.stops[0].desk:
        changes["returned_by_operator"] = False
    unchanged = Case.objects.filter(pk=case.pk, revision=case.revision, state=case.state)
    if unchanged.update(**changes) != 1:
        raise Overtaken
    case.refresh_from_db()


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return [masked(str(item)) for item in value]
    return masked(str(value or ""))
