"""The chain of authority on record: who was appointed by whom, and what hangs below whom (R22a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Submission
from securenet.domain.organizations.actions import RegisterOvertaken, WhyMissing
from securenet.domain.organizations.models import ABOVE, Appointment, Organization, Rung
from securenet.domain.organizations.queries import require_standing
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class ChainEvent(StrEnum):
    """What the ledger calls acts with appointments."""

    RECORDED = "appointment.recorded"
    ENDED = "appointment.ended"
    MOVED = "appointment.moved"


class WrongDates(Refusal):
    """The end lies before the start."""

    sentence = _("The appointment cannot end before it begins.")
    field = "until_date"


class WrongAppointer(Refusal):
    """Somebody is appointed by an appointment that cannot do so."""

    sentence = _("Choose a living appointment of the step above, in the same organization.")
    field = "above"


class NoHolder(Refusal):
    """An appointment without a name."""

    sentence = _("Write the name of the person who is appointed.")
    field = "holder_name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter of appointment says."""

    rung: Rung
    holder_name: str
    appointed_by: str
    from_date: date
    until_date: date | None = None
    holder_email: str = ""
    service: str = ""


def require_sound_letter(letter: Letter) -> None:
    """Raise NoHolder for a letter that names nobody, WrongDates where it ends before it begins."""
    if not any(character.isalpha() for character in letter.holder_name):
        raise NoHolder
    if letter.until_date is not None and letter.until_date < letter.from_date:
        raise WrongDates


@transaction.atomic
def record_appointment(
    organization: Organization,
    letter: Letter,
    *,
    above: Appointment | None = None,
    member: User | None = None,
    submission: Submission | None = None,
    by: Actor,
) -> Appointment:
    """Return an appointment that the service desk read from a letter (R22a).

    Raises NoHolder, WrongDates, WrongAppointer, OrganizationMerged, or OrganizationEnded.
    """
    require_standing(organization)
    require_sound_letter(letter)
    require_appointer(letter.rung, above, organization)
    appointment = Appointment.objects.create(
        organization=organization,
        rung=letter.rung,
        service="" if letter.rung == Rung.SIGNATORY else letter.service,
        holder_name=masked(letter.holder_name),
        holder_email=letter.holder_email,
        member=member,
        appointed_by=above.holder_name if above else masked(letter.appointed_by),
        above=above,
        submission=submission,
        from_date=letter.from_date,
        until_date=letter.until_date,
        recorded_at=by.at,
    )
    record(
        ChainEvent.RECORDED,
        by=by,
        about=organization.about,
        appointment=appointment.pk,
        step=letter.rung,
        from_date=letter.from_date,
        until_date=letter.until_date,
    )
    return appointment


def require_appointer(rung: str, above: Appointment | None, organization: Organization) -> None:
    """Raise WrongAppointer unless `above` can appoint at this step; the signatory has none above."""
    wanted = ABOVE.get(Rung(rung))
    if above is None:
        if wanted is not None:
            raise WrongAppointer
    elif above.rung != wanted or above.ended_at is not None or above.organization_id != organization.pk:
        raise WrongAppointer


@transaction.atomic
def close_appointment(appointment: Appointment, *, reason: str, by: Actor) -> None:
    """Note that an appointment has ended. Raises WhyMissing or RegisterOvertaken."""
    if not any(character.isalpha() for character in reason):
        raise WhyMissing
    living = Appointment.objects.filter(pk=appointment.pk, ended_at=None)
    if living.update(ended_at=by.at, ended_reason=masked(reason.strip())) != 1:
        raise RegisterOvertaken
    appointment.refresh_from_db()
    record(
        ChainEvent.ENDED, by=by, about=appointment.organization.about, appointment=appointment.pk, reason=reason.strip()
    )


@transaction.atomic
def move_below(appointment: Appointment, successor: Appointment, *, by: Actor) -> int:
    """Hang what hangs below an appointment under another one, and return how much it was. Raises WrongAppointer."""
    if successor.pk == appointment.pk or successor.rung != appointment.rung:
        raise WrongAppointer
    if successor.ended_at is not None or successor.organization_id != appointment.organization_id:
        raise WrongAppointer
    moved = appointment.below.filter(ended_at=None).update(above=successor)
    record(
        ChainEvent.MOVED,
        by=by,
        about=appointment.organization.about,
        before=appointment.pk,
        after=successor.pk,
        moved=moved,
    )
    return moved
