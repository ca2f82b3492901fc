"""The service owner's list: a row per right or mandate, one or many decided after a confirmation (R31)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.actions import ReasonMissing
from securenet.domain.approvals.flow import REVIEWS, Tier
from securenet.domain.approvals.models import Case, CaseQuerySet, Step
from securenet.domain.approvals.queries import matching
from securenet.domain.approvals.words import role_label
from securenet.domain.profile.catalogue import Service
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.case_forms import READ_BY_APPLICANT, is_explained
from securenet.surfaces.backoffice.decisions import AGREE, REJECT, decide_as_shown, pick_of, read_pick
from securenet.surfaces.backoffice.lines import waiting_lines
from securenet.surfaces.backoffice.outcomes import Outcome, go_to_outcomes
from securenet.surfaces.backoffice.sign_in import GET_OR_POST
from securenet.surfaces.backoffice.words import NAMES
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

SIZES = ("10", "25", "50")
MOST = 50
CASE = ("revision", "role", "organization_name", "submission__applicant")
SHOWN = (*CASE, *(f"submission__applicant__{name}" for name in ("username", *NAMES)))
"""What is read for a line."""


class ListForm(forms.Form):
    """How many rows, and which."""

    show = forms.ChoiceField(label=gettext_lazy("Entries to show"), choices=[(size, size) for size in SIZES])
    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)


class ReasonForm(forms.Form):
    """Why rights are refused."""

    reason = forms.TextField(
        label=gettext_lazy("Reason for the refusal"),
        help_text=READ_BY_APPLICANT,
        error_messages={"required": ReasonMissing.sentence},
    )

    def clean_reason(self) -> str:
        """Ask for words."""
        reason: str = self.cleaned_data["reason"]
        if not is_explained(reason):
            self.add_error("reason", str(ReasonMissing.sentence))
        return reason


def owned_services(request: Request) -> list[Service]:
    """Return the services that the person's desks own."""
    return [service for service in profile().services if _owner_desks(service) & request.actor.desks]


def _owner_desks(service: Service) -> set[str | None]:
    if service.routes is None:
        return set()
    routes = service.routes
    tiers = (*routes.rights, *(routes.registration or ()), *(routes.mandate or ()))
    return {tier.desk for tier in tiers if tier.tier == str(Tier.SERVICE_OWNER)}


def _owned(request: Request, key: str) -> Service:
    service = next((service for service in owned_services(request) if service.key == key), None)
    if service is None:
        raise Http404
    return service


def _waiting(request: Request, service: Service) -> CaseQuerySet:
    at_desk = Case.objects.at_desks(request.actor.desks).filter(service=service.key, state__in=sorted(REVIEWS))
    return at_desk.select_related("submission__applicant")


def _arrived(request: Request, service: Service) -> CaseQuerySet:
    """Return what stands at the person's desk or was decided there: what a colleague was faster with is reported."""
    decided_here = Step.objects.filter(case=OuterRef("pk"), before=Tier.SERVICE_OWNER.review)
    cases = Case.objects.filter(Q(desk__in=request.actor.desks) | Exists(decided_here), service=service.key)
    return cases.select_related("submission__applicant").order_by("due_at", "pk")


def _rows(cases: Any, first: int) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "pick": pick_of(case),
            "number": case.submission_id,
            "applicant": case.submission.applicant,
            "role": role_label(case.role),
            "organization": case.organization_name,
        }
        for index, case in enumerate(cases, first)
    ]


@require_safe
@requires(Permission.APPROVE_RIGHTS)
def first_list(request: Request) -> HttpResponse:
    """Go to the list of the first service that the person's desk owns."""
    owned = owned_services(request)
    if not owned:
        raise Http404
    return HttpResponseRedirect(reverse("approvals", args=[owned[0].key]))


@require_safe
@requires(Permission.APPROVE_RIGHTS)
def approvals(request: Request, service: str) -> HttpResponse:
    """Show the rights and mandates of a service that wait for its owner."""
    owned = _owned(request, service)
    form = ListForm({"show": request.GET.get("show", SIZES[0]), "q": request.GET.get("q", "")})
    form.is_valid()
    cases = _waiting(request, owned).order_by("due_at", "pk").only(*SHOWN)
    if text := form.cleaned_data.get("q"):
        cases = cases.filter(matching(text))
    size = int(form.cleaned_data.get("show", SIZES[0]))
    page = Paginator(cases, size).get_page(request.GET.get("page", "1"))
    context = {
        "form": form,
        "service": owned,
        "services": owned_services(request),
        "page": page,
        "lines": waiting_lines(_rows(page.object_list, page.start_index())),
        "pages": _neighbours(request, page),
    }
    return render(request, "backoffice/approvals.html", context, status=422 if form.errors else 200)


def _neighbours(request: Request, page: Any) -> dict[str, str]:
    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "newer": address(page.previous_page_number()) if page.has_previous() else "",
        "older": address(page.next_page_number()) if page.has_next() else "",
    }


@require_http_methods(GET_OR_POST)
@requires(Permission.APPROVE_RIGHTS)
def confirm(request: Request, service: str) -> HttpResponse:
    """Ask once more, with the reason of a refusal; then decide every ticked row by itself."""
    owned = _owned(request, service)
    back = reverse("approvals", args=[service])
    sent = request.POST if request.method == "POST" else request.GET
    picks = dict(pick for text in sent.getlist("pick")[:MOST] if (pick := read_pick(text)))
    picked = [(case, picks[case.pk]) for case in _arrived(request, owned).filter(pk__in=picks)]
    choice = REJECT if sent.get("do") == REJECT else AGREE
    if not picked:
        return HttpResponseRedirect(back)
    form = ReasonForm(request.POST if request.method == "POST" else None) if choice == REJECT else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        return go_to_outcomes(request, _decide_each(request, picked, choice, reason), back=back)
    rows = _rows([case for case, _revision in picked], 1)
    for row, (case, revision) in zip(rows, picked, strict=True):
        row["pick"] = f"{case.pk}:{revision}"
    context = {"service": owned, "rows": rows, "form": form, "choice": choice, "back": back}
    return render(request, "backoffice/confirm.html", context, status=422 if form and form.errors else 200)


def _decide_each(request: Request, picked: list[tuple[Case, int]], choice: str, reason: str) -> list[Outcome]:
    outcomes = []
    for one in picked:
        try:
            decide_as_shown(one, choice, by=request.actor, reason=reason)
        except Refusal as refusal:
            note_refusal(request, refusal)
            outcomes.append(Outcome(one[0].pk, str(refusal)))
        else:
            outcomes.append(Outcome(one[0].pk))
    return outcomes
