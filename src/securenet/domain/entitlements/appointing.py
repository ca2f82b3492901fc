"""Letters of appointment among a request's papers: read once, on record with the approval (R22a)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import NotYourTurn
from securenet.domain.approvals.models import Case, ChecklistItem
from securenet.domain.entitlements.models import HELD, Entitlement, Role
from securenet.domain.organizations.chain import Letter, record_appointment, require_sound_letter
from securenet.domain.organizations.models import ABOVE, Appointment, AppointmentLetter, Organization, Rung
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class LetterEvent(StrEnum):
    """What the ledger calls acts with letters of appointment."""

    READ = "appointment-letter.read"


class NoSuchLetter(Refusal):
    """The request has no letter that appoints at that step, or its right was not granted."""

    sentence = _("This request has no such letter of appointment.")


class OnRecord(Refusal):
    """The letter has become an appointment already."""

    sentence = _("This letter of appointment is on record already.")


def rungs_of(right: Entitlement, papers: Iterable[ChecklistItem]) -> list[Rung]:
    """Return at which steps the letters among a request's papers appoint for this right, the higher one first."""
    own = [Rung.SIGNATORY, Rung.ADMIN] if right.role == Role.ORGANIZATION_ADMIN else [Rung.OFFICER]
    asked = {item.appoints for item in papers}
    return [rung for rung in own if rung in asked]


def appointers(right: Entitlement, rung: Rung) -> list[Appointment]:
    """Return the living appointments by which somebody can appoint at this step for a right."""
    if rung not in ABOVE or right.organization_id is None:
        return []
    living = Appointment.objects.filter(organization=right.organization_id, rung=ABOVE[rung], ended_at=None)
    return list(living.filter(service__in=["", right.service]).order_by("pk"))


@transaction.atomic
def read_letter(case: Case, letter: Letter, *, above: Appointment | None = None, by: Actor) -> AppointmentLetter:
    """Return what was read in a letter of a request: it goes on record with the approval, or now if that is past.

    The holder of an Organization Admin's or an officer's letter is the applicant. Raises NotYourTurn, NoSuchLetter,
    OnRecord, NoHolder, WrongDates, or what `record_appointment` raises.
    """
    right = case.entitlement
    if case.route.first_operator.desk not in by.desks:
        raise NotYourTurn
    if letter.rung not in rungs_of(right, case.submission.papers.all()):
        raise NoSuchLetter
    if case.is_ended and right.status not in HELD:
        raise NoSuchLetter
    letter = letter if letter.rung == Rung.SIGNATORY else replace(letter, holder_name=_own_name(right))
    require_sound_letter(letter)
    facts: dict[str, Any] = {
        "holder_name": masked(letter.holder_name),
        "holder_email": letter.holder_email,
        "appointed_by": masked(letter.appointed_by),
        "above": above,
        "from_date": letter.from_date,
        "until_date": letter.until_date,
    }
    read, made = AppointmentLetter.objects.get_or_create(case=case, rung=letter.rung, defaults=facts)
    if not made and AppointmentLetter.objects.filter(pk=read.pk, appointment=None).update(**facts) != 1:
        raise OnRecord
    record(LetterEvent.READ, by=by, about=case.submission.about, case=case.pk, step=letter.rung)
    if right.status in HELD:
        record_letters(right, by=by)
    return AppointmentLetter.objects.get(pk=read.pk)


@transaction.atomic
def record_letters(right: Entitlement, *, by: Actor) -> None:
    """Put the letters among an approved right's papers on record, each under who appointed (R22a).

    A signatory's letter is recorded once it was read. One of whom nobody, or more than one, could have appointed waits
    until the service desk says who.
    """
    if right.case is None or right.organization is None:
        return
    received = right.case.submission.papers.exclude(received_at=None)
    letters = {letter.rung: letter for letter in right.case.letters.select_related("above", "appointment")}
    for rung in rungs_of(right, received):
        letter = letters.get(rung)
        if letter is None and rung != Rung.SIGNATORY and right.from_date is not None:
            letter = AppointmentLetter(
                case=right.case, rung=rung, holder_name=_own_name(right), from_date=right.from_date
            )
        if letter is not None and letter.appointment is None:
            _put_on_record(right, right.organization, letter, by=by)


def _put_on_record(right: Entitlement, organization: Organization, read: AppointmentLetter, *, by: Actor) -> None:
    own = read.rung != Rung.SIGNATORY
    above = _above(right, read)
    if own and (above is None or _is_appointed(right, read.rung)):
        return
    letter = Letter(
        rung=Rung(read.rung),
        holder_name=read.holder_name,
        holder_email=right.member.email if own else read.holder_email,
        appointed_by=read.appointed_by,
        from_date=read.from_date,
        until_date=read.until_date,
        service=right.service,
    )
    member = right.member if own else None
    submission = read.case.submission
    read.appointment = record_appointment(
        organization, letter, above=above, member=member, submission=submission, by=by
    )
    read.save()


def _above(right: Entitlement, read: AppointmentLetter) -> Appointment | None:
    """Return who appointed: whom the service desk named, or the only one who could have."""
    able = appointers(right, Rung(read.rung))
    if read.above is not None:
        return next((one for one in able if one.pk == read.above_id), None)
    return able[0] if len(able) == 1 else None


def _is_appointed(right: Entitlement, rung: str) -> bool:
    living = Appointment.objects.filter(organization=right.organization_id, member=right.member_id, ended_at=None)
    return living.filter(rung=rung, service=right.service).exists()


def _own_name(right: Entitlement) -> str:
    return right.member.name_in(profile().operator.default_language)
