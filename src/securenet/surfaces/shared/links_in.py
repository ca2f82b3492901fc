"""Links from mails: the token leaves the address bar at once (R12).

A mail's address carries one opaque token. The view behind it calls `take_link`, which keeps the token's hash in this
browser's session at this surface and leads on to a page whose address says nothing; so it stands in no history, no
bookmark and no referrer. That page asks `taken_link` for the hash and hands it to the room, which keeps hashes only.
Opening the address consumes nothing, however often a scanner does; only the form of the page does.

    def opened(request, token):
        return take_link(request, "recovery", token, page="recover-new-password")

    def page(request):
        found = require_recovery_link(taken_link(request, "recovery"), by=request.actor)
"""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from securenet.domain.approvals.queries import hashed
from securenet.surfaces.shared.request import Request


def take_link(request: Request, purpose: str, token: str, *, page: str) -> HttpResponse:
    """Keep the hash of a mail's token in this session, and lead on to the page of that name."""
    request.session[_place(purpose)] = hashed(token)
    response = HttpResponseRedirect(reverse(page))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def taken_link(request: Request, purpose: str) -> str:
    """Return the hash of the token that this browser came with last, nothing where it brought none."""
    return str(request.session.get(_place(purpose), ""))


def _place(purpose: str) -> str:
    return f"link {purpose}"
