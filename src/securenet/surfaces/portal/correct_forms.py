"""The forms in which an applicant corrects what was returned to them (R24b): the same checks as in registration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import User
from securenet.domain.accounts.phones import readable_phone
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.words import case_title
from securenet.domain.entitlements.correcting import RightCorrected
from securenet.domain.profile.catalogue import Service
from securenet.domain.profile.queries import profile
from securenet.domain.registration.correcting import PersonCorrected, may_correct_person
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register_forms import DetailsForm, PersonForm, RightForm
from securenet.surfaces.shared import forms


def stand_of(cases: list[Case]) -> str:
    """Return how a page names the cases that it shows, as they are now."""
    return " ".join(f"{case.pk}:{case.revision}" for case in cases)


class AnswerForm(forms.Form):
    """An answer to the operator's question, and to which one: `stand` is what the page had shown."""

    answer = forms.TextField(label=_("Your answer"))
    stand = forms.HiddenField(required=False)


class CorrectPersonForm(PersonForm):
    """Step 1 without what is fixed by now: user name, password, confirmed address."""

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person
        for name in ("username", "password", "password_confirm", "email"):
            del self.fields[name]
        number = self.fields["identity_number"]
        number.required = False
        number.help_text = _("Leave this empty to keep %(number)s.") % {"number": person.identity_masked}

    def clean(self) -> dict[str, Any]:
        """Keep the document where no number was typed: of another kind or country it would be another one."""
        data = super().clean()
        if data.get("identity_number") != "":
            return data
        person = self.person
        document = next((each for each in profile().identity_documents if each.key == data.get("identity_type")), None)
        country = (document.issuer if document else None) or data.get("identity_country")
        if (data.get("identity_type"), country) != (person.identity_type, person.identity_country):
            self.add_error("identity_number", _("Enter the number of the other document."))
        return data | {"identity_number": person.identity_number, "identity_country": person.identity_country}

    def corrected(self) -> PersonCorrected:
        """Return the person as the rooms take it."""
        names = ("name_th", "name_en", "identity_type", "identity_number", "identity_country")
        phones = ("mobile_phone", "office_phone", "office_extension")
        return PersonCorrected(**{name: self.cleaned_data[name] for name in (*names, *phones)})


class CorrectRightForm(RightForm):
    """Step 2 without service and role: another one is another request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("service_group", "service", "role"):
            del self.fields[name]


@dataclass(frozen=True, slots=True)
class RightPart:
    """One returned right of the page."""

    case: Case
    title: str
    right: CorrectRightForm
    details: DetailsForm

    def corrected(self) -> RightCorrected:
        """Return the right as the rooms take it; answers to questions that are no longer asked stay."""
        data, answers = self.right.cleaned_data, self.details.answers().get(self.case.service, {})
        return RightCorrected(
            organization_number_type=data["organization_number_type"],
            organization_number=data["organization_number"],
            organization_country=data["organization_country"],
            organization_name=data["organization_name"],
            answers=self.case.entitlement.answers | answers,
        )


class Corrections:
    """The forms of the page together."""

    def __init__(self, data: Any, submission: Submission, returned: list[Case], language: str) -> None:
        applicant = submission.applicant
        self.answer = AnswerForm(data, initial={"stand": stand_of(returned)})
        self.person = None
        if may_correct_person(submission):
            self.person = CorrectPersonForm(data, person=applicant, initial=_person(applicant))
        self.rights = [_part(case, data, language) for case in returned if hasattr(case, "entitlement")]

    def __iter__(self) -> Iterator[forms.Form]:
        yield from [self.person] if self.person else []
        for part in self.rights:
            yield from (part.right, part.details)
        yield self.answer

    @property
    def are_needed(self) -> bool:
        """Tell whether there is anything to correct, and not only to answer."""
        return self.person is not None or bool(self.rights)

    def are_valid(self) -> bool:
        """Check every form: all that is wrong is told at once."""
        return not [form for form in self if not form.is_valid()]

    def refuse(self, refusal: Refusal) -> None:
        """Show why a rule said no, at the field that it names."""
        owner = next((form for form in self if refusal.field in form.fields), self.answer)
        owner.refuse(refusal)


def _person(applicant: User) -> dict[str, Any]:
    return {
        "name_th": applicant.name_th,
        "name_en": applicant.name_en,
        "identity_type": applicant.identity_type,
        "identity_country": applicant.identity_country,
        "mobile_phone": applicant.mobile_readable,
        "office_phone": readable_phone(applicant.office_phone),
        "office_extension": applicant.office_extension,
    }


def _part(case: Case, data: Any, language: str) -> RightPart:
    right = case.entitlement
    names = ("organization_number_type", "organization_number", "organization_country", "organization_name")
    service: Service = profile().service(case.service)
    details = DetailsForm(data, services=[service], prefix=f"details{case.pk}")
    details.initial = {name: right.answers.get(question) for name, (_key, question) in details.places.items()}
    organization = {name: getattr(right, name) for name in names}
    return RightPart(
        case=case,
        title=case_title(case, language, organization=False),
        right=CorrectRightForm(data, prefix=f"right{case.pk}", initial=organization),
        details=details,
    )
