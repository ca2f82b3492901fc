"""Pages of scans as pictures that nobody but their viewer gets, and in which nothing runs (R85)."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from securenet.domain.approvals.models import ScanPage
from securenet.foundation.documents.store import Lost

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def picture_response(page: ScanPage, *, small: bool, content: bytes | None = None) -> HttpResponse:
    """Return a page, or its small picture; `content` where it has been fetched. Raises Http404 where it is erased."""
    try:
        response = HttpResponse(content or page.picture(small=small), content_type="image/jpeg")
    except Lost as lost:
        raise Http404 from lost
    response["Content-Disposition"] = f'inline; filename="{page.scan.submission_id}-{page.pk}.jpg"'
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store, private"
    return response
