"""The register of organizations: the list, and one organization on a page (R30a, R35)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from securenet.domain.approvals.models import Case
from securenet.domain.approvals.queries import capped_count
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, Role, Shortage
from securenet.domain.entitlements.register import rights_of
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.tree import chain_of
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.countries import country_name
from securenet.surfaces.backoffice.words import Tag, asked, figure, language, state_tag
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import OPENED_BY, Permission, requires
from securenet.surfaces.shared.paging import page_by_key
from securenet.surfaces.shared.request import Request

SHOWN = 20
STANDING, ENDED = "standing", "ended"
EVENTS = {
    "organization.admitted": gettext_lazy("Registered with its first approved right"),
    "organization.imported": gettext_lazy("Registered by the import"),
    "organization.name-corrected": gettext_lazy("Name corrected"),
    "organization.ended": gettext_lazy("Ended"),
    "organization.reopened": gettext_lazy("Reopened"),
    "organization.merged": gettext_lazy("Merged into another organization"),
    "organization.taken-over": gettext_lazy("Took over another organization"),
}


class RegisterForm(forms.Form):
    """Which organizations to show."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        attrs={"placeholder": gettext_lazy("Name or number")},
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", _("All")), (STANDING, _("Standing")), (ENDED, _("Ended or merged"))]  # type: ignore[attr-defined]


@require_safe
@requires(Permission.SEE_ORGANIZATIONS)
def organizations(request: Request) -> HttpResponse:
    """List the register, the newest first."""
    form = RegisterForm(request.GET)
    form.is_valid()
    rows = Organization.objects.select_related("merged_into")
    if text := form.cleaned_data.get("q"):
        rows = rows.matching(text)
    if state := form.cleaned_data.get("state"):
        rows = rows.standing() if state == STANDING else rows.exclude(ended_at=None)
    page = page_by_key(request, rows, "created_at", descending=True)
    context = {
        "form": form,
        "rows": [{"organization": one, "state": standing_tag(one)} for one in page.rows],
        "page": page,
        "found": figure(capped_count(rows)),
        "may_keep": bool(request.powers & OPENED_BY[Permission.KEEP_ORGANIZATIONS]),
    }
    return render(request, "backoffice/organizations.html", context, status=422 if form.errors else 200)


def standing_tag(organization: Organization) -> Tag:
    """Return whether rights can be held for an organization."""
    if organization.merged_into_id is not None:
        return Tag(_("Merged"), "wa")
    return Tag(_("Ended"), "er") if organization.ended_at else Tag(_("Standing"), "ok")


def organization_seen(pk: int) -> Organization:
    """Return an organization of the register. Raises Http404."""
    found = Organization.objects.select_related("merged_into").filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Admins:
    """The Organization Admins of one service."""

    service: str
    rights: list[Entitlement]


@require_safe
@requires(Permission.SEE_ORGANIZATIONS)
def organization(request: Request, pk: int) -> HttpResponse:
    """Show an organization with who acts for it, what is asked on its behalf, and what happened to it."""
    one = organization_seen(pk)
    today = local_date(request.actor.at)
    rights = Entitlement.objects.active(today).filter(organization=one)
    requests = Case.objects.open().filter(entitlement__in=rights_of(one)).order_by("due_at", "pk")
    context = {
        "organization": one,
        "state": standing_tag(one),
        "number_type": _number_type(one.number_type),
        "country": country_name(one.country, language()),
        "admins": _admins(rights),
        "members": figure(capped_count(rights.order_by().values("member").distinct())),
        "open": figure(capped_count(requests)),
        "requests": [_request_row(case) for case in requests.select_related("submission__applicant")[:SHOWN]],
        "merged": list(one.merged.order_by("pk")[:SHOWN]),
        "history": _history(one),
        "chain": chain_of(one),
        "shortages": _shortages(one),
        "may_keep": bool(request.powers & OPENED_BY[Permission.KEEP_ORGANIZATIONS]),
        "may_find": bool(request.powers & OPENED_BY[Permission.FIND_MEMBERS]),
        "may_see_cases": bool(request.powers & (OPENED_BY[Permission.SEE_CASES] - OPENED_BY[Permission.KEEP_TRUST])),
    }
    return render(request, "backoffice/organization.html", context)


def _shortages(one: Organization) -> list[dict[str, Any]]:
    """Return of which services Organization Admins are missing."""
    return [
        {"shortage": short, "service": profile().service(short.service).name, "kind": Shortage.Kind(short.kind).label}
        for short in one.shortages.filter(ended_at=None)
    ]


def _number_type(key: str) -> str:
    kinds = {kind.key: str(kind.name) for kind in profile().organization_number_types}
    return kinds.get(key, key)


def _admins(rights: QuerySet[Entitlement]) -> list[Admins]:
    """Return the Organization Admins by service, of every service that has any."""
    admins = rights.filter(role=Role.ORGANIZATION_ADMIN).select_related("member").order_by("service", "member__name_en")
    by_service: dict[str, list[Entitlement]] = {}
    for right in admins[: SHOWN * 5]:
        by_service.setdefault(right.service, []).append(right)
    return [Admins(str(profile().service(service).name), found) for service, found in by_service.items()]


def _request_row(case: Case) -> dict[str, Any]:
    return {"case": case, "asked": asked(case), "state": state_tag(case), "role": role_label(case.role)}


def _history(one: Organization) -> list[dict[str, Any]]:
    """Return what the staff did with an organization, the newest first."""
    entries = AuditEntry.objects.filter(about=one.about, event__in=EVENTS).order_by("-at", "-pk")[:SHOWN]
    return [{"entry": entry, "event": EVENTS[entry.event], "facts": entry.facts} for entry in entries]
