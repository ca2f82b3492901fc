"""The personal page (R23)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.words import case_title, role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.certificates.models import Status as CertificateStatus
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.profile.queries import profile
from securenet.foundation.compiled import compiled
from securenet.foundation.countries import country_name
from securenet.foundation.mail.queries import is_bouncing
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires, safe_next
from securenet.surfaces.shared.fresh import again, came_back
from securenet.surfaces.shared.paging import page_by_key
from securenet.surfaces.shared.request import Request

PAPERS_AWAITED = frozenset({State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS, State.RETURNED})
RIGHTS_SHOWN = 50


@require_safe
@requires(Permission.SEE_OWN)
def me(request: Request) -> HttpResponse:
    """Show the member's data, rights and history of requests."""
    person, language = request.person, request.LANGUAGE_CODE
    documents = {document.key: document.name for document in profile().identity_documents}
    page = page_by_key(request, _submissions(request), "submitted_at", descending=True)
    context = {
        "person": person,
        "identity_label": documents.get(person.identity_type, ""),
        "identity_country": country_name(person.identity_country, language),
        "rights": _rights(request),
        "history": [_request_row(submission, language) for submission in page.rows],
        "page": page,
        "certificates": _certificates(request) if person.is_admitted else None,
        "languages": settings.LANGUAGES,
        "bouncing": is_bouncing(person.about, person.email),
    }
    return render(request, "portal/me.html", context)


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def confirm_password(request: Request) -> HttpResponse:
    """Ask for the password once more and go on to the page that wanted it (R85)."""
    return again(request, wanted=safe_next(request, "")) or came_back(request)


def _submissions(request: Request) -> Any:
    return Submission.objects.filter(applicant=request.person).prefetch_related("cases")


def _request_row(submission: Submission, language: str) -> dict[str, Any]:
    state = submission.state()
    return {
        "submission": submission,
        "state": state,
        "titles": [case_title(case, language) for case in submission.cases.all()],
        "papers": state in PAPERS_AWAITED,
    }


def _rights(request: Request) -> list[dict[str, Any]]:
    """Return the rights that are, or once were, in force: the living ones first."""
    today = local_date(request.actor.at)
    return [
        {
            "right": right,
            "service": profile().service(right.service).name,
            "role": role_label(right.role),
            **_standing(right, today),
        }
        for right in _held(request.person.pk)
    ]


@compiled
def _held(member: int) -> QuerySet[Entitlement]:
    held = Entitlement.objects.filter(member=member).exclude(status__in=[Status.REQUESTED, Status.REFUSED])
    return held.order_by("status", "organization_name", "service", "role", "-from_date")[:RIGHTS_SHOWN]


def _standing(right: Entitlement, today: date) -> dict[str, str]:
    """Return how a right stands on a day, whatever its status was last set to."""
    ended = right.until_date is not None and right.until_date < today
    if right.status == Status.ENDED or ended:
        return {"state": _("Ended"), "tone": ""}
    if right.status == Status.SUSPENDED:
        return {"state": _("Suspended"), "tone": "er"}
    if right.from_date is not None and right.from_date > today:
        return {"state": _("Not yet in force"), "tone": "in"}
    return {"state": _("In force"), "tone": "ok"}


def _certificates(request: Request) -> dict[str, Any]:
    kept = _living(request.person.pk, request.actor.at)
    valid = [ends for status, ends in kept if status == CertificateStatus.VALID]
    return {"valid": len(valid), "pending": len(kept) - len(valid), "next_end": valid[0] if valid else None}


@compiled
def _living(holder: int, at: datetime) -> QuerySet[MemberCertificate, tuple[str, datetime]]:
    living = [CertificateStatus.VALID, CertificateStatus.PENDING]
    rows = MemberCertificate.objects.filter(status__in=living, not_after__gte=at, holder=holder)
    return rows.order_by("not_after").values_list("status", "not_after")
