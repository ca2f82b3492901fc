"""What happens to every request on its way in and out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence, Set
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from securenet.domain.accounts.models import Kind
from securenet.domain.accounts.queries import desks_in, roles_of
from securenet.domain.accounts.sessions import CREDENTIAL
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.queries import organization_desks
from securenet.foundation.actor import Actor, LookedUp
from securenet.foundation.refusal import Refusal
from securenet.surfaces.shared.access import powers_of
from securenet.surfaces.shared.errors import not_allowed, refused
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import person_in

Handler = Callable[[Request], HttpResponse]
URLCONFS = {
    "portal": "securenet.surfaces.portal.urls",
    "bms_id": "securenet.surfaces.bms_id.urls",
    "backoffice": "securenet.surfaces.backoffice.urls",
    "certificate": "securenet.surfaces.portal.certificate_urls",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'"
)


def surface_of(host: str) -> str | None:
    """Return the surface that a host name belongs to, None where no surface served here has it."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    for surface in settings.SURFACES:
        own = urlsplit(settings.PUBLIC_URLS[surface]).hostname or ""
        if name == own or (surface == "certificate" and (name.endswith(f".{own}") or name == "localhost")):
            return str(surface)
    return None


def surface(get_response: Handler) -> Handler:
    """Choose the pages by the host name; nothing of a surface exists under another's name."""

    def handle(request: Request) -> HttpResponse:
        request.reference = secrets.token_hex(4).upper()
        request.surface = surface_of(request.get_host()) or ""
        if request.surface:
            request.urlconf = URLCONFS[request.surface]
        return get_response(request)

    return handle


class SignedIn:
    """Tells who acts, and turns a refusal that no form caught into its page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Make the actor, once."""
        at = timezone.now()
        user = person_in(request, at=at) if request.surface else None
        roles = roles_of(user) if user else []
        desks: Set[str] = desks_in(roles)
        if user is not None and user.kind == Kind.MEMBER and user.is_admitted:
            desks = LookedUp(partial(organization_desks, user, local_date(at)))
        request.member = user
        if user is not None:
            request.person = user
        request.powers = powers_of(user, roles, surface=request.surface)
        request.actor = Actor(
            user=user,
            name=user.username if user else "visitor",
            surface=request.surface,
            at=at,
            address=client_address(request),
            desks=desks,
            credential=request.session.get(CREDENTIAL, "none"),
        )
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        """Answer a Refusal with a page that says why."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


def client_address(request: Request) -> str:
    """Return the client's address: the peer's, or the one our own proxy appended last where the settings trust it."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.TRUST_FORWARDED_FOR and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return str(request.META.get("REMOTE_ADDR") or "")


def _form_targets(request: Request, response: HttpResponse) -> Sequence[str]:
    """Return the origins besides its own that the forms of a page lead to: a service's sign-out ends at the portal."""
    always = [settings.PUBLIC_URLS["portal"]] if request.surface == "bms_id" else []
    return list(dict.fromkeys([*always, *getattr(response, "form_targets", ())]))


def headers(get_response: Handler) -> Handler:
    """Add what every answer carries: the content policy, no caching of pages, the language."""

    def handle(request: Request) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = not_allowed(request)
        targets = "".join(f" {target}" for target in _form_targets(request, response))
        response.headers.setdefault("Content-Security-Policy", POLICY.format(targets=targets))
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", get_language() or "")
        return response

    return handle
