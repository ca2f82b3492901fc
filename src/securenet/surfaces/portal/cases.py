"""A member's submission: its state, its papers, answering, withdrawing (R8, R24)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.actions import answer_case, withdraw_submission
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.words import case_title
from securenet.domain.certificates.actions import withdraw_certificate_request
from securenet.domain.entitlements.actions import withdraw_rights_request
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.papers import paper_response, papers_context
from securenet.surfaces.portal.progress import progress_of
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

WITHDRAW: dict[str, Callable[..., None]] = {
    Kind.REGISTRATION: withdraw_rights_request,
    Kind.RIGHTS: withdraw_rights_request,
    Kind.CERTIFICATE: withdraw_certificate_request,
    Kind.RELEASE: withdraw_submission,
}


class AnswerForm(forms.Form):
    """An answer to the operator's question."""

    answer = forms.TextField(label=gettext_lazy("Your answer"))


def own(request: Request, number: int) -> Submission:
    """Return the member's own submission; another's is not found. Raises Http404."""
    submission = (
        Submission.objects.filter(pk=number, applicant=request.person)
        .select_related("applicant")
        .prefetch_related("cases__steps", "papers")
        .first()
    )
    if submission is None:
        raise Http404
    return submission


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def case(request: Request, number: int) -> HttpResponse:
    """Show the state of a submission, whose turn it is, and its papers."""
    submission = own(request, number)
    returned = [case for case in submission.cases.all() if case.state_now is State.RETURNED]
    if request.method == "POST" and not returned:
        return HttpResponseRedirect(reverse("case", args=[number]))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _answer(returned, form.cleaned_data["answer"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            request.session["notice"] = _("Your answer has been sent.")
            return HttpResponseRedirect(reverse("case", args=[number]))
    return render(request, "portal/case.html", _context(request, submission, form), status=422 if form.errors else 200)


@transaction.atomic
def _answer(cases: list[Case], answer: str, *, by: Actor) -> None:
    for case in cases:
        answer_case(case, answer=answer, by=by)


def _context(request: Request, submission: Submission, form: AnswerForm) -> dict[str, object]:
    at = request.actor.at
    language = request.LANGUAGE_CODE
    rows = [
        progress_of(case, at) | {"title": case_title(case, language), "steps": list(case.steps.all())}
        for case in submission.cases.all()
    ]
    state = submission.state()
    return papers_context(submission) | {
        "rows": rows,
        "state": state,
        "form": form if state is State.RETURNED else None,
        "returned": state is State.RETURNED,
        "can_withdraw": any(case.is_open for case in submission.cases.all()),
        "shows_papers": state in {State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS, State.RETURNED},
    }


@require_safe
@requires(Permission.SEE_OWN)
def paper(request: Request, number: int, key: str) -> HttpResponse:
    """One form of an own submission, or the whole set, as a PDF (R7)."""
    return paper_response(request, own(request, number), key)


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def withdraw(request: Request, number: int) -> HttpResponse:
    """Ask whether to withdraw, and do it (R24b)."""
    submission = own(request, number)
    if not any(case.is_open for case in submission.cases.all()):
        return HttpResponseRedirect(reverse("case", args=[number]))
    if request.method == "POST":
        WITHDRAW[submission.kind](submission, by=request.actor)
        request.session["notice"] = _("The request has been withdrawn.")
        return HttpResponseRedirect(reverse("case", args=[number]))
    return render(request, "portal/withdraw.html", {"submission": submission})
