"""New staff choose their password by the link of a mail; the second factor follows at the first sign-in (R33)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.accounts.models import Kind
from securenet.domain.accounts.recovery import (
    RecoveryLinkOld,
    RecoveryLinkUnknown,
    RecoveryLinkUsed,
    require_recovery_link,
    set_password_by_link,
)
from securenet.foundation.refusal import Refusal
from securenet.surfaces.backoffice.sign_in import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import STATUS, note_refusal
from securenet.surfaces.shared.links_in import take_link, taken_link
from securenet.surfaces.shared.passwords import NewPasswordForm
from securenet.surfaces.shared.request import Request

LINK = "staff-password"


@require_safe
@requires(Permission.VISIT)
def opened(request: Request, token: str) -> HttpResponse:
    """Take the token of the mail's link out of the address bar; nothing is used up by that (R12)."""
    return take_link(request, LINK, token, page="staff-password")


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def choose(request: Request) -> HttpResponse:
    """Set the first password by the link with which this browser came."""
    form, status = NewPasswordForm(request.POST if request.method == "POST" else None), 422
    token_hash = taken_link(request, LINK)
    try:
        link = require_recovery_link(token_hash, kind=Kind.STAFF, by=request.actor)
        if request.method == "POST" and form.is_valid():
            set_password_by_link(token_hash, password=form.cleaned_data["password"], kind=Kind.STAFF, by=request.actor)
            request.session["notice"] = _("The password is set. Sign in with it; the second factor follows.")
            return HttpResponseRedirect(reverse("login"))
    except (RecoveryLinkUnknown, RecoveryLinkUsed, RecoveryLinkOld) as refusal:
        note_refusal(request, refusal)
        return render(request, "backoffice/staff_password_ended.html", {"sentence": str(refusal)}, status=410)
    except Refusal as refusal:
        note_refusal(request, refusal)
        form.refuse(refusal)
        status = STATUS.get(type(refusal), 422)
    context = {"form": form, "username": link.user.username}
    return render(request, "backoffice/staff_password.html", context, status=status if form.errors else 200)
