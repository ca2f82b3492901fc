"""The life of a right: the one place where it changes its status, and the periods that tell of it (R21, R22, R24)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Period, Status
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class LifeEvent(StrEnum):
    """What the ledger calls changes of a right's status."""

    ACTIVATED = "entitlement.activated"
    REFUSED = "entitlement.refused"
    SUSPENDED = "entitlement.suspended"
    RESUMED = "entitlement.resumed"
    ENDED = "entitlement.ended"


class RightChanged(Overtaken):
    """The right is no longer as it was when it was looked at."""

    sentence = _("Someone else changed this right a moment ago. Please look at it again.")


class NoReason(Refusal):
    """Something is taken away or refused without a word about why."""

    sentence = _("Write the reason: the member will read it.")
    field = "reason"


CHANGES = {
    (Status.REQUESTED, Status.ACTIVE): LifeEvent.ACTIVATED,
    (Status.REQUESTED, Status.REFUSED): LifeEvent.REFUSED,
    (Status.ACTIVE, Status.SUSPENDED): LifeEvent.SUSPENDED,
    (Status.SUSPENDED, Status.ACTIVE): LifeEvent.RESUMED,
    (Status.ACTIVE, Status.ENDED): LifeEvent.ENDED,
    (Status.SUSPENDED, Status.ENDED): LifeEvent.ENDED,
}
"""Every change that a right can go through, with its name in the ledger; what is not here does not happen."""


@transaction.atomic
def begin_life(right: Entitlement, *, by: Actor) -> None:
    """Write the first period of a right that has just been asked for."""
    Period.objects.create(entitlement=right, status=right.status, from_at=by.at, person=by.user)


@transaction.atomic
def change_status(right: Entitlement, to: Status, *, by: Actor, reason: str = "", **changes: Any) -> None:
    """Give a right its next status, with its period, its audit entry and, at its end, the end of its functions.

    `changes` are written with it. Raises RightChanged where the right is not as it was read, or has no such change.
    """
    event, reason = CHANGES.get((Status(right.status), to)), masked(reason.strip())
    unchanged = Entitlement.objects.filter(pk=right.pk, status=right.status, until_date=right.until_date)
    if event is None or unchanged.update(status=to, **changes) != 1:
        raise RightChanged
    before = right.status
    right.refresh_from_db()
    Period.objects.filter(entitlement=right, until_at=None).update(until_at=by.at)
    Period.objects.create(entitlement=right, status=to, from_at=by.at, person=by.user, reason=reason)
    if to == Status.ENDED:
        FunctionGrant.objects.filter(entitlement=right, ended_at=None).update(ended_at=by.at)
    record(
        event,
        by=by,
        about=right.member.about,
        entitlement=right.pk,
        service=right.service,
        role=right.role,
        before=before,
        after=str(to),
        reason=reason,
    )
