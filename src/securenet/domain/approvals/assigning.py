"""Giving the work on a case to somebody at its desk (R30, R32a)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import NotYourTurn, Overtaken
from securenet.domain.approvals.models import Case
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class AssignmentEvent(StrEnum):
    """What the ledger calls the acts with assignments."""

    CASE_ASSIGNED = "case.assigned"


class NotAtThatDesk(Refusal):
    """The case would lie with somebody who cannot work on it."""

    sentence = _("This person does not work at the desk where the request stands.")
    field = "to"


@transaction.atomic
def assign_case(case: Case, *, to: Any, by: Actor) -> None:
    """Make `to` the one who works on the case at its desk. Raises NotYourTurn, NotAtThatDesk, or Overtaken."""
    if case.desk not in by.desks or case.is_ended:
        raise NotYourTurn
    if not to.is_active or not to.staff_roles.filter(desk=case.desk).exists():
        raise NotAtThatDesk
    unchanged = Case.objects.filter(pk=case.pk, revision=case.revision, state=case.state)
    if unchanged.update(revision=case.revision + 1, assigned_to=to) != 1:
        raise Overtaken
    case.refresh_from_db()
    record(AssignmentEvent.CASE_ASSIGNED, by=by, about=case.submission.about, case=case.pk, to=to.username)
