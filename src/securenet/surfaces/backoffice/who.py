"""Who has what in one organization, as the service desk and auditors see it (R22, R35)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from securenet.domain.entitlements.holdings import places_in
from securenet.surfaces.backoffice.organizations import organization_seen
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.who import who_context
from securenet.surfaces.shared.who import who_file as file_of


@require_safe
@requires(Permission.FIND_MEMBERS)
def who(request: Request, pk: int) -> HttpResponse:
    """Show everybody's rights in an organization on a day, and who acted under its mandates."""
    organization = organization_seen(pk)
    context = who_context(request, places_in(organization)) | {"organization": organization}
    return render(request, "backoffice/who.html", context, status=422 if context["form"].errors else 200)


@require_POST
@requires(Permission.FIND_MEMBERS)
def who_file(request: Request, pk: int) -> HttpResponse:
    """Give the same as an Excel file."""
    organization = organization_seen(pk)
    return file_of(request, places_in(organization), about=organization.about)
