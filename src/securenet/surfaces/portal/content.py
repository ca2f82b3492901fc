"""Pages to read: the landing page, ways to a service, guides, contacts, the trust store (R1, R50, R60, R61)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from securenet.domain.certificates.models import Authority, RevocationListFile
from securenet.domain.profile.catalogue import Service
from securenet.domain.profile.models import UnknownService
from securenet.domain.profile.queries import accepted_set, profile
from securenet.surfaces.portal.guides import GUIDES, TITLES, facts_of
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.guides import guide, manual_of
from securenet.surfaces.shared.request import Request

SETS = {"production": _("Production set"), "test": _("Test set")}
BUNDLES = (("p7b", ".p7b"), ("pem", ".pem"), ("zip", ".zip"), ("sha256", "SHA-256"))
HEADINGS = {
    ("production", Authority.Kind.ROOT): _("Root certificates"),
    ("production", Authority.Kind.INTERMEDIATE): _("CA certificates"),
    ("test", Authority.Kind.ROOT): _("Root certificates (test)"),
    ("test", Authority.Kind.INTERMEDIATE): _("CA certificates (test)"),
}


@require_safe
@requires(Permission.VISIT)
def home(request: Request) -> HttpResponse:
    """Show what the operator offers: a tile for each service of the catalogue."""
    facts = profile()
    groups = [
        {"name": group.name, "tiles": [_tile(service) for service in facts.services if service.group == group.key]}
        for group in facts.service_groups
    ]
    context = {
        "groups": [group for group in groups if group["tiles"]],
        "mailbox_url": settings.PUBLIC_URLS.get("mailbox", "") if settings.DEMO else "",
    }
    return render(request, "portal/content/home.html", context)


def _tile(service: Service) -> dict[str, Any]:
    return {"service": service, "sign_in_url": _sign_in_url(service)}


def _sign_in_url(service: Service) -> str:
    """Return where a service is entered; nothing for one that is not connected."""
    if not service.open:
        return ""
    return f"{settings.PUBLIC_URLS[service.surface]}/login/" if service.surface else str(service.link)


@require_safe
@requires(Permission.VISIT)
def service(request: Request, key: str) -> HttpResponse:
    """Explain the three ways to a service."""
    try:
        wanted = profile().service(key)
    except UnknownService as unknown:
        raise Http404 from unknown
    people = [contact for contact in profile().contacts if contact.service == key]
    return render(request, "portal/content/service.html", _tile(wanted) | {"contacts": people})


@require_safe
@requires(Permission.VISIT)
def help_index(request: Request) -> HttpResponse:
    """List the guides (R60)."""
    return render(request, "portal/help/index.html", {"guides": GUIDES, "manual": manual_of("members")})


@require_safe
@requires(Permission.VISIT)
def help_page(request: Request, topic: str) -> HttpResponse:
    """Show one guide in the reader's language."""
    if topic not in TITLES:
        raise Http404
    more = {"manual": manual_of("members"), "terms": profile().terms, "facts": facts_of(topic)}
    return render(request, "shared/guide.html", guide("portal", GUIDES, topic) | more)


@require_safe
@requires(Permission.VISIT)
def contacts(request: Request) -> HttpResponse:
    """Show whom to ask about each service, and the service desk with its postal address (R61)."""
    facts = profile()
    tables = [
        {"service": each, "people": [person for person in facts.contacts if person.service == each.key]}
        for each in facts.services
    ]
    context = {"tables": [table for table in tables if table["people"]], "desk": facts.operator.service_desk}
    return render(request, "portal/content/contacts.html", context)


@require_safe
@requires(Permission.VISIT)
def trust(request: Request) -> HttpResponse:
    """Show the accepted CA certificates, the set that counts here first (R50)."""
    lists = Prefetch("crls", RevocationListFile.objects.defer("der").order_by("url"))
    accepted = list(Authority.objects.filter(withdrawn_at=None).defer("der").prefetch_related(lists))
    sets = [
        {
            "key": key,
            "title": SETS[key],
            "current": key == accepted_set(),
            "kinds": _kinds(request, accepted, key),
            "bundles": BUNDLES if any(row.trust_set == key for row in accepted) else (),
        }
        for key in sorted(SETS, key=lambda key: key != accepted_set())
    ]
    return render(request, "portal/content/trust.html", {"sets": sets})


def _kinds(request: Request, accepted: list[Authority], trust_set: str) -> list[dict[str, Any]]:
    return [
        {
            "key": str(kind),
            "title": HEADINGS[trust_set, kind],
            "authorities": [
                _authority(row, request.actor.at) for row in accepted if row.trust_set == trust_set and row.kind == kind
            ],
        }
        for kind in Authority.Kind
    ]


def _authority(row: Authority, at: datetime) -> dict[str, Any]:
    return {
        "row": row,
        "file": file_name(row),
        "url": reverse("authority-file", args=[row.pk]),
        "sha1": _octets(row.sha1),
        "sha256": _octets(row.sha256),
        "in_force": row.not_before <= at <= row.not_after,
        "lists": [{"list": each, "state": _freshness(each, at)} for each in row.crls.all()],
    }


def _freshness(listed: RevocationListFile, at: datetime) -> str:
    if listed.this_update is None:
        return "missing"
    return "overdue" if listed.next_update is not None and listed.next_update < at else "fresh"


def _octets(digest: str) -> list[str]:
    """Return a fingerprint as operating systems show it, `AB:CD:…`, in parts of eight octets for narrow screens."""
    pairs = re.findall("..", digest.upper())
    return [":".join(pairs[start : start + 8]) for start in range(0, len(pairs), 8)]


def file_name(row: Authority) -> str:
    """Return the name under which the DER file is handed out, of letters that every system takes."""
    stem = re.sub(r"[^A-Za-z0-9 ._-]", "_", row.file.rpartition(".")[0] or row.file).strip(" .")
    return f"{stem or row.sha256[:16]}.cer"


@require_safe
@requires(Permission.VISIT)
def authority_file(request: Request, pk: int) -> HttpResponse:
    """Hand out an accepted CA certificate, in DER (RFC 2585 section 4.1)."""
    row = get_object_or_404(Authority, pk=pk, withdrawn_at=None)
    response = HttpResponse(bytes(row.der), content_type="application/pkix-cert")
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(row)) or "attachment"
    return response
