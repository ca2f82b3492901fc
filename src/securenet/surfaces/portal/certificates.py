"""A member's certificates: the list, registering, deleting (R42, R43)."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.certificates.actions import delete_certificate, register_certificate
from securenet.domain.certificates.backends import issuer
from securenet.domain.certificates.judging import belongs_to, judge, read_certificate, register_findings, words
from securenet.domain.certificates.models import LIVING, Application, MemberCertificate, Status
from securenet.domain.certificates.renewing import renewed_by
from securenet.domain.entitlements.queries import is_ra_officer
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Certificate, facts
from securenet.surfaces.portal.certificate_login import CANDIDATE, form_targets, keep_candidate
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

LABELS = {
    "subject": gettext_lazy("Subject"),
    "issuer": gettext_lazy("Issuer"),
    "issued_to": gettext_lazy("Issued to"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_to": gettext_lazy("Valid to"),
    "public_key": gettext_lazy("Public key"),
    "serial_number": gettext_lazy("Serial number"),
    "sha1_thumbprint": gettext_lazy("Thumbprint (SHA-1)"),
    "sha256_thumbprint": gettext_lazy("Thumbprint (SHA-256)"),
}
BELONGS = {
    "name": gettext_lazy("The name is your account's."),
    "email": gettext_lazy("The e-mail address is your account's."),
    "organization": gettext_lazy("The organization number is one that you act for."),
}


class UploadForm(forms.Form):
    """The exported certificate, whatever its file's name ends in."""

    file = forms.FileField(label=gettext_lazy("Certificate file (.cer)"), attrs={"accept": ".cer,.crt,.pem,.der"})


@require_safe
@requires(Permission.REGISTER_CERTIFICATE)
def certificates(request: Request) -> HttpResponse:
    """List the member's certificates (R43)."""
    rows = MemberCertificate.objects.filter(holder=request.person).select_related("case").order_by("-registered_at")
    at = request.actor.at
    listed = [
        {
            "certificate": row,
            "status": row.status_at(at),
            "label": row.status_at(at).label,
            "deletable": row.status in LIVING,
            "suspended": row.status_at(at) is Status.SUSPENDED,
            "suspendable": row.status_at(at) is Status.VALID,
            "ends_soon": row.is_ending(at, max(profile().certificate.reminder_days)),
        }
        for row in rows
    ]
    context = {
        "certificates": listed,
        "applications": Application.objects.filter(holder=request.person).select_related("case").order_by("-pk")[:10],
        "connected": issuer() is not None,
        "checks": is_ra_officer(request.actor.desks),
    }
    response = render(request, "portal/certificates/list.html", context)
    response.form_targets = form_targets()  # type: ignore[attr-defined]
    return response


@require_http_methods(GET_OR_POST)
@requires(Permission.REGISTER_CERTIFICATE)
def add(request: Request) -> HttpResponse:
    """Choose a file or the token that is plugged in (R42, R42a)."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        most = profile().limits.certificate_bytes
        try:
            certificate = read_certificate(form.cleaned_data["file"].read(most + 1))
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            keep_candidate(request, certificate.der, proven=False)
            return HttpResponseRedirect(reverse("certificate-confirm"))
    response = render(request, "portal/certificates/add.html", {"form": form}, status=422 if form.errors else 200)
    response.form_targets = form_targets()  # type: ignore[attr-defined]
    return response


@require_http_methods(GET_OR_POST)
@requires(Permission.REGISTER_CERTIFICATE)
def confirm(request: Request) -> HttpResponse:
    """Show what the certificate says and what the checks found; register it on confirmation (R42)."""
    candidate = request.session.get(CANDIDATE)
    if not candidate:
        return HttpResponseRedirect(reverse("certificate-add"))
    certificate = read_certificate(b64decode(candidate["der"]))
    if request.method == "POST":
        if "cancel" in request.POST:
            request.session.pop(CANDIDATE, None)
            return HttpResponseRedirect(reverse("certificates"))
        submission = register_certificate(
            request.person,
            certificate,
            proven=bool(candidate["proven"]),
            signed_by=b64decode(candidate.get("signed_by", "")),
            by=request.actor,
        )
        request.session.pop(CANDIDATE, None)
        request.session["notice"] = _("Your request to register the certificate has been sent.")
        return HttpResponseRedirect(reverse("case", args=[submission.number]))
    context = _findings(request, certificate, candidate["proven"]) | _renewal(request, certificate, candidate)
    response = render(request, "portal/certificates/confirm.html", context)
    response.form_targets = form_targets()  # type: ignore[attr-defined]
    return response


def _renewal(request: Request, certificate: Certificate, candidate: dict[str, Any]) -> dict[str, Any]:
    """Return which certificate this one takes over from, and whether its key has signed (R45)."""
    old = renewed_by(certificate, request.person, request.actor.at)
    return {
        "renews": old,
        "signed": bool(candidate.get("signed_by")),
        "signable": old is not None and profile().certificate.renewal_by_signature,
    }


def _findings(request: Request, certificate: Certificate, proven: bool) -> dict[str, Any]:
    verdict = judge(certificate, by=request.actor)
    reasons = [*verdict.reasons, *register_findings(certificate, request.person)]
    return {
        "facts": [(LABELS[key], value) for key, value in facts(certificate)],
        "reasons": [words(reason) for reason in reasons],
        "warnings": [words(reason, warning=True) for reason in verdict.warnings],
        "belongs": [(BELONGS[key], agrees) for key, agrees in belongs_to(certificate, request.person)],
        "revocation": verdict.revocation,
        "acceptable": not reasons,
        "proven": proven,
    }


@require_http_methods(GET_OR_POST)
@requires(Permission.REGISTER_CERTIFICATE)
def delete(request: Request, pk: int) -> HttpResponse:
    """Ask whether to end a registration, and do it (R43)."""
    certificate = MemberCertificate.objects.filter(pk=pk, holder=request.person).select_related("case").first()
    if certificate is None:
        raise Http404
    if certificate.status not in LIVING:
        return HttpResponseRedirect(reverse("certificates"))
    if request.method == "POST":
        delete_certificate(certificate, by=request.actor)
        request.session["notice"] = _("The registration of the certificate has ended.")
        return HttpResponseRedirect(reverse("certificates"))
    return render(request, "portal/certificates/delete.html", {"certificate": certificate})
