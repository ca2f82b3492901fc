"""Mandates between organizations: the list, one of them, asking for one, ending one (R22d)."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.flow import OPEN
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.mandate_life import end_mandate
from securenet.domain.entitlements.mandates import MandateWish, request_mandate
from securenet.domain.entitlements.models import Assignment, Entitlement, Mandate, MandateStatus
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.mandate_forms import EndForm, MandateForm, first_values
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

ON_A_PAGE = 25
TONES = {MandateStatus.REQUESTED: "wa", MandateStatus.ACTIVE: "ok", MandateStatus.REFUSED: "er"}


def seen_mandate(request: Request, pk: int) -> Mandate:
    """Return a mandate that the member's organization has given or received; another is not found. Raises Http404."""
    seen = Mandate.objects.seen_by(request.person, local_date(request.actor.at))
    mandate = seen.select_related("principal", "agent", "ended_by", "case").filter(pk=pk).first()
    if mandate is None:
        raise Http404
    return mandate


def places(request: Request) -> list[Entitlement]:
    """Return the member's rights as Organization Admin: the organizations and services that they administer."""
    rights = Entitlement.objects.admins(local_date(request.actor.at)).filter(member=request.person)
    return list(rights.select_related("organization").order_by("organization__name", "service"))


def mandate_words(mandate: Mandate) -> dict[str, Any]:
    """Return a mandate as the pages show it."""
    service = profile().service(mandate.service)
    functions = {function.key: str(function.name) for function in service.functions}
    centres = {centre.key: str(centre.name) for centre in profile().banknote_centres}
    status = MandateStatus(mandate.status)
    return {
        "mandate": mandate,
        "service": service.name,
        "functions": [functions.get(key, key) for key in mandate.functions],
        "centres": [centres.get(key, key) for key in mandate.centres],
        "status": status.label,
        "tone": TONES.get(status, ""),
        "is_active": status == MandateStatus.ACTIVE,
    }


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def mandates(request: Request) -> HttpResponse:
    """List the mandates that the member's organizations have given and received."""
    living = Count("assignments", filter=Q(assignments__ended_at=None))
    seen = Mandate.objects.seen_by(request.person, local_date(request.actor.at)).annotate(officers=living)
    rows = seen.select_related("principal", "agent").order_by("status", "until_date", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page", "1"))
    context = {"page": page, "rows": [mandate_words(each) for each in page], "may_ask": bool(places(request))}
    return render(request, "portal/mandates/list.html", context)


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def mandate(request: Request, pk: int) -> HttpResponse:
    """Show a mandate to the Organization Admins of both sides, with every officer who acts under it."""
    found, today = seen_mandate(request, pk), local_date(request.actor.at)
    mine = {(place.organization_id, place.service) for place in places(request)}
    rows = found.assignments.filter(ended_at=None).select_related("entitlement__member").order_by("assigned_at", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page", "1"))
    acting = set(Assignment.objects.acting(today).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True))
    words = mandate_words(found)
    names = dict(zip(found.functions, words["functions"], strict=True))
    principal, agent = ((side, found.service) in mine for side in (found.principal_id, found.agent_id))
    context = words | {
        "page": page,
        "officers": [
            {"assignment": row, "acting": row.pk in acting, "functions": [names[key] for key in row.functions]}
            for row in page
        ],
        "is_principal": principal,
        "is_agent": agent,
        "number": found.case.submission_id if principal and found.case.state in OPEN else None,
        "may_assign": agent and words["is_active"],
        "may_renew": principal and words["is_active"],
    }
    return render(request, "portal/mandates/mandate.html", context)


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def mandate_new(request: Request) -> HttpResponse:
    """Ask the operator for a mandate, or with `renews` for the next one after it (R22d)."""
    mine = places(request)
    if not mine:
        raise Http404
    renews = _renewed(request)
    initial = {"draft_key": secrets.token_urlsafe(32)} | first_values(renews, local_date(request.actor.at))
    form = MandateForm(request.POST if request.method == "POST" else None, places=mine, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, place = form.cleaned_data, form.chosen
        wish = MandateWish(
            service=place.service,
            principal=place.organization,  # type: ignore[arg-type]  # an active right has its organization
            agent_number=data["agent_number"],
            agent_country=data["agent_country"],
            functions=data["functions"],
            centres=data.get("centres", []),
            from_date=data["from_date"],
            until_date=data["until_date"],
            renews=renews,
        )
        try:
            submission = request_mandate(wish, draft_key=data["draft_key"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            request.session["notice"] = _("Your request for a mandate has been sent.")
            return HttpResponseRedirect(reverse("case", args=[submission.number]))
    context = {"form": form, "renews": renews}
    return render(request, "portal/mandates/new.html", context, status=422 if form.errors else 200)


def _renewed(request: Request) -> Mandate | None:
    text = request.GET.get("renews", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    found = seen_mandate(request, int(text))
    if found.principal_id not in {place.organization_id for place in places(request)}:
        raise Http404
    return found


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def mandate_end(request: Request, pk: int) -> HttpResponse:
    """Ask for the reason and end a mandate at once (R22d)."""
    found = seen_mandate(request, pk)
    if found.status != MandateStatus.ACTIVE:
        return HttpResponseRedirect(reverse("mandate", args=[pk]))
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            end_mandate(found, reason=form.cleaned_data["reason"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            request.session["notice"] = _("The mandate has ended. Everybody concerned is told by mail.")
            return HttpResponseRedirect(reverse("mandate", args=[pk]))
    context = mandate_words(found) | {"form": form, "officers": found.assignments.filter(ended_at=None).count()}
    return render(request, "portal/mandates/end.html", context, status=422 if form.errors else 200)
