"""Officers' requests at their own organization: the Organization Admin decides first (R22, R24a)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import business_days_left
from securenet.domain.entitlements.actions import decide_right
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import decide_registration
from securenet.surfaces.portal.journeys import answer_rows
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.request import Request

SIZE = 25
AGREE, RETURN, REJECT = "agree", "return", "reject"
DECIDE: dict[str, Callable[..., State]] = {Kind.REGISTRATION: decide_registration, Kind.RIGHTS: decide_right}


class RequestForm(forms.Form):
    """What the Organization Admin says, about what they saw."""

    revision = forms.IntegerField(label="", widget=forms.HiddenField.widget)
    choice = forms.RadioField(
        label=gettext_lazy("Your decision"),
        choices=[
            (AGREE, gettext_lazy("Agree, and hand on")),
            (RETURN, gettext_lazy("Return with a question")),
            (REJECT, gettext_lazy("Refuse")),
        ],
        panels={RETURN: ["question"], REJECT: ["reason"]},
    )
    question = forms.TextField(label=gettext_lazy("Question to the applicant"), max_length=1000)
    reason = forms.TextField(label=gettext_lazy("Reason for the applicant"), max_length=1000)


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def requests(request: Request) -> HttpResponse:
    """List the requests that wait for this organization's admins (R24a)."""
    cases = (
        Case.objects.at_desks(request.actor.desks)
        .filter(state=State.ORGANIZATION_REVIEW, kind__in=list(DECIDE))
        .select_related("submission__applicant")
        .order_by("due_at", "pk")
    )
    page = Paginator(cases, SIZE).get_page(request.GET.get("page"))
    rows = [_row(case, request) for case in page]
    return render(request, "portal/rights/requests.html", {"rows": rows, "page": page})


def _row(case: Case, request: Request) -> dict[str, Any]:
    return {
        "case": case,
        "applicant": case.submission.applicant,
        "service": profile().service(case.service).name,
        "role": role_label(case.role),
        "days_left": business_days_left(request.actor.at, case.due_at) if case.is_open else None,
    }


def _seen(request: Request, pk: int) -> Case:
    """Return a case that stands or stood with this organization's admins; another is not found. Raises Http404."""
    case = (
        Case.objects.filter(pk=pk, kind__in=list(DECIDE))
        .select_related("submission__applicant", "entitlement")
        .prefetch_related("steps__person", "submission__papers")
        .first()
    )
    if case is None or not any(stop.desk in request.actor.desks for stop in case.route.stops):
        raise Http404
    steps = list(case.steps.all())
    if case.state_now is not State.ORGANIZATION_REVIEW and all(s.before != State.ORGANIZATION_REVIEW for s in steps):
        raise Http404
    return case


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def decide(request: Request, pk: int) -> HttpResponse:
    """Show an officer's request, and agree, ask or refuse (R24a)."""
    case = _seen(request, pk)
    form = RequestForm(request.POST if request.method == "POST" else None, initial={"revision": case.revision})
    if request.method == "POST" and form.is_valid():
        act = partial(_decide, case, form, request)
        if carried_out(request, form, act):
            request.session["notice"] = _("Your decision is saved, and goes its way.")
            return HttpResponseRedirect(reverse("organization-requests"))
    right = case.entitlement
    context = _row(case, request) | {
        "form": form,
        "waits": case.state_now is State.ORGANIZATION_REVIEW,
        "answers": answer_rows(profile().service(case.service), right.answers),
        "papers": list(case.submission.papers.all()),
        "steps": list(case.steps.all()),
    }
    return render(request, "portal/rights/request.html", context, status=422 if form.errors else 200)


def _decide(case: Case, form: RequestForm, request: Request) -> None:
    data = form.cleaned_data
    if case.revision != data["revision"]:
        raise Overtaken
    agree = Verb.APPROVE if case.approves_here else Verb.ENDORSE
    verb = {AGREE: agree, RETURN: Verb.RETURN, REJECT: Verb.REJECT}[data["choice"]]
    reason = {AGREE: "", RETURN: data["question"], REJECT: data["reason"]}[data["choice"]]
    DECIDE[case.kind](case, verb=verb, by=request.actor, reason=reason or "")
