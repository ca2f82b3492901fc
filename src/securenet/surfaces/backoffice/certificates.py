"""Certificates at the back office: suspending by telephone, and what the check of a computer found (R44a, R50a)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.certificates.checking import require_check
from securenet.domain.certificates.holding import suspend_by_code
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.checks import check_rows
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow


class SuspendForm(forms.Form):
    """What a member says on the telephone."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=40,
        attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "data-width": "20"},
    )
    code = forms.CharField(
        label=gettext_lazy("Suspension code"),
        max_length=20,
        help_text=gettext_lazy("Ten digits that the member set beforehand. Spaces do not matter."),
        attrs={"autocomplete": "off", "inputmode": "numeric", "data-width": "13"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.HOLD_CERTIFICATES)
def suspend(request: Request) -> HttpResponse:
    """Suspend the certificates of a member who calls, by user name and code."""
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            allow(request, profile().throttles.login_account, "suspension-code", said["username"].lower())
            number = suspend_by_code(said["username"], said["code"], by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            done = ngettext("%(number)d certificate is suspended.", "%(number)d certificates are suspended.", number)
            request.session["notice"] = done % {"number": number}
            return HttpResponseRedirect(reverse("certificate-suspend"))
    return render(request, "backoffice/suspend.html", {"form": form}, status=422 if form.errors else 200)


class CodeForm(forms.Form):
    """The code that a caller reads out."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=20, attrs={"autocomplete": "off", "data-width": "13"})


@require_safe
@requires(Permission.HOLD_CERTIFICATES)
def computer(request: Request) -> HttpResponse:
    """Show what a check of a caller's computer found (R50a)."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    context: dict[str, Any] = {"form": form, "kept": None}
    if form.is_bound and form.is_valid():
        try:
            allow(request, profile().throttles.case_status, "computer-check", request.actor.name)
            kept = require_check(form.cleaned_data["code"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            context |= {"kept": kept, "rows": check_rows(kept.findings)}
    return render(request, "backoffice/check.html", context, status=422 if form.errors else 200)
