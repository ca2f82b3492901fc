"""The address that asks for the client's certificate (R46): takes it, judges it, hands it over, or explains."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from securenet.domain.certificates.handover import hand_over
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.login import NoCertificate, require_login_certificate
from securenet.foundation.listener.client import header_certificate, peer_certificate
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.certificate_login import LOGIN, REGISTER
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request


def presented(request: Request) -> bytes | None:
    """Return the certificate whose key this connection proved to hold; a header counts only on its own listener."""
    return peer_certificate(request.META) or header_certificate(request.META)


@require_GET
@requires(Permission.VISIT)
def login(request: Request) -> HttpResponse:
    """Judge the certificate for a login; each fault has its own page (R46)."""
    der = presented(request)
    try:
        require_login_certificate(der, by=request.actor)
        return _back(request, LOGIN, der or b"", "/login/certificate/done/")
    except Refusal as refusal:
        return _explain(request, refusal, "/login/certificate/")


@require_GET
@requires(Permission.VISIT)
def register(request: Request) -> HttpResponse:
    """Take the certificate whose key was just proven, to be registered (R42a)."""
    der = presented(request)
    try:
        if not der:
            raise NoCertificate
        return _back(request, REGISTER, read_certificate(der).der, "/certificates/token/done/")
    except Refusal as refusal:
        return _explain(request, refusal, "/certificates/add/")


def _back(request: Request, purpose: str, der: bytes, path: str) -> HttpResponseRedirect:
    code = hand_over(request.GET.get("tx", ""), purpose=purpose, der=der, by=request.actor)
    return HttpResponseRedirect(f"{settings.PUBLIC_URLS['portal']}{path}?{urlencode({'code': code})}")


def _explain(request: Request, refusal: Refusal, again: str) -> HttpResponse:
    note_refusal(request, refusal)
    context = {
        "fault": type(refusal).__name__,
        "sentence": str(refusal),
        "again": settings.PUBLIC_URLS["portal"] + again,
        "portal": settings.PUBLIC_URLS["portal"],
    }
    return render(request, "portal/certificates/refused.html", context, status=403)
