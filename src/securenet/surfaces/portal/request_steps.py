"""Steps that registration and a member's request for more rights share: rights and details (R3, R4, R20)."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from securenet.domain.entitlements.actions import AskedTwice, request_rights
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.journeys import MORE_RIGHTS, REGISTRATION, Draft, detail_rows
from securenet.surfaces.portal.organization_names import named_form
from securenet.surfaces.portal.register import GET_OR_POST, astray
from securenet.surfaces.portal.register_forms import CertifyForm, DetailsForm, RightForm
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def register_rights(request: Request) -> HttpResponse:
    """Step 2 of registration (R3)."""
    draft = Draft(request, REGISTRATION)
    return _off_way(request, draft) or _rights(request, draft)


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def register_details(request: Request) -> HttpResponse:
    """Step 3 of registration (R4)."""
    draft = Draft(request, REGISTRATION)
    return _off_way(request, draft) or _details(request, draft)


def _off_way(request: Request, draft: Draft) -> HttpResponse | None:
    if (elsewhere := astray(request, draft)) is not None:
        return elsewhere
    return None if draft.content.get("person") else REGISTRATION.go("person")


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def request_more(request: Request) -> HttpResponse:
    """First step of a member's request for more rights (R20)."""
    draft = Draft(request, MORE_RIGHTS)
    if draft.sent:
        draft.renew()
    return _rights(request, draft)


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def request_details(request: Request) -> HttpResponse:
    """What the services ask of a member beyond that (R4, R20)."""
    draft = Draft(request, MORE_RIGHTS)
    return MORE_RIGHTS.go("review") if draft.sent else _details(request, draft)


def _rights(request: Request, draft: Draft) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "look-up":
        return _rights_page(request, draft, named_form(request, request.POST))
    form = RightForm(request.POST if request.method == "POST" and action in {"add", "next"} else None)
    if request.method == "POST":
        if action.startswith("remove-"):
            return _remove(draft, action)
        wants_to_add = action == "add" or not draft.rights or bool(request.POST.get("organization_number"))
        if not wants_to_add:
            return draft.journey.go("details" if draft.asks_details else "review")
        if form.is_valid() and _added(draft, form):
            step = "rights" if action == "add" else ("details" if draft.asks_details else "review")
            return draft.keep_key(draft.journey.go(step))
    return _rights_page(request, draft, form)


def _rights_page(request: Request, draft: Draft, form: RightForm) -> HttpResponse:
    context = {
        "form": form,
        "cards": draft.cards(get_language() or "th"),
        "steps": draft.step_names(),
        "current": draft.step(_("Rights")),
        "journey": draft.journey.prefix,
        "back_url": draft.journey.url("person") if draft.journey.with_person else reverse("rights"),
    }
    return render(request, "portal/register/rights.html", context, status=422 if form.errors else 200)


def _added(draft: Draft, form: RightForm) -> bool:
    right = dict(form.cleaned_data)
    same = ("service", "role", "organization_number", "organization_country")
    if any(all(card[name] == right[name] for name in same) for card in draft.rights):
        form.refuse(AskedTwice())
        return False
    most = profile().limits.rights_per_submission
    if len(draft.rights) >= most:
        form.add_error(None, _("One request can ask for at most %(most)d rights.") % {"most": most})
        return False
    draft.save(rights=[*draft.rights, right | {"id": secrets.token_hex(4)}])
    return True


def _remove(draft: Draft, action: str) -> HttpResponseRedirect:
    left = [right for right in draft.rights if right["id"] != action.removeprefix("remove-")]
    if len(left) < len(draft.rights):
        draft.save(rights=left)
    return draft.journey.go("rights")


def _details(request: Request, draft: Draft) -> HttpResponse:
    if not draft.rights:
        return draft.journey.go("rights")
    if not draft.asks_details:
        return draft.journey.go("review")
    kept: dict[str, dict[str, Any]] = draft.content.get("answers", {})
    form = DetailsForm(request.POST if request.method == "POST" else None, services=draft.services)
    form.initial = {name: kept.get(service, {}).get(question) for name, (service, question) in form.places.items()}
    if request.method == "POST" and form.is_valid():
        draft.save(answers=form.answers())
        return draft.keep_key(draft.journey.go("review"))
    context = {
        "form": form,
        "steps": draft.step_names(),
        "current": draft.step(_("Details")),
        "back_url": draft.journey.url("rights"),
    }
    return render(request, "portal/register/details.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def request_review(request: Request) -> HttpResponse:
    """Review, certify and send a member's request for more rights (R20)."""
    draft = Draft(request, MORE_RIGHTS)
    if (sent := draft.sent) is not None:
        return HttpResponseRedirect(reverse("case", args=[sent.number]))
    if missing := draft.missing_step():
        return MORE_RIGHTS.go(missing)
    form = CertifyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            submission = request_rights(
                request.person, draft.asked(), kind="rights", confirmed=True, draft_key=draft.key, by=request.actor
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(reverse("case", args=[submission.number]))
    context = {
        "form": form,
        "steps": draft.step_names(),
        "current": draft.step(_("Review")),
        "cards": draft.cards(get_language() or "th"),
        "details": detail_rows(draft),
        "journey": "request",
        "send_label": _("Send the request"),
    }
    return render(request, "portal/register/review.html", context, status=422 if form.errors else 200)
