"""Signing staff in: user name and password, then always the second factor (R33)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.accounts.actions import Event, note_sign_in
from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.second_factors import (
    WrongCode,
    begin_second_factor,
    enrol_second_factor,
    provisioning_address,
    require_code,
)
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.actions import record
from securenet.foundation.documents.codes import qr_svg
from securenet.foundation.refusal import Refusal
from securenet.foundation.throttle.actions import forget
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import OPENED_BY, Permission, requires, safe_next
from securenet.surfaces.shared.errors import STATUS, note_refusal
from securenet.surfaces.shared.fresh import again, came_back
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import close_session
from securenet.surfaces.shared.signing_in import acting_as, enter, require_sign_in
from securenet.surfaces.shared.throttling import allow

GET_OR_POST = ["GET", "HEAD", "POST"]
PENDING = "_pending"
PENDING_LASTS = timedelta(minutes=5)
CODES = 5
CREDENTIAL = "password+totp"
SCOPE = "second-factor"
FIRST_PAGES = [
    (Permission.SEE_CASES, "cases"),
    (Permission.READ_MAIL, "mail"),
    (Permission.READ_AUDIT, "audit"),
]


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "data-width": "20"},
    )
    password = forms.PasswordField(label=_("Password"))


class CodeForm(forms.Form):
    """Six digits from the app."""

    code = forms.CharField(
        label=_("Code from the app"),
        help_text=_("Six digits. The app shows new ones every 30 seconds; each is good for one sign-in."),
        max_length=12,
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-width": "10"},
    )


@require_safe
@requires(Permission.WORK)
def home(request: Request) -> HttpResponse:
    """Go to the queue, or to the first page that the person may see."""
    name = next((name for permission, name in FIRST_PAGES if request.powers & OPENED_BY[permission]), None)
    if name is None:
        return render(request, "backoffice/nothing.html")
    return HttpResponseRedirect(reverse(name))


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def login(request: Request) -> HttpResponse:
    """Ask for user name and password; the second factor follows."""
    if request.member is not None:
        return HttpResponseRedirect(safe_next(request, reverse("home")))
    form, status = LoginForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = require_sign_in(request, data["username"], data["password"], kind=Kind.STAFF)
        except Refusal as refusal:
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            return _await_code(request, user)
    context = {"form": form, "next": safe_next(request, "")}
    return render(request, "backoffice/login.html", context, status=max(status, 422) if form.errors else 200)


def _await_code(request: Request, user: User) -> HttpResponse:
    """Remember for five minutes that the password was right, under a new session key."""
    begin_second_factor(user, by=acting_as(request, user, CREDENTIAL))
    request.session.flush()
    request.session[PENDING] = {
        "user": user.pk,
        "until": (request.actor.at + PENDING_LASTS).isoformat(),
        "codes": CODES,
        "next": safe_next(request, ""),
    }
    request.session.set_expiry(int(PENDING_LASTS.total_seconds()))
    return HttpResponseRedirect(reverse("second-factor"))


def _pending_user(request: Request) -> User | None:
    pending = request.session.get(PENDING)
    if not pending or pending["codes"] < 1 or datetime.fromisoformat(pending["until"]) < request.actor.at:
        return None
    staff = User.objects.select_related("second_factor").filter(kind=Kind.STAFF, closed_at=None)
    return staff.filter(pk=pending["user"]).first()


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def second_factor(request: Request) -> HttpResponse:
    """Ask for the code; the first time, show what the app has to learn before."""
    user = None if request.member else _pending_user(request)
    if user is None:
        return _start_over(request)
    form, status = CodeForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            _prove(request, user, form.cleaned_data["code"])
        except Refusal as refusal:
            if request.session[PENDING]["codes"] < 1:
                return _start_over(request)
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            return _enter(request, user)
    context = {"form": form} | _enrolment(user)
    return render(request, "backoffice/second_factor.html", context, status=max(status, 422) if form.errors else 200)


def _enrolment(user: User) -> dict[str, object]:
    factor = user.second_factor
    if factor.confirmed_at is not None:
        return {"enrolling": False}
    secret = factor.secret or ""
    groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return {"enrolling": True, "qr": qr_svg(provisioning_address(factor)), "secret": groups}


def _prove(request: Request, user: User, code: str) -> None:
    """Take the code. Raises WrongCode, or TooMany for an account whose codes are being guessed."""
    request.session[PENDING] = request.session[PENDING] | {"codes": request.session[PENDING]["codes"] - 1}
    allow(request, profile().throttles.login_account, SCOPE, str(user.pk))
    factor, by = user.second_factor, acting_as(request, user, CREDENTIAL)
    try:
        if factor.confirmed_at is None:
            enrol_second_factor(factor, code=code, by=by)
        else:
            require_code(factor, code=code, by=by)
    except WrongCode as refusal:
        note_refusal(request, refusal)
        raise
    forget(SCOPE, str(user.pk))


def _enter(request: Request, user: User) -> HttpResponse:
    wanted = request.session[PENDING]["next"]
    enter(request, user, credential=CREDENTIAL, note=partial(note_sign_in, user))
    return HttpResponseRedirect(wanted or reverse("home"))


def _start_over(request: Request) -> HttpResponse:
    if request.member is not None:
        return HttpResponseRedirect(reverse("home"))
    request.session.flush()
    request.session["notice"] = str(_("Please sign in again from the start."))
    return HttpResponseRedirect(reverse("login"))


@require_http_methods(GET_OR_POST)
@requires(Permission.WORK)
def confirm_password(request: Request) -> HttpResponse:
    """Ask for the password once more and go on to the page that wanted it (R85)."""
    return again(request, wanted=safe_next(request, "")) or came_back(request)


@require_POST
@requires(Permission.VISIT)
def logout(request: Request) -> HttpResponse:
    """Sign out."""
    if request.member is not None:
        record(Event.SIGNED_OUT, by=request.actor, about=request.member.about)
    close_session(request)
    return HttpResponseRedirect(reverse("login"))
