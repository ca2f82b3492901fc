"""Log in by password or by certificate, and land."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from securenet.bench.bare.models import Card, Entry
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
    """Log in the holder of the certificate that this connection proved to hold, its path checked, revocation not."""
    der = peer_certificate(request.META) or b""
    try:
        leaf = x509.load_der_x509_certificate(der)
        store, above = trust()
        PolicyBuilder().store(store).time(timezone.now()).build_client_verifier().verify(leaf, above)
        card = Card._default_manager.select_related("holder").get(sha256=sha256(der).hexdigest())
    except (ValueError, VerificationError, Card.DoesNotExist) as error:
        raise PermissionDenied from error
    _enter(request, card.holder, "certificate")
    return HttpResponseRedirect(LANDING)


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
