"""Changes of the register by the staff: a name corrected (R30a)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from securenet.domain.entitlements.register import correct_organization
from securenet.domain.organizations.models import Organization
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.organizations import organization_seen
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

GET_OR_POST = ["GET", "HEAD", "POST"]


class ChangeForm(forms.Form):
    """A change of an organization as it was shown: `revision` tells whether somebody was faster."""

    revision = forms.HiddenField(max_length=20)

    def __init__(self, organization: Organization, data: QueryDict | None) -> None:
        super().__init__(data, initial={"revision": organization.revision})
        self.organization = organization

    def as_shown(self) -> Organization:
        """Return the organization with the revision that was on the page."""
        revision = self.cleaned_data["revision"]
        self.organization.revision = int(revision) if revision.isascii() and revision.isdigit() else -1
        return self.organization


class NameForm(ChangeForm):
    """The name as the papers have it."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organization"),
        help_text=gettext_lazy("In full, as it stands in the certificate of registration."),
    )

    def __init__(self, organization: Organization, data: QueryDict | None) -> None:
        super().__init__(organization, data)
        self.initial["name"] = organization.name


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct the name of an organization."""
    organization = organization_seen(pk)
    form = NameForm(organization, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            correct_organization(form.as_shown(), name=form.cleaned_data["name"], by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            request.session["notice"] = _("The name is corrected.")
            return HttpResponseRedirect(reverse("organization", args=[pk]))
    context = {"organization": organization, "form": form}
    return render(request, "backoffice/organization_name.html", context, status=422 if form.errors else 200)
