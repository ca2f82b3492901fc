"""The queue: every case at the person's desks, searched, filtered, sorted, and taken (R30)."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case, CaseQuerySet
from securenet.domain.approvals.queries import (
    capped_count,
    cases_at,
    due_soon,
    for_queue,
    matching,
    overdue,
    ready,
    tally,
    whole_submission,
)
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import business_days_left, closing_of, end_of_day
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.documents.codes import UnreadableCode, read_document_code
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.decisions import pick_of
from securenet.surfaces.backoffice.lines import Row, queue_lines
from securenet.surfaces.backoffice.words import (
    NAMES,
    OF_NO_SERVICE,
    Tag,
    asked_parts,
    figure,
    left_tag,
    name_of,
    state_tag,
)
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import AUDITOR, OPENED_BY, Permission, requires
from securenet.surfaces.shared.paging import DayField, page_by_key
from securenet.surfaces.shared.request import Request

SORTED_BY = {"due": "due_at", "number": "submission_id", "received": "submission__submitted_at"}
CASE = ("kind", "service", "role", "state", "revision", "due_at", "organization_name", "organization_number")
PEOPLE = ("submission__applicant", "subject", "assigned_to")
SHOWN = (*CASE, "submission__submitted_at", *PEOPLE, *(f"{who}__{name}" for who in PEOPLE for name in NAMES))
"""What is read for a line; identity numbers stay sealed where they are."""
OVERDUE, SOON, READY = "overdue", "soon", "ready"


CODE_START, THAI_START = "SN1:", "ฆ์ๅซ"
"""How the code of a form begins, and what a scanner makes of that on a Thai keyboard."""
FROM_THAI_KEYBOARD = str.maketrans(
    'ๅ/-ภถุึคตจขๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ๘๐"ฎฑธํ๊ณฯญฤฆฏโฌ็๋ษศซ()ฉฮฺ์?',
    "1234567890-qwertyuiop[]asdfghjkl;'zxcvbnm,./_QWERTYUIOPASDFGHJKL:ZXCVBNM",
)


class MisreadCode(Refusal):
    """A scanner took a code of ours for something else."""

    sentence = gettext_lazy("The code could not be read. Scan it once more, or type the request's number.")
    field = "q"


class CodeNotHere(Refusal):
    """The code of a request that does not exist or that the person does not see."""

    sentence = gettext_lazy("Request %(number)d is not at your desk.")
    field = "q"


class QueueForm(forms.Form):
    """What to look for in a queue."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        attrs={"placeholder": gettext_lazy("Number, name, organization or bar code")},
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    asked = forms.ChoiceField(label=gettext_lazy("Right asked for"), required=False)
    due = DayField(label=gettext_lazy("Due by"), required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("All that are open")),
            (READY, _("Ready to be decided")),
            (OVERDUE, _("Overdue")),
            (SOON, _("Due within 1 business day")),
            *((str(state), state.label) for state in State),
        ]
        self.fields["asked"].choices = [("", _("All")), *_rights(), *OF_NO_SERVICE.items()]  # type: ignore[attr-defined]


def _rights() -> list[tuple[str, str]]:
    services = [service for service in profile().services if service.open]
    return [
        (f"{service.key}:{role}", f"{service.name} – {role_label(role)}")
        for service in services
        for role in service.roles
    ]


def rows_of(cases: Iterable[Case], by: Actor) -> list[Row]:
    """Return the rows of cases that `for_queue` has read."""
    closing = closing_of(profile())

    @cache
    def days(due: datetime) -> Tag:
        return left_tag(business_days_left(by.at, due, closing=closing))

    return [_row(case, None if case.is_ended else days(case.due_at)) for case in cases]


def _row(case: Case, days: Tag | None) -> Row:
    return Row(
        case=case,
        pick=pick_of(case),
        number=case.submission_id,
        applicant=name_of(case.person),
        asked=asked_parts(case),
        state=state_tag(case, papers_missing=getattr(case, "papers_missing", 0)),
        days=days,
        owner=name_of(case.assigned_to),
    )


def desks_seen(request: Request) -> Set[str] | None:
    """Return the desks whose cases the person sees; None, every desk, for auditors."""
    return None if AUDITOR in request.powers else request.actor.desks


@require_safe
@requires(Permission.SEE_CASES)
def cases(request: Request) -> HttpResponse:
    """Show the queue."""
    form = QueueForm(request.GET)
    form.is_valid()
    try:
        if address := _scanned(request, form.cleaned_data.get("q", "")):
            return HttpResponseRedirect(address)
    except Refusal as refusal:
        form.refuse(refusal)
    queue = cases_at(desks_seen(request))
    order = request.GET.get("sort", "")
    order = order if order.removeprefix("-") in SORTED_BY else "due"
    found = _filtered(queue, form.cleaned_data, request.actor)
    field = SORTED_BY[order.removeprefix("-")]
    page = page_by_key(request, for_queue(found).only(*SHOWN), field, descending=order.startswith("-"))
    may_take = bool(request.powers & OPENED_BY[Permission.DECIDE_CASES])
    count = tally(queue, request.actor.at)
    context = {
        "form": form,
        "sort": order,
        "lines": queue_lines(rows_of(page.rows, request.actor), may_take=may_take),
        "page": page,
        "found": figure(capped_count(found) if any(form.cleaned_data.values()) else count.open),
        "tiles": {name: figure(getattr(count, name)) for name in ("open", "overdue", "due_soon", "ready")},
        "may_take": may_take,
        "at": request.actor.at,
    }
    return render(request, "backoffice/cases.html", context, status=422 if form.errors else 200)


def _scanned(request: Request, text: str) -> str:
    """Return where the code of a form leads that a scanner typed into the search, nothing for other text.

    Raises MisreadCode, or CodeNotHere. A scanner types as a keyboard does: in Thai where the machine is set to Thai.
    """
    typed = text.strip().translate(FROM_THAI_KEYBOARD) if text.strip().startswith(THAI_START) else text.strip()
    if not typed.upper().startswith(CODE_START):
        return ""
    try:
        number, paper = read_document_code(typed)
    except UnreadableCode as error:
        raise MisreadCode from error
    if whole_submission(number, desks_seen(request)) is None:
        raise CodeNotHere(number=number)
    return reverse("case", args=[number]) + f"#paper-{paper}"


def _filtered(queue: CaseQuerySet, wanted: dict[str, Any], by: Actor) -> CaseQuerySet:
    state, right, due = wanted.get("state"), wanted.get("asked"), wanted.get("due")
    special = {OVERDUE: overdue(by.at), SOON: due_soon(by.at), READY: ready()}
    queue = queue.filter(special.get(state, Q(state=state))) if state else queue.open()
    if right:
        service, _colon, role = right.partition(":")
        queue = queue.filter(service=service, role=role) if role else queue.filter(kind=right)
    if due:
        queue = queue.filter(due_at__lte=end_of_day(due))
    return queue.filter(matching(wanted["q"])) if wanted.get("q") else queue
