"""Signing out of everything at once, begun by a service or by the member (R92)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from securenet.domain.oidc.actions import sign_member_out
from securenet.domain.oidc.provider import Unusable, check_logout
from securenet.domain.oidc.queries import grants_of_session, origin
from securenet.surfaces.portal.oidc import broken, message_of, provider_session
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import close_session


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VISIT)
def logout(request: Request) -> HttpResponse:
    """Sign out where the hint names a sign-in of this session, ask where it does not; a POST comes again as a GET."""
    if request.method == "POST":
        return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}")
    try:
        wish = check_logout(message_of(request, request.GET), by=request.actor)
    except Unusable as unusable:
        return broken(request, str(unusable))
    if request.member is not None and not _is_of_this_session(request, wish.id_token_claims):
        page = render(request, "portal/oidc/logout.html", {"asked": request.GET.urlencode()})
        page.form_targets = [origin(wish.redirect_uri)] if wish.redirect_uri else []  # type: ignore[attr-defined]
        return page
    return _sign_out(request, wish.redirect_uri)


@require_POST
@requires(Permission.VISIT)
def confirm(request: Request) -> HttpResponse:
    """Sign out because the member says so."""
    try:
        wish = check_logout(message_of(request, QueryDict(request.POST.get("request", ""))), by=request.actor)
    except Unusable:
        return _sign_out(request, None)
    return _sign_out(request, wish.redirect_uri)


def _is_of_this_session(request: Request, claims: dict[str, Any] | None) -> bool:
    own = grants_of_session(provider_session(request))
    return claims is not None and own.filter(sid=claims.get("sid", "")).exists()


def leave(request: Request) -> None:
    """Sign the member out of the portal and of every service opened from here."""
    if request.member is not None:
        sign_member_out(provider_session(request), by=request.actor)
    close_session(request)


def _sign_out(request: Request, way: str | None) -> HttpResponse:
    leave(request)
    return HttpResponseRedirect(way or reverse("signed-out"))
