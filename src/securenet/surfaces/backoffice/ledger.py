"""Reading the audit trail, and having its chain checked (R84)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from securenet.domain.approvals.queries import capped_count
from securenet.domain.calendar.queries import end_of_day
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.audit.verification import unsealed, verify
from securenet.surfaces.backoffice.words import figure
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.paging import DayField, page_by_key
from securenet.surfaces.shared.request import Request

VERIFIED = "ledger-verified"
PROBLEMS_SHOWN = 20
ONE_DAY = timedelta(days=1)


class LedgerForm(forms.Form):
    """Which entries to show. Words stand as they are in the ledger; an event or object may be cut short."""

    actor = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=150)
    about = forms.CharField(label=gettext_lazy("On what"), required=False, max_length=200)
    event = forms.CharField(label=gettext_lazy("Event"), required=False, max_length=80)
    day = DayField(label=gettext_lazy("On the day"), required=False)


@require_safe
@requires(Permission.READ_AUDIT)
def audit(request: Request) -> HttpResponse:
    """Show the ledger, newest first."""
    form = LedgerForm(request.GET)
    form.is_valid()
    entries = _found(form.cleaned_data)
    page = page_by_key(request, entries, "at", descending=True)
    context = {
        "form": form,
        "rows": [{"entry": entry, "facts": _facts(entry.facts)} for entry in page.rows],
        "page": page,
        "found": figure(capped_count(entries)),
        "verified": request.session.pop(VERIFIED, None) if VERIFIED in request.session else None,
    }
    return render(request, "backoffice/audit.html", context, status=422 if form.errors else 200)


def _found(wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.all()
    if wanted.get("actor"):
        entries = entries.filter(actor=wanted["actor"])
    if wanted.get("about"):
        entries = entries.filter(about__startswith=wanted["about"])
    if wanted.get("event"):
        entries = entries.filter(event__startswith=wanted["event"])
    if day := wanted.get("day"):
        entries = entries.filter(at__gt=end_of_day(day - ONE_DAY), at__lte=end_of_day(day))
    return entries


def _facts(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, _words(value)) for name, value in facts.items() if value not in ("", None)]


def _words(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


@require_POST
@requires(Permission.READ_AUDIT)
def check_chain(request: Request) -> HttpResponse:
    """Read the whole ledger and tell whether it is what was sealed."""
    problems = verify()
    request.session[VERIFIED] = {
        "problems": [str(problem) for problem in problems[:PROBLEMS_SHOWN]],
        "number": len(problems),
        "unsealed": unsealed(),
    }
    return HttpResponseRedirect(reverse("audit"))
