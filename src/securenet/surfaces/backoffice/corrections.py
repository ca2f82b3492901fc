"""What an applicant corrected in a returned request, before and after, in words (R24b, R30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from securenet.domain.accounts.phones import readable_phone
from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.models import Case, Correction, Submission
from securenet.domain.profile.queries import profile
from securenet.foundation.countries import country_name
from securenet.surfaces.backoffice.words import asked, language

LABELS = {
    "name_th": gettext_lazy("Name in Thai"),
    "name_en": gettext_lazy("Name in English"),
    "identity": gettext_lazy("Identity document"),
    "mobile_phone": gettext_lazy("Mobile phone"),
    "office_phone": gettext_lazy("Office phone"),
    "office_extension": gettext_lazy("Extension"),
    "organization_number_type": gettext_lazy("Number that identifies the organization"),
    "organization_number": gettext_lazy("Organization's number"),
    "organization_country": gettext_lazy("Issuing country"),
    "organization_name": gettext_lazy("Name of the organization"),
}
ANSWER = "answers."


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One fact of the table; `title` names the right that it belongs to."""

    label: str
    title: str
    before: str
    after: str
    at: datetime


def correction_lines(submission: Submission, cases: list[Case]) -> list[CorrectionLine]:
    """Return what was corrected, oldest first; corrections come with answers only."""
    if not any(step.verb == Verb.ANSWER for case in cases for step in case.steps.all()):
        return []
    by_key = {case.pk: case for case in cases}
    return [_line(row, by_key.get(row.case_id or 0)) for row in submission.corrections.all()]


def _line(row: Correction, case: Case | None) -> CorrectionLine:
    tell = WRITERS.get(row.field, str)
    if case is not None and row.field.startswith(ANSWER):
        label, tell = _question(case, row.field.removeprefix(ANSWER))
    else:
        label = str(LABELS.get(row.field, row.field))
    return CorrectionLine(label, asked(case) if case else "", tell(row.before), tell(row.after), row.at)


def _question(case: Case, key: str) -> tuple[str, Callable[[Any], str]]:
    question = next((each for each in profile().service(case.service).questions if each.key == key), None)
    if question is None:
        return key, _listed({})
    return str(question.label), _listed({choice.key: str(choice.name) for choice in profile().choices_of(question)})


def _listed(names: dict[str, str]) -> Callable[[Any], str]:
    def tell(value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        return ", ".join(names.get(str(each), str(each)) for each in values)

    return tell


def _identity(value: Any) -> str:
    """Return the document in words; a number that ends like the one before is said to be another one."""
    if not isinstance(value, list):
        return str(value)
    kind, country, end, *another = value
    names = {document.key: str(document.name) for document in profile().identity_documents}
    told = f"{names.get(kind, kind)} {end} ({country_name(country, language())})"
    return ", ".join([told, _("another number")]) if another else told


def _country(code: Any) -> str:
    return country_name(str(code), language())


def _number_type(key: Any) -> str:
    return {kind.key: str(kind.name) for kind in profile().organization_number_types}.get(key, str(key))


WRITERS: dict[str, Callable[[Any], str]] = {
    "identity": _identity,
    "mobile_phone": readable_phone,
    "office_phone": readable_phone,
    "organization_country": _country,
    "organization_number_type": _number_type,
}
