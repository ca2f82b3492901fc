"""Reminding of a certificate's end (R45)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef

from securenet.domain import links
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class ReminderEvent(StrEnum):
    """What the ledger calls reminders."""

    REMINDED = "certificate.reminded"


def ending_soon(at: datetime) -> Iterable[tuple[MemberCertificate, int]]:
    """Return the valid certificates of whose end the holder is to be reminded, with the day of the profile it is for.

    Days are counted by the operator's calendar, the last one is 0. One that has been renewed needs no reminder.
    """
    days = sorted(profile().certificate.reminder_days)
    furthest = at + timedelta(days=max(days, default=0) + 1)
    newer = MemberCertificate.objects.filter(renews=OuterRef("pk"), status=Status.VALID)
    ending = MemberCertificate.objects.filter(status=Status.VALID, not_after__gte=at, not_after__lt=furthest)
    for certificate in ending.exclude(Exists(newer)).select_related("holder"):
        left = (local_date(certificate.not_after) - local_date(at)).days
        called = next((day for day in days if left <= day), None)
        if called is not None and (certificate.reminded_days is None or called < certificate.reminded_days):
            yield certificate, called


@transaction.atomic
def remind_of_end(certificate: MemberCertificate, day: int, *, by: Actor) -> bool:
    """Remind the holder for one of the profile's days; return whether it was done now."""
    unchanged = MemberCertificate.objects.filter(pk=certificate.pk, reminded_days=certificate.reminded_days)
    if unchanged.update(reminded_days=day) != 1:
        return False
    left = (local_date(certificate.not_after) - local_date(by.at)).days
    write_to(
        certificate.holder,
        "certificate-ends",
        about=certificate.about,
        subject=certificate.subject,
        serial=certificate.serial,
        ends_at=certificate.not_after,
        days=left,
        link=links.certificates(),
        by=by,
    )
    record(ReminderEvent.REMINDED, by=by, about=certificate.about, days=left)
    return True
