"""What a member does with a registered certificate: renewing it with its key, suspending, asking for release."""

from __future__ import annotations

from base64 import b64decode, b64encode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from securenet.domain.certificates.holding import ask_release, set_suspension_code, suspend_certificate
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import MemberCertificate, Status, SuspensionCode
from securenet.domain.certificates.renewing import require_old_key
from securenet.domain.profile.queries import profile
from securenet.surfaces.portal.certificate_login import CANDIDATE, RELEASE, RENEW, begin, take
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request


def own_certificate(request: Request, pk: int) -> MemberCertificate:
    """Return a certificate of the signed-in member; another's is not found. Raises Http404."""
    certificate = MemberCertificate.objects.filter(pk=pk, holder=request.person).select_related("holder").first()
    if certificate is None:
        raise Http404
    return certificate


@require_POST
@requires(Permission.REGISTER_CERTIFICATE)
def begin_renewal(request: Request) -> HttpResponse:
    """Send the browser to use the key of the certificate that is being renewed (R45)."""
    return begin(request, RENEW)


@require_GET
@requires(Permission.REGISTER_CERTIFICATE)
def finish_renewal(request: Request) -> HttpResponse:
    """Note that the old key has signed, and show the new certificate again to be confirmed."""
    der, _begun = take(request, RENEW)
    candidate = request.session.get(CANDIDATE)
    if not candidate:
        return HttpResponseRedirect(reverse("certificate-add"))
    require_old_key(read_certificate(b64decode(candidate["der"])), request.person, der, by=request.actor)
    request.session[CANDIDATE] = candidate | {"signed_by": b64encode(der).decode()}
    return HttpResponseRedirect(reverse("certificate-confirm"))


@require_http_methods(GET_OR_POST)
@requires(Permission.REGISTER_CERTIFICATE)
def suspend(request: Request, pk: int) -> HttpResponse:
    """Ask whether to put a certificate on hold, and do it at once (R44a)."""
    certificate = own_certificate(request, pk)
    if certificate.status_at(request.actor.at) is not Status.VALID:
        return HttpResponseRedirect(reverse("certificates"))
    if request.method == "POST":
        suspend_certificate(certificate, by=request.actor)
        request.session["notice"] = _("The certificate is suspended. Nobody can sign in with it any more.")
        return HttpResponseRedirect(reverse("certificates"))
    context = {"certificate": certificate, "days": profile().certificate.hold_days}
    return render(request, "portal/certificates/suspend.html", context)


@require_POST
@requires(Permission.REGISTER_CERTIFICATE)
def begin_release(request: Request, pk: int) -> HttpResponse:
    """Send the browser to use the key of the certificate that is to be released (R44a)."""
    return begin(request, RELEASE, about=own_certificate(request, pk).pk)


@require_GET
@requires(Permission.REGISTER_CERTIFICATE)
def finish_release(request: Request) -> HttpResponse:
    """Ask the service desk to lift the hold, the key having been used."""
    der, begun = take(request, RELEASE)
    submission = ask_release(own_certificate(request, begun["about"]), der, by=request.actor)
    request.session["notice"] = _("Your request to release the certificate has been sent.")
    return HttpResponseRedirect(reverse("case", args=[submission.number]))


@require_http_methods(GET_OR_POST)
@requires(Permission.REGISTER_CERTIFICATE)
def suspension_code(request: Request) -> HttpResponse:
    """Set the code that one says on the telephone when the token is lost; it is shown this once (R44a)."""
    code = set_suspension_code(request.person, by=request.actor) if request.method == "POST" else ""
    kept = SuspensionCode.objects.filter(holder=request.person).first()
    shown = " ".join(code[start : start + 5] for start in range(0, len(code), 5))
    return render(request, "portal/certificates/suspension_code.html", {"code": shown, "kept": kept})
