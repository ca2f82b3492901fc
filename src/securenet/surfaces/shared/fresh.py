"""Asking for the password once more before what is sensitive, and losing nothing by it (R85)."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.actions import WrongCredentials, WrongPassword, note_proof
from securenet.domain.accounts.models import Kind
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import View, safe_next
from securenet.surfaces.shared.errors import STATUS
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import freshen_session, is_fresh
from securenet.surfaces.shared.signing_in import require_sign_in

FIELD, TOKEN = "again-password", "csrfmiddlewaretoken"


class AgainForm(forms.Form):
    """The password of who is signed in."""

    password = forms.PasswordField(label=_("Password"))


def fresh(view: View) -> View:
    """Open a view, below `requires`, only within the profile's minutes after the password was given (R85).

    Who comes later is asked for it, and comes back: to the page, or with all that they had typed into its form, except
    for fields with `password` in their name and for files, which are entered again.
    """

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_fresh(request):
            if request.method != "POST":
                return HttpResponseRedirect(f"{reverse('again')}?{urlencode({'next': request.get_full_path()})}")
            asked = again(request, kept=_typed(request))
            if asked is not None:
                return asked
            request.POST = _typed(request)  # type: ignore[assignment]
        return view(request, *args, **kwargs)

    return guarded


def again(request: Request, *, kept: QueryDict | None = None, wanted: str = "") -> HttpResponse | None:
    """Return the page that asks for the password, None once the right one came with this request.

    `kept` goes along in the page, `wanted` is the page to go on to.
    """
    came = request.method == "POST" and FIELD in request.POST
    form = AgainForm(request.POST if came else None, prefix="again")
    status = 200
    if form.is_valid():
        try:
            require_proof(request, form.cleaned_data["password"])
        except Refusal as refusal:
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            return None
    elif form.errors:
        status = 422
    fields = [(name, text) for name, texts in kept.lists() for text in texts] if kept is not None else []
    return render(request, "shared/again.html", {"form": form, "kept": fields, "next": wanted}, status=status)


def came_back(request: Request) -> HttpResponse:
    """Return the way on from the page that asked for the password."""
    return HttpResponseRedirect(safe_next(request, reverse("home")))


def require_proof(request: Request, password: str) -> None:
    """Take the password of who is signed in and note the proof. Raises WrongPassword, TooMany or TooBusy."""
    try:
        require_sign_in(request, request.person.username, password, kind=Kind(request.person.kind))
    except WrongCredentials as wrong:
        raise WrongPassword from wrong
    note_proof(by=request.actor)
    freshen_session(request)


def _typed(request: Request) -> QueryDict:
    """Return what was typed into the page's own form, without what no page repeats."""
    typed = request.POST.copy()
    for name in request.POST:
        if name == TOKEN or "password" in name:
            del typed[name]
    return typed
