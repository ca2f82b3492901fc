"""The forms around the confirmation's mail: another address, and the code by hand (R6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from securenet.surfaces.shared import forms


class AddressForm(forms.Form):
    """Another address for the mail (R6)."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)


class CodeForm(forms.Form):
    """Confirming by hand (R6)."""

    number = forms.IntegerField(label=_("Request number"), min_value=1, max_value=10**15)
    code = forms.CharField(
        label=_("Code from the mail"), max_length=20, attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
    )
