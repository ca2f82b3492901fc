"""What the end of an appointment means for the rights that hang below it (R22a)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import override

from securenet.domain import links
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.letters import letterhead, write_to
from securenet.domain.organizations.chain import close_appointment, move_below
from securenet.domain.organizations.models import Appointment
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.mail.actions import queue_mail

REMINDED_BEFORE = timedelta(days=30)


def hanging_below(appointment: Appointment) -> list[Appointment]:
    """Return what hangs below an appointment, each before what hangs below it."""
    found: list[Appointment] = []
    level = [appointment.pk]
    while level:
        below = list(Appointment.objects.filter(above__in=level, ended_at=None).select_related("member").order_by("pk"))
        found += below
        level = [one.pk for one in below]
    return found


@transaction.atomic
def end_appointment(appointment: Appointment, *, reason: str, successor: Appointment | None, by: Actor) -> None:
    """End an appointment; what hangs below goes under `successor`, or ends with its rights where there is none (R22a).

    Raises WhyMissing, WrongAppointer, or RegisterOvertaken.
    """
    if appointment.ended_at is None:
        close_appointment(appointment, reason=reason, by=by)
        _end_right(appointment, reason=reason, by=by)
    if successor is not None:
        move_below(appointment, successor, by=by)
        return
    for one in hanging_below(appointment):
        close_appointment(one, reason=reason, by=by)
        _end_right(one, reason=reason, by=by)


def _end_right(appointment: Appointment, *, reason: str, by: Actor) -> None:
    if appointment.member_id is None:
        return
    held = Entitlement.objects.held().filter(
        member=appointment.member_id,
        organization=appointment.organization_id,
        service=appointment.service,
        role=appointment.rung,
    )
    for right in held.select_related("member"):
        end_right_and_tell(right, reason=reason, by=by)


@transaction.atomic
def end_right_and_tell(right: Entitlement, *, reason: str, by: Actor) -> None:
    """End a right at once and tell its holder why. Raises RightChanged."""
    change_status(right, Status.ENDED, by=by, reason=reason)
    language = right.member.language
    write_to(
        right.member,
        "right-ended",
        service=profile().service(right.service).name.in_(language),
        organization=right.organization_name,
        reason=reason,
        link=links.rights(),
        by=by,
    )


def lapsed(at: datetime) -> Iterable[Appointment]:
    """Return the appointments whose last day has passed."""
    return Appointment.objects.filter(ended_at=None, until_date__lt=local_date(at)).select_related("organization")


def without_right() -> Iterable[Appointment]:
    """Return the appointments of members whose right has ended since."""
    held = Entitlement.objects.held().filter(
        member=OuterRef("member"), organization=OuterRef("organization"), service=OuterRef("service")
    )
    living = Appointment.objects.filter(~Exists(held.filter(role=OuterRef("rung"))), ended_at=None)
    return living.exclude(member=None).select_related("organization")


def about_to_lapse(at: datetime) -> Iterable[Appointment]:
    """Return the appointments that end soon and of which nobody was reminded."""
    last = local_date(at + REMINDED_BEFORE)
    living = Appointment.objects.filter(ended_at=None, reminded_at=None, until_date__lte=last)
    return living.select_related("organization")


@transaction.atomic
def lapse_appointment(appointment: Appointment, *, by: Actor) -> None:
    """End an appointment whose last day has passed; what hangs below it waits for the service desk, which is told.

    Raises RegisterOvertaken.
    """
    with override(profile().operator.default_language):
        reason = _("The last day of the appointment has passed.")
    close_appointment(appointment, reason=reason, by=by)
    _tell_desk(appointment, "appointment-lapsed", until=appointment.until_date, by=by)


@transaction.atomic
def end_with_right(appointment: Appointment, *, by: Actor) -> None:
    """End the appointment of a member whose right has ended; the desk is told where something hangs below it.

    Raises RegisterOvertaken.
    """
    with override(profile().operator.default_language):
        reason = _("The right that it was for has ended.")
    close_appointment(appointment, reason=reason, by=by)
    if hanging_below(appointment):
        _tell_desk(appointment, "appointment-lapsed", until=local_date(by.at), by=by)


@transaction.atomic
def remind_of_appointment(appointment: Appointment, *, by: Actor) -> bool:
    """Tell the service desk, once, that an appointment ends soon; return whether it was told now."""
    if Appointment.objects.filter(pk=appointment.pk, reminded_at=None, ended_at=None).update(reminded_at=by.at) != 1:
        return False
    _tell_desk(appointment, "appointment-ending", until=appointment.until_date, by=by)
    return True


def _tell_desk(appointment: Appointment, template: str, *, until: date | None, by: Actor) -> None:
    operator = profile().operator
    language = operator.default_language
    queue_mail(
        template,
        to=operator.service_desk.email,
        language=language,
        context=letterhead(language)
        | {
            "desk": True,
            "name": operator.service_desk.name.in_(language),
            "holder": appointment.holder_name,
            "organization": appointment.organization.name,
            "until": until,
            "link": links.organization(appointment.organization_id),
        },
        about=appointment.organization.about,
        by=by,
    )
