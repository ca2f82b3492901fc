"""The state of a request without login: its number, a code by mail, and what the code's holder may see (R8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.status import ask_for_status_code, see_by_code
from securenet.domain.approvals.words import case_title
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.foundation.throttle.actions import TooMany
from securenet.surfaces.portal.confirm_forms import CodeForm
from securenet.surfaces.portal.progress import progress_of
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import STATUS, note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow

SEEN, SEEN_FOR = "status", timedelta(minutes=15)


class NumberForm(forms.Form):
    """Which request it is about."""

    number = forms.IntegerField(label=_("Request number"), min_value=1, max_value=10**15)


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def status(request: Request) -> HttpResponse:
    """Ask for the number and have a code mailed; the answer is the same whatever the number."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    status = 422
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            allow(request, profile().throttles.case_status, "case-status")
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
            status = STATUS[TooMany]
        else:
            _have_code_sent(request, number)
            return HttpResponseRedirect(f"{reverse('status-code')}?{urlencode({'number': number})}")
    return render(request, "portal/status/number.html", {"form": form}, status=status if form.errors else 200)


def _have_code_sent(request: Request, number: int) -> None:
    """Have a code sent, unless so many were that nobody needs another: the page says the same then."""
    try:
        allow(request, profile().throttles.case_status_mail, "case-status-mail", str(number))
    except TooMany as refusal:
        note_refusal(request, refusal)
    else:
        ask_for_status_code(number, by=request.actor)


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def code(request: Request) -> HttpResponse:
    """Take number and code; this browser may look for a while."""
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"number": request.GET.get("number")})
    status = 422
    if request.method == "POST" and form.is_valid():
        number, typed = form.cleaned_data["number"], form.cleaned_data["code"].replace(" ", "")
        try:
            allow(request, profile().throttles.case_status, "case-status-code")
            submission = see_by_code(number, typed, by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
            status = STATUS.get(type(refusal), 422)
        else:
            until = request.actor.at + SEEN_FOR
            request.session[SEEN] = {"number": submission.number, "until": until.isoformat()}
            return HttpResponseRedirect(reverse("status-shown"))
    context = {
        "form": form,
        "asked": request.GET.get("number"),
        "minutes": profile().deadlines.status_code_minutes,
        "most": profile().throttles.case_status_mail,
    }
    return render(request, "portal/status/code.html", context, status=status if form.errors else 200)


@require_safe
@requires(Permission.VISIT)
def shown(request: Request) -> HttpResponse:
    """Show the state of the request whose code this browser gave, and nothing personal."""
    kept = request.session.get(SEEN)
    if not kept or datetime.fromisoformat(kept["until"]) < request.actor.at:
        return HttpResponseRedirect(reverse("status"))
    submission = Submission.objects.prefetch_related("cases").get(pk=kept["number"])
    language, at = request.LANGUAGE_CODE, request.actor.at
    rows = [
        progress_of(case, at) | {"title": case_title(case, language, organization=False)}
        for case in submission.cases.all()
    ]
    return render(request, "portal/status/shown.html", {"submission": submission, "rows": rows, "at": at})
