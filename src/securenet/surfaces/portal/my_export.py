"""A copy of one's own data (R79)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from securenet.domain.calendar.queries import local_date
from securenet.domain.personal_data.actions import export_own_data
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.fresh import fresh
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.widgets import reader


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
@fresh
def export(request: Request) -> HttpResponse:
    """Say what is in the copy, and hand it out."""
    if request.method != "POST":
        return render(request, "portal/me/export.html")
    content = export_own_data(language=reader(), by=request.actor)
    name = f"{request.person.username}-{local_date(request.actor.at)}.zip"
    return HttpResponse(
        content, content_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
