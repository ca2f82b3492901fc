"""Letters of appointment on the page of their request: received, read, on record (R22a)."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.appointing import rungs_of
from securenet.domain.entitlements.models import HELD, Entitlement
from securenet.domain.organizations.models import AppointmentLetter, Rung
from securenet.surfaces.backoffice.words import Tag


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter of a right, what became of it, and where it is read; no address where nothing is to be done."""

    title: str
    state: Tag
    address: str


def letter_lines(case: Case, right: Entitlement) -> list[LetterLine]:
    """Return the letters of appointment that are among a request's papers for a right."""
    papers = [item for item in case.submission.papers.all() if item.appoints]
    read = {letter.rung: letter for letter in case.letters.all()}
    received = set(rungs_of(right, [item for item in papers if item.received_at]))
    return [_line(case, right, rung, read.get(rung), here=rung in received) for rung in rungs_of(right, papers)]


def _line(case: Case, right: Entitlement, rung: Rung, letter: AppointmentLetter | None, *, here: bool) -> LetterLine:
    to_do = (case.is_open or right.status in HELD) and here
    if letter is not None and letter.appointment_id is not None:
        state, to_do = Tag(_("On record"), "ok"), False
    elif not here:
        state = Tag(_("Not received yet"))
    elif case.is_open and (letter is not None or rung != Rung.SIGNATORY):
        state = Tag(_("Goes on record with the approval"), "in")
    else:
        state = Tag(_("Not on record"))
    address = reverse("case-letter", args=[case.submission_id, case.pk, str(rung)]) if to_do else ""
    return LetterLine(str(rung.label), state, address)
