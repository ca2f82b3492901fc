"""The RA officer's part: applications of one's own organization, checked and passed to the CA (R40)."""

from __future__ import annotations

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
from securenet.domain.calendar.queries import business_days_left
from securenet.domain.certificates.applying import decide_application, differing, read_application, request_words
from securenet.domain.entitlements.queries import is_ra_officer
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.rights_requests import AGREE, REJECT, RETURN, SIZE
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.request import Request

VERBS = {AGREE: Verb.APPROVE, RETURN: Verb.RETURN, REJECT: Verb.REJECT}


class CheckForm(forms.Form):
    """What the RA officer says, about what they saw."""

    revision = forms.IntegerField(label="", widget=forms.HiddenField.widget)
    choice = forms.RadioField(
        label=gettext_lazy("Your decision"),
        choices=[
            (AGREE, gettext_lazy("Agree, and pass it to the CA")),
            (RETURN, gettext_lazy("Return with a question")),
            (REJECT, gettext_lazy("Refuse")),
        ],
        panels={AGREE: ["identified"], RETURN: ["question"], REJECT: ["reason"]},
    )
    identified = forms.BooleanField(
        label=gettext_lazy("I have the signed application form, and have seen the person and their identity document.")
    )
    question = forms.TextField(label=gettext_lazy("Question to the applicant"), max_length=1000)
    reason = forms.TextField(label=gettext_lazy("Reason for the applicant"), max_length=1000)


@require_safe
@requires(Permission.CHECK_APPLICATIONS)
def applications(request: Request) -> HttpResponse:
    """List the applications that wait for the RA officers of the member's organization."""
    cases = (
        Case.objects.at_desks(request.actor.desks)
        .filter(state=State.ORGANIZATION_REVIEW, kind=Kind.APPLICATION)
        .select_related("submission__applicant", "application")
        .order_by("due_at", "pk")
    )
    page = Paginator(cases, SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(case, request) for case in page],
        "page": page,
        "is_ra": is_ra_officer(request.actor.desks),
    }
    return render(request, "portal/certificates/ra.html", context)


def _row(case: Case, request: Request) -> dict[str, Any]:
    return {
        "case": case,
        "application": case.application,
        "applicant": case.submission.applicant,
        "days_left": business_days_left(request.actor.at, case.due_at) if case.is_open else None,
    }


def _seen(request: Request, pk: int) -> Case:
    """Return an application to the member's own RA; another is not found. Raises Http404."""
    cases = Case.objects.filter(pk=pk, kind=Kind.APPLICATION)
    case = cases.select_related("submission__applicant", "application__holder").prefetch_related("steps").first()
    if case is None or not any(stop.desk in request.actor.desks for stop in case.route.stops):
        raise Http404
    return case


@require_http_methods(GET_OR_POST)
@requires(Permission.CHECK_APPLICATIONS)
def check_application(request: Request, pk: int) -> HttpResponse:
    """Show an application with what the checks found, and agree, ask or refuse."""
    case = _seen(request, pk)
    form = CheckForm(request.POST if request.method == "POST" else None, initial={"revision": case.revision})
    if request.method == "POST" and form.is_valid():
        act = partial(_decide, case, form, request)
        if carried_out(request, form, act):
            request.session["notice"] = _("Your decision is saved, and goes its way.")
            return HttpResponseRedirect(reverse("ra"))
    read = read_application(bytes(case.application.der))
    context = _row(case, request) | {
        "form": form,
        "waits": case.state_now is State.ORGANIZATION_REVIEW,
        "own": case.submission.applicant_id == request.person.pk,
        "asked": read,
        "differences": [request_words(reason) for reason in differing(read, case.application.holder)],
        "steps": list(case.steps.all()),
    }
    return render(request, "portal/certificates/ra_application.html", context, status=422 if form.errors else 200)


def _decide(case: Case, form: CheckForm, request: Request) -> None:
    data = form.cleaned_data
    if case.revision != data["revision"]:
        raise Overtaken
    reason = {AGREE: "", RETURN: data["question"], REJECT: data["reason"]}[data["choice"]]
    decide_application(case, verb=VERBS[data["choice"]], by=request.actor, reason=reason or "")
