"""Who acts under a mandate: chosen and removed by the mandated organization's Organization Admin (R22d)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.assignments import assign_officer, remove_officer
from securenet.domain.entitlements.models import Entitlement, EntitlementQuerySet, Mandate, MandateStatus
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.mandate_forms import AssignForm, SearchForm
from securenet.surfaces.portal.mandates import ON_A_PAGE, mandate_words, seen_mandate
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request


def _of_agent(request: Request, pk: int) -> Mandate:
    """Return a mandate in force that the member's organization has received. Raises Http404."""
    mandate, today = seen_mandate(request, pk), local_date(request.actor.at)
    own = Entitlement.objects.admins(today).filter(member=request.person, organization=mandate.agent_id)
    if mandate.status != MandateStatus.ACTIVE or not own.filter(service=mandate.service).exists():
        raise Http404
    return mandate


def _free(request: Request, mandate: Mandate) -> EntitlementQuerySet:
    """Return the rights at the agent whose holders do not act under the mandate yet."""
    assigned = mandate.assignments.filter(ended_at=None, entitlement=OuterRef("pk"))
    rights = Entitlement.objects.active(local_date(request.actor.at))
    return rights.filter(~Exists(assigned), organization=mandate.agent_id, service=mandate.service)


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def mandate_officers(request: Request, pk: int) -> HttpResponse:
    """Look for an officer to act under a mandate."""
    mandate = _of_agent(request, pk)
    form = SearchForm({"q": request.GET.get("q", "")})
    rights = _free(request, mandate).select_related("member").order_by("member__name_en", "pk")
    if form.is_valid() and (text := form.cleaned_data["q"]):
        names = ("member__name_th", "member__name_en", "member__username")
        rights = rights.filter(Q(*((f"{name}__icontains", text) for name in names), _connector=Q.OR))
    page = Paginator(rights, ON_A_PAGE).get_page(request.GET.get("page", "1"))
    rows = [{"right": right, "role": role_label(right.role)} for right in page]
    context = mandate_words(mandate) | {"form": form, "page": page, "rows": rows}
    return render(request, "portal/mandates/officers.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def mandate_assign(request: Request, pk: int, right: int) -> HttpResponse:
    """Let an officer act under a mandate with some of its functions."""
    mandate = _of_agent(request, pk)
    words = mandate_words(mandate)
    holder = _free(request, mandate).select_related("member", "organization").filter(pk=right).first()
    if holder is None:
        if mandate.assignments.filter(ended_at=None, entitlement=right).exists():
            return HttpResponseRedirect(reverse("mandate", args=[pk]))
        raise Http404
    choices = list(zip(mandate.functions, words["functions"], strict=True))
    form = AssignForm(
        request.POST if request.method == "POST" else None, choices=choices, initial={"functions": mandate.functions}
    )
    if request.method == "POST" and form.is_valid():
        try:
            assign_officer(mandate, holder, functions=form.cleaned_data["functions"], by=request.actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            said = _("%(name)s now acts under the mandate and is told by mail.")
            request.session["notice"] = said % {"name": holder.member.name_in(request.LANGUAGE_CODE)}
            return HttpResponseRedirect(reverse("mandate", args=[pk]))
    context = words | {"form": form, "right": holder, "role": role_label(holder.role)}
    return render(request, "portal/mandates/assign.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def mandate_remove(request: Request, pk: int, assignment: int) -> HttpResponse:
    """Take an officer from a mandate at once."""
    mandate = _of_agent(request, pk)
    found = get_object_or_404(mandate.assignments.select_related("mandate", "entitlement__member"), pk=assignment)
    remove_officer(found, by=request.actor)
    request.session["notice"] = _("The officer no longer acts under the mandate.")
    return HttpResponseRedirect(reverse("mandate", args=[pk]))
