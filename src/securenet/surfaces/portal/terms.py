"""New terms of use, which members accept before they go on (R1)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from securenet.domain.oidc.queries import origins_beyond
from securenet.domain.profile.queries import profile
from securenet.domain.registration.terms import accept_terms, decline_terms
from securenet.surfaces.portal.oidc_logout import leave
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.portal.register_forms import TermsForm
from securenet.surfaces.shared.access import Permission, requires, safe_next
from securenet.surfaces.shared.request import Request


@require_http_methods(GET_OR_POST)
@requires(Permission.ACCEPT_TERMS)
def terms_again(request: Request) -> HttpResponse:
    """Show the terms that have come into force since this member accepted, and note that they accept these, or not.

    Who declines is signed out, and asked again at the next sign-in.
    """
    if "decline" in request.POST:
        decline_terms(by=request.actor)
        leave(request)
        return HttpResponseRedirect(reverse("signed-out"))
    form = TermsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accept_terms(request.person, version=profile().terms.version, by=request.actor)
        return HttpResponseRedirect(safe_next(request, reverse("me")))
    wanted = safe_next(request, "")
    context = {"form": form, "terms": profile().terms, "next": wanted}
    response = render(request, "portal/terms_again.html", context, status=422 if form.errors else 200)
    response.form_targets = [settings.PUBLIC_URLS["portal"], *origins_beyond(wanted)]  # type: ignore[attr-defined]
    return response
