"""Proposing the recovery of an account, which a colleague decides (R14)."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from securenet.domain.accounts.assisted import Wanted, propose_recovery
from securenet.domain.registration import checks
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.case import identity_words
from securenet.surfaces.backoffice.case_forms import is_explained
from securenet.surfaces.backoffice.members import member_found
from securenet.surfaces.backoffice.sign_in import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.identity import IdentityForm
from securenet.surfaces.shared.request import Request

NO_NUMBERS = gettext_lazy("Do not write identity numbers or passwords here.")


class RecoverForm(IdentityForm):
    """What is to change for a member, why, and how it was made sure who asks."""

    field_order = ("email", "mobile_phone", "office_phone", "office_extension")
    email = forms.EmailField(label=gettext_lazy("New e-mail address"), required=False, max_length=254)
    mobile_phone = forms.PhoneField(label=gettext_lazy("New mobile phone"), required=False)
    office_phone = forms.PhoneField(label=gettext_lazy("New office phone"), required=False)
    office_extension = forms.CharField(
        label=gettext_lazy("Extension"),
        required=False,
        max_length=10,
        validators=[RegexValidator(r"^[0-9]+$", gettext_lazy("Write the extension in digits only, for example 12."))],
        attrs={"inputmode": "numeric", "data-width": "4"},
    )
    resets_factor = forms.BooleanField(label=gettext_lazy("Remove the second factor"), required=False)
    sends_link = forms.BooleanField(
        label=gettext_lazy("End the old password and send a link for a new one"), required=False
    )
    identified = forms.TextField(
        label=gettext_lazy("How the person was identified"),
        help_text=gettext_lazy("For example: came in person with the passport; called back on the number on file."),
    )
    reason = forms.TextField(label=gettext_lazy("Reason"), help_text=NO_NUMBERS)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds: Any = self.fields["identity_type"]
        kinds.label, kinds.required, kinds.initial = _("New identity document"), False, ""
        kinds.choices = [("", _("None: the document stays")), *kinds.choices]
        self.fields["identity_number"].required = False
        self.fields["email"].help_text = _("A link for a new password goes there, and the old password ends.")

    def clean(self) -> dict[str, Any]:
        """Check numbers by their rules, and ask for words where something is to be explained."""
        data = super().clean()
        for name in ("mobile_phone", "office_phone"):
            if data.get(name):
                self._check_phone(name)
        for name in ("identified", "reason"):
            if data.get(name) and not is_explained(data[name]):
                self.add_error(name, _("Write it in words."))
        if data.get("identity_type") and not data.get("identity_number") and "identity_number" not in self.errors:
            self.add_error("identity_number", _("Enter the number of the new document."))
        if data.get("identity_number") and not data.get("identity_type"):
            self.add_error("identity_type", _("Choose the kind of the new document."))
        return data

    def _check_phone(self, name: str) -> None:
        try:
            self.cleaned_data[name] = checks.phone(self.cleaned_data[name])
        except Refusal as refusal:
            self.add_error(name, str(refusal))


@require_http_methods(GET_OR_POST)
@requires(Permission.RECOVER_MEMBERS)
def recover(request: Request, pk: int) -> HttpResponse:
    """Propose what is to change for a member; another holder of the role decides on the case's page (R14)."""
    person = member_found(pk)
    form = RecoverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            case = propose_recovery(person, Wanted(**form.cleaned_data), by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            request.session["notice"] = _("Proposed. Another person of the desk decides now.")
            return HttpResponseRedirect(reverse("case", args=[case.submission_id]))
    context = {"form": form, "person": person, "identity": identity_words(person)}
    return render(request, "backoffice/recover.html", context, status=422 if form.errors else 200)
