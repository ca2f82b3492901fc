"""Forgotten user name and forgotten password, without the service desk (R10-R13)."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.accounts.recovery import (
    RecoveryLinkOld,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
    Typed,
    Wish,
    ask_recovery,
    require_recovery_link,
    set_password_by_link,
)
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import STATUS, note_refusal
from securenet.surfaces.shared.identity import IdentityForm
from securenet.surfaces.shared.links_in import take_link, taken_link
from securenet.surfaces.shared.passwords import NewPasswordForm
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import close_session
from securenet.surfaces.shared.throttling import allow

ADDRESS, LINK = "recovery-address", "recovery"


class UsernameForm(IdentityForm):
    """Who forgot the user name (R10)."""

    field_order: Sequence[str] = ("email",)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("The address that you registered with."))


class PasswordForm(UsernameForm):
    """Who forgot the password (R11)."""

    field_order = ("username", "email")
    username = forms.CharField(
        label=_("User name (Username)"),
        max_length=40,
        attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-width": "20"},
    )


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def forgotten_username(request: Request) -> HttpResponse:
    """Ask who forgot the user name; the answer is the same for everything that could be somebody's (R10)."""
    return _ask(request, Wish.USERNAME, UsernameForm(request.POST if request.method == "POST" else None))


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def forgotten_password(request: Request) -> HttpResponse:
    """Ask who forgot the password; the answer is the same for everything that could be somebody's (R11)."""
    return _ask(request, Wish.PASSWORD, PasswordForm(request.POST if request.method == "POST" else None))


def _ask(request: Request, wish: Wish, form: UsernameForm) -> HttpResponse:
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            allow(request, profile().throttles.recovery_address, ADDRESS)
            ask_recovery(wish, Typed(**form.cleaned_data), by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            return HttpResponseRedirect(reverse(f"recover-{wish}-sent"))
    context = {"form": form, "wish": wish}
    return render(request, "portal/recovery/ask.html", context, status=status if form.errors else 200)


@require_safe
@requires(Permission.VISIT)
def sent(request: Request, wish: str) -> HttpResponse:
    """Say what happens now, the same whatever was typed (R10, R11)."""
    context = {"wish": wish, "minutes": profile().deadlines.recovery_minutes}
    return render(request, "portal/recovery/sent.html", context | {"desk": profile().operator.service_desk})


@require_safe
@requires(Permission.VISIT)
def opened(request: Request, token: str) -> HttpResponse:
    """Take the token of the mail's link out of the address bar; nothing is used up by that (R12)."""
    return take_link(request, LINK, token, page="recover-new-password")


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def new_password(request: Request) -> HttpResponse:
    """Set a new password by the link with which this browser came (R11)."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    try:
        link = require_recovery_link(taken_link(request, LINK), by=request.actor)
        if request.method == "POST" and form.is_valid():
            return _set(request, form)
    except (RecoveryLinkUnknown, RecoveryLinkUsed, RecoveryLinkOld) as refusal:
        note_refusal(request, refusal)
        context = {"sentence": str(refusal), "used": isinstance(refusal, RecoveryLinkUsed)}
        return render(request, "portal/recovery/link_ended.html", context, status=410)
    except Refusal as refusal:
        form.refuse(refusal)
        note_refusal(request, refusal)
    context = {"form": form, "username": link.user.username_masked}
    return render(request, "portal/recovery/new_password.html", context, status=422 if form.errors else 200)


def _set(request: Request, form: NewPasswordForm) -> HttpResponse:
    member = set_password_by_link(taken_link(request, LINK), password=form.cleaned_data["password"], by=request.actor)
    if request.member == member:
        close_session(request)
    return HttpResponseRedirect(reverse("recover-done"))


@require_safe
@requires(Permission.VISIT)
def done(request: Request) -> HttpResponse:
    """Say that the password was changed and what follows from it (R11)."""
    return render(request, "portal/recovery/done.html")
