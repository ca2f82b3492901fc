"""What a member changes themself: e-mail address, telephone numbers, names, password (R14)."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.accounts.actions import WrongPassword
from securenet.domain.accounts.changing import (
    EmailLinkUsed,
    Names,
    Phones,
    ask_email_change,
    cancel_email_change,
    change_names,
    change_password,
    change_phones,
    confirm_email_change,
    require_email_change,
)
from securenet.domain.accounts.models import EmailChange
from securenet.domain.profile.queries import profile
from securenet.domain.registration import checks
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.checked import Checked
from securenet.surfaces.shared.errors import STATUS, note_refusal
from securenet.surfaces.shared.fresh import fresh, require_proof
from securenet.surfaces.shared.links_in import take_link, taken_link
from securenet.surfaces.shared.passwords import NewPasswordForm
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import open_session
from securenet.surfaces.shared.throttling import allow

LINK = "e-mail"


class EmailForm(forms.Form):
    """Another address."""

    email = forms.EmailField(label=gettext_lazy("New e-mail address"), max_length=254)


class PhonesForm(Checked):
    """Where a member can be called."""

    checked = {"mobile_phone": checks.phone, "office_phone": checks.phone}
    mobile_phone = forms.PhoneField(label=gettext_lazy("Mobile phone"))
    office_phone = forms.PhoneField(label=gettext_lazy("Office phone"), attrs={"autocomplete": "work tel"})
    office_extension = forms.CharField(
        label=gettext_lazy("Extension"),
        required=False,
        max_length=10,
        validators=[RegexValidator(r"^[0-9]+$", gettext_lazy("Write the extension in digits only, for example 12."))],
        attrs={"inputmode": "numeric", "data-width": "4"},
    )


class NamesForm(Checked):
    """What a member is called."""

    checked = {"name_th": checks.thai_name, "name_en": checks.latin_name}
    name_th = forms.CharField(
        label=gettext_lazy("Name in Thai"),
        max_length=120,
        help_text=gettext_lazy("Given name and family name, without a title."),
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=120,
        help_text=gettext_lazy("As in your passport or on your ID card."),
    )


class PasswordForm(NewPasswordForm):
    """The old password, and the new one twice."""

    old = forms.PasswordField(label=gettext_lazy("Present password"))
    field_order = ("old", "password", "password_confirm")


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
@fresh
def email(request: Request) -> HttpResponse:
    """Ask for another address, or show the one that waits to be confirmed."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            allow(request, profile().throttles.email_change, "email-change", str(request.person.pk))
            ask_email_change(form.cleaned_data["email"], by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            return HttpResponseRedirect(reverse("my-email"))
    waiting = EmailChange.objects.filter(user=request.person, used_at=None, expires_at__gt=request.actor.at).first()
    context = {"form": form, "waiting": waiting, "hours": profile().deadlines.email_change_hours}
    return render(request, "portal/me/email.html", context, status=status if form.errors else 200)


@require_POST
@requires(Permission.SEE_OWN)
def cancel_email(request: Request) -> HttpResponse:
    """Forget the address that waits; this asks for no password, since it can only undo."""
    cancel_email_change(by=request.actor)
    return _done(request, _("The change has been cancelled. The link in the mail no longer works."))


@require_safe
@requires(Permission.VISIT)
def opened_email(request: Request, token: str) -> HttpResponse:
    """Take the token of the mail's link out of the address bar; nothing is used up by that (R12)."""
    return take_link(request, LINK, token, page="email-confirm")


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def confirm_email(request: Request) -> HttpResponse:
    """The link's page: a button, and only the button confirms."""
    token_hash = taken_link(request, LINK)
    try:
        if request.method == "POST":
            member = confirm_email_change(token_hash, by=request.actor)
            return render(request, "portal/me/email_confirmed.html", {"email": member.email})
        change = require_email_change(token_hash, by=request.actor)
    except Refusal as refusal:
        note_refusal(request, refusal)
        context = {"sentence": str(refusal), "used": isinstance(refusal, EmailLinkUsed)}
        return render(request, "portal/me/email_link_ended.html", context, status=410)
    return render(request, "portal/me/email_confirm.html", {"change": change})


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def phones(request: Request) -> HttpResponse:
    """Change the telephone numbers."""
    person = request.person
    known = {
        "mobile_phone": person.mobile_readable,
        "office_phone": person.office_line,
        "office_extension": person.office_extension,
    }
    form = PhonesForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        changed = change_phones(Phones(**form.cleaned_data), by=request.actor)
        return _done(request, _("Your telephone numbers have been changed.") if changed else _("Nothing was changed."))
    return render(request, "portal/me/phones.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
@fresh
def names(request: Request) -> HttpResponse:
    """Change the names."""
    known = {"name_th": request.person.name_th, "name_en": request.person.name_en}
    form = NamesForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        changed = change_names(Names(**form.cleaned_data), by=request.actor)
        return _done(request, _("Your names have been changed.") if changed else _("Nothing was changed."))
    return render(request, "portal/me/names.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def password(request: Request) -> HttpResponse:
    """Change the password by the old one; the member stays signed in here, and nowhere else."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            _prove(request, form)
            member = change_password(form.cleaned_data["password"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            open_session(request, member, credential="password", at=request.actor.at)
            return _done(request, _("Your password has been changed. All other sessions have ended."))
    return render(request, "portal/me/password.html", {"form": form}, status=status if form.errors else 200)


class WrongOldPassword(Refusal):
    """The old password, at its own field."""

    sentence = gettext_lazy("The password is not right. Check it and try again.")
    field = "old"


def _prove(request: Request, form: PasswordForm) -> None:
    try:
        require_proof(request, form.cleaned_data["old"])
    except WrongPassword as wrong:
        raise WrongOldPassword from wrong


def _done(request: Request, words: str) -> HttpResponse:
    request.session["notice"] = words
    return HttpResponseRedirect(reverse("me"))
