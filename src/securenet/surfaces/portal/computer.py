"""Check my computer: clock, token, chain, certificate, and a code for the service desk (R50a)."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from securenet.domain.certificates.checking import findings_of, note_check
from securenet.surfaces.portal.certificate_login import CHECK, begin, form_targets, take
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.checks import check_rows, spaced
from securenet.surfaces.shared.request import Request

RESULT = "check_result"
LONGEST_CLOCK = 16


@require_http_methods(GET_OR_POST)
@requires(Permission.VISIT)
def check(request: Request) -> HttpResponse:
    """Say what will be looked at; the button uses the token once."""
    if request.method == "POST":
        return begin(request, CHECK, clock=_clock_off(request))
    response = render(request, "portal/computer/check.html")
    response.form_targets = form_targets()  # type: ignore[attr-defined]
    return response


def _clock_off(request: Request) -> int | None:
    """Return the seconds by which the browser's clock is ahead of ours, None where no script filled it in."""
    said = request.POST.get("browser_time", "")
    if not (said.isascii() and said.isdigit()) or len(said) > LONGEST_CLOCK:
        return None
    return round(int(said) / 1000 - request.actor.at.timestamp())


@require_GET
@requires(Permission.VISIT)
def done(request: Request) -> HttpResponse:
    """Keep what was found under a code, once."""
    der, begun = take(request, CHECK)
    findings = findings_of(der, begun["chain"], begun["clock"], by=request.actor)
    kept = note_check(findings, by=request.actor)
    request.session[RESULT] = {"code": kept.code, "findings": findings}
    return HttpResponseRedirect(reverse("check-result"))


@require_GET
@requires(Permission.VISIT)
def result(request: Request) -> HttpResponse:
    """Show what was found, with what to do."""
    kept = request.session.get(RESULT)
    if not kept:
        return HttpResponseRedirect(reverse("check"))
    context = {"rows": check_rows(kept["findings"]), "code": spaced(kept["code"])}
    return render(request, "portal/computer/result.html", context)
