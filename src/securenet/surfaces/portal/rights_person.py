"""One person's right: what an Organization Admin does with it, and giving up one's own (R21, R22, R22c)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.authority import limit_admin
from securenet.domain.entitlements.ending import give_up_right, remove_right, resume_right, suspend_right
from securenet.domain.entitlements.models import HELD, Entitlement, Role, Status, within_reach
from securenet.domain.entitlements.queries import living_grants, reach_of
from securenet.domain.entitlements.renewing import ends_soon, renew_right
from securenet.domain.profile.queries import profile
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.rights import administered_right, row_of
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.request import Request

Act = Callable[..., None]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.TextField(label=gettext_lazy("Reason"), max_length=500)

    def __init__(self, *args: Any, required: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = required
        self.fields["reason"].help_text = (
            _("The member will read it.") if required else _("Your Organization Admins will read it.")
        )


class LimitForm(forms.Form):
    """To which functions an Organization Admin is limited; none ticked stands for no limit."""

    functions = forms.MultipleChoiceField(
        label=gettext_lazy("Functions"),
        required=False,
        help_text=gettext_lazy("Tick nothing to let this person administer everything again."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["functions"].choices = choices  # type: ignore[attr-defined]


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def person(request: Request, pk: int) -> HttpResponse:
    """Show one right that the member administers: functions, dates, what happened to it, and what can be done (R22)."""
    right = administered_right(request, pk)
    today = local_date(request.actor.at)
    limit = reach_of(request.person, today)[right.organization_id, right.service]
    grants = [grant for grant in living_grants(today).filter(entitlement=right) if within_reach(limit, grant.function)]
    context = row_of(right, grants) | {
        "periods": [
            {"period": each, "label": Status(each.status).label}
            for each in right.periods.select_related("person").order_by("-from_at", "-pk")
        ],
        "in_force": right.is_in_force_on(today),
        "may": _may(request, right, limit),
        "ending": {grant.pk for grant in grants if ends_soon(grant.until_date, right.service, today)},
    }
    return render(request, "portal/rights/person.html", context)


def _may(request: Request, right: Entitlement, limit: list[str] | None) -> dict[str, bool]:
    """Return which actions this page offers; the rooms decide again."""
    others = limit is None and right.member_id != request.person.pk
    officers = others and right.role == Role.OFFICER
    soon = ends_soon(right.until_date, right.service, local_date(request.actor.at))
    return {
        "suspend": officers and right.status == Status.ACTIVE,
        "resume": officers and right.status == Status.SUSPENDED,
        "remove": officers,
        "renew": others and soon and right.status == Status.ACTIVE,
        "limit": others and right.role == Role.ORGANIZATION_ADMIN,
    }


@require_http_methods(GET_OR_POST)
@requires(Permission.SEE_OWN)
def give_up(request: Request, pk: int) -> HttpResponse:
    """Ask whether to give up a right of one's own, and do it (R21)."""
    right = Entitlement.objects.filter(pk=pk, member=request.person).select_related("member").first()
    if right is None:
        raise Http404
    if right.status not in HELD:
        return HttpResponseRedirect(reverse("rights"))
    words = {
        "title": _("Give up this right?"),
        "text": _("It ends at once, with the functions that were granted under it. You can ask for it again later."),
        "button": _("Give up the right"),
        "back": reverse("rights"),
    }
    return _ask_why(request, right, give_up_right, words, _("You have given up the right."), required=False)


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def remove(request: Request, pk: int) -> HttpResponse:
    """Ask whether to take an officer's right away, and do it (R21)."""
    right = administered_right(request, pk)
    words = {
        "title": _("End this right?"),
        "text": _("It ends at once, with the functions that were granted under it. The member is told by mail."),
        "button": _("End the right"),
        "back": reverse("person-rights", args=[pk]),
        "then": reverse("rights"),
    }
    return _ask_why(request, right, remove_right, words, _("The right has ended."))


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def suspend(request: Request, pk: int) -> HttpResponse:
    """Ask whether to suspend an officer's right, and do it (R22)."""
    right = administered_right(request, pk)
    words = {
        "title": _("Suspend this right?"),
        "text": _("It cannot be used until you resume it; its functions are kept. The member is told by mail."),
        "button": _("Suspend the right"),
        "back": reverse("person-rights", args=[pk]),
    }
    return _ask_why(request, right, suspend_right, words, _("The right is suspended."))


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def resume(request: Request, pk: int) -> HttpResponse:
    """Ask why a suspended right goes on, and let it (R22)."""
    right = administered_right(request, pk)
    words = {
        "title": _("Resume this right?"),
        "text": _("It can be used again at once, with the functions it had. The member is told by mail."),
        "button": _("Resume the right"),
        "back": reverse("person-rights", args=[pk]),
        "mild": "yes",
    }
    return _ask_why(request, right, resume_right, words, _("The right is in force again."))


def _ask_why(
    request: Request, right: Entitlement, act: Act, words: dict[str, str], done: str, *, required: bool = True
) -> HttpResponse:
    """Show the page that confirms with a reason; on confirmation do it, say so, and go back."""
    form = ReasonForm(request.POST if request.method == "POST" else None, required=required)
    if request.method == "POST" and form.is_valid():
        act = partial(act, right, reason=form.cleaned_data["reason"], by=request.actor)
        if carried_out(request, form, act):
            request.session["notice"] = done
            return HttpResponseRedirect(words.get("then") or words["back"])
    context = row_of(right) | {"form": form, "words": words}
    return render(request, "portal/rights/confirm.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def renew(request: Request, pk: int) -> HttpResponse:
    """Let a right that ends soon go on (R22c)."""
    renew_right(administered_right(request, pk), by=request.actor)
    request.session["notice"] = _("The right is renewed. The member is told by mail.")
    return HttpResponseRedirect(reverse("person-rights", args=[pk]))


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def limit(request: Request, pk: int) -> HttpResponse:
    """Limit another Organization Admin to some functions (R22c)."""
    right = administered_right(request, pk)
    choices = [(function.key, str(function.name)) for function in profile().service(right.service).functions]
    now = {"functions": right.limited_to or []}
    form = LimitForm(request.POST if request.method == "POST" else None, choices=choices, initial=now)
    if request.method == "POST" and form.is_valid():
        act = partial(limit_admin, right, functions=form.cleaned_data["functions"] or None, by=request.actor)
        if carried_out(request, form, act):
            request.session["notice"] = _("What this person administers has been changed.")
            return HttpResponseRedirect(reverse("person-rights", args=[pk]))
    context = row_of(right) | {"form": form}
    return render(request, "portal/rights/limit.html", context, status=422 if form.errors else 200)
