"""The personal page (R23)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.words import case_title, role_label
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.profile.queries import profile
from securenet.foundation.countries import country_name
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

SHOWN = 50


@require_safe
@requires(Permission.SEE_OWN)
def me(request: Request) -> HttpResponse:
    """Show the member's data, rights and history of requests."""
    person, language = request.person, request.LANGUAGE_CODE
    documents = {document.key: document.name for document in profile().identity_documents}
    submissions = (
        Submission.objects.filter(applicant=person).prefetch_related("cases").order_by("-submitted_at")[:SHOWN]
    )
    rights = Entitlement.objects.filter(member=person, status__in=[Status.ACTIVE, Status.SUSPENDED])
    context = {
        "person": person,
        "identity_label": documents.get(person.identity_type, ""),
        "identity_country": country_name(person.identity_country, language),
        "rights": [
            {"right": right, "service": profile().service(right.service).name, "role": role_label(right.role)}
            for right in rights.order_by("organization_name", "service")
        ],
        "history": [
            {
                "submission": submission,
                "state": submission.state(),
                "titles": [case_title(case, language) for case in submission.cases.all()],
            }
            for submission in submissions
        ],
    }
    return render(request, "portal/me.html", context)
