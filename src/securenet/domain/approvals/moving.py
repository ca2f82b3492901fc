"""Open cases handed to another desk, where the one they stand at, or will come to, is no more (R24a, R30a)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction
from django.db.models import F, QuerySet

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.notices import tell_desk
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class MovingEvent(StrEnum):
    """What the ledger calls a case at another desk."""

    HANDED_OVER = "case.handed-over"


@transaction.atomic
def hand_over_cases(cases: QuerySet[Case], *, before: str, after: str = "", by: Actor) -> int:
    """Give the place of a desk in the routes of open cases to another one, and return how many cases it was in.

    Without `after`, each case goes to its own first desk of the operator. Raises Overtaken.
    """
    moved = 0
    for case in cases.filter(pk__in=Case.objects.open().values("pk")).select_related("submission__applicant"):
        if not any(row["desk"] == before for row in case.route_rows):
            continue
        desk = after or case.route.first_operator.desk
        rows = [row | {"desk": desk} if row["desk"] == before else row for row in case.route_rows]
        stands = {"desk": desk, "assigned_to": None} if case.desk == before else {}
        unchanged = Case.objects.filter(pk=case.pk, revision=case.revision)
        if unchanged.update(route_rows=rows, revision=F("revision") + 1, **stands) != 1:
            raise Overtaken
        case.refresh_from_db()
        record(MovingEvent.HANDED_OVER, by=by, about=case.submission.about, case=case.pk, before=before, after=desk)
        if stands and desk in {known.key for known in profile().desks}:
            tell_desk(case, desk, "work-arrived", by=by)
        moved += 1
    return moved
