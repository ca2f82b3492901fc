"""SecureNet as an OpenID Connect provider: where services send members to sign in, and ask about them (R90–R92)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from securenet.domain.accounts.sessions import OPENED
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.queries import ActingFor
from securenet.domain.oidc.actions import NoEntitlement, NotAdmitted
from securenet.domain.oidc.endings import SESSION
from securenet.domain.oidc.keys import key_set
from securenet.domain.oidc.levels import Level, SignIn, level_of, satisfies, weakest
from securenet.domain.oidc.protocol import Message
from securenet.domain.oidc.provider import (
    Answer,
    Declined,
    Unusable,
    Wish,
    answer_token_request,
    answer_userinfo_request,
    check_authorization,
    discovery,
)
from securenet.domain.oidc.queries import choices, grant_of_session, origin
from securenet.domain.profile.queries import profile
from securenet.surfaces.shared.access import AGREEING, Permission, requires, to_terms
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import close_session

log = structlog.get_logger()
AGAIN = "again"
"""The parameter that a request carries after we asked for another sign-in: since when, sealed to this very request."""
CACHED = "public, max-age=300"


@require_GET
@requires(Permission.VISIT)
def configuration(request: Request) -> HttpResponse:
    """Say what the provider can do."""
    return JsonResponse(discovery(), headers={"Cache-Control": CACHED, "Access-Control-Allow-Origin": "*"})


@require_GET
@requires(Permission.VISIT)
def keys(request: Request) -> HttpResponse:
    """Publish the keys that verify what the provider signs."""
    content = key_set(request.actor.at)
    return JsonResponse(content, headers={"Cache-Control": CACHED, "Access-Control-Allow-Origin": "*"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VISIT)
def authorize(request: Request) -> HttpResponse:
    """Send the member back to the service with a code; a POST (OpenID Connect Core 3.1.2.1) comes again as a GET."""
    if request.method == "POST":
        return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}")
    if AGREEING in request.powers and "none" not in request.GET.get("prompt", "").split():
        return to_terms(request)
    return _authorize(request, request.GET)


@require_POST
@requires(Permission.SEE_OWN)
def choose(request: Request) -> HttpResponse:
    """Go on with the organization that the member chose to act for (R91)."""
    asked = QueryDict(request.POST.get("request", ""))
    wish = request.POST.get("organization", "")
    return _authorize(request, asked, int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 12 else None)


@require_POST
@requires(Permission.VISIT)
def again(request: Request) -> HttpResponse:
    """End the present session, since the member agreed to sign in anew for a service; the sign-ins elsewhere go on."""
    asked = QueryDict(request.POST.get("request", ""))
    try:
        wish = check_authorization(message_of(request, asked), by=request.actor)
    except Unusable as unusable:
        return broken(request, str(unusable))
    except Declined as declined:
        return HttpResponseRedirect(declined.location)
    kept = provider_session(request)
    close_session(request)
    request.session[SESSION] = kept
    return _to_sign_in(request, asked, wish)


@csrf_exempt
@require_POST
@requires(Permission.VISIT)
def token(request: Request) -> HttpResponse:
    """Give a service the tokens for a code or a refresh token."""
    answer = answer_token_request(message_of(request, request.POST), by=request.actor)
    if answer.status != HTTPStatus.OK:
        log.warning("token refused", error=answer.body["error"], address=request.actor.address)
    return _answered(answer)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@requires(Permission.VISIT)
def userinfo(request: Request) -> HttpResponse:
    """Tell a service about the member whose access token it has."""
    return _answered(answer_userinfo_request(message_of(request, QueryDict()), by=request.actor))


def message_of(request: Request, parameters: QueryDict) -> Message:
    """Return a request as the provider reads it. Its address is the public one, whatever proxy it came through."""
    return Message(
        method=request.method or "",
        address=settings.PUBLIC_URLS["portal"].rstrip("/") + request.path,
        parameters={name: [str(text) for text in texts] for name, texts in parameters.lists()},
        authorization=request.headers.get("Authorization", ""),
    )


def provider_session(request: Request) -> str:
    """Return what stands for this browser's session in grants; it outlives a new sign-in, which changes the key."""
    if SESSION not in request.session:
        request.session[SESSION] = secrets.token_urlsafe(32)
    return str(request.session[SESSION])


def broken(request: Request, reason: str) -> HttpResponse:
    """Return the page for a request that no service of ours sends: never a redirect, which would help a phisher."""
    return render(request, "portal/oidc/broken.html", {"reason": reason}, status=400)


def _answered(answer: Answer) -> HttpResponse:
    headers = {name: text for name, text in answer.headers.items() if name != "Content-Type"}
    return JsonResponse(answer.body, status=answer.status, headers=headers)


def _authorize(request: Request, asked: QueryDict, organization: int | None = None) -> HttpResponse:
    try:
        wish = check_authorization(message_of(request, asked), by=request.actor)
        if request.member is None:
            return _to_sign_in(request, asked, wish)
        if AGREEING in request.powers:
            raise Declined(wish.declined("interaction_required"))
        return _sign_in(request, asked, wish) or _act(request, asked, wish, organization)
    except Unusable as unusable:
        return broken(request, str(unusable))
    except Declined as declined:
        return HttpResponseRedirect(declined.location)


def _sign_in(request: Request, asked: QueryDict, wish: Wish) -> HttpResponse | None:
    """Return the page that asks for another sign-in where the present one is not fresh or not strong enough."""
    opened, since = _opened(request), _asked_again(asked)
    is_new = since is not None and opened >= since
    too_old = wish.max_age is not None and request.actor.at - opened > timedelta(seconds=wish.max_age)
    strong = satisfies(level_of(request.actor.credential), wish.acr_values)
    if strong and (is_new or not (too_old or "login" in wish.prompts)):
        return None
    if wish.silent:
        raise Declined(wish.declined("login_required"))
    facts = {
        "service": _service_name(wish),
        "asked": asked.urlencode(),
        "back": wish.declined("access_denied"),
        "level": "" if strong else weakest(wish.acr_values),
        "certificate": Level.CERTIFICATE,
    }
    return _leading_to(wish, render(request, "portal/oidc/again.html", facts, status=403 if is_new else 200))


def _to_sign_in(request: Request, asked: QueryDict, wish: Wish) -> HttpResponse:
    """Return the way to the sign-in page, and from there back to this request, which then knows that it was new."""
    page = "certificate-login" if weakest(wish.acr_values) is Level.CERTIFICATE else "login"
    back = f"{reverse('oidc-authorize')}?{_again(asked, request.actor.at)}"
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': back})}")


def _act(request: Request, asked: QueryDict, wish: Wish, organization: int | None) -> HttpResponse:
    held = choices(request.person, wish.party, local_date(request.actor.at))
    if not held:
        return _no_right(request, wish)
    chosen = _chosen(request, wish, held, organization)
    if chosen is not None:
        sign_in = SignIn(level_of(request.actor.credential), _opened(request), provider_session(request))
        return HttpResponseRedirect(wish.granted(chosen.organization_id, sign_in))
    if wish.silent:
        raise Declined(wish.declined("interaction_required"))
    facts = {"service": _service_name(wish), "held": held, "asked": asked.urlencode()}
    return _leading_to(wish, render(request, "portal/oidc/choose.html", facts))


def _chosen(request: Request, wish: Wish, held: list[ActingFor], organization: int | None) -> ActingFor | None:
    """Return for whom to act: the only one, the one chosen, or without a page the one chosen before in this session."""
    if len(held) == 1 and organization is None:
        return held[0]
    if wish.silent:
        before = grant_of_session(provider_session(request), wish.party)
        organization = before.organization_id if before else None
    return next((each for each in held if each.organization_id == organization), None)


def _no_right(request: Request, wish: Wish) -> HttpResponse:
    """Return the page that says why the service does not open and how to ask for it (R90)."""
    if wish.silent:
        raise Declined(wish.declined("access_denied"))
    refusal = NoEntitlement() if request.person.is_admitted else NotAdmitted()
    note_refusal(request, refusal)
    facts = {
        "service": _service_name(wish),
        "why": str(refusal),
        "admitted": request.person.is_admitted,
        "back": wish.declined("access_denied"),
    }
    return render(request, "portal/oidc/no_right.html", facts, status=403)


def _service_name(wish: Wish) -> Any:
    return profile().service(wish.party.service).name


def _leading_to(wish: Wish, response: HttpResponse) -> HttpResponse:
    """Return a page whose form may lead to the service: browsers hold form-action against the redirect, too."""
    response.form_targets = [origin(wish.redirect_uri)]  # type: ignore[attr-defined]
    return response


def _opened(request: Request) -> datetime:
    return datetime.fromisoformat(request.session[OPENED])


def _again(asked: QueryDict, at: datetime) -> str:
    """Return the request's parameters with a seal that says since when a new sign-in counts."""
    seal = signing.Signer(salt="oidc.again").sign_object({"since": at.isoformat(), "of": _print(asked)})
    marked = asked.copy()
    marked[AGAIN] = seal
    return marked.urlencode()


def _asked_again(asked: QueryDict) -> datetime | None:
    """Return when this very request was sent to sign in anew, None where it was not."""
    try:
        said = signing.Signer(salt="oidc.again").unsign_object(asked.get(AGAIN, ""))
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(said["since"]) if said["of"] == _print(asked) else None


def _print(asked: QueryDict) -> str:
    plain = sorted((name, text) for name, texts in asked.lists() if name != AGAIN for text in texts)
    return hashlib.sha256(repr(plain).encode()).hexdigest()
