"""The forms of registration: person, rights, details, review (R2–R5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.passwords import require_good_password
from securenet.domain.approvals.words import role_label
from securenet.domain.organizations.checks import organization_number
from securenet.domain.organizations.queries import known_name
from securenet.domain.profile.catalogue import Question, Service
from securenet.domain.profile.queries import profile
from securenet.domain.registration import checks
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.identity import THIRTEEN, IdentityForm, country_choices
from securenet.surfaces.shared.passwords import password_rules


class PersonForm(IdentityForm):
    """Step 1: who registers (R2); `availability` is what was found of the user name, where it was looked up."""

    availability: Mapping[str, Any] | None = None
    username = forms.CharField(
        label=_("User name (Username)"),
        max_length=40,
        help_text=_("4–20 characters, only a–z and 0–9. It can never be changed."),
        attrs={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "data-width": "20",
            "hx-get": reverse_lazy("register-username"),
            "hx-trigger": "change",
            "hx-target": "#username_state",
            "hx-swap": "outerHTML",
        },
    )
    password = forms.PasswordField(label=_("Password"))
    password_confirm = forms.PasswordField(label=_("Password once more"), attrs={"autocomplete": "new-password"})
    name_th = forms.CharField(
        label=_("Name in Thai"), max_length=120, help_text=_("Given name and family name, without a title.")
    )
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, help_text=_("As in your passport or on your ID card.")
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    mobile_phone = forms.PhoneField(label=_("Mobile phone"))
    office_phone = forms.PhoneField(label=_("Office phone"), attrs={"autocomplete": "work tel"})
    office_extension = forms.CharField(
        label=_("Extension"),
        required=False,
        max_length=10,
        validators=[RegexValidator(r"^[0-9]+$", _("Write the extension in digits only, for example 12."))],
        attrs={"inputmode": "numeric", "data-width": "4"},
    )

    field_order = (
        *("username", "password", "password_confirm", "name_th", "name_en"),
        *("identity_type", "identity_number", "identity_country"),
    )

    def __init__(self, *args: Any, password_is_set: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.password_is_set = password_is_set
        self.fields["password"] = forms.PasswordField(
            label=_("Password"),
            rules=password_rules(),
            required=not password_is_set,
            help_text=_("It is set. Leave both empty to keep it.") if password_is_set else "",
        )
        self.fields["password_confirm"].required = not password_is_set
        hints = profile().hints
        self.fields["identity_type"].help_text = str(hints.identity_document or "")
        self.fields["email"].help_text = str(hints.email or _("For the confirmation and for every result."))
        self.fields["office_phone"].help_text = str(hints.office_phone or "")

    def clean(self) -> dict[str, Any]:
        """Check each value by its rule and the values against each other."""
        data = super().clean() or self.cleaned_data
        for name, check in FIELD_CHECKS.items():
            if data.get(name):
                self._apply(name, check)
        self._check_password()
        return data

    def _apply(self, name: str, check: Callable[[str], str]) -> None:
        try:
            self.cleaned_data[name] = check(self.cleaned_data[name])
        except Refusal as refusal:
            self.add_error(name, str(refusal))

    def _check_password(self) -> None:
        data = self.cleaned_data
        password, again = data.get("password") or "", data.get("password_confirm") or ""
        if not password and not again:
            return
        own = [data.get("username", ""), data.get("name_en", ""), (data.get("email") or "").split("@")[0]]
        try:
            require_good_password(password, own_words=[word for word in own if word])
        except Refusal as refusal:
            self.refuse(refusal)
            return
        if password != again:
            self.add_error("password_confirm", _("The two passwords are not the same."))


FIELD_CHECKS: dict[str, Callable[[str], str]] = {
    "username": checks.username,
    "name_th": checks.thai_name,
    "name_en": checks.latin_name,
    "mobile_phone": checks.phone,
    "office_phone": checks.phone,
}


def open_services() -> list[Service]:
    """Return the services that rights can be asked for."""
    return [service for service in profile().services if service.open]


LOOK_UP = {
    "hx-get": reverse_lazy("organization-name"),
    "hx-trigger": "change, input changed delay:500ms",
    "hx-include": "[name=organization_number],[name=organization_country]",
    "hx-target": "#organization_state",
    "hx-swap": "outerHTML",
}
"""How a browser with scripts asks for the name that belongs to a number."""


class RightForm(forms.Form):
    """Step 2: one right, on behalf of one organization (R3)."""

    service_group = forms.ChoiceField(label=_("Service group"))
    service = forms.ChoiceField(label=_("Service"))
    organization_number_type = forms.RadioField(label=_("Number that identifies the organization"))
    organization_number = forms.CharField(
        label=_("Organization's number"),
        max_length=40,
        attrs={"autocomplete": "off", "spellcheck": "false", "data-width": "13", **LOOK_UP},
    )
    organization_country = forms.ChoiceField(label=_("Issuing country"), attrs=LOOK_UP)
    organization_name = forms.CharField(
        label=_("Name of the organization"),
        max_length=200,
        help_text=_("In full, as registered. Known organizations are filled in from their number."),
    )
    role = forms.RadioField(label=_("Role"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        facts, services = profile(), open_services()
        keys = {service.group for service in services}
        groups = [(group.key, str(group.name)) for group in facts.service_groups if group.key in keys]
        self._choose("service_group", groups)
        self._choose("service", [(service.key, str(service.name)) for service in services])
        types = [(kind.key, str(kind.name)) for kind in facts.organization_number_types]
        self._choose("organization_number_type", types)
        self._choose("organization_country", country_choices())
        self.fields["organization_country"].initial = facts.operator.country
        home = facts.issuer(facts.operator.country)
        if home is not None and home.check == THIRTEEN:
            self.fields["organization_number"].help_text = _("13 digits for an organization registered in Thailand.")
        roles = dict.fromkeys(role for service in services for role in service.roles)
        self.fields["role"] = forms.RadioField(
            label=_("Role"),
            choices=[(role, role_label(role)) for role in roles],
            hints={
                "organization_admin": _("Appoints officers and decides which functions each may use."),
                "officer": _("Does the work of the functions that an Organization Admin grants."),
            },
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].initial = choices[0][0] if choices else ""

    def clean(self) -> dict[str, Any]:
        """Check service against group and role, number against country; fill in the name of a known organization."""
        data = super().clean() or self.cleaned_data
        service = data.get("service")
        try:
            if service:
                if data.get("service_group") and profile().open_service(service).group != data["service_group"]:
                    self.add_error("service", _("This service is in another group."))
                if data.get("role"):
                    profile().require_role(service, data["role"])
            if data.get("organization_number"):
                number = organization_number(data["organization_number"], data.get("organization_country") or "")
                data["organization_number"] = number
                if known := known_name(number, data.get("organization_country") or ""):
                    data["organization_name"] = known
                    self.errors.pop("organization_name", None)
        except Refusal as refusal:
            self.refuse(refusal)
        return data


class DetailsForm(forms.Form):
    """Step 3: what the chosen services ask beyond that (R4)."""

    def __init__(self, *args: Any, services: Iterable[Service], **options: Any) -> None:
        super().__init__(*args, **options)
        self.places: dict[str, tuple[str, str]] = {}
        for service in services:
            for question in service.questions:
                name = f"{service.key}_{question.key}"
                self.places[name] = (service.key, question.key)
                self.fields[name] = _field_for(question)

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the answers by service and question."""
        found: dict[str, dict[str, Any]] = {}
        for name, (service, question) in self.places.items():
            found.setdefault(service, {})[question] = self.cleaned_data[name]
        return found


def _field_for(question: Question) -> Any:
    words: dict[str, Any] = {
        "label": str(question.label),
        "required": question.required,
        "help_text": str(question.hint or ""),
    }
    choices = [(choice.key, str(choice.name)) for choice in profile().choices_of(question)]
    if question.type == "choices":
        return forms.MultipleChoiceField(choices=choices, **words)
    if question.type == "choice":
        return forms.RadioField(choices=choices, **words)
    return forms.CharField(max_length=question.max_length, **words)


class CertifyForm(forms.Form):
    """Step 4: that all is true (R5)."""

    certified = forms.BooleanField(label=_("I certify that everything that I have entered is true and complete."))


class TermsForm(forms.Form):
    """Before step 1: the terms (R1)."""

    accepted = forms.BooleanField(label=_("I have read the terms and accept them."))
