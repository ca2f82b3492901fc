"""Changes of the register by the staff: a name corrected, two merged, one ended or reopened (R30a)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from securenet.domain.approvals.queries import capped_count
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.entitlements.register import (
    correct_organization,
    doubled_rights,
    end_organization,
    merge_organizations,
    rights_of,
)
from securenet.domain.organizations.actions import reopen_organization
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import find_organization
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.organizations import SHOWN, organization_seen
from securenet.surfaces.backoffice.words import figure
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import carried_out, note_refusal
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


class ReasonForm(ChangeForm):
    """Why an organization ends or comes back."""

    reason = forms.TextField(label=gettext_lazy("Reason"))


class MergeForm(ReasonForm):
    """Into which organization, and whether doubled rights end."""

    number = forms.CharField(label=gettext_lazy("Number of the organization that stays"), max_length=40)
    country = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, help_text=gettext_lazy("Two letters, for example TH.")
    )
    end_doubles = forms.BooleanField(
        label=gettext_lazy("Where somebody holds the same right in both, the one in this organization ends"),
        required=False,
        help_text=gettext_lazy("Its functions go over to the right that stays."),
    )
    field_order = ["revision", "number", "country", "reason", "end_doubles"]

    def target(self) -> Organization:
        """Return the organization that stays. Raises NotRegistered."""
        number = self.cleaned_data["number"].replace("-", "").replace(" ", "")
        found = find_organization(number, self.cleaned_data["country"].upper())
        if found is None:
            raise NotRegistered
        return found


class NotRegistered(Refusal):
    """No organization with this number and country."""

    sentence = gettext_lazy("No organization with this number and country is registered.")
    field = "number"


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct the name of an organization."""
    organization = organization_seen(pk)
    form = NameForm(organization, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = partial(correct_organization, name=form.cleaned_data["name"], by=request.actor)
        if _changed(request, form, done):
            request.session["notice"] = _("The name is corrected.")
            return HttpResponseRedirect(reverse("organization", args=[pk]))
    context = {"organization": organization, "form": form}
    return render(request, "backoffice/organization_name.html", context, status=422 if form.errors else 200)


def _changed(request: Request, form: ChangeForm, change: Callable[[Organization], object]) -> bool:
    """Make a change as it was shown, or let the form say why not."""
    return carried_out(request, form, lambda: change(form.as_shown()))


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def end(request: Request, pk: int) -> HttpResponse:
    """End an organization with every right that is held for it."""
    organization = organization_seen(pk)
    form = ReasonForm(organization, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = partial(end_organization, reason=form.cleaned_data["reason"], by=request.actor)
        if _changed(request, form, done):
            request.session["notice"] = _("The organization has ended, and with it the rights held for it.")
            return HttpResponseRedirect(reverse("organization", args=[pk]))
    held = Entitlement.objects.held().filter(organization=organization)
    context = {
        "organization": organization,
        "form": form,
        "rights": figure(capped_count(held)),
        "requests": figure(capped_count(rights_of(organization).filter(status=Status.REQUESTED))),
        "affected": list(held.select_related("member").order_by("-role", "member__name_en")[:SHOWN]),
    }
    return render(request, "backoffice/organization_end.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def reopen(request: Request, pk: int) -> HttpResponse:
    """Take back an end that was a mistake."""
    organization = organization_seen(pk)
    form = ReasonForm(organization, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = partial(reopen_organization, reason=form.cleaned_data["reason"], by=request.actor)
        if _changed(request, form, done):
            request.session["notice"] = _(
                "The organization is open again. Rights that ended have to be asked for anew."
            )
            return HttpResponseRedirect(reverse("organization", args=[pk]))
    context = {"organization": organization, "form": form}
    return render(request, "backoffice/organization_reopen.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def merge(request: Request, pk: int) -> HttpResponse:
    """Show what merging an organization into another one means, then do it."""
    source = organization_seen(pk)
    form = MergeForm(source, request.POST if request.method == "POST" else None)
    form.initial["country"] = source.country
    target = None
    if request.method == "POST" and form.is_valid():
        try:
            target = form.target()
            if request.POST.get("do") == f"merge-{target.pk}":  # the one whose consequences were shown
                _merge(request, form, target)
                request.session["notice"] = _("The organizations are merged.")
                return HttpResponseRedirect(reverse("organization", args=[target.pk]))
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
    moving = rights_of(source)
    context = {
        "organization": source,
        "form": form,
        "target": target,
        "rights": figure(capped_count(moving.exclude(status=Status.REQUESTED))),
        "requests": figure(capped_count(moving.filter(status=Status.REQUESTED))),
        "doubles": list(doubled_rights(source, target)[:SHOWN]) if target else [],
    }
    return render(request, "backoffice/organization_merge.html", context, status=422 if form.errors else 200)


def _merge(request: Request, form: MergeForm, target: Organization) -> None:
    merge_organizations(
        form.as_shown(),
        target,
        reason=form.cleaned_data["reason"],
        end_doubles=form.cleaned_data["end_doubles"],
        by=request.actor,
    )
