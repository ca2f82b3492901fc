"""Who has what in the member's own organizations (R22, R22d)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.holdings import Place, places_of
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.who import who_context
from securenet.surfaces.shared.who import who_file as file_of


def _places(request: Request) -> list[Place]:
    places = places_of(request.person, local_date(request.actor.at))
    if not places:
        raise Http404
    return places


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def who(request: Request) -> HttpResponse:
    """Show everybody's rights in the member's organizations on a day, and who acted under mandates."""
    context = who_context(request, _places(request))
    return render(request, "portal/rights/who.html", context, status=422 if context["form"].errors else 200)


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def who_file(request: Request) -> HttpResponse:
    """Give the same as an Excel file."""
    return file_of(request, _places(request), about=request.person.about)
