"""A member's applications for a certificate: the request from the token, and what became of it (R40)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from securenet.domain.accounts.models import User
from securenet.domain.certificates.applying import apply_for_certificate, read_application
from securenet.domain.certificates.backends import issuer
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.models import Application
from securenet.domain.profile.queries import profile
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import facts
from securenet.surfaces.portal.certificates import LABELS
from securenet.surfaces.portal.register import GET_OR_POST
from securenet.surfaces.shared import forms
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.errors import note_refusal
from securenet.surfaces.shared.request import Request

MAKE_KEY = "pkcs11-tool --module MODULE --login --keypairgen --key-type rsa:2048 --id 01 --label me"
MAKE_REQUEST = (
    "PKCS11_MODULE_PATH=MODULE openssl req -new -utf8 -sha256 -engine pkcs11 -keyform engine "
    '-key "pkcs11:id=%01;type=private" -subj "{subject}" -out request.p10'
)
STORE_CERTIFICATE = "pkcs11-tool --module MODULE --login --write-object {file} --type cert --id 01 --label me"
"""Commands for people who have no program of their token's maker, tried by a test with SoftHSM2."""


class ApplyForm(forms.Form):
    """The request, as a file or pasted."""

    file = forms.FileField(
        label=gettext_lazy("Request (PKCS#10)"),
        help_text=gettext_lazy("The file that your token's program or the commands above have made, DER or PEM."),
        attrs={"accept": ".p10,.csr,.req,.pem,.der"},
        required=False,
    )
    text = forms.TextField(
        label=gettext_lazy("Or paste it here"),
        help_text=gettext_lazy("With the lines BEGIN CERTIFICATE REQUEST and END CERTIFICATE REQUEST."),
        max_length=20_000,
        required=False,
    )
    holds_key = forms.BooleanField(
        label=gettext_lazy("The key was made in my token. I alone have the token and know its PIN.")
    )

    def clean(self) -> dict[str, Any]:
        """Want one of the two."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("file")) == bool(data.get("text")) and not self.errors:
            self.add_error("file", _("Choose the file of the request or paste its text: one of the two."))
        return data


@require_http_methods(GET_OR_POST)
@requires(Permission.REGISTER_CERTIFICATE)
def apply(request: Request) -> HttpResponse:
    """Take a request from the member's token, and send it to the organization's RA."""
    form = ApplyForm(request.POST, request.FILES) if request.method == "POST" else ApplyForm()
    if request.method == "POST" and form.is_valid():
        try:
            read = read_application(_content(form))
            submission = apply_for_certificate(request.person, read, by=request.actor)
        except Refusal as refusal:
            note_refusal(request, refusal)
            form.refuse(refusal)
        else:
            request.session["notice"] = _("Your application has been sent to the RA of your organization.")
            return HttpResponseRedirect(reverse("application", args=[submission.number]))
    context = {"form": form, "connected": issuer() is not None} | _names(request.person)
    return render(request, "portal/certificates/apply.html", context, status=422 if form.errors else 200)


def _content(form: ApplyForm) -> bytes:
    if form.cleaned_data.get("file"):
        content: bytes = form.cleaned_data["file"].read(profile().limits.certificate_bytes + 1)
        return content
    return str(form.cleaned_data["text"]).encode()


def _names(person: User) -> dict[str, Any]:
    """Return what the request has to say, as the account has it, and the commands that make it so."""
    rights = person.entitlements.filter(status="active", organization__isnull=False)
    number = rights.order_by("pk").values_list("organization_number", flat=True).first() or ""
    subject = f"/C=TH/O={number}/CN={person.name_en}/emailAddress={person.email}"
    return {
        "person": person,
        "organization_number": number,
        "make_key": MAKE_KEY,
        "make_request": MAKE_REQUEST.format(subject=subject),
    }


def file_name(number: int) -> str:
    """Return the name under which an issued certificate is handed out."""
    return f"certificate-{number}.cer"


def own_application(request: Request, number: int) -> Application:
    """Return an application of the signed-in member; another's is not found. Raises Http404."""
    rows = Application.objects.select_related("case__submission", "holder", "registration__case")
    application = rows.filter(case__submission=number, holder=request.person).first()
    if application is None:
        raise Http404
    return application


@require_safe
@requires(Permission.REGISTER_CERTIFICATE)
def application(request: Request, number: int) -> HttpResponse:
    """Show where an application stands, and, once issued, the certificate and how it gets onto the token."""
    row = own_application(request, number)
    issued = read_certificate(bytes(row.issued)) if row.issued_at else None
    context = {
        "application": row,
        "case": row.case,
        "store": STORE_CERTIFICATE.format(file=file_name(number)),
        "facts": [(LABELS[key], value) for key, value in facts(issued)] if issued else [],
    }
    return render(request, "portal/certificates/application.html", context)


@require_safe
@requires(Permission.REGISTER_CERTIFICATE)
def issued_file(request: Request, number: int) -> HttpResponse:
    """Hand out the issued certificate, which is no secret (DER)."""
    row = own_application(request, number)
    if not row.issued_at:
        raise Http404
    response = HttpResponse(bytes(row.issued), content_type="application/pkix-cert")
    response["Content-Disposition"] = f'attachment; filename="{file_name(number)}"'
    return response
