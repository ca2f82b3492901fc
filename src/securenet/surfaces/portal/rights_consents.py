"""What other Organization Admins want for themselves, and need this one's consent to (R22b)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.consent import confirm_grant, refuse_grant
from securenet.domain.entitlements.models import Entitlement, GrantProposal
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.rights import row_of
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

AGREE, REFUSE = "agree", "refuse"


class ConsentForm(forms.Form):
    """Agreed, or not and why."""

    choice = forms.RadioField(
        label=gettext_lazy("Your answer"),
        choices=[(AGREE, gettext_lazy("I agree")), (REFUSE, gettext_lazy("I do not agree"))],
        panels={REFUSE: ["reason"]},
    )
    reason = forms.TextField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("The member will read it.")
    )


def _waiting(request: Request) -> QuerySet[GrantProposal]:
    today = local_date(request.actor.at)
    theirs = Entitlement.objects.active(today).administered_by(request.person, today).exclude(member=request.person)
    return (
        GrantProposal.objects.filter(decided_at=None, entitlement__in=theirs)
        .select_related("entitlement__member")
        .order_by("proposed_at", "pk")
    )


def _row(proposal: GrantProposal, language: str) -> dict[str, Any]:
    right = proposal.entitlement
    return row_of(right) | {
        "proposal": proposal,
        "function": profile().function_label(right.service, proposal.function, language),
    }


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def consents(request: Request) -> HttpResponse:
    """List what waits for the member's consent (R22b)."""
    return render(
        request,
        "portal/rights/consents.html",
        {"rows": [_row(one, request.LANGUAGE_CODE) for one in _waiting(request)]},
    )


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def consent(request: Request, pk: int) -> HttpResponse:
    """Agree to what another admin wants, or not (R22b)."""
    proposal = _waiting(request).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["choice"] == AGREE:
                confirm_grant(proposal, by=request.actor)
            else:
                refuse_grant(proposal, reason=form.cleaned_data["reason"], by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            request.session["notice"] = _("Your answer has been sent.")
            return HttpResponseRedirect(reverse("consents"))
    context = _row(proposal, request.LANGUAGE_CODE) | {"form": form}
    return render(request, "portal/rights/consent.html", context, status=422 if form.errors else 200)
