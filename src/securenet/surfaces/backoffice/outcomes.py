"""What became of each row of a bulk action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from securenet.domain.approvals.models import Case
from securenet.surfaces.backoffice.words import asked, name_of
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

KEPT = "outcomes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: nothing in `refusal` when it was done."""

    case: int
    refusal: str = ""


def go_to_outcomes(request: Request, outcomes: Sequence[Outcome], *, back: str) -> HttpResponse:
    """Keep the outcomes for one look and lead to their page; `back` is where to go on from there."""
    rows = [[outcome.case, outcome.refusal] for outcome in outcomes]
    request.session[KEPT] = {"rows": rows, "back": back}
    return HttpResponseRedirect(reverse("outcomes"))


@require_safe
@requires(Permission.DECIDE_CASES)
def outcomes(request: Request) -> HttpResponse:
    """Tell per row what happened."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if not kept:
        return HttpResponseRedirect(reverse("home"))
    cases = Case.objects.select_related("submission__applicant", "subject").in_bulk(
        [key for key, _refusal in kept["rows"]]
    )
    rows = [
        {
            "number": cases[key].submission_id,
            "applicant": name_of(cases[key].person),
            "asked": asked(cases[key]),
            "state": cases[key].state_now.label,
            "refusal": refusal,
        }
        for key, refusal in kept["rows"]
        if key in cases
    ]
    context = {
        "done": [row for row in rows if not row["refusal"]],
        "refused": [row for row in rows if row["refusal"]],
        "back": kept["back"],
    }
    return render(request, "backoffice/outcomes.html", context)
