"""Who has what, as a page and as an Excel file, for today or any past day: the piece that doors share (R22, R22d)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.holdings import (
    Moment,
    Place,
    Wanted,
    acting,
    holdings,
    moment_of,
)
from securenet.domain.entitlements.models import HELD, Assignment, Entitlement, Status
from securenet.domain.profile.catalogue import Function
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.actions import record
from securenet.foundation.tables.workbooks import XLSX, Cell, Sheet, workbook
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.request import Request

SIZE, CHUNK = 25, 1000
EARLIEST = date(2000, 1, 1)
TONES = {Status.ACTIVE: "ok", Status.SUSPENDED: "wa", Status.ENDED: "er", Status.REFUSED: "er"}


class WhoEvent(StrEnum):
    """What the ledger calls lists of everybody's rights that were taken away as files."""

    EXPORTED = "who-has-what.exported"


def functions_of_services(keys: set[str]) -> list[tuple[str, str]]:
    """Return the functions of some services as choices, each once."""
    functions: dict[str, Function] = {}
    for service in profile().services:
        if service.key in keys:
            functions |= {function.key: function for function in service.functions}
    return [(key, str(function.name)) for key, function in functions.items()]


class WhoForm(forms.Form):
    """Which day, and what of it."""

    day = forms.DateField(label=pgettext_lazy("rights", "On the day"), required=False)
    q = forms.CharField(label=gettext_lazy("Name or user name"), required=False, max_length=100)
    function = forms.ChoiceField(label=gettext_lazy("Function"), required=False)
    status = forms.ChoiceField(label=pgettext_lazy("right", "Status"), required=False)

    def __init__(self, *args: Any, places: list[Place], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        everything = [("", _("All"))]
        self._choose("function", everything + functions_of_services({service for _key, service in places}))
        self._choose("status", everything + [(str(status), str(status.label)) for status in HELD])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """Take today where nothing is given, and no day that is still to come."""
        day: date = self.cleaned_data["day"] or self.today
        if day > self.today or day < EARLIEST:
            self.add_error("day", _("Give today or a day in the past."))
        return day

    @property
    def wanted(self) -> Wanted:
        """Return what is asked for; nothing in particular where the form is wrong."""
        data = self.cleaned_data
        return Wanted(data.get("q") or "", data.get("function") or "", data.get("status") or "")


def _asked(request: Request, data: Any, places: list[Place]) -> tuple[WhoForm, Moment]:
    today = local_date(request.actor.at)
    typed = data.copy()
    if not any(f"day_{part}" in typed for part in ("day", "month", "year")):
        shown = WhoForm(places=places, today=today, initial={"day": today})
        parts = shown["day"].field.widget.decompress(today)
        typed.update(dict(zip(("day_day", "day_month", "day_year"), map(str, parts), strict=True)))
    form = WhoForm(typed, places=places, today=today)
    form.is_valid()
    return form, moment_of(form.cleaned_data.get("day") or today, request.actor.at)


def who_context(request: Request, places: list[Place]) -> dict[str, Any]:
    """Return what the page shows: everybody's rights at some places on a day, or who acted under mandates."""
    form, moment = _asked(request, request.GET, places)
    by_mandate = request.GET.get("show") == "mandates"
    found: QuerySet[Any] = (acting if by_mandate else holdings)(places, moment, form.wanted)
    page = Paginator(found, SIZE).get_page(request.GET.get("page"))
    row = mandate_row if by_mandate else right_row
    return {
        "form": form,
        "day": moment.day,
        "page": page,
        "rows": [row(each, request.LANGUAGE_CODE) for each in page] if not form.errors else [],
        "by_mandate": by_mandate,
        "query": _query(request),
    }


def _query(request: Request) -> list[tuple[str, str]]:
    """Return the filters, which the other list and the file keep."""
    names = ("day_day", "day_month", "day_year", "q", "function", "status")
    return [(name, request.GET[name]) for name in names if request.GET.get(name)]


def right_row(right: Entitlement, language: str) -> dict[str, Any]:
    """Return a right as it was, in words."""
    service = profile().service(right.service)
    names = {function.key: str(function.name) for function in service.functions}
    status = Status(right.status_then)  # type: ignore[attr-defined]
    grants = right.grants_then  # type: ignore[attr-defined]
    return {
        "name": right.member.name_in(language),
        "username": right.member.username,
        "service": str(service.name),
        "organization": right.organization_name,
        "role": role_label(right.role),
        "functions": [names.get(grant.function, grant.function) for grant in grants],
        "from_date": right.from_date,
        "until_date": right.until_date,
        "status": str(status.label),
        "tone": TONES.get(status, "in"),
    }


def mandate_row(assignment: Assignment, language: str) -> dict[str, Any]:
    """Return who acted under a mandate, in words."""
    mandate, member = assignment.mandate, assignment.entitlement.member
    service = profile().service(mandate.service)
    names = {function.key: str(function.name) for function in service.functions}
    return {
        "name": member.name_in(language),
        "username": member.username,
        "service": str(service.name),
        "principal": mandate.principal.name,
        "agent": mandate.agent.name,
        "functions": [names.get(key, key) for key in assignment.functions],
        "from_date": max(mandate.from_date, local_date(assignment.assigned_at)),
        "until_date": mandate.until_date,
    }


def who_file(request: Request, places: list[Place], *, about: str) -> HttpResponse:
    """Give the same as an Excel file; that it was taken is written down. Raises Http404 for a day that cannot be."""
    form, moment = _asked(request, request.POST, places)
    if form.errors:
        raise Http404
    with transaction.atomic():
        record(
            WhoEvent.EXPORTED,
            by=request.actor,
            about=about,
            day=moment.day.isoformat(),
            places=", ".join(f"{organization} {service}" for organization, service in places),
        )
    language = request.LANGUAGE_CODE
    facts = (places, moment, form.wanted, language)
    content = workbook([_rights_sheet(*facts), _mandates_sheet(*facts)], language=language)
    name = f"who-has-what-{moment.day.isoformat()}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _rights_sheet(places: list[Place], moment: Moment, wanted: Wanted, language: str) -> Sheet:
    def rows() -> Iterator[list[Cell]]:
        for right in holdings(places, moment, wanted).iterator(CHUNK):
            row = right_row(right, language)
            functions = "\n".join(row["functions"])
            keys = ("name", "username", "organization", "service", "role")
            yield [*(row[key] for key in keys), functions, row["from_date"], row["until_date"], row["status"]]

    columns = [
        (_("Name"), 28),
        (_("User name"), 18),
        (_("Organization"), 34),
        (_("Service"), 14),
        (_("Role"), 20),
        (_("Functions"), 34),
        (_("From"), 14),
        (_("Until"), 14),
        (pgettext("right", "Status"), 14),
    ]
    return Sheet(_("Rights"), columns, rows())


def _mandates_sheet(places: list[Place], moment: Moment, wanted: Wanted, language: str) -> Sheet:
    def rows() -> Iterator[list[Cell]]:
        for assignment in acting(places, moment, wanted).iterator(CHUNK):
            row = mandate_row(assignment, language)
            keys = ("name", "username", "principal", "agent", "service")
            functions = "\n".join(row["functions"])
            yield [*(row[key] for key in keys), functions, row["from_date"], row["until_date"]]

    columns = [
        (_("Name"), 28),
        (_("User name"), 18),
        (_("Principal"), 34),
        (_("Agent"), 34),
        (_("Service"), 14),
        (_("Functions"), 34),
        (_("From"), 14),
        (_("Until"), 14),
    ]
    return Sheet(_("Mandates"), columns, rows())
