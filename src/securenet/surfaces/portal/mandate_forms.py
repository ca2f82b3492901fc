"""What Organization Admins fill in about mandates (R22d)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from securenet.domain.calendar.days import months_later
from securenet.domain.entitlements.models import Entitlement, Mandate
from securenet.domain.organizations import checks
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.identity import country_choices
from securenet.surfaces.shared.who import functions_of_services

USUAL_MONTHS = 12


class MandateForm(forms.Form):
    """Who is mandated, for what, where, from when, until when."""

    place = forms.ChoiceField(label=_("Organization that gives the mandate, and service"))
    agent_number = forms.CharField(
        label=_("Number of the organization to be mandated"),
        max_length=40,
        help_text=_("It must be registered here already."),
        attrs={"autocomplete": "off", "spellcheck": "false", "data-width": "13"},
    )
    agent_country = forms.ChoiceField(label=_("Issuing country"))
    functions = forms.MultipleChoiceField(label=_("Functions"))
    centres = forms.MultipleChoiceField(label=_("Banknote centres"))
    from_date = forms.DateField(label=_("From"))
    until_date = forms.DateField(label=_("Until"))
    draft_key = forms.HiddenField(max_length=64)

    def __init__(self, *args: Any, places: Sequence[Entitlement], **options: Any) -> None:
        super().__init__(*args, **options)
        facts = profile()
        self.places = {f"{place.organization_id}-{place.service}": place for place in places}
        listed = [
            (key, f"{place.organization_name} – {facts.service(place.service).name}")
            for key, place in self.places.items()
        ]
        self._choose("place", listed)
        self._choose("agent_country", country_choices())
        self.fields["agent_country"].initial = facts.operator.country
        own = {key for _service, key in facts.ra_functions()}
        offered = functions_of_services({place.service for place in places})
        self._choose("functions", [(key, name) for key, name in offered if key not in own])
        self._choose("centres", [(centre.key, str(centre.name)) for centre in facts.banknote_centres])
        if not facts.banknote_centres:
            del self.fields["centres"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Entitlement:
        """Return the right by which the member administers the chosen organization and service."""
        return self.places[self.cleaned_data["place"]]

    def clean(self) -> dict[str, Any]:
        """Check the number as its country writes it."""
        data = super().clean() or self.cleaned_data
        if data.get("agent_number"):
            try:
                data["agent_number"] = checks.organization_number(data["agent_number"], data.get("agent_country") or "")
            except Refusal as refusal:
                self.add_error("agent_number", str(refusal))
        return data


def first_values(renews: Mandate | None, today: date) -> dict[str, Any]:
    """Return what the form begins with: a year from today, or the same again after what is renewed."""
    if renews is None:
        return {"from_date": today, "until_date": months_later(today, USUAL_MONTHS) - timedelta(days=1)}
    begin = max(today, renews.until_date + timedelta(days=1))
    return {
        "place": f"{renews.principal_id}-{renews.service}",
        "agent_number": renews.agent.number,
        "agent_country": renews.agent.country,
        "functions": renews.functions,
        "centres": renews.centres,
        "from_date": begin,
        "until_date": begin + (renews.until_date - renews.from_date),
    }


class EndForm(forms.Form):
    """Why a mandate ends."""

    reason = forms.TextField(label=_("Reason"), help_text=_("Both organizations and the officers read it."))


class AssignForm(forms.Form):
    """With which of the mandate's functions an officer acts under it."""

    functions = forms.MultipleChoiceField(label=_("Functions"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["functions"].choices = choices  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(label=_("Name or user name"), required=False, max_length=100)
