"""The portal's end of the certificate login (R46) and of registering by use (R42a)."""

from __future__ import annotations

import secrets
from base64 import b64encode
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST, require_safe

from securenet.domain.certificates.handover import LOGIN, take_over
from securenet.domain.certificates.login import note_certificate_login, require_registered
from securenet.domain.oidc.queries import origins_beyond
from securenet.surfaces.shared.access import Permission, requires, safe_next
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.signing_in import enter

REGISTER, RENEW, RELEASE, CHECK = "register", "renew", "release", "check"
TX = "__Host-certificate-visit"
LIFE = timedelta(hours=1)
"""How long a browser may take to choose a certificate."""
CANDIDATE = "certificate_candidate"
LANGUAGE, PURPOSE = "language", "purpose"
PATHS = {LOGIN: "/login/", CHECK: "/check/"}
ERRAND = "/certificates/register/"


def certificate_address(purpose: str, tx: str) -> str:
    """Return a fresh name of the certificate address: browsers remember a choice, and a cancel, for each (tls.md).

    The page's language goes along, since its cookie does not.
    """
    query = urlencode({"tx": tx, LANGUAGE: get_language() or "th", PURPOSE: purpose})
    base = urlsplit(settings.PUBLIC_URLS["certificate"])
    port = f":{base.port}" if base.port else ""
    return f"https://{secrets.token_hex(8)}.{base.hostname}{port}{PATHS.get(purpose, ERRAND)}?{query}"


def begin(request: Request, purpose: str, **facts: Any) -> HttpResponseRedirect:
    """Send the browser to the certificate address; what it is sent for, and `facts`, come back with its cookie.

    The cookie is signed and this surface's own: no row is written for a stranger who presses the button.
    """
    begun = facts | {"tx": secrets.token_urlsafe(32), "purpose": purpose, "next": safe_next(request, "")}
    begun["member"] = request.member.pk if request.member else None
    response = HttpResponseRedirect(certificate_address(purpose, begun["tx"]))
    signed = signing.dumps(begun, salt=TX)
    response.set_cookie(TX, signed, max_age=LIFE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@require_safe
@requires(Permission.VISIT)
def explain(request: Request) -> HttpResponse:
    """Say what will be asked before the browser asks (R46)."""
    if request.member is not None:
        return HttpResponseRedirect(safe_next(request, reverse("me")))
    wanted = safe_next(request, "")
    response = render(request, "portal/certificate_login.html", {"next": wanted})
    response.form_targets = [*form_targets(), *origins_beyond(wanted)]  # type: ignore[attr-defined]
    return response


def form_targets() -> list[str]:
    """Return the origins that a form may lead to: any name of the certificate address, and back."""
    base = urlsplit(settings.PUBLIC_URLS["certificate"])
    port = f":{base.port}" if base.port else ""
    return [f"https://*.{base.hostname}{port}", settings.PUBLIC_URLS["portal"]]


@require_POST
@requires(Permission.VISIT)
def begin_login(request: Request) -> HttpResponse:
    """Send the browser to the certificate address."""
    return begin(request, LOGIN)


@require_POST
@requires(Permission.REGISTER_CERTIFICATE)
def begin_registration(request: Request) -> HttpResponse:
    """Send a member's browser to the certificate address to register by use (R42a)."""
    return begin(request, REGISTER)


def take(request: Request, purpose: str) -> tuple[bytes, dict[str, Any]]:
    """Return the certificate of this browser's transaction, once, and what was begun. Raises HandoverLost."""
    begun = _begun(request)
    own = begun.get("member") == (request.member.pk if request.member else None)
    tx = begun.get("tx", "") if own and begun.get("purpose") == purpose else ""
    der, chain = take_over(tx, request.GET.get("code", ""), purpose=purpose, by=request.actor)
    return der, begun | {"chain": chain}


def _begun(request: Request) -> dict[str, Any]:
    try:
        return dict(signing.loads(request.COOKIES.get(TX, ""), salt=TX, max_age=LIFE))
    except signing.BadSignature:
        return {}


@require_GET
@requires(Permission.VISIT)
def finish_login(request: Request) -> HttpResponse:
    """Sign in the holder of the certificate that came back, which was judged where its key was proven."""
    der, begun = take(request, LOGIN)
    certificate = require_registered(sha256(der).hexdigest(), by=request.actor)
    note = partial(note_certificate_login, certificate)
    enter(request, certificate.holder, credential=certificate.credential, note=note)
    return HttpResponseRedirect(begun.get("next") or reverse("me"))


def keep_candidate(request: Request, der: bytes, **facts: Any) -> None:
    """Keep a certificate in the session until its member has seen and confirmed it."""
    request.session[CANDIDATE] = {"der": b64encode(der).decode(), **facts}


@require_GET
@requires(Permission.REGISTER_CERTIFICATE)
def finish_registration(request: Request) -> HttpResponse:
    """Keep the certificate that the member proved to hold until they have seen and confirmed it."""
    der, _begun = take(request, REGISTER)
    keep_candidate(request, der, proven=True)
    return HttpResponseRedirect(reverse("certificate-confirm"))
