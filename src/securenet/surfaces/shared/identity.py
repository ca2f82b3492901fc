"""The fields that name an identity document, wherever one is typed (R2, R10, R11, R14)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from securenet.domain.profile.queries import profile
from securenet.domain.registration import checks
from securenet.foundation import countries
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms

THIRTEEN = "thai_13_digits"


def country_choices() -> list[tuple[str, str]]:
    """Return the countries with an empty first choice, in the active language; the profile's own are always there."""
    facts, known = profile(), countries.names(get_language() or "th")
    own = dict.fromkeys([facts.operator.country, *(issuer.country for issuer in facts.issuers)])
    unlisted = [(code, code) for code in own if code not in known]
    return [("", str(_("Choose a country"))), *unlisted, *known.items()]


class IdentityForm(forms.Form):
    """Kind, number and, where the kind leaves it open, issuing country of an identity document."""

    identity_type = forms.RadioField(label=_("Identity document"))
    identity_number = forms.CharField(
        label=_("Number of the document"),
        max_length=40,
        attrs={"autocomplete": "off", "spellcheck": "false", "data-width": "13"},
    )
    identity_country = forms.ChoiceField(label=_("Issuing country"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        documents = profile().identity_documents
        self.fields["identity_type"] = forms.RadioField(
            label=_("Identity document"),
            choices=[(document.key, str(document.name)) for document in documents],
            panels={document.key: ["identity_country"] for document in documents if not document.issuer},
            initial=documents[0].key,
        )
        if any(document.check == THIRTEEN for document in documents):
            digits = _("National ID card: 13 digits. Spaces and hyphens may be typed.")
            self.fields["identity_number"].help_text = digits
        self.fields["identity_country"].choices = country_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check the number by the rule of its kind, as it will be stored."""
        data = super().clean() or self.cleaned_data
        if data.get("identity_type") and data.get("identity_number"):
            try:
                data["identity_number"], data["identity_country"] = checks.identity(
                    data["identity_type"], data["identity_number"], data.get("identity_country") or ""
                )
            except Refusal as refusal:
                self.refuse(refusal)
        return data
