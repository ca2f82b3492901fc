"""The document page of a submission and its forms (R7)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import get_language

from securenet.domain.approvals.models import Submission
from securenet.domain.calendar.queries import local_date
from securenet.domain.profile.queries import profile
from securenet.domain.registration.papers import NoSuchForm, form_keys, print_all, print_form
from securenet.surfaces.shared.request import Request


def papers_context(submission: Submission) -> dict[str, Any]:
    """Return what the document page shows."""
    printable = dict(form_keys(submission))
    papers = [{"item": item, "form": item.key in printable} for item in submission.papers.all()]
    return {
        "submission": submission,
        "papers": papers,
        "papers_due": local_date(submission.papers_due_at),
        "postal_address": [str(line) for line in profile().operator.service_desk.address],
        "days": profile().deadlines.decision_business_days,
    }


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
