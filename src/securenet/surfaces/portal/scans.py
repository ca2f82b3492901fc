"""Uploading papers as scans on the document page: matched by their codes, looked at, removed (R7, R7a)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from securenet.domain.approvals.models import ChecklistItem, Scan, ScanPage, Submission
from securenet.domain.approvals.scans import Matched, add_scans, remove_scan, require_open, sort_pages
from securenet.domain.profile.queries import profile
from securenet.foundation.documents.scans import ScanDamaged, read_scan
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.scan_pages import picture_response
from securenet.surfaces.shared.throttling import allow

WARNINGS = "scan-warnings"


@dataclass(frozen=True, slots=True)
class Place:
    """The page that the scans of a submission stand on, and the addresses beside it."""

    page: str
    upload: str
    picture: Callable[[int], str]


def case_place(number: int) -> Place:
    """Return where a signed-in member has the scans of a request."""
    return Place(
        page=reverse("case", args=[number]),
        upload=reverse("case-scans", args=[number]),
        picture=lambda pk: reverse("case-scan", args=[number, pk]),
    )


def registration_place() -> Place:
    """Return where the browser that has just registered has them."""
    return Place(
        page=reverse("register-documents"),
        upload=reverse("register-scans"),
        picture=lambda pk: reverse("register-scan", args=[pk]),
    )


class NoPageFits(Refusal):
    """Every page of the upload carries the code of another request."""

    sentence = gettext_lazy("Every page carries the code of another request, so nothing was kept. Choose another file.")
    field = "file"


class UploadForm(forms.Form):
    """A file, and which paper it is where its pages do not say so."""

    file = forms.FileField(
        label=gettext_lazy("PDF, JPEG or PNG file"), attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/*"}
    )
    item = forms.ChoiceField(
        label=gettext_lazy("Which document it is"),
        required=False,
        help_text=gettext_lazy("Pages that carry a code of this request go where their code says."),
    )

    def __init__(self, items: list[ChecklistItem], *data: Any) -> None:
        super().__init__(*data)
        limits = profile().limits
        self.fields["file"].help_text = _("At most %(megabytes)s MB and %(pages)d pages.") % {
            "megabytes": f"{limits.scan_bytes / 1e6:g}",
            "pages": limits.scan_pages,
        }
        self.fields["item"].choices = [("", _("The signed set: sort the pages by their codes")), *_choices(items)]  # type: ignore[attr-defined]


class SortForm(forms.Form):
    """Which paper the ticked pages are."""

    pages = forms.MultipleChoiceField(label=gettext_lazy("Pages"))
    item = forms.ChoiceField(label=gettext_lazy("Which document they are"))

    def __init__(self, items: list[ChecklistItem], pages: list[ScanPage], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["pages"].choices = [(str(page.pk), str(page.number)) for page in pages]  # type: ignore[attr-defined]
        self.fields["item"].choices = [("", "–"), *_choices(items)]  # type: ignore[attr-defined]


def _choices(items: list[ChecklistItem]) -> list[tuple[str, str]]:
    return [(item.key, item.name) for item in items if item.accepted_at is None]


def _items(submission: Submission) -> list[ChecklistItem]:
    prefetch_related_objects([submission], "papers__scans__pages")
    return list(submission.papers.all())


def _waiting(submission: Submission) -> list[ScanPage]:
    return list(ScanPage.objects.filter(scan__submission=submission, scan__item=None).order_by("scan", "number"))


def scans_context(
    request: Request,
    submission: Submission,
    place: Place,
    *,
    upload: UploadForm | None = None,
    sort: SortForm | None = None,
) -> dict[str, Any]:
    """Return what the part about scans shows, with the form that has errors where there is one."""
    items, waiting = _items(submission), _waiting(submission)
    opened = _is_open(request, submission)
    groups = [
        {"item": item, "scans": [_shown(scan, place, opened) for scan in item.scans_to_check]}
        for item in items
        if item.scans_to_check
    ]
    return {
        "scans": {
            "open": opened,
            "upload": upload or UploadForm(items),
            "sort": sort or (SortForm(items, waiting) if waiting else None),
            "waiting": [{"page": page, "url": place.picture(page.pk)} for page in waiting],
            "groups": groups,
            "address": place.upload,
            "warnings": request.session.pop(WARNINGS, []),
        },
        "scan_form": upload if upload and upload.errors else sort,
    }


def _is_open(request: Request, submission: Submission) -> bool:
    try:
        require_open(submission, by=request.actor)
    except Refusal:
        return False
    return True


def _shown(scan: Scan, place: Place, opened: bool) -> dict[str, Any]:
    pages = [{"page": page, "url": place.picture(page.pk)} for page in scan.pages.all()]
    return {"scan": scan, "pages": pages, "removable": opened and scan.seen_at is None and not scan.by_desk}


def receive(request: Request, submission: Submission, place: Place) -> HttpResponse | dict[str, Any]:
    """Do what the part about scans asked for; return where to go, or the context of the page with what was refused."""
    if "remove" in request.POST:
        return _remove(request, submission, place)
    if "sort" in request.POST:
        form = SortForm(_items(submission), _waiting(submission), request.POST)
        done = form.is_valid() and _tried(request, form, lambda: _sort(request, submission, form))
        return _back(place) if done else scans_context(request, submission, place, sort=form)
    upload = UploadForm(_items(submission), request.POST, request.FILES)
    done = upload.is_valid() and _tried(request, upload, lambda: _upload(request, submission, upload))
    return _back(place) if done else scans_context(request, submission, place, upload=upload)


def _back(place: Place) -> HttpResponse:
    return HttpResponseRedirect(place.page + "#scans")


def _tried(request: Request, form: forms.Form, act: Callable[[], None]) -> bool:
    try:
        act()
    except Refusal as refusal:
        note_refusal(request, refusal)
        form.refuse(refusal)
        return False
    return True


def _remove(request: Request, submission: Submission, place: Place) -> HttpResponse:
    scan = Scan.objects.filter(submission=submission, pk=_number(request.POST["remove"])).first()
    if scan is None:
        raise Http404
    remove_scan(scan, by=request.actor)
    request.session["notice"] = _("The scan has been removed.")
    return _back(place)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _upload(request: Request, submission: Submission, form: UploadForm) -> None:
    require_open(submission, by=request.actor)
    allow(request, profile().throttles.scan_upload, "scan-upload", str(submission.number))
    limits = profile().limits
    data = form.cleaned_data["file"].read(limits.scan_bytes + 1)
    pages = read_scan(data, most_bytes=limits.scan_bytes, most_pages=limits.scan_pages)
    picked = submission.papers.filter(key=form.cleaned_data["item"]).first() if form.cleaned_data["item"] else None
    matched = add_scans(submission, dict(enumerate(pages, 1)), picked=picked, by=request.actor)
    if not matched.kept and not matched.unsorted:
        if matched.not_needed:
            request.session[WARNINGS] = told(matched)
            return
        raise NoPageFits if matched.foreign else ScanDamaged
    request.session["notice"] = _("The scan has been received: %(what)s") % {"what": "; ".join(_kept(matched))}
    request.session[WARNINGS] = told(matched)


def listed(numbers: list[int]) -> str:
    """Return page numbers as a list."""
    return ", ".join(str(number) for number in numbers)


def _kept(matched: Matched) -> list[str]:
    lines = [
        _("%(paper)s (page %(pages)s)") % {"paper": paper, "pages": listed(pages)}
        for paper, pages in matched.kept.items()
    ]
    if matched.unsorted:
        lines.append(_("pages without a code: %(pages)s") % {"pages": listed(matched.unsorted)})
    return lines


def told(matched: Matched) -> list[str]:
    """Return what has to be said about pages that were not kept."""
    lines = []
    if matched.foreign:
        lines.append(
            _("Page %(pages)s carries the code of another request and was not kept.")
            % {"pages": listed(matched.foreign)}
        )
    return lines + [
        _("Page %(page)d was not kept. %(why)s") % {"page": page, "why": why} for page, why in matched.not_needed
    ]


def _sort(request: Request, submission: Submission, form: SortForm) -> None:
    chosen = set(form.cleaned_data["pages"])
    pages = [page for page in _waiting(submission) if str(page.pk) in chosen]
    item = submission.papers.get(key=form.cleaned_data["item"])
    sort_pages(pages, item, by=request.actor)
    request.session["notice"] = _("The pages are now with “%(paper)s”.") % {"paper": item.name}


def own_picture(request: Request, submission: Submission, pk: int) -> HttpResponse:
    """Return a page of an own scan. Raises Http404 for every other one."""
    page = ScanPage.objects.filter(scan__submission=submission, pk=pk).select_related("scan").first()
    if page is None:
        raise Http404
    return picture_response(page, small="small" in request.GET)
