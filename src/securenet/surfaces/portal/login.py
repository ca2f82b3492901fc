"""Signing in with username and password, and out (R9)."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.accounts.actions import note_sign_in
from securenet.domain.accounts.models import Kind
from securenet.domain.oidc.queries import origins_beyond
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.oidc_logout import leave
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires, safe_next
from securenet.surfaces.shared.errors import STATUS
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.signing_in import enter, require_sign_in


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-width": "20"},
    )
    password = forms.PasswordField(label=_("Password"))


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def login(request: Request) -> HttpResponse:
    """Sign a member in with user name and password, and go on to the page they wanted."""
    if request.member is not None:
        return HttpResponseRedirect(safe_next(request, reverse("me")))
    form = LoginForm(request.POST if request.method == "POST" else None)
    status = 422
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = require_sign_in(request, data["username"], data["password"], kind=Kind.MEMBER)
        except Refusal as refusal:
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            enter(request, user, credential="password", note=partial(note_sign_in, user))
            return HttpResponseRedirect(safe_next(request, reverse("me")))
    wanted = safe_next(request, "")
    context = {"form": form, "next": wanted, "ended": "ended" in request.GET and request.method != "POST"}
    response = render(request, "portal/login.html", context, status=status if form.errors else 200)
    response.form_targets = [settings.PUBLIC_URLS["portal"], *origins_beyond(wanted)]  # type: ignore[attr-defined]
    return response


@require_POST
@requires(Permission.VISIT)
def logout(request: Request) -> HttpResponse:
    """Sign out here and, by their back channel, at the services that were signed in to from here (R92)."""
    leave(request)
    return HttpResponseRedirect(reverse("signed-out"))


@require_safe
@requires(Permission.VISIT)
def signed_out(request: Request) -> HttpResponse:
    """Say that the session has ended, and what a browser cannot do: close the token."""
    return render(request, "portal/signed_out.html")
