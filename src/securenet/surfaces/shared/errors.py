"""Pages for what went wrong. Those for 500 and 503 need neither database nor session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from securenet.domain.accounts.hashers import TooBusy
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal
from securenet.foundation.throttle.actions import TooMany
from securenet.surfaces.shared.request import Request

log = structlog.get_logger()
STATUS = {TooMany: 429, TooBusy: 503}


def refused(request: Request, refusal: Refusal) -> HttpResponse:
    """Return the page that says why a rule said no; the attempt is written down after its rollback."""
    note_refusal(request, refusal)
    status = STATUS.get(type(refusal), 409)
    template = {429: "shared/errors/429.html", 503: "shared/errors/503.html"}.get(status, "shared/errors/409.html")
    return render(request, template, {"sentence": str(refusal)}, status=status)


def note_refusal(request: Request, refusal: Refusal) -> None:
    """Write down what was refused to whom; not what they typed."""
    with transaction.atomic():
        record("attempt.refused", by=request.actor, about=f"page {_page(request)}", rule=type(refusal).__name__)


class Refusing(Protocol):
    """A form that can say why a rule said no."""

    def refuse(self, refusal: Refusal) -> None:
        """Show it at the refusal's field."""


def carried_out(request: Request, form: Refusing, act: Callable[[], object]) -> bool:
    """Do what a form asks for and return True; where a rule says no, note that, let the form say why, return False."""
    try:
        act()
    except Refusal as refusal:
        note_refusal(request, refusal)
        form.refuse(refusal)
        return False
    return True


def _page(request: HttpRequest) -> str:
    """Return the page's name: its address may carry a token, which no log and no ledger keeps."""
    match = request.resolver_match
    return match.view_name if match is not None else "unknown"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that no browser of ours would send, or one that is too large."""
    if isinstance(exception, RequestDataTooBig):
        return _bare("shared/errors/413.html", 413)
    return _bare("shared/errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a key that does not fit."""
    return render(request, "shared/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what is not there, or is somebody else's."""
    return render(request, "shared/errors/404.html", status=404)


def not_allowed(request: HttpRequest) -> str:
    """Return the words for an address that is not for reading, or not for sending to: Django's answer has none."""
    return _words("shared/errors/405.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that was open too long or came from elsewhere."""
    return _bare("shared/errors/csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for our own fault, with the number that finds the log entry (R82)."""
    reference = getattr(request, "reference", "")
    log.error("request failed", reference=reference, page=_page(request), exc_info=sys.exc_info())
    return _bare("shared/errors/500.html", 500, reference=reference)


def _bare(template: str, status: int, **context: str) -> HttpResponse:
    return HttpResponse(_words(template, **context), status=status)


def _words(template: str, **context: str) -> str:
    facts = profile()
    context |= {
        "system_name": str(facts.operator.system_name),
        "operator_name": str(facts.operator.name),
        "desk_phone": facts.operator.service_desk.phone,
        "LANGUAGE_CODE": get_language() or "th",
    }
    return str(render_to_string(template, context))
