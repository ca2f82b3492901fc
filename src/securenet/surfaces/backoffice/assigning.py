"""Taking cases and giving them to colleagues, one or many at once (R30)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from securenet.domain.accounts.models import Kind, User
from securenet.domain.approvals.assigning import assign_case
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.queries import for_queue
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.decisions import read_pick, require_as_shown
from securenet.surfaces.backoffice.outcomes import Outcome, go_to_outcomes
from securenet.surfaces.backoffice.queue import rows_of
from securenet.surfaces.backoffice.sign_in import GET_OR_POST
from securenet.surfaces.backoffice.words import name_of
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

MOST = 100


class AssignForm(forms.Form):
    """Who is to work on the cases."""

    to = forms.ChoiceField(label=gettext_lazy("Who will work on them"))

    def __init__(self, people: list[User], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(user.pk): user for user in people}
        self.fields["to"].choices = [(key, name_of(user)) for key, user in self.people.items()]  # type: ignore[attr-defined]


def picked_cases(request: Request, field: str = "pick") -> list[tuple[Case, int]]:
    """Return the open cases at the person's desks that a form has ticked, with the revisions that it had shown."""
    sent = request.POST if request.method == "POST" else request.GET
    picks = dict(pick for text in sent.getlist(field)[:MOST] if (pick := read_pick(text)))
    found = for_queue(Case.objects.open().at_desks(request.actor.desks).filter(pk__in=picks))
    return [(case, picks[case.pk]) for case in found.order_by("due_at", "pk")]


@require_http_methods(GET_OR_POST)
@requires(Permission.DECIDE_CASES)
def assign(request: Request) -> HttpResponse:
    """Show what was ticked and ask who is to work on it; then give it to them, each case by itself."""
    picked = picked_cases(request)
    if not picked:
        return HttpResponseRedirect(reverse("cases"))
    people = _colleagues({case.desk for case, _revision in picked}, request.person)
    form = AssignForm(people, request.POST if request.method == "POST" else None, initial={"to": request.person.pk})
    if request.method == "POST" and form.is_valid():
        return _assign_each(request, picked, form.people[form.cleaned_data["to"]])
    rows = rows_of((case for case, _revision in picked), request.actor)
    return render(request, "backoffice/assign.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


def _colleagues(desks: set[str], person: User) -> list[User]:
    """Return who stands at every one of the desks, the person themself first."""
    staff = User.objects.filter(kind=Kind.STAFF, closed_at=None)
    for desk in desks:
        staff = staff.filter(staff_roles__desk=desk)
    return sorted(staff.distinct(), key=lambda user: (user.pk != person.pk, name_of(user)))


def _assign_each(request: Request, picked: list[tuple[Case, int]], to: User) -> HttpResponse:
    outcomes = []
    for case, revision in picked:
        try:
            require_as_shown(case, revision)
            assign_case(case, to=to, by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            outcomes.append(Outcome(case.pk, str(refusal)))
        else:
            outcomes.append(Outcome(case.pk))
    if any(outcome.refusal for outcome in outcomes):
        return go_to_outcomes(request, outcomes, back=reverse("cases"))
    words = ngettext(
        "%(number)d request was assigned to %(name)s.", "%(number)d requests were assigned to %(name)s.", len(outcomes)
    )
    request.session["notice"] = words % {"number": len(outcomes), "name": name_of(to)}
    return HttpResponseRedirect(reverse("cases"))
