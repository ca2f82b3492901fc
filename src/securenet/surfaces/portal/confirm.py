"""Steps 5 and 6 of registration, and the mail's link (R6, R6a, R7)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Submission
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import (
    LinkOld,
    LinkUnknown,
    LinkUsed,
    confirm_by_code,
    confirm_registration,
    correct_email,
    require_confirmation,
    resend_confirmation,
)
from securenet.domain.registration.queries import is_undelivered
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.confirm_forms import AddressForm, CodeForm
from securenet.surfaces.portal.journeys import REGISTRATION, Draft
from securenet.surfaces.portal.papers import paper_response, papers_context
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.scans import own_picture, receive, registration_place, scans_context
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow


def own_submission(request: Request) -> Submission:
    """Return what this browser registered. Raises Http404."""
    submission = Draft(request, REGISTRATION).sent
    if submission is None:
        raise Http404
    return submission


def _forgotten(request: Request) -> HttpResponse:
    return render(request, "portal/register/forgotten.html", status=404)


def _steps(submission: Submission) -> list[str]:
    asked = any(profile().service(case.service).questions for case in submission.cases.all())
    names = [_("Personal data"), _("Rights"), _("Details"), _("Review"), _("Confirmation"), _("Documents")]
    return names if asked else [name for name in names if name != _("Details")]


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def confirmation(request: Request) -> HttpResponse:
    """Step 5: the number, where the mail went, correcting the address, sending again (R6)."""
    submission = Draft(request, REGISTRATION).sent
    if submission is None:
        return _forgotten(request)
    form = AddressForm(request.POST if "email" in request.POST else None)
    if request.method == "POST":
        done = _post(request, submission, form)
        if done is not None:
            return done
    steps = _steps(submission)
    context = {
        "form": form,
        "submission": submission,
        "waiting": submission.state() is State.AWAITING_EMAIL,
        "undelivered": is_undelivered(submission),
        "hours": profile().deadlines.confirmation_hours,
        "corrections_left": _corrections_left(submission),
        "steps": steps,
        "current": len(steps) - 1,
    }
    return render(request, "portal/register/confirmation.html", context, status=422 if form.errors else 200)


def _corrections_left(submission: Submission) -> int:
    return profile().deadlines.email_corrections - submission.applicant.email_corrections


def _post(request: Request, submission: Submission, form: AddressForm) -> HttpResponse | None:
    if "resend" in request.POST:
        _allow_mail(request, submission)
        resend_confirmation(submission, by=request.actor)
        request.session["notice"] = _("A new mail is on its way. The link in the earlier one has ended.")
        return HttpResponseRedirect(request.path)
    if not form.is_valid():
        return None
    try:
        _allow_mail(request, submission)
        correct_email(submission, email=form.cleaned_data["email"], by=request.actor)
    except Refusal as refusal:
        note_refusal(request, refusal)
        form.refuse(refusal)
        return None
    request.session["notice"] = _("The address is corrected, and a new mail is on its way to it.")
    return HttpResponseRedirect(request.path)


def _allow_mail(request: Request, submission: Submission) -> None:
    allow(request, profile().throttles.confirmation_mail, "confirmation-mail", str(submission.number))


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def confirm(request: Request, token: str) -> HttpResponse:
    """The mail's link: a page with a button; only the button confirms (R6)."""
    try:
        if request.method == "POST":
            return _confirmed(request, confirm_registration(token, by=request.actor))
        found = require_confirmation(token, by=request.actor)
    except (LinkUnknown, LinkUsed, LinkOld) as refusal:
        note_refusal(request, refusal)
        context = {"sentence": str(refusal), "used": isinstance(refusal, LinkUsed)}
        return render(request, "portal/register/link_ended.html", context, status=410)
    return render(request, "portal/register/confirm.html", {"submission": found.submission})


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def confirm_code(request: Request) -> HttpResponse:
    """The same by hand: number and code from the mail (R6)."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        number, code = form.cleaned_data["number"], form.cleaned_data["code"].replace(" ", "")
        try:
            allow(request, profile().throttles.case_status, "confirmation-code")
            return _confirmed(request, confirm_by_code(number, code, by=request.actor))
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
    return render(request, "portal/register/confirm_code.html", {"form": form}, status=422 if form.errors else 200)


def _confirmed(request: Request, submission: Submission) -> HttpResponse:
    mine = Draft(request, REGISTRATION).sent
    if mine is not None and mine.number == submission.number:
        request.session["notice"] = _("Your e-mail address and your request are confirmed.")
        return REGISTRATION.go("documents")
    return render(request, "portal/register/confirmed.html", papers_context(submission, request.actor.at))


@require_safe
@requires(Permission.VISIT)
def documents(request: Request) -> HttpResponse:
    """Step 6: the papers to send, confirmed or not (R6a, R7)."""
    submission = Draft(request, REGISTRATION).sent
    if submission is None:
        return _forgotten(request)
    return _documents(request, submission, scans_context(request, submission, registration_place()))


def _documents(request: Request, submission: Submission, scans: dict[str, Any], status: int = 200) -> HttpResponse:
    steps = _steps(submission)
    context = papers_context(submission, request.actor.at) | {
        "steps": steps,
        "current": len(steps),
        "waiting": submission.state() is State.AWAITING_EMAIL,
        "form_url_name": "register-form",
    }
    return render(request, "portal/register/documents.html", context | scans, status=status)


@require_POST
@requires(Permission.VISIT)
def scans(request: Request) -> HttpResponse:
    """Upload, sort or remove scans of papers of what this browser registered (R7a)."""
    submission = own_submission(request)
    done = receive(request, submission, registration_place())
    return done if isinstance(done, HttpResponse) else _documents(request, submission, done, status=422)


@require_safe
@requires(Permission.VISIT)
def scan(request: Request, page: int) -> HttpResponse:
    """Show a page of a scan that this browser's registration has."""
    return own_picture(request, own_submission(request), page)


@require_safe
@requires(Permission.VISIT)
def paper(request: Request, key: str) -> HttpResponse:
    """One form, or the whole set, of what this browser registered, as a PDF (R7)."""
    return paper_response(request, own_submission(request), key)


@require_http_methods(GET_OR_POST)
@requires(Permission.CONFIRM_EMAIL)
def unconfirmed(request: Request) -> HttpResponse:
    """What a member sees before their address is confirmed: send again, correct (R9)."""
    rows = Submission.objects.filter(applicant=request.person).select_related("applicant", "confirmation")
    submission = rows.order_by("-submitted_at").first()
    form = AddressForm(request.POST if "email" in request.POST else None)
    if submission is None:
        raise Http404
    if request.method == "POST":
        done = _post(request, submission, form)
        if done is not None:
            return done
    context = {
        "form": form,
        "submission": submission,
        "waiting": submission.state() is State.AWAITING_EMAIL,
        "undelivered": is_undelivered(submission),
        "hours": profile().deadlines.confirmation_hours,
        "corrections_left": _corrections_left(submission),
    }
    return render(request, "portal/unconfirmed.html", context, status=422 if form.errors else 200)
