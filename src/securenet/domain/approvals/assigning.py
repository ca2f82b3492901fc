"""Giving the work on a case to somebody at its desk, and back to all of its desk (R30, R32a)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import NotYourTurn, Overtaken
from securenet.domain.approvals.models import Case
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class AssignmentEvent(StrEnum):
    """What the ledger calls the acts with assignments."""

    CASE_ASSIGNED = "case.assigned"
    CASE_RELEASED = "case.released"


class NotAtThatDesk(Refusal):
    """The case would lie with somebody who cannot work on it."""

    sentence = _("This person does not work at the desk where the request stands.")
    field = "to"


@transaction.atomic
def assign_case(case: Case, *, to: Any, by: Actor) -> None:
    """Make `to` the one who works on the case at its desk. Raises NotYourTurn, NotAtThatDesk, or Overtaken.

    The lock is for somebody who loses the desk at the same moment: their cases are released after this one is theirs.
    """
    if case.desk not in by.desks or case.is_ended:
        raise NotYourTurn
    stands_there = to.staff_roles.select_for_update(of=("self",)).filter(desk=case.desk, user__closed_at=None)
    if not list(stands_there):
        raise NotAtThatDesk
    unchanged = Case.objects.filter(pk=case.pk, revision=case.revision, state=case.state)
    if unchanged.update(revision=case.revision + 1, assigned_to=to) != 1:
        raise Overtaken
    case.refresh_from_db()
    record(AssignmentEvent.CASE_ASSIGNED, by=by, about=case.submission.about, case=case.pk, to=to.username)


@transaction.atomic
def release_cases(person: Any, *, kept: Collection[str] = (), by: Actor) -> int:
    """Give the open cases that somebody works on back to all of their desks, but for those at `kept` desks (R32a).

    Return how many they were. A case that a colleague took at the same moment is theirs, and not counted.
    """
    released = 0
    held = Case.objects.open().filter(assigned_to=person)
    for case in held.exclude(desk__in=kept).select_related("submission"):
        if held.filter(pk=case.pk).update(assigned_to=None, revision=F("revision") + 1) != 1:
            continue
        released += 1
        record(
            AssignmentEvent.CASE_RELEASED,
            by=by,
            about=case.submission.about,
            case=case.pk,
            desk=case.desk,
            before=person.username,
        )
    return released
