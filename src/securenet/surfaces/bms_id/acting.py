"""Pages for members who act for an organization: their right is looked up at every request (R70, R71)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.queries import ActingFor, functions_of
from securenet.domain.oidc.queries import origin
from securenet.domain.profile.catalogue import Service
from securenet.domain.profile.queries import profile
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import close_session

ORGANIZATION = "organization"
"""Where the session keeps for which organization the member acts."""
Page = Callable[..., HttpResponse]


def service() -> Service:
    """Return the service of the catalogue that this surface is."""
    return next(each for each in profile().services if each.surface == "bms_id")


def rights_of(member: User, request: Request) -> list[ActingFor]:
    """Return what the member may do here today, for each organization."""
    return functions_of(member, service().key, local_date(request.actor.at))


def acting(page: Page) -> Page:
    """Open a page to members with a right for the organization they act for; it gets request, right, all rights."""

    @requires(Permission.USE_SERVICE)
    @wraps(page)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        held = rights_of(request.person, request)
        here = next((each for each in held if each.organization_id == request.session.get(ORGANIZATION)), None)
        if here is None:
            return _no_longer(request)
        return page(request, here, held, *args, **kwargs)

    return guarded


def show(
    request: Request, template: str, acting_for: ActingFor | None, status: int = 200, **facts: Any
) -> HttpResponse:
    """Return a page that says for whom one acts. Signing out leads to the provider, so its forms may lead there."""
    if acting_for:
        facts["acting_for"] = _("%(name)s (number %(number)s)") % {
            "name": acting_for.organization_name,
            "number": acting_for.organization_number,
        }
    response = render(request, template, facts, status=status)
    response.form_targets = [origin(settings.PUBLIC_URLS["portal"])]  # type: ignore[attr-defined]
    return response


def _no_longer(request: Request) -> HttpResponse:
    close_session(request)
    request.member = None
    return show(request, "bms_id/no_longer.html", None, 403, portal=settings.PUBLIC_URLS["portal"])
