"""The form by which the cases of a submission are decided."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from securenet.domain.approvals.actions import ReasonMissing
from securenet.domain.approvals.models import Case
from securenet.surfaces.backoffice.decisions import AGREE, REJECT, RETURN, pick_of
from securenet.surfaces.backoffice.words import asked
from securenet.surfaces.shared import forms

READ_BY_APPLICANT = gettext_lazy("The applicant reads this in a mail. Do not write identity numbers or passwords here.")

READ_BY_COLLEAGUES = gettext_lazy("Your colleagues read this. Do not write identity numbers or passwords here.")


class DecideForm(forms.Form):
    """What is decided, for which cases, and why. A case is named with the revision that was shown."""

    pick = forms.MultipleChoiceField(label=gettext_lazy("Decide on"))
    choice = forms.RadioField(
        label=gettext_lazy("Decision"), panels={RETURN: ["question"], REJECT: ["reason"]}, choices=[]
    )
    question = forms.TextField(
        label=gettext_lazy("What has to be mended or answered"),
        help_text=READ_BY_APPLICANT,
        error_messages={"required": ReasonMissing.sentence},
    )
    reason = forms.TextField(
        label=gettext_lazy("Reason for the refusal"),
        help_text=READ_BY_APPLICANT,
        error_messages={"required": ReasonMissing.sentence},
    )

    def __init__(self, cases: list[Case], data: QueryDict | None = None) -> None:
        picks = {pick_of(case): asked(case) for case in cases}
        super().__init__(data, initial={"pick": list(picks)})
        self.fields["pick"].choices = list(picks.items())  # type: ignore[attr-defined]
        choices = [
            (AGREE, _agreeing(cases)),
            (RETURN, _("Ask the applicant: the request goes back and the clock stops")),
            (REJECT, _("Refuse")),
        ]
        if any(case.is_operators_act for case in cases):
            choices = [(AGREE, _agreeing_to_act(cases)), (REJECT, _("Refuse"))]
            self.fields["reason"].help_text = READ_BY_COLLEAGUES
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]

    @property
    def explanation(self) -> str:
        """Return what the applicant will read."""
        return str(self.cleaned_data["question"] or self.cleaned_data["reason"] or "")

    def clean(self) -> dict[str, Any]:
        """Ask for a reason in words."""
        data = self.cleaned_data
        for choice, field in ((RETURN, "question"), (REJECT, "reason")):
            if data.get("choice") == choice and data.get(field) and not is_explained(data[field]):
                self.add_error(field, str(ReasonMissing.sentence))
        return data


def is_explained(text: str | None) -> bool:
    """Tell whether a reason has words: a bare number explains nothing and may be somebody's."""
    return any(character.isalpha() for character in text or "")


def _agreeing_to_act(cases: list[Case]) -> str:
    last = all(case.approves_here for case in cases)
    return (
        _("Approve: with the last voice needed it takes effect at once")
        if last
        else _("Agree: pass on to the next desk")
    )


def _agreeing(cases: list[Case]) -> str:
    last = {case.approves_here for case in cases}
    if last == {True}:
        return _("Approve")
    if last == {False}:
        return _("The papers are in order: pass on to the next tier")
    return _("The papers are in order: approve, or pass on where another tier follows")
