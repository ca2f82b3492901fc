"""One submission on one page: data, findings, papers, history, and what can be done now (R24a, R30)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from securenet.domain.accounts.models import User
from securenet.domain.approvals.flow import REVIEWS, State
from securenet.domain.approvals.models import Case, Kind, Step, Submission
from securenet.domain.approvals.queries import whole_submission
from securenet.domain.certificates.losing import Loss
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice import facts
from securenet.surfaces.backoffice.case_forms import DecideForm
from securenet.surfaces.backoffice.corrections import correction_lines
from securenet.surfaces.backoffice.decisions import decide_together, pick_of, read_pick, require_as_shown
from securenet.surfaces.backoffice.letter_facts import LetterLine, letter_lines
from securenet.surfaces.backoffice.mandate_facts import about_mandate, mandate_rows
from securenet.surfaces.backoffice.queue import desks_seen
from securenet.surfaces.backoffice.recovery_facts import Change, about_recovery, changes_of, recovery_rows
from securenet.surfaces.backoffice.trust_facts import about_trust, ending_with, trust_rows
from securenet.surfaces.backoffice.words import Tag, asked, days_tag, document_words, name_of, state_tag, verb_of
from securenet.surfaces.shared.access import OPENED_BY, Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

ABOUT_A_CERTIFICATE = frozenset({Kind.CERTIFICATE, Kind.RELEASE})
ABOUT_TRUST = frozenset({Kind.TRUST_STORE, Kind.REVOCATION_EXCEPTION})


class CaseEvent(StrEnum):
    """What the ledger calls looks at what is hidden."""

    IDENTITY_SHOWN = "identity-document.shown"


@dataclass(frozen=True, slots=True)
class CasePart:
    """One case of the page."""

    case: Case
    title: str
    pick: str
    state: Tag
    days: Tag | None
    desk: str
    owner: str
    rows: list[tuple[str, Any]]
    changes: list[Change]
    certificate: list[tuple[str, str]]
    findings: list[facts.Finding]
    letters: list[LetterLine]
    ending: Loss | None
    decidable: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history."""

    step: Step
    title: str
    verb: str
    person: str


def submission_seen(request: Request, number: int) -> Submission:
    """Return the submission with everything of it. Raises Http404 where it is not for this person to see."""
    submission = whole_submission(number, desks_seen(request)) if number < 2**63 else None
    if submission is None:
        raise Http404
    return submission


def cases_of(submission: Submission) -> list[Case]:
    """Return the cases, each knowing the submission that was read with them."""
    cases = list(submission.cases.all())
    for case in cases:
        case.submission = submission
    return cases


def decidable(case: Case, request: Request) -> bool:
    """Tell whether the case waits for a decision at one of the person's desks; on trust only administrators decide."""
    on_trust = OPENED_BY[Permission.KEEP_TRUST]
    deciders = on_trust if case.kind in ABOUT_TRUST else OPENED_BY[Permission.DECIDE_CASES] - on_trust
    return bool(request.powers & deciders) and case.state_now in REVIEWS and case.desk in request.actor.desks


@require_safe
@requires(Permission.SEE_CASES)
def case(request: Request, number: int) -> HttpResponse:
    """Show a submission."""
    return case_page(request, submission_seen(request, number))


def case_page(
    request: Request,
    submission: Submission,
    *,
    form: DecideForm | None = None,
    refusal: str = "",
    shown: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Return the page of a submission; `shown` has the number of the identity document in full."""
    cases = cases_of(submission)
    register = facts.registered(cases)
    if any(hasattr(case, "entitlement") for case in cases):
        prefetch_related_objects(cases, "letters")
    parts = [_part(case, register, request, shown=shown) for case in cases]
    person = cases[0].person
    own = submission.applicant_id == request.person.pk and cases[0].is_open
    to_decide = [part.case for part in parts if part.decidable and not own]
    papers = list(submission.papers.all())
    context = {
        "submission": submission,
        "state": parts[0].state.text if cases[0].is_operators_act else submission.state().label,
        "is_act": cases[0].is_operators_act,
        "on_trust": submission.kind in ABOUT_TRUST,
        "applicant": person,
        "identity": identity_words(person),
        "shown": shown,
        "findings": _about_person(submission, person),
        "parts": parts,
        "papers": [(item, name_of(item.received_by)) for item in papers],
        "untold": any(item.returned_at and not item.told_at for item in papers),
        "papers_complete": all(item.received_at for item in papers if item.required),
        "corrections": correction_lines(submission, cases),
        "history": _history(cases),
        "form": form or (DecideForm(to_decide) if to_decide else None),
        "own": own,
        "refusal": refusal,
        "may": _may(request, cases),
    }
    return render(request, "backoffice/case.html", context, status=status)


def _about_person(submission: Submission, person: User) -> list[facts.Finding]:
    """Return what was found about who asks, nothing about a colleague who proposes."""
    if submission.kind in ABOUT_TRUST:
        return []
    known = facts.about_applicant(person, alone=submission.kind not in ABOUT_A_CERTIFICATE)
    return known + facts.about_mails(submission)


def _may(request: Request, cases: list[Case]) -> dict[str, bool]:
    """Return which buttons the page has for this person now."""
    here = any(case.is_open and case.desk in request.actor.desks for case in cases)
    first = any(case.route.first_operator.desk in request.actor.desks for case in cases)
    return {
        "note_papers": here and first and bool(request.powers & OPENED_BY[Permission.NOTE_PAPERS]),
        "note_letters": first and bool(request.powers & OPENED_BY[Permission.NOTE_PAPERS]),
        "take_back": any(case.state_now is State.AWAITING_DOCUMENTS for case in cases),
        "see_number": bool(request.powers & OPENED_BY[Permission.DECIDE_CASES]),
        "take": here and bool(request.powers & OPENED_BY[Permission.DECIDE_CASES]),
    }


def identity_words(person: User) -> str:
    """Return kind and country of a person's identity document in words, nothing for staff."""
    return document_words(person.identity_type, person.identity_country) if person.identity_type else ""


def _part(case: Case, register: facts.Register, request: Request, *, shown: bool) -> CasePart:
    right, certificate = getattr(case, "entitlement", None), facts.certificate_of(case)
    recovery = getattr(case, "recovery", None)
    mandate = getattr(case, "mandate", None)
    findings = facts.about_right(right, register) if right else []
    rows = _rows(case, right, recovery)
    if mandate:
        findings, rows = about_mandate(mandate, by=request.actor), mandate_rows(mandate)
    if certificate:
        certificate.holder = case.submission.applicant
        findings = facts.about_certificate(certificate, by=request.actor)
    if recovery:
        findings = about_recovery(recovery, case.person)
    if case.kind in ABOUT_TRUST:
        findings, rows = about_trust(case, by=request.actor), trust_rows(case)
    return CasePart(
        case=case,
        title=asked(case),
        pick=pick_of(case),
        state=state_tag(case),
        days=days_tag(case, request.actor.at),
        desk=_desk(case.desk) if case.is_open else "",
        owner=name_of(case.assigned_to),
        rows=rows,
        changes=changes_of(recovery, shown=shown) if recovery else [],
        certificate=facts.certificate_rows(certificate) if certificate else [],
        findings=findings,
        letters=letter_lines(case, right) if right else [],
        ending=ending_with(case, at=request.actor.at),
        decidable=decidable(case, request),
    )


def _desk(key: str) -> str:
    names = {desk.key: str(desk.name) for desk in profile().desks}
    return names.get(key, _("The organization's own Organization Admins"))


def _rows(case: Case, right: Any, recovery: Any) -> list[tuple[str, Any]]:
    if recovery:
        return recovery_rows(recovery, name_of(case.submission.applicant))
    return _right_rows(case, right) if right else []


def _right_rows(case: Case, right: Any) -> list[tuple[str, Any]]:
    service = profile().service(case.service)
    rows: list[tuple[str, Any]] = [
        (_("Organization"), right.organization_name),
        (_("Organization's number"), f"{right.organization_number} ({right.organization_country})"),
    ]
    for question in service.questions:
        given = right.answers.get(question.key, "")
        names = {choice.key: str(choice.name) for choice in profile().choices_of(question)}
        listed = given if isinstance(given, list) else [given]
        rows.append((str(question.label), [names.get(str(one), one) for one in listed]))
    return rows


def _history(cases: list[Case]) -> list[Happened]:
    several = len(cases) > 1
    lines = [
        Happened(step, asked(case) if several else "", verb_of(step, case), name_of(step.person))
        for case in cases
        for step in case.steps.all()
    ]
    return sorted(lines, key=lambda line: (line.step.at, line.step.pk))


@require_POST
@requires(Permission.DECIDE_CASES)
def show_number(request: Request, number: int) -> HttpResponse:
    """Show the number of the identity document; the look is written down."""
    submission = submission_seen(request, number)
    with transaction.atomic():
        record(
            CaseEvent.IDENTITY_SHOWN,
            by=request.actor,
            about=cases_of(submission)[0].person.about,
            submission=submission.number,
        )
    return case_page(request, submission, shown=True)


@require_POST
@requires(Permission.DECIDE_CASES)
def decide(request: Request, number: int) -> HttpResponse:
    """Decide the ticked cases of a submission together, as they were shown (R24a)."""
    submission = submission_seen(request, number)
    picks = dict(pick for text in request.POST.getlist("pick") if (pick := read_pick(text)))
    picked = [(one, picks[one.pk]) for one in cases_of(submission) if one.pk in picks]
    try:
        for one, revision in picked:
            require_as_shown(one, revision)
        form = DecideForm([one for one in cases_of(submission) if decidable(one, request)], request.POST)
        if not form.is_valid():
            return case_page(request, submission, form=form, status=422)
        decide_together(picked, form.cleaned_data["choice"], by=request.actor, reason=form.explanation)
    except Refusal as refusal:
        return _refused(request, number, set(picks), refusal)
    done = ngettext(
        "%(number)d item of request %(submission)d was decided.",
        "%(number)d items of request %(submission)d were decided.",
        len(picked),
    )
    request.session["notice"] = done % {"number": len(picked), "submission": submission.number}
    return HttpResponseRedirect(reverse("case", args=[number]))


def _refused(request: Request, number: int, keys: set[int], refusal: Refusal) -> HttpResponse:
    """Return the page as it is now, with why nothing was decided and with what was typed."""
    note_refusal(request, refusal)
    submission = submission_seen(request, number)
    choices = [one for one in cases_of(submission) if decidable(one, request)]
    typed = request.POST.copy()
    typed.setlist("pick", [pick_of(one) for one in choices if one.pk in keys])
    form = DecideForm(choices, typed) if choices else None
    return case_page(request, submission, form=form, refusal=str(refusal), status=409)
