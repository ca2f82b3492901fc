"""Scans that the desk puts in, a stack of several requests at once, and papers that it has to destroy (R7a, R30)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.destroying import ToDestroy, destroy_papers, papers_to_destroy
from securenet.domain.approvals.scans import Matched, add_scans
from securenet.domain.approvals.stacks import Stacked, add_stack
from securenet.domain.profile.queries import profile
from securenet.foundation.documents.scans import Page, read_scan
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.case import submission_seen
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow

FOUND = "stack"


class StackForm(forms.Form):
    """A stack of papers, scanned."""

    file = forms.FileField(
        label=gettext_lazy("PDF, JPEG or PNG file"), attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/*"}
    )
    case = forms.CharField(
        label=gettext_lazy("Request number, for pages without a code"),
        required=False,
        max_length=19,
        help_text=gettext_lazy("Leave it empty for a stack of several requests."),
        attrs={"inputmode": "numeric", "data-width": "10"},
    )

    def clean_case(self) -> int | None:
        """Return the number."""
        text = str(self.cleaned_data["case"])
        if text and not (text.isascii() and text.isdecimal()):
            raise ValidationError(_("A request number has digits only."))
        return int(text) if text else None


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_PAPERS)
def scans(request: Request) -> HttpResponse:
    """Take a stack of scans, sort its pages into their requests, and tell what could not be matched."""
    form = StackForm(request.POST, request.FILES) if request.method == "POST" else StackForm(initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            request.session[FOUND] = _matched(request, form)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            return HttpResponseRedirect(request.path)
    context = {"form": form, "found": request.session.pop(FOUND, None), "limits": profile().limits}
    return render(request, "backoffice/scans.html", context, status=422 if form.errors else 200)


def _matched(request: Request, form: StackForm) -> dict[str, Any]:
    allow(request, profile().throttles.scan_upload, "scan-upload", request.actor.name)
    limits = profile().limits
    data = form.cleaned_data["file"].read(limits.scan_bytes + 1)
    pages = read_scan(data, most_bytes=limits.scan_bytes, most_pages=limits.scan_pages)
    if form.cleaned_data["case"] is None:
        return _told(add_stack(pages, by=request.actor), len(pages))
    return _told(_of_one(request, form.cleaned_data["case"], pages), len(pages))


def _of_one(request: Request, number: int, pages: list[Page]) -> Stacked:
    submission = submission_seen(request, number)
    matched = add_scans(submission, dict(enumerate(pages, 1)), by=request.actor)
    return Stacked(matched={submission.number: matched})


def _told(stacked: Stacked, total: int) -> dict[str, Any]:
    """Return what became of the pages, as plain words: lines with the request that they lead to, and what is left."""
    kept = [
        {"number": number, "paper": paper, "pages": _listed(pages)}
        for number, matched in stacked.matched.items()
        for paper, pages in _papers(matched)
    ]
    left = [(page, _("No code of a form could be read.")) for page in stacked.uncoded]
    for number, pages in stacked.not_at_desk.items():
        left += [(page, _("Request %(number)d is not open at your desk.") % {"number": number}) for page in pages]
    for matched in stacked.matched.values():
        left += [(page, _("The code belongs to another request or document.")) for page in matched.foreign]
        left += matched.not_needed
    return {"total": total, "kept": kept, "left": [{"page": page, "why": why} for page, why in sorted(left)]}


def _papers(matched: Matched) -> list[tuple[str, list[int]]]:
    waiting = [(_("Pages without a code: say in the request what they are"), matched.unsorted)]
    return [*matched.kept.items(), *(waiting if matched.unsorted else [])]


def _listed(pages: list[int]) -> str:
    return ", ".join(str(page) for page in pages)


@require_safe
@requires(Permission.KEEP_PAPERS)
def to_destroy(request: Request) -> HttpResponse:
    """List the papers of requests that ended without approval."""
    context = {"rows": _rows(request, papers_to_destroy()), "days": profile().retention.refused_papers_days}
    return render(request, "backoffice/destroy.html", context)


def _rows(request: Request, rows: list[ToDestroy]) -> list[dict[str, Any]]:
    return [{"row": row, "late": row.is_late(request.actor.at)} for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_PAPERS)
def destroy(request: Request) -> HttpResponse:
    """Ask whether the papers of the ticked requests have been destroyed, and sign it off."""
    given = request.POST if request.method == "POST" else request.GET
    ticked = set(given.getlist("pick"))
    rows = [row for row in papers_to_destroy() if str(row.submission.pk) in ticked]
    if not rows:
        return HttpResponseRedirect(reverse("papers-to-destroy"))
    if request.method != "POST":
        return render(request, "backoffice/destroy_confirm.html", {"rows": _rows(request, rows)})
    destroy_papers([row.submission for row in rows], by=request.actor)
    said = ngettext(
        "Signed off: the papers of %(number)d request were destroyed.",
        "Signed off: the papers of %(number)d requests were destroyed.",
        len(rows),
    )
    request.session["notice"] = said % {"number": len(rows)}
    return HttpResponseRedirect(reverse("papers-to-destroy"))
