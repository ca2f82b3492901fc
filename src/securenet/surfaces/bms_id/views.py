"""BMS ID's pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from securenet.domain.accounts.sessions import OPENED
from securenet.domain.approvals.words import role_label
from securenet.domain.entitlements.queries import ActingFor
from securenet.domain.profile.catalogue import Function
from securenet.domain.profile.queries import profile
from securenet.surfaces.bms_id.acting import acting, service, show
from securenet.surfaces.bms_id.signing_in import SIGNED_IN
from securenet.surfaces.shared.request import Request


@dataclass(frozen=True, slots=True)
class Card:
    """A function as the member sees it."""

    function: Function
    granted: bool
    certificate_missing: bool


@require_safe
@acting
def home(request: Request, here: ActingFor, held: list[ActingFor]) -> HttpResponse:
    """Show for whom the member acts, in what role, and what they may do (R70)."""
    by_certificate = request.actor.credential.startswith("certificate")
    cards = [
        Card(each, each.key in here.functions, each.certificate_required and not by_certificate)
        for each in service().functions
        if not each.checks_applications
    ]
    facts: dict[str, Any] = {
        "service": service(),
        "here": here,
        "roles": [role_label(role) for role in here.roles],
        "through": list(here.through),
        "centres": [str(each.name) for each in profile().banknote_centres if each.key in (here.centres or ())],
        "granted": [card for card in cards if card.granted],
        "others": [card.function for card in cards if not card.granted],
        "several": len(held) > 1,
        "credential": request.actor.credential,
        "signed_in_at": datetime.fromisoformat(request.session.get(SIGNED_IN) or request.session[OPENED]),
        "portal": settings.PUBLIC_URLS["portal"],
    }
    return show(request, "bms_id/home.html", here, **facts)
