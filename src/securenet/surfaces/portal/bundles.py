"""The accepted CA certificates of a set as one file, and scripts that install them (R50, R51)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from securenet.domain.certificates.models import Authority
from securenet.domain.profile.queries import profile
from securenet.surfaces.portal.content import SETS, file_name
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same certificates make the same file


def _pem(rows: list[Authority]) -> bytes:
    return b"".join(_loaded(row).public_bytes(Encoding.PEM) for row in rows)


def _loaded(row: Authority) -> x509.Certificate:
    return x509.load_der_x509_certificate(bytes(row.der))


def _p7b(rows: list[Authority]) -> bytes:
    return pkcs7.serialize_certificates([_loaded(row) for row in rows], Encoding.DER)


def _zip(rows: list[Authority]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        names: set[str] = set()
        for row in rows:
            name = file_name(row) if file_name(row) not in names else f"{row.sha256[:16]}.cer"
            names.add(name)
            archive.writestr(zipfile.ZipInfo(name, EPOCH), bytes(row.der))
        archive.writestr(zipfile.ZipInfo("SHA256SUMS", EPOCH), _fingerprints(rows))
    return content.getvalue()


def _fingerprints(rows: list[Authority]) -> str:
    return "".join(f"{row.sha256.lower()}  {file_name(row)}\n" for row in rows)


def _script(template: str) -> Callable[[list[Authority]], bytes]:
    def write(rows: list[Authority]) -> bytes:
        operator = re.sub(r"[^A-Za-z0-9 ]", "", profile().operator.short_name.in_("en"))  # it stands in quotes there
        authorities = [
            {
                "name": f"{operator} {row.sha256[:16]}",
                "sha256": row.sha256.upper(),
                "is_root": row.kind == Authority.Kind.ROOT,
                "pem": _loaded(row).public_bytes(Encoding.PEM).decode().strip(),
            }
            for row in rows
        ]
        return render_to_string(template, {"authorities": authorities}, using="mail").encode()

    return write


BUNDLES: dict[str, tuple[str, Callable[[list[Authority]], bytes]]] = {
    "p7b": ("application/x-pkcs7-certificates", _p7b),
    "pem": ("application/x-pem-file", _pem),
    "zip": ("application/zip", _zip),
    "sha256": ("text/plain; charset=utf-8", lambda rows: _fingerprints(rows).encode()),
    "sh": ("text/x-shellscript; charset=utf-8", _script("scripts/install.sh.txt")),
    "macos": ("text/x-shellscript; charset=utf-8", _script("scripts/install.macos.txt")),
    "ps1": ("text/plain; charset=utf-8", _script("scripts/install.ps1.txt")),
}

ENDINGS = {"macos": "macos.sh"}


@require_safe
@requires(Permission.VISIT)
def bundle(request: Request, trust_set: str, form: str) -> HttpResponse:
    """Hand out every certificate of a set in one file, or a script that installs them."""
    rows = list(Authority.objects.filter(trust_set=trust_set, withdrawn_at=None)) if trust_set in SETS else []
    if not rows or form not in BUNDLES:
        raise Http404
    content_type, write = BUNDLES[form]
    response = HttpResponse(write(rows), content_type=content_type)
    name = f"accepted-cas-{trust_set}.{ENDINGS.get(form, form)}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
