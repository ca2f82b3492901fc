"""New passwords: what they must have, and the form that asks for one (R2, R11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from securenet.domain.profile.queries import profile
from securenet.surfaces.shared import forms


def password_rules() -> forms.PasswordRules:
    """Return the profile's rule as the page shows it."""
    rule = profile().passwords
    wanted = set(rule.requires)
    return forms.PasswordRules(
        rule.min_length, rule.max_length, upper="upper" in wanted, lower="lower" in wanted, digit="digit" in wanted
    )


class NewPasswordForm(forms.Form):
    """The new password, twice (R11)."""

    password = forms.PasswordField(label=_("New password"))
    password_confirm = forms.PasswordField(label=_("New password once more"), attrs={"autocomplete": "new-password"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"] = forms.PasswordField(label=_("New password"), rules=password_rules())

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or self.cleaned_data
        if data.get("password") and data.get("password_confirm") and data["password"] != data["password_confirm"]:
            self.add_error("password_confirm", _("The two passwords are not the same."))
        return data
