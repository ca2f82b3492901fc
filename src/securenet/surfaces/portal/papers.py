"""The document page of a submission and its forms (R7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.utils.translation import get_language

from securenet.domain.approvals.checklist import earliest_date
from securenet.domain.approvals.models import ChecklistItem, Submission
from securenet.domain.calendar.queries import local_date
from securenet.domain.profile.queries import profile
from securenet.domain.registration.papers import NoSuchForm, form_keys, print_all, print_form
from securenet.surfaces.shared.request import Request


def papers_context(submission: Submission, at: datetime | None = None) -> dict[str, Any]:
    """Return what the document page shows; at a moment, also from which date on a paper is young enough."""
    prefetch_related_objects([submission], "papers__scans__pages")
    printable = dict(form_keys(submission))
    papers = [
        {"item": item, "form": item.key in printable, "earliest": _earliest(item, at)}
        for item in submission.papers.all()
    ]
    return {
        "submission": submission,
        "papers": papers,
        "papers_due": local_date(submission.papers_due_at),
        "postal_address": [str(line) for line in profile().operator.service_desk.address],
        "days": profile().deadlines.decision_business_days,
    }


def _earliest(item: ChecklistItem, at: datetime | None) -> date | None:
    if at is None or not item.max_age_months or item.received_at is not None:
        return None
    return earliest_date(local_date(at), item.max_age_months)


def paper_response(request: Request, submission: Submission, key: str) -> HttpResponse:
    """Return one form, or the whole set, as a PDF in the page's language."""
    language = "th" if (get_language() or "th").startswith("th") else "en"
    try:
        if key == "all":
            content = print_all(submission, language=language)
        else:
            content = print_form(submission, key, language=language)
    except NoSuchForm as error:
        raise Http404 from error
    name = f"{submission.number}-{key}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
