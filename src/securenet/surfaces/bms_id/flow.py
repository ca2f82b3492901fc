"""A sign-in on its way to the provider and back, kept in the browser's session (OpenID Connect Core 3.1)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from securenet.domain.oidc.levels import Level
from securenet.surfaces.bms_id.provider import PROVIDER
from securenet.surfaces.shared.access import safe_next
from securenet.surfaces.shared.request import Request

KEY = "oidc_flows"
MOST_AT_ONCE = 5
GOOD_FOR = timedelta(hours=1)
SCOPE = "openid entitlements"


def callback_address() -> str:
    """Return where the provider sends members back to."""
    return str(settings.PUBLIC_URLS["bms_id"]).rstrip("/") + reverse("oidc-callback")


def begin(request: Request) -> str:
    """Return the address at the provider where the member signs in, and remember what makes the answer ours."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    flows = dict(list(request.session.get(KEY, {}).items())[1 - MOST_AT_ONCE :])
    flows[state] = {
        "nonce": nonce,
        "verifier": verifier,
        "next": safe_next(request, reverse("home")),
        "at": request.actor.at.isoformat(),
    }
    request.session[KEY] = flows
    if request.member is None:
        request.session.set_expiry(int(GOOD_FOR.total_seconds()))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings.BMS_ID_CLIENT_ID,
        "redirect_uri": callback_address(),
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    } | _wishes(request)
    return f"{PROVIDER.endpoint('authorization_endpoint', request.actor.at)}?{urlencode(asked)}"


def take(request: Request) -> dict[str, Any] | None:
    """Return what was remembered of the flow that an answer belongs to, once; None where it is not ours or too old."""
    flows = dict(request.session.get(KEY, {}))
    flow: dict[str, Any] | None = flows.pop(request.GET.get("state", ""), None)
    if flow is None:
        return None
    request.session[KEY] = flows
    return flow if request.actor.at - datetime.fromisoformat(flow["at"]) < GOOD_FOR else None


def _wishes(request: Request) -> dict[str, str]:
    wishes = {}
    if request.GET.get("acr") == "certificate":
        wishes["acr_values"] = str(Level.CERTIFICATE)
    if "switch" in request.GET:
        wishes["prompt"] = "select_account"
    return wishes
