"""Invitations: sent and called back by an Organization Admin, taken up by whom they reach (R22)."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.invitations import (
    InvitationOver,
    InvitationUnknown,
    InvitationUsed,
    accept_invitation,
    cancel_invitation,
    invite_officer,
    open_invitations,
    places_of,
    require_invitation,
    resend_invitation,
)
from securenet.domain.entitlements.models import Invitation, Role
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.surfaces.portal.journeys import MORE_RIGHTS, REGISTRATION, Draft
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.throttling import allow


class InviteForm(forms.Form):
    """Whom to invite, to what, and in which language to write."""

    place = forms.RadioField(label=gettext_lazy("Organization and service"))
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    language = forms.RadioField(label=gettext_lazy("Language of the mail"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        languages = dict(settings.LANGUAGES)
        spoken = [(key, languages[key]) for key in profile().operator.languages]
        for name, choices in (("place", places), ("language", spoken)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields[name].initial = choices[0][0]


@require_safe
@requires(Permission.ADMINISTER_RIGHTS)
def invitations(request: Request) -> HttpResponse:
    """List the invitations that wait (R22)."""
    at = request.actor.at
    rows = [
        {
            "invitation": each,
            "service": profile().service(each.service).name,
            "is_over": each.expires_at <= at,
        }
        for each in open_invitations(request.person, local_date(at))[:100]
    ]
    return render(request, "portal/rights/invitations.html", {"rows": rows})


@require_http_methods(GET_OR_POST)
@requires(Permission.ADMINISTER_RIGHTS)
def invite(request: Request) -> HttpResponse:
    """Invite an officer by e-mail (R22)."""
    places = {str(right.pk): right for right in places_of(request.person, local_date(request.actor.at))}
    if not places:
        raise Http404
    choices = [
        (key, f"{right.organization_name} – {profile().service(right.service).name}") for key, right in places.items()
    ]
    form = InviteForm(request.POST if request.method == "POST" else None, places=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        right = places[data["place"]]
        try:
            allow(request, profile().throttles.invitation, "invitation", str(request.person.pk))
            invite_officer(
                right.organization,  # type: ignore[arg-type]
                service=right.service,
                email=data["email"],
                language=data["language"],
                by=request.actor,
            )
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            request.session["notice"] = _("The invitation is on its way.")
            return HttpResponseRedirect(reverse("invitations"))
    return render(request, "portal/rights/invite.html", {"form": form}, status=422 if form.errors else 200)


def _own(request: Request, pk: int) -> Invitation:
    found = open_invitations(request.person, local_date(request.actor.at)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def resend(request: Request, pk: int) -> HttpResponse:
    """Send an invitation again (R22)."""
    invitation = _own(request, pk)
    allow(request, profile().throttles.invitation, "invitation", str(request.person.pk))
    resend_invitation(invitation, by=request.actor)
    request.session["notice"] = _("A new mail is on its way. The link in the earlier one has ended.")
    return HttpResponseRedirect(reverse("invitations"))


@require_POST
@requires(Permission.ADMINISTER_RIGHTS)
def cancel(request: Request, pk: int) -> HttpResponse:
    """Call an invitation back (R22)."""
    cancel_invitation(_own(request, pk), by=request.actor)
    request.session["notice"] = _("The invitation has ended.")
    return HttpResponseRedirect(reverse("invitations"))


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def invitation(request: Request, token: str) -> HttpResponse:
    """The mail's link: a page with a button; only the button takes the invitation up (R22)."""
    try:
        if request.method == "POST":
            return _begin(request, accept_invitation(token, by=request.actor))
        found = require_invitation(token, by=request.actor)
    except (InvitationUnknown, InvitationUsed, InvitationOver) as refusal:
        note_refusal(request, refusal)
        return render(request, "portal/rights/invitation_ended.html", {"sentence": str(refusal)}, status=410)
    context = {"invitation": found, "service": profile().service(found.service).name}
    return render(request, "portal/rights/invitation.html", context)


def _begin(request: Request, invitation: Invitation) -> HttpResponse:
    """Open registration, or a member's request, with the right filled in."""
    signed_in = request.member is not None
    draft = Draft(request, MORE_RIGHTS if signed_in else REGISTRATION)
    if draft.sent:
        draft.renew()
    organization = invitation.organization
    right = {
        "id": secrets.token_hex(4),
        "service": invitation.service,
        "service_group": profile().service(invitation.service).group,
        "role": str(Role.OFFICER),
        "organization_number_type": organization.number_type,
        "organization_number": organization.number,
        "organization_country": organization.country,
        "organization_name": organization.name,
        "invitation": invitation.pk,
    }
    draft.save(rights=[right])
    return draft.keep_key(draft.journey.go("rights" if signed_in else "terms"))
