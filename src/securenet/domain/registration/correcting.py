"""Answering a question with corrections: of the person, and of what each returned right says (R24b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import identity_index
from securenet.domain.approvals.actions import NotYourTurn, Overtaken, answer_case, require_returned
from securenet.domain.approvals.correcting import note_corrections
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.entitlements.correcting import RightCorrected, correct_right
from securenet.domain.registration.notices import tell_document_holder
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal
from securenet.foundation.text import mask

PERSON = ("name_th", "name_en", "mobile_phone", "office_phone", "office_extension")


class NotCorrectable(Refusal):
    """The account is admitted, or this request did not bring the person's data."""

    sentence = _("The personal data cannot be corrected with this request any more. Please call the service desk.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCorrected:
    """What can be corrected of the person. The address is confirmed already, the user name is for ever."""

    name_th: str
    name_en: str
    identity_type: str
    identity_number: str
    identity_country: str
    mobile_phone: str
    office_phone: str
    office_extension: str


def may_correct_person(submission: Submission) -> bool:
    """Tell whether this request brought the person's data, and no right of it has admitted the account yet."""
    return submission.kind == Kind.REGISTRATION and not submission.applicant.is_admitted


@transaction.atomic
def answer_with_corrections(
    submission: Submission,
    cases: Sequence[Case],
    *,
    answer: str,
    person: PersonCorrected | None = None,
    rights: Mapping[int, RightCorrected],
    by: Actor,
) -> None:
    """Correct what was sent and answer the returned cases, all or nothing; `rights` are by the key of their case.

    Raises NotYourTurn, NotCorrectable, or what `correct_right` and `answer_case` raise.
    """
    if by.user is None or submission.applicant_id != by.user.pk:
        raise NotYourTurn
    for case in cases:
        require_returned(case, by=by)
    if person is not None:
        _correct_person(submission, person, by=by)
    for case in cases:
        if case.pk in rights:
            correct_right(case, rights[case.pk], by=by)
        answer_case(case, answer=answer, by=by)


def _correct_person(submission: Submission, person: PersonCorrected, *, by: Actor) -> None:
    if not may_correct_person(submission):
        raise NotCorrectable
    applicant = submission.applicant
    index = identity_index(person.identity_type, person.identity_country, person.identity_number)
    before, after = _facts(applicant), _facts(person)
    other_document = index != applicant.identity_index
    if other_document and before["identity"] == after["identity"]:
        after["identity"] = [*after["identity"], "≠"]
    if not note_corrections(submission, before, after, by=by):
        return
    waiting = User.objects.filter(pk=applicant.pk, admitted_at=None, closed_at=None)
    changes = {name: getattr(person, name) for name in PERSON}
    document = {
        "identity_type": person.identity_type,
        "identity_country": person.identity_country,
        "identity_number": person.identity_number,
        "identity_index": index,
    }
    if waiting.update(**(changes | (document if other_document else {}))) != 1:
        raise Overtaken
    applicant.refresh_from_db()
    if other_document:
        tell_document_holder(applicant, by=by)


def _facts(source: User | PersonCorrected) -> dict[str, Any]:
    """Return the facts by name; of the identity document its kind, its country and the end of its number."""
    facts: dict[str, Any] = {name: getattr(source, name) for name in PERSON}
    return facts | {"identity": [source.identity_type, source.identity_country, mask(source.identity_number or "")]}
