"""Forms whose fields have rules of a room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms


class Checked(forms.Form):
    """A form whose values are checked as at registration (R2)."""

    checked: dict[str, Callable[[str], str]]

    def clean(self) -> dict[str, Any]:
        """Put each value as it is stored."""
        data = super().clean() or self.cleaned_data
        for name, check in self.checked.items():
            if data.get(name):
                try:
                    data[name] = check(data[name])
                except Refusal as refusal:
                    self.add_error(name, str(refusal))
        return data
