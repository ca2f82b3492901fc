"""The guides for the staff, and the pages that show them (R60)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.guides import guide, manual_of
from securenet.surfaces.shared.request import Request

GUIDES = (
    (
        _("Every day"),
        (
            ("signing-in", _("Signing in"), _("Password, authenticator app, and how long it lasts")),
            ("requests", _("Requests to be decided"), _("The queue, its filters, and who takes what")),
            ("deciding", _("Checking and deciding"), _("Documents, identity, and the answers")),
            ("certificates", _("Requests for certificates"), _("What to compare, and what the checks mean")),
            ("approvals", _("Approving as the service owner"), _("Many at once, and each for itself")),
        ),
    ),
    (
        _("Register and records"),
        (
            ("organizations", _("Organizations"), _("The register, corrections, and the import")),
            ("staff", _("Staff accounts"), _("Who may do what, joining and leaving")),
            ("trust", _("Trust store"), _("Accepting and withdrawing authorities, and exceptions")),
            ("mail", _("Mail that went out"), _("What was sent to whom, and what is stuck")),
            ("audit", _("The audit trail"), _("Who did what, and whether it is whole")),
        ),
    ),
)
TITLES = {key: title for _heading, topics in GUIDES for key, title, _summary in topics}


def facts_of(_topic: str) -> Any:
    """Return what a guide shows beside its text: nothing yet, since the profile says the rest."""
    return None


@require_safe
@requires(Permission.WORK)
def help_index(request: Request) -> HttpResponse:
    """List the guides for the staff."""
    return render(request, "shared/guides.html", {"guides": GUIDES, "manual": manual_of("staff")})


@require_safe
@requires(Permission.WORK)
def help_page(request: Request, topic: str) -> HttpResponse:
    """Show one guide in the reader's language."""
    if topic not in TITLES:
        raise Http404
    return render(request, "shared/guide.html", guide("backoffice", GUIDES, topic) | {"manual": manual_of("staff")})
