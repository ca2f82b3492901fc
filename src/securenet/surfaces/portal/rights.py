"""Rights: one's own, those one administers, and what else can be done about rights from there (R20 to R22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Status, within_reach
from securenet.domain.entitlements.queries import administered_rights, reach_of
from securenet.domain.profile.queries import profile
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.who import TONES

SIZE = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """A way on from the page of rights: the name of its address, and what is found there."""

    address: str
    title: str | Promise
    text: str | Promise
    admins_only: bool = True

    @property
    def url(self) -> str:
        """Return where it leads."""
        return reverse(self.address)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "own-organization",
        gettext_lazy("Who is my Organization Admin?"),
        gettext_lazy("Names and addresses, the chain of authority, and what to do when nobody is left."),
        admins_only=False,
    ),
    Entry(
        "request-rights",
        gettext_lazy("Ask for further rights"),
        gettext_lazy("For another service, another organization or another role."),
        admins_only=False,
    ),
    Entry(
        "organization-requests",
        gettext_lazy("Officers' requests"),
        gettext_lazy("Agree, ask or refuse, where a service asks the Organization Admin first."),
    ),
    Entry(
        "invitations",
        gettext_lazy("Invitations"),
        gettext_lazy("Invite an officer by e-mail, and see which invitations are open."),
    ),
    Entry(
        "mandates",
        gettext_lazy("Mandates"),
        gettext_lazy("One organization lets another act for it: asked for here, seen here, ended here."),
    ),
    Entry(
        "reviews",
        gettext_lazy("Reviews of rights"),
        gettext_lazy("Go through everybody's rights once a period: keep, change or remove."),
    ),
    Entry(
        "who",
        gettext_lazy("Who has what"),
        gettext_lazy("Everybody's rights and functions, today or on any past day, also as an Excel file."),
    ),
    Entry(
        "consents",
        gettext_lazy("Consent to other Organization Admins"),
        gettext_lazy("What they want for themselves where a service asks for a second person."),
    ),
)
"""What the page of rights leads to, in this order."""


class PeopleForm(forms.Form):
    """Whom to show of the people administered."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        attrs={"placeholder": gettext_lazy("Name or user name")},
    )


@require_safe
@requires(Permission.SEE_OWN)
def rights(request: Request) -> HttpResponse:
    """Show the member's own rights, whom they administer, and where else to go."""
    today = local_date(request.actor.at)
    own = list(Entitlement.objects.held().filter(member=request.person).order_by("organization_name", "service"))
    form = PeopleForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    people = administered_rights(request.person, today, text=text, language=request.LANGUAGE_CODE)
    page = Paginator(people, SIZE).get_page(request.GET.get("page"))
    reach = reach_of(request.person, today)
    context = {
        "own": [row_of(right) for right in own],
        "is_admin": bool(reach),
        "administered": [row_of(right, _seen(right, reach)) for right in page],
        "page": page,
        "form": form,
        "entries": [entry for entry in ENTRIES if reach or not entry.admins_only],
    }
    return render(request, "portal/rights/hub.html", context)


def _seen(right: Entitlement, reach: dict[tuple[int | None, str], list[str] | None]) -> list[FunctionGrant]:
    """Return the grants that an admin limited to some functions sees (R22c)."""
    limit = reach[right.organization_id, right.service]
    grants: list[FunctionGrant] = right.living_grants  # type: ignore[attr-defined]
    return [grant for grant in grants if within_reach(limit, grant.function)]


def row_of(right: Entitlement, grants: list[FunctionGrant] | None = None) -> dict[str, Any]:
    """Return a right with its words, for a line or a page."""
    service = profile().service(right.service)
    names = {function.key: function.name for function in service.functions}
    status = Status(right.status)
    return {
        "right": right,
        "service": service.name,
        "role": role_label(right.role),
        "limited_to": [str(names.get(key, key)) for key in right.limited_to or []],
        "status": {"text": status.label, "tone": TONES.get(status, "in")},
        "grants": [{"grant": grant, "name": names.get(grant.function, grant.function)} for grant in grants or []],
    }


def administered_right(request: Request, pk: int) -> Entitlement:
    """Return a right that the member administers; another is not found. Raises Http404."""
    today = local_date(request.actor.at)
    rows = Entitlement.objects.held().administered_by(request.person, today)
    right = rows.select_related("member", "organization").filter(pk=pk).first()
    if right is None:
        raise Http404
    return right
