"""What a letter of appointment says, entered once where it lies (R22a)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from securenet.domain.approvals.models import Case, Submission
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.appointing import appointers, read_letter
from securenet.domain.organizations.chain import Letter
from securenet.domain.organizations.models import ABOVE, Rung
from securenet.surfaces.backoffice.case import cases_of, submission_seen
from securenet.surfaces.backoffice.letter_facts import letter_lines
from securenet.surfaces.backoffice.organization_changes import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.request import Request


class LetterForm(forms.Form):
    """A letter: of a signatory, who has no account, or of the applicant, whose name is known."""

    holder_name = forms.CharField(label=gettext_lazy("Name of the signatory"), max_length=200)
    holder_email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    appointed_by = forms.CharField(label=gettext_lazy("Authorised signatory who signed the letter"), max_length=200)
    above = forms.ChoiceField(label=gettext_lazy("Appointed by"), required=False)
    from_date = forms.DateField(label=gettext_lazy("From"))
    until_date = forms.DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, case: Case, rung: Rung, data: QueryDict | None, **facts: Any) -> None:
        super().__init__(data, **facts)
        self.rung = rung
        self.able = {str(one.pk): one for one in appointers(case.entitlement, rung)}
        for name in ("holder_name", "holder_email", "appointed_by") if rung in ABOVE else ("above",):
            del self.fields[name]
        if rung in ABOVE:
            choices = [(key, one.holder_name) for key, one in self.able.items()]
            self.fields["above"].choices = [("", _("The only one on record")), *choices]  # type: ignore[attr-defined]

    def letter(self) -> Letter:
        """Return what was typed."""
        data = self.cleaned_data
        return Letter(
            rung=self.rung,
            holder_name=data.get("holder_name") or "",
            holder_email=data.get("holder_email") or "",
            appointed_by=data.get("appointed_by") or "",
            from_date=data["from_date"],
            until_date=data["until_date"],
        )


def _case(submission: Submission, pk: int, rung: str) -> tuple[Case, Rung]:
    """Return a right's case with a step whose letter is to be read. Raises Http404."""
    found = next((case for case in cases_of(submission) if case.pk == pk and hasattr(case, "entitlement")), None)
    if found is None or rung not in Rung.values:
        raise Http404
    address = reverse("case-letter", args=[submission.number, pk, rung])
    if all(line.address != address for line in letter_lines(found, found.entitlement)):
        raise Http404
    return found, Rung(rung)


@require_http_methods(GET_OR_POST)
@requires(Permission.NOTE_PAPERS)
def letter(request: Request, number: int, pk: int, rung: str) -> HttpResponse:
    """Enter what a letter of appointment among a request's papers says."""
    submission = submission_seen(request, number)
    case, step = _case(submission, pk, rung)
    known = next((one for one in case.letters.all() if one.rung == rung), None)
    initial = {
        name: getattr(known, name) if known else None
        for name in ("holder_name", "holder_email", "appointed_by", "from_date", "until_date")
    }
    initial |= {"from_date": initial["from_date"] or local_date(request.actor.at), "above": known and known.above_id}
    form = LetterForm(case, step, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        above = form.able.get(form.cleaned_data.get("above") or "")
        act = partial(read_letter, case, form.letter(), above=above, by=request.actor)
        if carried_out(request, form, act):
            request.session["notice"] = _("What the letter says is saved.")
            return HttpResponseRedirect(reverse("case", args=[number]) + f"#item-{pk}")
    context = {
        "submission": submission,
        "case": case,
        "rung": step.label,
        "signatory": step == Rung.SIGNATORY,
        "paper": next((item for item in submission.papers.all() if item.appoints == rung), None),
        "form": form,
    }
    return render(request, "backoffice/letter.html", context, status=422 if form.errors else 200)
