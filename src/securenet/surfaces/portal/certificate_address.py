"""The address that asks for the client's certificate (R46): takes it, judges it, hands it over, or explains.

It keeps nothing in the browser: every visit has a name of its own, whose cookies nobody would send again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from securenet.domain.certificates.handover import hand_over, hand_over_login
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.login import NoCertificate
from securenet.foundation.listener.client import header_certificate, peer_certificate
from securenet.foundation.listener.tls import TlsSocket
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.certificate_login import CHECK, LANGUAGE, PURPOSE, REGISTER, RELEASE, RENEW
from securenet.surfaces.shared.access import Permission, View, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

ERRANDS = {
    REGISTER: ("/certificates/token/done/", "/certificates/add/"),
    RENEW: ("/certificates/renew/done/", "/certificates/confirm/"),
    RELEASE: ("/certificates/release/done/", "/certificates/"),
}
"""Where the portal takes a certificate over, and where one tries again, by what it is for."""


def presented(request: Request) -> bytes | None:
    """Return the certificate whose key this connection proved to hold; a header counts only on its own listener."""
    return peer_certificate(request.META) or header_certificate(request.META)


def in_chosen_language(view: View) -> View:
    """Answer in the language that the portal's page had: its cookie does not come here (R80)."""

    @wraps(view)
    def speaking(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.GET.get(LANGUAGE, "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return view(request, *args, **kwargs)

    return speaking


@require_GET
@in_chosen_language
@requires(Permission.VISIT)
def login(request: Request) -> HttpResponse:
    """Judge the certificate for a login; each fault has its own page (R46)."""
    try:
        code = hand_over_login(request.GET.get("tx", ""), der=presented(request), by=request.actor)
        return _back_to("/login/certificate/done/", code)
    except Refusal as refusal:
        return _explain(request, refusal, "/login/certificate/")


@require_GET
@in_chosen_language
@requires(Permission.VISIT)
def register(request: Request) -> HttpResponse:
    """Take the certificate whose key was just proven: to be registered, to sign a renewal, to be released (R42a)."""
    der = presented(request)
    asked = request.GET.get(PURPOSE, REGISTER)
    purpose = asked if asked in ERRANDS else REGISTER
    back, again = ERRANDS[purpose]
    try:
        if not der:
            raise NoCertificate
        return _back(request, purpose, read_certificate(der).der, back)
    except Refusal as refusal:
        return _explain(request, refusal, again)


@require_GET
@in_chosen_language
@requires(Permission.VISIT)
def check(request: Request) -> HttpResponse:
    """Take what the browser presents, if anything, for the check of the computer (R50a)."""
    socket = request.META.get("gunicorn.socket")
    chain = socket.sent_along() if isinstance(socket, TlsSocket) else ()
    sent = [hashlib.sha256(each).hexdigest() for each in chain]
    try:
        return _back(request, CHECK, presented(request) or b"", "/check/done/", sent)
    except Refusal as refusal:
        return _explain(request, refusal, "/check/")


def _back(request: Request, purpose: str, der: bytes, path: str, chain: Sequence[str] = ()) -> HttpResponseRedirect:
    code = hand_over(request.GET.get("tx", ""), purpose=purpose, der=der, chain=chain, by=request.actor)
    return _back_to(path, code)


def _back_to(path: str, code: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{settings.PUBLIC_URLS['portal']}{path}?{urlencode({'code': code})}")


def _explain(request: Request, refusal: Refusal, again: str) -> HttpResponse:
    note_refusal(request, refusal)
    portal = settings.PUBLIC_URLS["portal"]
    other = next(code for code, _name in settings.LANGUAGES if code != request.LANGUAGE_CODE)
    context = {
        "fault": type(refusal).__name__,
        "sentence": str(refusal),
        "again": portal + again,
        "registering": again != "/login/certificate/",
        "in_other_language": f"?{urlencode(request.GET.dict() | {LANGUAGE: other})}",
    }
    return _page(request, "portal/certificates/refused.html", 403, **context)


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """Return a page without a form's token, which would set a cookie; its links lead to the portal."""
    portal = settings.PUBLIC_URLS["portal"]
    own = {"csrf_token": "", "portal": portal, "home_url": f"{portal}/", "sign_in_url": f"{portal}/login/"}
    return render(request, template, own | context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what is not here: nothing but the certificate's errands is."""
    return _page(request, "shared/errors/404.html", 404)
