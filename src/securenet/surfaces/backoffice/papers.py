"""Papers of a request at the desk: looked at, noted, accepted, sent back one by one (R7a, R30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.approvals.actions import ReasonMissing
from securenet.domain.approvals.checklist import earliest_date
from securenet.domain.approvals.models import ChecklistItem, ScanPage, Submission
from securenet.domain.approvals.papers import accept_paper, note_paper, send_back_paper, tell_of_papers, unnote_paper
from securenet.domain.approvals.scans import look_at_page, sort_pages
from securenet.domain.calendar.queries import local_date
from securenet.foundation.documents.store import Lost
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.case import submission_seen
from securenet.surfaces.backoffice.case_forms import READ_BY_APPLICANT, is_explained
from securenet.surfaces.backoffice.words import name_of
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.scan_pages import picture_response

NOTE, ACCEPT, SEND_BACK, TAKE_BACK, SORT = "note", "accept", "send-back", "take-back", "sort"


class DatedForm(forms.Form):
    """The date on a paper that may not be old, where the rule is for this paper."""

    dated = forms.DateField(label=gettext_lazy("Date on the document"), required=False)
    undated = forms.BooleanField(
        label=gettext_lazy("This is another document, for which the age does not matter"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data = self.cleaned_data
        if "dated" in data and not data["dated"] and not data.get("undated"):
            self.add_error("dated", _("Give the date on the document, or tick that its age does not matter."))
        return data


class SendBackForm(forms.Form):
    """Why a paper goes back."""

    reason = forms.TextField(label=gettext_lazy("Why it goes back"), help_text=READ_BY_APPLICANT)

    def clean_reason(self) -> str:
        """Ask for words."""
        reason = str(self.cleaned_data["reason"])
        if not is_explained(reason):
            raise ValidationError(str(ReasonMissing.sentence))
        return reason


@dataclass(slots=True)
class Filled:
    """The forms of a paper's page, as they were filled in."""

    dated: DatedForm
    back: SendBackForm

    @classmethod
    def of(cls, do: str, data: QueryDict) -> Filled:
        """Return both forms, the one that was sent with what was typed."""
        return cls(DatedForm(data if do in {NOTE, ACCEPT} else None), SendBackForm(data if do == SEND_BACK else None))

    @property
    def errors(self) -> bool:
        """Tell whether something has to be typed again."""
        return bool(self.dated.errors or self.back.errors)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOTE_PAPERS)
def paper(request: Request, number: int, item: int) -> HttpResponse:
    """Show one paper with its scans beside the data, and note, accept or send it back."""
    submission = submission_seen(request, number)
    found = get_object_or_404(ChecklistItem.objects.prefetch_related("scans__pages"), submission=submission, pk=item)
    do = request.POST.get("do", "")
    filled = Filled.of(do, request.POST)
    if request.method == "POST":
        try:
            said = _done(request, found, do, filled)
        except Refusal as refusal:
            form = filled.back if do == SEND_BACK else filled.dated
            if refusal.field not in form.fields:
                raise
            note_refusal(request, refusal)
            form.refuse(refusal)
            return _page(request, submission, found, filled, status=409)
        if said:
            request.session["notice"] = said % {"paper": found.name}
            return HttpResponseRedirect(reverse("case", args=[number]) + "#papers")
    return _page(request, submission, found, filled, status=422 if filled.errors else 200)


def _done(request: Request, item: ChecklistItem, do: str, filled: Filled) -> str:
    """Do it and return what to say, nothing where a form has to be filled in again."""
    acts: dict[str, Callable[[], str]] = {
        TAKE_BACK: lambda: _take_back(request, item),
        NOTE: lambda: _note(request, item, filled.dated),
        ACCEPT: lambda: _accept(request, item, filled.dated),
        SEND_BACK: lambda: _send_back(request, item, filled.back),
        SORT: lambda: _sort(request, item),
    }
    if do not in acts:
        raise Http404
    return acts[do]()


def _take_back(request: Request, item: ChecklistItem) -> str:
    unnote_paper(item, by=request.actor)
    return _("Taken back: %(paper)s")


def _date(item: ChecklistItem, form: DatedForm) -> tuple[bool, date | None]:
    """Return whether the form is complete, and the date."""
    if not item.max_age_months:
        return True, None
    return form.is_valid(), form.cleaned_data.get("dated")


def _note(request: Request, item: ChecklistItem, form: DatedForm) -> str:
    complete, dated = _date(item, form)
    if not complete:
        return ""
    note_paper(item, dated=dated, by=request.actor)
    return _("Noted as received: %(paper)s")


def _accept(request: Request, item: ChecklistItem, form: DatedForm) -> str:
    complete, dated = _date(item, form)
    if not complete:
        return ""
    accept_paper(item, dated=dated, by=request.actor)
    return _("Accepted: %(paper)s")


def _send_back(request: Request, item: ChecklistItem, form: SendBackForm) -> str:
    if not form.is_valid():
        return ""
    send_back_paper(item, reason=form.cleaned_data["reason"], by=request.actor)
    return _("Sent back: %(paper)s. The applicant is told when you press the button above the list.")


def _sort(request: Request, item: ChecklistItem) -> str:
    chosen = {text for text in request.POST.getlist("pages") if text.isdecimal()}
    pages = [page for page in _unsorted(item.submission) if str(page.pk) in chosen]
    sort_pages(pages, item, by=request.actor)
    return _("The pages are now with “%(paper)s”.")


def _unsorted(submission: Submission) -> list[ScanPage]:
    return list(ScanPage.objects.filter(scan__submission=submission, scan__item=None).select_related("scan"))


def _page(request: Request, submission: Submission, item: ChecklistItem, filled: Filled, status: int) -> HttpResponse:
    today = local_date(request.actor.at)
    context = {
        "submission": submission,
        "applicant": submission.applicant,
        "item": item,
        "scans": [(scan, name_of(scan.uploaded_by)) for scan in item.scans.all()],
        "unsorted": _unsorted(submission),
        "earliest": earliest_date(today, item.max_age_months) if item.max_age_months else None,
        "rights": [case for case in submission.cases.all() if case.organization_name],
        "dated": filled.dated,
        "back": filled.back,
        "form": filled.back if filled.back.errors else filled.dated,
    }
    return render(request, "backoffice/paper.html", context, status=status)


@require_POST
@requires(Permission.NOTE_PAPERS)
def tell(request: Request, number: int) -> HttpResponse:
    """Tell the applicant in one mail what was sent back."""
    tell_of_papers(submission_seen(request, number), by=request.actor)
    request.session["notice"] = _("The applicant has been told which documents to send again.")
    return HttpResponseRedirect(reverse("case", args=[number]) + "#papers")


@require_safe
@requires(Permission.SEE_CASES)
def scan(request: Request, number: int, page: int) -> HttpResponse:
    """Show a page of a scan; a look at the large picture is written down."""
    submission = submission_seen(request, number)
    found = ScanPage.objects.filter(scan__submission=submission, pk=page).select_related("scan__submission").first()
    if found is None:
        raise Http404
    if "small" in request.GET:
        return picture_response(found, small=True)
    try:
        content = look_at_page(found, by=request.actor)
    except Lost as lost:
        raise Http404 from lost
    return picture_response(found, small=False, content=content)
