"""Keys of the doors: which powers open which view (architecture idea 10)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from securenet.domain.accounts.models import Kind, StaffRole, User
from securenet.domain.profile.queries import profile
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import cookie_name

View = Callable[..., HttpResponse]
VISITOR, UNCONFIRMED, MEMBER, ADMITTED = "visitor", "unconfirmed", "member", "admitted"
AGREEING = "agreeing"
"""What a member is at the portal while the terms in force are not the ones that they accepted (R1)."""
SERVICE_DESK, SERVICE_OWNER = str(StaffRole.Role.SERVICE_DESK), str(StaffRole.Role.SERVICE_OWNER)
ADMINISTRATOR, AUDITOR = str(StaffRole.Role.ADMINISTRATOR), str(StaffRole.Role.AUDITOR)


class Permission(StrEnum):
    """What a view asks for: `room.verb`."""

    VISIT = "pages.visit"
    CONFIRM_EMAIL = "accounts.confirm-e-mail"
    ACCEPT_TERMS = "accounts.accept-terms"
    SEE_OWN = "accounts.see-own"
    ADMINISTER_RIGHTS = "entitlements.administer"
    REGISTER_CERTIFICATE = "certificates.register"
    CHECK_APPLICATIONS = "certificates.check-applications"
    USE_SERVICE = "services.use"
    WORK = "backoffice.enter"
    SEE_CASES = "approvals.see"
    DECIDE_CASES = "approvals.decide"
    NOTE_PAPERS = "approvals.note-papers"
    KEEP_PAPERS = "approvals.keep-papers"
    APPROVE_RIGHTS = "entitlements.approve"
    HOLD_CERTIFICATES = "certificates.hold"
    SEE_TRUST = "certificates.see-trust"
    KEEP_TRUST = "certificates.keep-trust"
    FIND_MEMBERS = "accounts.find"
    RECOVER_MEMBERS = "accounts.recover"
    KEEP_STAFF = "accounts.keep-staff"
    READ_MAIL = "mail.read"
    READ_AUDIT = "audit.read"
    SEE_ORGANIZATIONS = "organizations.see"
    KEEP_ORGANIZATIONS = "organizations.keep"


_STAFF = frozenset({SERVICE_DESK, SERVICE_OWNER, ADMINISTRATOR, AUDITOR})
OPENED_BY: dict[Permission, frozenset[str]] = {
    Permission.VISIT: frozenset({VISITOR, UNCONFIRMED, AGREEING, MEMBER, ADMITTED}) | _STAFF,
    Permission.CONFIRM_EMAIL: frozenset({UNCONFIRMED}),
    Permission.ACCEPT_TERMS: frozenset({AGREEING}),
    Permission.SEE_OWN: frozenset({MEMBER}),
    Permission.ADMINISTER_RIGHTS: frozenset({ADMITTED}),
    Permission.REGISTER_CERTIFICATE: frozenset({ADMITTED}),
    Permission.CHECK_APPLICATIONS: frozenset({ADMITTED}),
    Permission.USE_SERVICE: frozenset({ADMITTED}),
    Permission.WORK: _STAFF,
    Permission.SEE_CASES: _STAFF,
    Permission.DECIDE_CASES: frozenset({SERVICE_DESK, SERVICE_OWNER, ADMINISTRATOR}),
    Permission.NOTE_PAPERS: frozenset({SERVICE_DESK, SERVICE_OWNER}),
    Permission.KEEP_PAPERS: frozenset({SERVICE_DESK}),
    Permission.APPROVE_RIGHTS: frozenset({SERVICE_OWNER}),
    Permission.HOLD_CERTIFICATES: frozenset({SERVICE_DESK}),
    Permission.SEE_TRUST: frozenset({SERVICE_DESK, ADMINISTRATOR, AUDITOR}),
    Permission.KEEP_TRUST: frozenset({ADMINISTRATOR}),
    Permission.FIND_MEMBERS: frozenset({SERVICE_DESK, AUDITOR}),
    Permission.RECOVER_MEMBERS: frozenset({SERVICE_DESK}),
    Permission.KEEP_STAFF: frozenset({ADMINISTRATOR}),
    Permission.READ_MAIL: frozenset({SERVICE_DESK, ADMINISTRATOR, AUDITOR}),
    Permission.READ_AUDIT: frozenset({AUDITOR}),
    Permission.SEE_ORGANIZATIONS: frozenset({SERVICE_DESK, ADMINISTRATOR, AUDITOR}),
    Permission.KEEP_ORGANIZATIONS: frozenset({SERVICE_DESK, ADMINISTRATOR}),
}


def powers_of(user: User | None, roles: list[tuple[str, str]], *, surface: str = "") -> frozenset[str]:
    """Return the powers of a person, or of a visitor; new terms are accepted at the portal before all else (R1)."""
    if user is None:
        return frozenset({VISITOR})
    if user.kind == Kind.STAFF:
        return frozenset(role for role, _desk in roles)
    if user.email_confirmed_at is None:
        return frozenset({UNCONFIRMED})
    if surface == "portal" and user.terms_version != profile().terms.version:
        return frozenset({AGREEING})
    return frozenset({MEMBER, ADMITTED} if user.is_admitted else {MEMBER})


def requires(permission: Permission) -> Callable[[View], View]:
    """Open a view to those whose powers include the permission; visitors go to the login of their surface."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.powers & OPENED_BY[permission]:
                return view(request, *args, **kwargs)
            if request.member is None:
                return to_login(request)
            if UNCONFIRMED in request.powers and request.surface == "portal":
                return HttpResponseRedirect(reverse("unconfirmed"))
            if AGREEING in request.powers and request.surface == "portal":
                return to_terms(request)
            raise PermissionDenied

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def to_login(request: Request) -> HttpResponseRedirect:
    """Return the way to the login of this surface, and from there back to the page that was asked for."""
    back = {"next": request.get_full_path()} if request.method in {"GET", "HEAD"} else {}
    if request.session.is_empty() and cookie_name(request.surface) in request.COOKIES:
        back["ended"] = "1"
    query = f"?{urlencode(back)}" if back else ""
    return HttpResponseRedirect(reverse("login") + query)


def to_terms(request: Request) -> HttpResponseRedirect:
    """Return the way to the terms that are to be accepted, and from there back to the page that was asked for."""
    query = f"?{urlencode({'next': request.get_full_path()})}" if request.method in {"GET", "HEAD"} else ""
    return HttpResponseRedirect(reverse("terms-again") + query)


def safe_next(request: Request, default: str) -> str:
    """Return the page of this surface to go on to, `default` where the wish leads elsewhere."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    within = wish.startswith("/") and not wish.startswith("//") and "\\" not in wish and wish.isprintable()
    return wish if within else default
