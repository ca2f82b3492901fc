"""Functions granted and withdrawn by an Organization Admin (R22)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.grants import grant_functions, prolong_function, withdraw_function
from securenet.domain.entitlements.models import Entitlement, within_reach
from securenet.domain.entitlements.queries import living_grants, reach_of
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.rights import administered_right, row_of
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request


class GrantForm(forms.Form):
    """Which functions, from when, until when."""

    functions = forms.MultipleChoiceField(label=gettext_lazy("Functions"))
    from_date = forms.DateField(label=gettext_lazy("From"))
    until_date = forms.DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["functions"].choices = choices  # type: ignore[attr-defined]


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def grant(request: Request, pk: int) -> HttpResponse:
    """Let a member use functions (R22)."""
    right = administered_right(request, pk)
    service = profile().service(right.service)
    today = local_date(request.actor.at)
    limit = reach_of(request.person, today)[right.organization_id, right.service]
    grants = list(living_grants(today).filter(entitlement=right))
    held = {grant.function for grant in grants}
    choices = [
        (function.key, str(function.name))
        for function in service.functions
        if function.key not in held and within_reach(limit, function.key)
    ]
    if request.method == "POST" and held.issuperset(asked := request.POST.getlist("functions")) and asked:
        return HttpResponseRedirect(reverse("person-rights", args=[pk]))
    form = GrantForm(request.POST if request.method == "POST" else None, choices=choices, initial={"from_date": today})
    if request.method == "POST" and form.is_valid() and _granted(request, right, form):
        return HttpResponseRedirect(reverse("person-rights", args=[pk]))
    context = row_of(right, grants) | {"form": form, "choices": choices}
    return render(request, "portal/rights/grant.html", context, status=422 if form.errors else 200)


def _granted(request: Request, right: Entitlement, form: GrantForm) -> bool:
    data = form.cleaned_data
    try:
        waiting = grant_functions(
            right,
            functions=data["functions"],
            from_date=data["from_date"],
            until_date=data["until_date"],
            by=request.actor,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    name = right.member.name_in(request.LANGUAGE_CODE)
    request.session["notice"] = (
        _("Another Organization Admin has to agree first. They are told by mail.")
        if waiting
        else _("The functions are granted. %(name)s is told by mail.") % {"name": name}
    )
    return True


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def withdraw_grant(request: Request, pk: int, function: str) -> HttpResponse:
    """Take a function away at once (R22)."""
    right = administered_right(request, pk)
    withdraw_function(right, function=function, by=request.actor)
    request.session["notice"] = _("The function is withdrawn.")
    return HttpResponseRedirect(reverse("person-rights", args=[pk]))


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def prolong_grant(request: Request, pk: int, function: str) -> HttpResponse:
    """Let a function that ends soon go on as long as its right (R22c)."""
    right = administered_right(request, pk)
    prolong_function(right, function=function, by=request.actor)
    request.session["notice"] = _("The function is renewed. The member is told by mail.")
    return HttpResponseRedirect(reverse("person-rights", args=[pk]))
