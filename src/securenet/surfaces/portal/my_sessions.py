"""Where a member is signed in, ending it, and the history of sign-ins (R23, R85)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from securenet.domain.accounts.actions import Event
from securenet.domain.accounts.models import Session
from securenet.domain.accounts.queries import open_sessions
from securenet.domain.oidc.endings import end_other_sessions, end_service_sign_in, end_session
from securenet.domain.oidc.models import Grant, RelyingParty
from securenet.domain.oidc.queries import GRANTED, services_signed_in_to, sign_ins_of
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.surfaces.portal.devices import device_words
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.paging import page_by_key
from securenet.surfaces.shared.request import Request

SHOWN = 50
CREDENTIALS = {
    "password": gettext_lazy("Password"),
    "password+totp": gettext_lazy("Password and code"),
    "certificate": gettext_lazy("Certificate"),
}


def credential_words(credential: str) -> str:
    """Return how somebody signed in, in words."""
    return str(CREDENTIALS.get(credential.split(":", maxsplit=1)[0], ""))


@require_safe
@requires(Permission.SEE_OWN)
def sessions(request: Request) -> HttpResponse:
    """List where the member is signed in: at the portal, and at services."""
    at, own = request.actor.at, request.session.session_key
    rows = open_sessions(request.person, "portal", at)[: SHOWN + 1]
    listed = [_row(row, is_here=row.session_key == own) for row in rows]
    context = {
        "sessions": sorted(listed[:SHOWN], key=lambda row: not row["here"]),
        "more": len(listed) > SHOWN,
        "shown": SHOWN,
        "services": services_signed_in_to(request.person, at),
    }
    return render(request, "portal/me/sessions.html", context)


def _row(session: Session, *, is_here: bool) -> dict[str, Any]:
    return {
        "session": session,
        "here": is_here,
        "device": device_words(session.agent),
        "credential": credential_words(session.credential),
    }


@require_POST
@requires(Permission.SEE_OWN)
def end(request: Request, reference: str) -> HttpResponse:
    """End one of the other sessions; it is out at its next request."""
    rows = open_sessions(request.person, "portal", request.actor.at).exclude(pk=request.session.session_key)
    session = next((row for row in rows[:SHOWN] if row.reference == reference), None)
    if session is None:
        raise Http404
    end_session(session, by=request.actor)
    request.session["notice"] = _("That session has ended.")
    return HttpResponseRedirect(reverse("my-sessions"))


@require_POST
@requires(Permission.SEE_OWN)
def end_others(request: Request) -> HttpResponse:
    """End every session but this one."""
    end_other_sessions(request.session.session_key or "", by=request.actor)
    request.session["notice"] = _("All other sessions have ended.")
    return HttpResponseRedirect(reverse("my-sessions"))


@require_POST
@requires(Permission.SEE_OWN)
def end_service(request: Request, pk: int) -> HttpResponse:
    """Sign out of one service."""
    grant = Grant.objects.filter(pk=pk, user=request.person).select_related("relying_party").first()
    if grant is None:
        raise Http404
    end_service_sign_in(grant, by=request.actor)
    request.session["notice"] = _("You are being signed out of %(service)s.") % {"service": grant.relying_party.name}
    return HttpResponseRedirect(reverse("my-sessions"))


@require_safe
@requires(Permission.SEE_OWN)
def sign_ins(request: Request) -> HttpResponse:
    """Show when, from where and how the account was signed in with, and what was refused."""
    page = page_by_key(request, sign_ins_of(request.person, request.actor.at), "at", descending=True)
    names = dict(RelyingParty.objects.values_list("client_id", "name"))
    rows = [{"entry": entry, **_told(entry, names)} for entry in page.rows]
    context = {"rows": rows, "page": page, "days": profile().retention.sign_in_days}
    return render(request, "portal/me/sign_ins.html", context)


def _told(entry: AuditEntry, names: dict[str, str]) -> dict[str, Any]:
    if entry.event == Event.SIGN_IN_REFUSED:
        return {"what": _("Refused: wrong password"), "tone": "er", "credential": ""}
    credential = credential_words(entry.credential)
    if entry.event == GRANTED:
        service = names.get(str(entry.facts.get("relying_party", "")), "")
        return {"what": _("Went on to %(service)s") % {"service": service}, "tone": "", "credential": credential}
    return {"what": _("Signed in"), "tone": "ok", "credential": credential}
