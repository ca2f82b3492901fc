"""Signing in at the provider and out again (R90–R92)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.queries import ActingFor
from securenet.domain.oidc.levels import Level, credential_of
from securenet.domain.oidc.queries import member_of
from securenet.domain.oidc.receiving import SID, LogoutReplayed, end_service_sessions
from securenet.surfaces.bms_id import flow
from securenet.surfaces.bms_id.acting import ORGANIZATION, rights_of, show
from securenet.surfaces.bms_id.provider import PROVIDER, Distrusted, Unanswered
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import close_session, open_session

log = structlog.get_logger()
SIGNED_IN, HINT = "signed_in", "id_token"
"""Where the session keeps when the member signed in at the provider, and the token that signs them out there."""


class Failed(Exception):
    """A sign-in that cannot be completed; its text is the reason that the page and the log tell."""


@require_safe
@requires(Permission.VISIT)
def login(request: Request) -> HttpResponse:
    """Send the member to the provider: `acr=certificate` asks for a certificate, `switch` for another organization."""
    try:
        return HttpResponseRedirect(flow.begin(request))
    except (Unanswered, Distrusted) as failure:
        return _failed(request, "unanswered", failure)


@require_GET
@requires(Permission.VISIT)
def callback(request: Request) -> HttpResponse:
    """Take the provider's answer, make sure of it, and open a session of our own."""
    try:
        begun = _begun(request)
        tokens = PROVIDER.redeem(
            request.GET.get("code", ""), begun["verifier"], flow.callback_address(), at=request.actor.at
        )
        claims = PROVIDER.id_token(tokens, nonce=begun["nonce"], at=request.actor.at)
        user, here = _known(request, claims)
    except Failed as failure:
        return _failed(request, str(failure), failure)
    except Distrusted as failure:
        return _failed(request, "distrusted", failure)
    except Unanswered as failure:
        return _failed(request, "unanswered", failure)
    open_session(request, user, credential=credential_of(claims["acr"]), at=request.actor.at)
    request.session[ORGANIZATION] = here.organization_id
    request.session[SID] = claims["sid"]
    request.session[SIGNED_IN] = datetime.fromtimestamp(claims["auth_time"], UTC).isoformat()
    request.session[HINT] = tokens["id_token"]
    return HttpResponseRedirect(begun["next"])


@csrf_exempt
@require_POST
@requires(Permission.VISIT)
def backchannel_logout(request: Request) -> HttpResponse:
    """End the sessions that the provider says have ended (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        claims = PROVIDER.logout_token(request.POST.get("logout_token", ""), at=request.actor.at)
        end_service_sessions(
            settings.BMS_ID_CLIENT_ID,
            jti=claims["jti"],
            sub=claims.get("sub", ""),
            sid=claims.get("sid", ""),
            by=request.actor,
        )
    except (Distrusted, LogoutReplayed) as failure:
        log.warning("logout token refused", reason=type(failure).__name__, check=str(failure))
        return JsonResponse({"error": "invalid_request"}, status=400)
    except Unanswered:
        return JsonResponse({"error": "temporarily_unavailable"}, status=503)
    return HttpResponse(status=200)


@require_POST
@requires(Permission.VISIT)
def logout(request: Request) -> HttpResponse:
    """Sign out here and, by way of the provider, everywhere."""
    hint = request.session.get(HINT, "")
    close_session(request)
    if not hint:
        return HttpResponseRedirect(reverse("signed-out"))
    back = settings.PUBLIC_URLS["bms_id"].rstrip("/") + reverse("signed-out")
    try:
        way = PROVIDER.endpoint("end_session_endpoint", request.actor.at)
    except (Unanswered, Distrusted):
        return HttpResponseRedirect(reverse("signed-out"))
    return HttpResponseRedirect(f"{way}?{urlencode({'id_token_hint': hint, 'post_logout_redirect_uri': back})}")


@require_safe
@requires(Permission.VISIT)
def signed_out(request: Request) -> HttpResponse:
    """Say that the member is signed out."""
    return show(request, "bms_id/signed_out.html", None)


def _begun(request: Request) -> dict[str, Any]:
    """Return the flow that the answer belongs to. Raises Failed for another's answer, or one that says no."""
    begun = flow.take(request)
    if begun is None:
        raise Failed("unknown")
    if request.GET.get("iss", "") != PROVIDER.issuer:
        raise Failed("distrusted")
    if "code" not in request.GET:
        raise Failed("declined" if request.GET.get("error") == "access_denied" else "unanswered")
    return begun


def _known(request: Request, claims: dict[str, Any]) -> tuple[User, ActingFor]:
    """Return who signed in and for whom they act. Raises Failed where we know neither, Distrusted for a new level."""
    if claims.get("acr") not in set(Level):
        raise Distrusted("acr")
    user = member_of(claims["sub"], settings.BMS_ID_CLIENT_ID)
    if user is None:
        raise Failed("declined")
    named = claims.get("organization")
    for each in rights_of(user, request):
        if named == {"number": each.organization_number, "name": each.organization_name}:
            return user, each
    raise Failed("declined")


def _failed(request: Request, reason: str, failure: Exception) -> HttpResponse:
    log.warning("sign-in failed", reason=reason, check=str(failure))
    status = {"unanswered": 503, "declined": 403}.get(reason, 400)
    return show(request, "bms_id/failed.html", None, status, reason=reason, portal=settings.PUBLIC_URLS["portal"])
