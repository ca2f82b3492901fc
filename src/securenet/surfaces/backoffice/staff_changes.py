"""Making, changing, closing and reopening staff accounts (R33, R35)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import StaffPower, offered_roles, roles_of
from securenet.domain.accounts.staffing import (
    add_staff,
    change_staff_roles,
    close_staff,
    reopen_staff,
    resend_staff_link,
)
from securenet.domain.accounts.words import role_words
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.queries import capped_count
from securenet.domain.registration import checks
from securenet.surfaces.backoffice.sign_in import GET_OR_POST
from securenet.surfaces.backoffice.staff import staff_member
from securenet.surfaces.backoffice.trust import ReasonForm
from securenet.surfaces.backoffice.words import figure
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.checked import Checked
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.fresh import fresh
from securenet.surfaces.shared.request import Request

BETWEEN, ROLES_BETWEEN = ":", " "


def _written(power: StaffPower) -> str:
    return BETWEEN.join(power)


def _read(text: str) -> StaffPower:
    role, _colon, desk = text.partition(BETWEEN)
    return role, desk


def _role_choices(held: list[StaffPower]) -> list[tuple[str, str]]:
    """Return the roles to choose among: those on offer, and what is held at a desk that the profile has dropped."""
    return [(_written(power), role_words(*power)) for power in dict.fromkeys([*offered_roles(), *held])]


class RolesField(forms.MultipleChoiceField):
    """What somebody may do."""

    def clean(self, value: Any) -> list[StaffPower]:
        """Return the roles as (role, desk)."""
        return [_read(text) for text in super().clean(value)]


class AddForm(Checked):
    """Who joins the staff."""

    checked = {"name_en": checks.latin_name, "name_th": checks.thai_name}
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    name_th = forms.CharField(label=gettext_lazy("Name in Thai"), max_length=120, required=False)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=40,
        help_text=gettext_lazy("3 to 40 small letters, digits, and . _ - between them. It stays for ever."),
        attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "data-width": "20"},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("A link goes there by which the person chooses a password."),
        attrs={"autocomplete": "off"},
    )
    roles = RolesField(label=gettext_lazy("Roles"))

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["roles"].choices = _role_choices([])  # type: ignore[attr-defined]


class RolesForm(ReasonForm):
    """Other roles than those that were shown."""

    shown = forms.HiddenField(required=False)
    roles = RolesField(label=gettext_lazy("Roles"))
    field_order = ("shown", "roles", "reason")

    def __init__(self, data: QueryDict | None, held: list[StaffPower]) -> None:
        ticked = [_written(power) for power in held]
        super().__init__(data, initial={"roles": ticked, "shown": ROLES_BETWEEN.join(ticked)})
        self.fields["roles"].choices = _role_choices(held)  # type: ignore[attr-defined]

    def roles_shown(self) -> list[StaffPower]:
        """Return the roles that stood on the page."""
        return [_read(text) for text in self.cleaned_data["shown"].split(ROLES_BETWEEN) if text]


class LinkForm(forms.Form):
    """Where the link goes."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("Correct it here if it was mistyped."),
        attrs={"autocomplete": "off"},
    )


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_STAFF)
@fresh
def add(request: Request) -> HttpResponse:
    """Make an account; its person gets a link."""
    form = AddForm(request.POST if request.method == "POST" else None)
    made: list[User] = []
    if request.method == "POST" and form.is_valid():
        act = partial(add_staff, **form.cleaned_data, by=request.actor)
        if carried_out(request, form, lambda: made.append(act())):
            return _done(request, made[0].pk, _("The account is made, and a mail with a link is on its way."))
    return render(request, "backoffice/staff_add.html", {"form": form}, status=422 if form.errors else 200)


def _done(request: Request, pk: int, words: str) -> HttpResponse:
    request.session["notice"] = words
    return HttpResponseRedirect(reverse("staff-member", args=[pk]))


def _and_released(words: str, released: int) -> str:
    back = ngettext(
        "%(number)d open request went back to its desk.", "%(number)d open requests went back to their desks.", released
    )
    return f"{words} {back % {'number': released}}" if released else words


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_STAFF)
@fresh
def change_roles(request: Request, pk: int) -> HttpResponse:
    """Give somebody other roles, where they still have those that were shown."""
    person = staff_member(pk)
    form = RolesForm(request.POST if request.method == "POST" else None, roles_of(person))

    def act() -> str:
        data = {"roles": form.cleaned_data["roles"], "reason": form.cleaned_data["reason"]}
        released = change_staff_roles(person, shown=form.roles_shown(), **data, by=request.actor)
        return _and_released(_("The roles are changed."), released)

    return _change(request, person, form, act, "backoffice/staff_roles.html")


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_STAFF)
@fresh
def close(request: Request, pk: int) -> HttpResponse:
    """Close an account with all that its person works on."""
    person = staff_member(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        released = close_staff(person, reason=form.cleaned_data["reason"], by=request.actor)
        return _and_released(_("The account is closed."), released)

    return _change(request, person, form, act, "backoffice/staff_close.html")


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_STAFF)
@fresh
def reopen(request: Request, pk: int) -> HttpResponse:
    """Open a closed account again, with roles given anew."""
    person = staff_member(pk)
    form = RolesForm(request.POST if request.method == "POST" else None, [])

    def act() -> str:
        data = {"roles": form.cleaned_data["roles"], "reason": form.cleaned_data["reason"]}
        reopen_staff(person, **data, by=request.actor)
        return _("The account is open again.")

    return _change(request, person, form, act, "backoffice/staff_reopen.html")


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_STAFF)
@fresh
def resend(request: Request, pk: int) -> HttpResponse:
    """Send the link for the password once more."""
    person = staff_member(pk)
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"email": person.email})

    def act() -> str:
        resend_staff_link(person, email=form.cleaned_data["email"], by=request.actor)
        return _("A new link is on its way. The earlier one has ended.")

    return _change(request, person, form, act, "backoffice/staff_link.html")


def _change(request: Request, person: User, form: forms.Form, act: Callable[[], str], template: str) -> HttpResponse:
    """Do what a valid form asks for and say so on the person's page, else show the form."""
    said: list[str] = []
    valid = request.method == "POST" and form.is_valid()
    if valid and carried_out(request, form, lambda: said.append(act())):
        return _done(request, person.pk, said[0])
    held = figure(capped_count(Case.objects.open().filter(assigned_to=person)))
    context = {"form": form, "person": person, "held": held, "own": person == request.person}
    return render(request, template, context, status=422 if form.errors else 200)
