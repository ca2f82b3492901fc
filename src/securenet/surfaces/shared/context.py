"""What every page knows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from securenet.domain.profile.queries import profile
from securenet.surfaces.shared.access import ADMITTED, MEMBER, OPENED_BY, VISITOR, Permission

MENUS: dict[str, list[tuple[Any, str, Permission, str]]] = {
    "portal": [
        (gettext_lazy("Home"), "home", Permission.VISIT, ""),
        (gettext_lazy("Register"), "register", Permission.VISIT, VISITOR),
        (gettext_lazy("Personal page"), "me", Permission.SEE_OWN, MEMBER),
        (gettext_lazy("Manage rights"), "rights", Permission.VISIT, VISITOR),
        (gettext_lazy("Managing rights"), "rights", Permission.SEE_OWN, MEMBER),
        (gettext_lazy("Certificates"), "certificates", Permission.REGISTER_CERTIFICATE, ADMITTED),
        (gettext_lazy("Guides and terms"), "help", Permission.VISIT, ""),
    ],
    "bms_id": [(gettext_lazy("Home"), "home", Permission.VISIT, "")],
    "backoffice": [
        (gettext_lazy("Requests"), "cases", Permission.SEE_CASES, ""),
        (gettext_lazy("Scans"), "scans", Permission.KEEP_PAPERS, ""),
        (gettext_lazy("Papers to destroy"), "papers-to-destroy", Permission.KEEP_PAPERS, ""),
        (gettext_lazy("Approve registrations"), "approvals", Permission.APPROVE_RIGHTS, ""),
        (gettext_lazy("Suspend certificates"), "certificate-suspend", Permission.HOLD_CERTIFICATES, ""),
        (gettext_lazy("Check of a computer"), "computer-check", Permission.HOLD_CERTIFICATES, ""),
        (gettext_lazy("Trust store"), "trust", Permission.SEE_TRUST, ""),
        (gettext_lazy("Organizations"), "organizations", Permission.SEE_ORGANIZATIONS, ""),
        (gettext_lazy("Members"), "members", Permission.FIND_MEMBERS, ""),
        (gettext_lazy("Staff"), "staff", Permission.KEEP_STAFF, ""),
        (gettext_lazy("Mail"), "mail", Permission.READ_MAIL, ""),
        (gettext_lazy("Audit trail"), "audit", Permission.READ_AUDIT, ""),
        (gettext_lazy("Guides"), "help", Permission.WORK, ""),
    ],
}


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the operator's words, the menu of the surface, who is signed in, and whether this is a demo."""
    facts = profile()
    member = getattr(request, "member", None)
    surface = getattr(request, "surface", "")
    return {
        "system_name": facts.operator.system_name,
        "operator_name": facts.operator.name,
        "desk_phone": facts.operator.service_desk.phone,
        "desk_email": facts.operator.service_desk.email,
        "surface": surface,
        "member": member,
        "actor_name": member.name_in(getattr(request, "LANGUAGE_CODE", "th")) if member else "",
        "sign_out_url": _address("logout") if member else "",
        "sign_in_url": _address("login") if not member and request.path != _address("login") else "",
        "menu": _menu(request, surface),
        "footer_links": _footer(surface),
        "demo": settings.DEMO,
        "demo_help_url": f"{settings.PUBLIC_URLS['portal']}/help/certificate/",
        "notice": _notice(request),
    }


def _menu(request: HttpRequest, surface: str) -> list[dict[str, Any]]:
    powers: frozenset[str] = getattr(request, "powers", frozenset())
    entries = []
    for label, name, permission, only in MENUS.get(surface, []):
        url = _address(name)
        if url and powers & OPENED_BY[permission] and (not only or only in powers):
            entries.append({"label": label, "url": url, "current": _is_within(request.path, name, url)})
    return entries


def _is_within(path: str, name: str, url: str) -> bool:
    if name == "approvals":  # a list for each service: /bmsid/approvals/
        return "/approvals/" in path
    return path == url or (url != "/" and path.startswith(url))


def _footer(surface: str) -> list[dict[str, str]]:
    if surface not in {"portal", "bms_id"}:
        return []
    portal = settings.PUBLIC_URLS["portal"] if surface != "portal" else ""
    names = [
        (_("Privacy notice"), "/help/privacy/"),
        (_("Accessibility"), "/help/accessibility/"),
        (_("Terms of use"), "/help/terms/"),
        (_("Contacts"), "/contacts/"),
    ]
    return [{"label": label, "url": portal + path} for label, path in names]


def _address(name: str) -> str:
    return _address_at(name, get_urlconf())


@lru_cache(maxsize=256)
def _address_at(name: str, urlconf: str | None) -> str:
    """Return the address of a page of a surface, empty where it has none: always the same."""
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


def _notice(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    return str(session.pop("notice", "")) if session is not None and "notice" in session else ""
