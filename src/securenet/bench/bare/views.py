"""Log in by password or by certificate, and land."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from securenet.bench.bare.models import Card, Entry, Handover
from securenet.foundation.listener.client import peer_certificate

LANDING = "https://bare.localhost:8440/me/"


def login(request: HttpRequest) -> HttpResponse:
    """Show the form, or log in."""
    form = AuthenticationForm(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _enter(request, form.get_user(), "password")
        return HttpResponseRedirect("/me/")
    return render(request, "bare/page.html", {"form": form})


def certificate(request: HttpRequest) -> HttpResponse:
    """Log in the holder of the certificate that this connection proved to hold: two requests with the landing page."""
    _enter(request, _card(request).holder, "certificate")
    return HttpResponseRedirect(LANDING)


def start(request: HttpRequest) -> HttpResponse:
    """Show the button: the first of the five requests that a login takes whose pages never ask for a certificate."""
    return render(request, "bare/page.html", {"begin": True})


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Remember that this browser asked, and send it to the address that asks for certificates."""
    request.session["tx"] = token_urlsafe(32)
    return HttpResponseRedirect(f"https://bare.localhost:8443/hand-over/?tx={request.session['tx']}")


def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand the certificate over to the page that asked."""
    code = token_urlsafe(32)
    ends = timezone.now() + timedelta(minutes=1)
    hashes = {"tx_hash": _hashed(request.GET["tx"]), "code_hash": _hashed(code)}
    Handover._default_manager.create(**hashes, card=_card(request), expires_at=ends)
    return HttpResponseRedirect(f"https://bare.localhost:8440/done/?code={code}")


def done(request: HttpRequest) -> HttpResponse:
    """Log in the holder of the certificate that was handed over, once."""
    hashes = {"tx_hash": _hashed(request.session.pop("tx", "")), "code_hash": _hashed(request.GET["code"])}
    taken = get_object_or_404(
        Handover._default_manager.select_related("card__holder"), **hashes, expires_at__gte=timezone.now()
    )
    taken.delete()
    _enter(request, taken.card.holder, "certificate")
    return HttpResponseRedirect(LANDING)


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _card(request: HttpRequest) -> Card:
    """Return the card that this connection proved to hold, its path checked, revocation not."""
    der = peer_certificate(request.META) or b""
    try:
        leaf = x509.load_der_x509_certificate(der)
        store, above = trust()
        PolicyBuilder().store(store).time(timezone.now()).build_client_verifier().verify(leaf, above)
        return Card._default_manager.select_related("holder").get(sha256=sha256(der).hexdigest())
    except (ValueError, VerificationError, Card.DoesNotExist) as error:
        raise PermissionDenied from error


def _enter(request: HttpRequest, user: AbstractBaseUser, event: str) -> None:
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    entry = Entry(at=timezone.now(), event=event, actor=user.get_username(), address=request.META["REMOTE_ADDR"])
    entry.save(force_insert=True)


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show who is logged in."""
    return render(request, "bare/page.html", {})


@cache
def trust() -> tuple[Store, list[x509.Certificate]]:
    """Return the roots and the CAs below them that BENCH_TRUST names, read once."""
    found = [
        x509.load_der_x509_certificate(path.read_bytes())
        for path in Path(os.environ["BENCH_TRUST"]).glob("*/certificate.cer")
    ]
    roots = [each for each in found if each.subject == each.issuer]
    return Store(roots), [each for each in found if each not in roots]
