"""Correcting what was sent, with the answer to the question that asked for it (R24b)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from securenet.domain.registration.correcting import answer_with_corrections
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.cases import answered_too_late, own, require_as_shown, returned_cases
from securenet.surfaces.portal.correct_forms import Corrections
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def correct(request: Request, number: int) -> HttpResponse:
    """Show what was sent in the forms that it was typed into, and send it anew with the answer."""
    submission = own(request, number)
    returned = returned_cases(submission)
    if request.method == "POST" and not returned:
        return answered_too_late(request, submission)
    data = request.POST if request.method == "POST" else None
    forms = Corrections(data, submission, returned, request.LANGUAGE_CODE)
    if not returned or not forms.are_needed:
        return HttpResponseRedirect(reverse("case", args=[number]))
    if data is not None and forms.are_valid():
        try:
            require_as_shown(returned, forms.answer.cleaned_data["stand"])
            answer_with_corrections(
                submission,
                returned,
                answer=forms.answer.cleaned_data["answer"],
                person=forms.person.corrected() if forms.person else None,
                rights={part.case.pk: part.corrected() for part in forms.rights},
                by=request.actor,
            )
        except Refusal as refusal:
            note_refusal(request, refusal)
            forms.refuse(refusal)
        else:
            request.session["notice"] = _("Your corrections and your answer have been sent.")
            return HttpResponseRedirect(reverse("case", args=[number]))
    context = {
        "submission": submission,
        "returned": returned,
        "forms": list(forms),
        "form": forms.answer,
        "person": forms.person,
        "rights": forms.rights,
        "has_errors": any(form.errors for form in forms),
    }
    return render(request, "portal/correct.html", context, status=422 if context["has_errors"] else 200)
