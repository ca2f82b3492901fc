"""A member's submission: its state, its papers, answering, withdrawing (R8, R24)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.approvals.actions import Overtaken, answer_case, withdraw_submission
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.scans import UPLOADABLE
from securenet.domain.approvals.words import case_title
from securenet.domain.certificates.actions import withdraw_certificate_request
from securenet.domain.certificates.applying import announce_application, withdraw_application
from securenet.domain.entitlements.actions import announce_requests, withdraw_rights_request
from securenet.domain.entitlements.mandates import withdraw_mandate_request
from securenet.foundation.actor import Actor
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal
from securenet.foundation.text import normalise
from securenet.surfaces.portal.correct_forms import AnswerForm, stand_of
from securenet.surfaces.portal.papers import paper_response, papers_context
from securenet.surfaces.portal.progress import progress_of
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.scans import case_place, own_picture, receive, scans_context
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.forms import TEXT
from securenet.surfaces.shared.request import Request

WITHDRAW: dict[str, Callable[..., None]] = {
    Kind.REGISTRATION: withdraw_rights_request,
    Kind.RIGHTS: withdraw_rights_request,
    Kind.CERTIFICATE: withdraw_certificate_request,
    Kind.APPLICATION: withdraw_application,
    Kind.RELEASE: withdraw_submission,
    Kind.MANDATE: withdraw_mandate_request,
}


def own(request: Request, number: int) -> Submission:
    """Return the member's own submission; another's is not found. Raises Http404."""
    submission = (
        Submission.objects.filter(pk=number, applicant=request.person)
        .select_related("applicant")
        .prefetch_related("cases__steps", "cases__entitlement", "papers")
        .first()
    )
    if submission is None:
        raise Http404
    return submission


def returned_cases(submission: Submission) -> list[Case]:
    """Return the cases that wait for their applicant's answer."""
    return [case for case in submission.cases.all() if case.state_now is State.RETURNED]


def require_as_shown(returned: list[Case], stand: str) -> None:
    """Raise Overtaken where the page had shown other questions: in a second tab, or before it was returned again."""
    if stand and stand != stand_of(returned):
        raise Overtaken


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def case(request: Request, number: int) -> HttpResponse:
    """Show the state of a submission, whose turn it is, and its papers."""
    submission = own(request, number)
    returned = returned_cases(submission)
    if request.method == "POST" and not returned:
        return answered_before(request, submission) or answered_too_late(request, submission)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"stand": stand_of(returned)})
    if request.method == "POST" and form.is_valid():
        try:
            require_as_shown(returned, form.cleaned_data["stand"])
            _answer(returned, form.cleaned_data["answer"], by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            request.session["notice"] = _("Your answer has been sent.")
            return HttpResponseRedirect(reverse("case", args=[number]))
    place = case_place(submission.number)
    context = _context(request, submission, form) | scans_context(request, submission, place)
    return render(request, "portal/case.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.SEE_OWN)
def scans(request: Request, number: int) -> HttpResponse:
    """Upload, sort or remove scans of papers (R7a)."""
    submission = own(request, number)
    done = receive(request, submission, case_place(number))
    if isinstance(done, HttpResponse):
        return done
    form = AnswerForm(initial={"stand": stand_of(returned_cases(submission))})
    return render(request, "portal/case.html", _context(request, submission, form) | done, status=422)


@require_safe
@requires(Permission.SEE_OWN)
def scan(request: Request, number: int, page: int) -> HttpResponse:
    """Show a page of an own scan."""
    return own_picture(request, own(request, number), page)


@transaction.atomic
def _answer(cases: list[Case], answer: str, *, by: Actor) -> None:
    for case in cases:
        answer_case(case, answer=answer, by=by)
    if cases:
        announce = announce_application if cases[0].kind == Kind.APPLICATION else announce_requests
        announce(cases[0].submission, by=by)


def answered_before(request: Request, submission: Submission) -> HttpResponse | None:
    """Return the way on for a second click: the same answer has been sent already."""
    typed = masked(normalise(request.POST.get("answer", ""), lines=True))
    steps = [step for case in submission.cases.all() for step in case.steps.all()]
    sent = typed and any(step.verb == Verb.ANSWER and step.reason == typed for step in steps)
    return HttpResponseRedirect(reverse("case", args=[submission.number])) if sent else None


def answered_too_late(request: Request, submission: Submission) -> HttpResponse:
    """Return the page of a submission that no longer waits for an answer, with the one that was typed."""
    context = _context(request, submission, AnswerForm()) | {"unsent": request.POST.get("answer", "")[:TEXT]}
    return render(request, "portal/case.html", context | {"too_late": True}, status=409)


def _context(request: Request, submission: Submission, form: AnswerForm) -> dict[str, object]:
    at = request.actor.at
    language = request.LANGUAGE_CODE
    rows = [
        progress_of(case, at) | {"title": case_title(case, language), "steps": list(case.steps.all())}
        for case in submission.cases.all()
    ]
    states = {case.state_now for case in submission.cases.all()}
    returned = State.RETURNED in states
    return papers_context(submission, at) | {
        "rows": rows,
        "state": submission.state(),
        "form": form if returned else None,
        "returned": returned,
        "of_application": submission.kind == Kind.APPLICATION,
        "can_correct": returned and submission.kind in {Kind.REGISTRATION, Kind.RIGHTS},
        "can_withdraw": any(case.is_open for case in submission.cases.all()),
        "shows_papers": not states.isdisjoint(UPLOADABLE),
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
