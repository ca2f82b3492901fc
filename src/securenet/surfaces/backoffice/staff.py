"""The staff as administrators see them: the list, and one account on a page (R33, R35)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from securenet.domain.accounts.models import SecondFactor, User
from securenet.domain.accounts.queries import staff_found, unstaffed_desks
from securenet.domain.accounts.words import role_words
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.queries import capped_count
from securenet.foundation.audit.models import AuditEntry
from securenet.surfaces.backoffice.words import Tag, figure
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.paging import page_by_key
from securenet.surfaces.shared.request import Request

LATEST = 20
OPEN, CLOSED = "open", "closed"
EVENTS = {
    "staff.created": gettext_lazy("Account made"),
    "staff.link-sent": gettext_lazy("Link for the password sent"),
    "password.set-by-link": gettext_lazy("Password chosen"),
    "second-factor.enrolled": gettext_lazy("Second factor set up"),
    "second-factor.reset": gettext_lazy("Second factor taken away"),
    "staff.roles-changed": gettext_lazy("Roles changed"),
    "staff.closed": gettext_lazy("Account closed"),
    "staff.reopened": gettext_lazy("Account reopened"),
}
"""What the history of an account shows, in words."""


class StaffSearchForm(forms.Form):
    """Whom to show."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        attrs={"placeholder": gettext_lazy("Name, user name or e-mail")},
    )
    state = forms.ChoiceField(label=gettext_lazy("Account"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", _("All")), (OPEN, _("Open")), (CLOSED, _("Closed"))]  # type: ignore[attr-defined]


@require_safe
@requires(Permission.KEEP_STAFF)
def staff(request: Request) -> HttpResponse:
    """List the staff, the newest first."""
    form = StaffSearchForm(request.GET)
    form.is_valid()
    rows = staff_found(form.cleaned_data.get("q", ""))
    if state := form.cleaned_data.get("state"):
        rows = rows.filter(closed_at=None) if state == OPEN else rows.exclude(closed_at=None)
    page = page_by_key(request, rows, "created_at", descending=True)
    context = {
        "form": form,
        "rows": [_row(person, request.actor.at) for person in page.rows],
        "page": page,
        "found": figure(capped_count(rows)),
        "unstaffed": [desk.name for desk in unstaffed_desks()],
    }
    return render(request, "backoffice/staff.html", context, status=422 if form.errors else 200)


def _row(person: User, at: datetime) -> dict[str, Any]:
    factor: SecondFactor | None = getattr(person, "second_factor", None)
    return {
        "person": person,
        "roles": [role_words(one.role, one.desk) for one in sorted(person.staff_roles.all(), key=lambda one: one.pk)],
        "enrolled": factor is not None and factor.confirmed_at is not None,
        "state": state_tag(person, at),
    }


def state_tag(person: User, at: datetime) -> Tag:
    """Return whether a staff account is open, closed, or waits for its person to choose a password."""
    if not person.is_active:
        return Tag(_("Closed"))
    if person.email_confirmed_at is not None:
        return Tag(_("Open"), "ok")
    link = getattr(person, "recovery_link", None)
    return Tag(_("Invited"), "wa") if link is not None and link.expires_at > at else Tag(_("Link expired"), "er")


def staff_member(pk: int) -> User:
    """Return the staff account with that key. Raises Http404."""
    found = staff_found("").filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


@require_safe
@requires(Permission.KEEP_STAFF)
def clerk(request: Request, pk: int) -> HttpResponse:
    """Show somebody's account, and what happened to it."""
    person = staff_member(pk)
    entries = AuditEntry.objects.filter(about=person.about, event__in=EVENTS).order_by("-at", "-pk")[:LATEST]
    context = _row(person, request.actor.at) | {
        "own": person == request.person,
        "link": getattr(person, "recovery_link", None) if person.email_confirmed_at is None else None,
        "held": figure(capped_count(Case.objects.open().filter(assigned_to=person))),
        "history": [
            {"entry": entry, "event": EVENTS[entry.event], "reason": entry.facts.get("reason"), **_told(entry.facts)}
            for entry in entries
        ],
    }
    return render(request, "backoffice/staff_member.html", context)


def _told(facts: dict[str, Any]) -> dict[str, str]:
    """Return before and after in words, where they differ."""
    before, after = (_words(facts.get(name, "")) for name in ("before", "after"))
    return {"before": before, "after": after} if before != after else {}


def _words(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    roles = [role_words(role, desk) for role, _space, desk in (one.partition(" ") for one in value)]
    return ", ".join(roles) or _("no role")
