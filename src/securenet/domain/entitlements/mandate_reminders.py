"""Reminding both sides of a mandate's end, on each of the profile's days once (R22c, R22d)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.mandate_notices import tell_admins
from securenet.domain.entitlements.models import Mandate, MandateStatus
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class MandateReminder(StrEnum):
    """What the ledger calls reminders of mandates."""

    REMINDED = "mandate.reminded"


def mandates_to_remind(at: datetime) -> list[Mandate]:
    """Return the mandates of whose end both sides are to be reminded at `at` and have not been."""
    active = Mandate.objects.active(local_date(at)).select_related("principal", "agent")
    return [mandate for mandate in active if _call(mandate, at) not in (None, mandate.reminded_days)]


def _call(mandate: Mandate, at: datetime) -> int | None:
    """Return the last of the profile's days before the end that has come, None before the first.

    One that has been renewed needs no reminder.
    """
    renewed = mandate.renewals.filter(status__in=[MandateStatus.REQUESTED, MandateStatus.ACTIVE]).exists()
    left = (mandate.until_date - local_date(at)).days
    come = [days for days in profile().service(mandate.service).policy.reminder_days if left <= days]
    return min(come, default=None) if not renewed else None


@transaction.atomic
def remind_of_mandate(mandate: Mandate, *, by: Actor) -> bool:
    """Remind both sides; return whether it was done now."""
    call = _call(mandate, by.at)
    unchanged = Mandate.objects.filter(pk=mandate.pk, status=MandateStatus.ACTIVE, reminded_days=mandate.reminded_days)
    if call in (None, mandate.reminded_days) or unchanged.update(reminded_days=call) != 1:
        return False
    record(MandateReminder.REMINDED, by=by, about=mandate.about, days=call)
    tell_admins(mandate, "mandate-due", by=by)
    return True
