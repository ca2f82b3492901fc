"""The chain of authority as the service desk keeps it, and where Organization Admins are missing (R22a, R22b, R22f)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.approvals.queries import capped_count
from securenet.domain.entitlements.chain import end_appointment, hanging_below
from securenet.domain.entitlements.models import Entitlement, Role, Shortage
from securenet.domain.organizations.chain import Letter, record_appointment
from securenet.domain.organizations.models import Appointment, Organization, Rung
from securenet.domain.profile.queries import profile
from securenet.surfaces.backoffice.organization_changes import GET_OR_POST
from securenet.surfaces.backoffice.organizations import organization_seen
from securenet.surfaces.backoffice.words import figure, language
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import carried_out
from securenet.surfaces.shared.request import Request

SHOWN = 200


class AppointmentForm(forms.Form):
    """What a letter of appointment says: of a signatory, or of an Organization Admin who holds a right."""

    rung = forms.RadioField(
        label=gettext_lazy("Who is appointed"),
        panels={Rung.SIGNATORY: ["holder_name", "holder_email", "appointed_by"], Rung.ADMIN: ["holder", "above"]},
        choices=[(Rung.SIGNATORY, Rung.SIGNATORY.label), (Rung.ADMIN, Rung.ADMIN.label)],
    )
    holder_name = forms.CharField(label=gettext_lazy("Name of the signatory"), max_length=200)
    holder_email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    appointed_by = forms.CharField(label=gettext_lazy("Authorised signatory who signed the letter"), max_length=200)
    holder = forms.ChoiceField(label=gettext_lazy("Organization Admin"))
    above = forms.ChoiceField(label=gettext_lazy("Appointed by"))
    from_date = forms.DateField(label=gettext_lazy("From"))
    until_date = forms.DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, organization: Organization, data: QueryDict | None) -> None:
        super().__init__(data)
        self.signatories = {str(one.pk): one for one in living(organization, Rung.SIGNATORY)}
        admins = Entitlement.objects.held().filter(organization=organization, role=Role.ORGANIZATION_ADMIN)
        self.admins = {str(right.pk): right for right in admins.select_related("member").order_by("pk")[:SHOWN]}
        self.fields["above"].choices = [(key, one.holder_name) for key, one in self.signatories.items()]  # type: ignore[attr-defined]
        self.fields["holder"].choices = [  # type: ignore[attr-defined]
            (key, f"{right.member.name_in(language())} – {profile().service(right.service).name}")
            for key, right in self.admins.items()
        ]

    def record(self, organization: Organization, request: Request) -> Appointment:
        """Record the letter. Raises a Refusal."""
        data = self.cleaned_data
        right = self.admins.get(data["holder"] or "")
        letter = Letter(
            rung=Rung(data["rung"]),
            holder_name=right.member.name_in(language()) if right else data["holder_name"],
            holder_email=right.member.email if right else data["holder_email"],
            appointed_by=data["appointed_by"] or "",
            service=right.service if right else "",
            from_date=data["from_date"],
            until_date=data["until_date"],
        )
        return record_appointment(
            organization,
            letter,
            above=self.signatories.get(data["above"] or ""),
            member=right.member if right else None,
            submission=right.case.submission if right and right.case else None,
            by=request.actor,
        )


class EndForm(forms.Form):
    """Why an appointment ends, and what becomes of what hangs below it."""

    reason = forms.TextField(label=gettext_lazy("Reason"))
    below = forms.ChoiceField(label=gettext_lazy("What hangs below"))

    def __init__(self, appointment: Appointment, data: QueryDict | None) -> None:
        super().__init__(data)
        others = living(appointment.organization, Rung(appointment.rung)).exclude(pk=appointment.pk)
        self.others = {str(one.pk): one for one in others}
        under = [(key, _("Goes under %(name)s") % {"name": one.holder_name}) for key, one in self.others.items()]
        self.fields["below"].choices = [("end", _("Ends at once, with its rights")), *under]  # type: ignore[attr-defined]


def living(organization: Organization, rung: Rung) -> Any:
    """Return the living appointments of a step."""
    return Appointment.objects.filter(organization=organization, rung=rung, ended_at=None).order_by("pk")


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def add(request: Request, pk: int) -> HttpResponse:
    """Record an appointment from its letter."""
    organization = organization_seen(pk)
    form = AppointmentForm(organization, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = partial(form.record, organization, request)
        if carried_out(request, form, act):
            request.session["notice"] = _("The appointment is on record.")
            return HttpResponseRedirect(reverse("organization", args=[pk]) + "#chain")
    context = {"organization": organization, "form": form}
    return render(request, "backoffice/appointment_add.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@requires(Permission.KEEP_ORGANIZATIONS)
def end(request: Request, pk: int, number: int) -> HttpResponse:
    """Show what hangs below an appointment; end it, with that or after hanging it elsewhere."""
    found = Appointment.objects.filter(organization=organization_seen(pk), pk=number) if number < 2**63 else None
    appointment = found.select_related("organization").first() if found is not None else None
    if appointment is None:
        raise Http404
    form = EndForm(appointment, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        successor = form.others.get(form.cleaned_data["below"])
        act = partial(
            end_appointment, appointment, reason=form.cleaned_data["reason"], successor=successor, by=request.actor
        )
        if carried_out(request, form, act):
            request.session["notice"] = _("The appointment has ended.")
            return HttpResponseRedirect(reverse("organization", args=[pk]) + "#chain")
    below = hanging_below(appointment)
    context = {
        "organization": appointment.organization,
        "appointment": appointment,
        "form": form,
        "below": [{"appointment": one, "rung": Rung(one.rung).label} for one in below[:SHOWN]],
        "number": len(below),
    }
    return render(request, "backoffice/appointment_end.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.SEE_ORGANIZATIONS)
def vacancies(request: Request) -> HttpResponse:
    """List where Organization Admins are missing, the most urgent first."""
    open_ones = Shortage.objects.filter(ended_at=None).select_related("organization").order_by("due_date", "pk")
    rows = [
        {
            "shortage": one,
            "service": profile().service(one.service).name,
            "kind": Shortage.Kind(one.kind).label,
            "tone": "er" if one.kind == Shortage.Kind.VACANCY else "wa",
        }
        for one in open_ones[:SHOWN]
    ]
    context = {"rows": rows, "found": figure(capped_count(open_ones))}
    return render(request, "backoffice/vacancies.html", context)
