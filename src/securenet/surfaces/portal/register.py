"""Registration, page by page (R1–R6)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.accounts.actions import UsernameTaken
from securenet.domain.accounts.queries import is_username_free
from securenet.domain.profile.queries import profile
from securenet.domain.registration import checks
from securenet.domain.registration.actions import Applicant, submit_registration
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.journeys import REGISTRATION, Draft, detail_rows, person_rows
from securenet.surfaces.portal.register_forms import CertifyForm, PersonForm, TermsForm
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow

PERSON_FIELDS = (
    *("username", "name_th", "name_en", "identity_type", "identity_number", "identity_country"),
    *("email", "mobile_phone", "office_phone", "office_extension"),
)
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def terms(request: Request) -> HttpResponse:
    """Show the terms first; accepting them starts a draft (R1)."""
    form = TermsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft = Draft(request, REGISTRATION)
        if draft.sent:
            draft.renew()
        draft.save(terms=profile().terms.version)
        return draft.keep_key(REGISTRATION.go("person"))
    context = {
        "form": form,
        "terms": profile().terms,
        "erased": "erased" in request.GET,
        "draft_hours": profile().deadlines.draft_hours,
    }
    return render(request, "portal/register/terms.html", context, status=422 if form.errors else 200)


def astray(request: Request, draft: Draft) -> HttpResponse | None:
    """Return the way for those who are not on a step: it was sent already, or there is no draft (any more)."""
    if draft.sent:
        return REGISTRATION.go("confirmation")
    if draft.content.get("terms") != profile().terms.version:
        return REGISTRATION.go("terms", "?erased" if request.method == "POST" else "")
    return None


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def person(request: Request) -> HttpResponse:
    """Step 1: personal data (R2)."""
    draft = Draft(request, REGISTRATION)
    if (elsewhere := astray(request, draft)) is not None:
        return elsewhere
    known = draft.content.get("person", {})
    is_set = bool(draft.content.get("password"))
    if request.method != "POST":
        return _person_page(request, draft, PersonForm(initial=known, password_is_set=is_set))
    form = PersonForm(request.POST, password_is_set=is_set)
    if "check" in request.POST:
        typed = request.POST.get("username", "")
        unchecked = PersonForm(initial=request.POST.dict(), password_is_set=is_set)
        unchecked.availability = _availability(request, typed)
        return _person_page(request, draft, unchecked)
    if form.is_valid() and not is_username_free(form.cleaned_data["username"]):
        form.refuse(UsernameTaken())
    if not form.is_valid():
        return _person_page(request, draft, form, status=422)
    data = form.cleaned_data
    password = make_password(data["password"]) if data["password"] else draft.content["password"]
    draft.save(person={name: data[name] for name in PERSON_FIELDS}, password=password)
    return draft.keep_key(REGISTRATION.go("rights"))


def _person_page(request: Request, draft: Draft, form: PersonForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "steps": draft.step_names(),
        "current": 1,
        "draft_hours": profile().deadlines.draft_hours,
    }
    return render(request, "portal/register/person.html", context, status=status)


@require_safe
@requires(Permission.VISIT)
def username(request: Request) -> HttpResponse:
    """Tell while typing whether a user name is free (R2)."""
    context = {"availability": _availability(request, request.GET.get("username", ""))}
    return render(request, "portal/register/_availability.html", context)


def _availability(request: Request, typed: str) -> dict[str, Any]:
    try:
        allow(request, profile().throttles.username_check, "username-check")
        wanted = checks.username(typed)
    except Refusal as refusal:
        return {"free": False, "text": str(refusal)}
    if is_username_free(wanted):
        return {"free": True, "text": _("You can have the user name “%(name)s”.") % {"name": wanted}}
    return {"free": False, "text": str(UsernameTaken())}


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def review(request: Request) -> HttpResponse:
    """Step 4: everything on one page, certified and sent (R5)."""
    draft = Draft(request, REGISTRATION)
    if (elsewhere := astray(request, draft)) is not None:
        return elsewhere
    if missing := draft.missing_step():
        return REGISTRATION.go(missing)
    form = CertifyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sent = _send(request, draft, form)
        if sent is not None:
            return sent
    language = get_language() or "th"
    context = {
        "form": form,
        "steps": draft.step_names(),
        "current": draft.step(_("Review")),
        "person": person_rows(draft.content["person"], language),
        "cards": draft.cards(language),
        "details": detail_rows(draft),
        "journey": "register",
        "send_label": _("Send the registration"),
    }
    return render(request, "portal/register/review.html", context, status=422 if form.errors else 200)


def _send(request: Request, draft: Draft, form: CertifyForm) -> HttpResponse | None:
    """Send the registration; None where it must be shown again with what a rule said."""
    try:
        allow(request, profile().throttles.registration_address, "registration")
        applicant = Applicant(
            **draft.content["person"],
            password_hash=draft.content["password"],
            language=get_language() or "th",
            terms_version=draft.content.get("terms", ""),
        )
        submit_registration(applicant, draft.asked(), draft_key=draft.key, by=request.actor)
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    return draft.keep_key(REGISTRATION.go("confirmation"))
