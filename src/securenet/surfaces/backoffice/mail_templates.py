"""Every mail that the system can send, filled in with its sample (R83)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from securenet.domain.letters import letterhead
from securenet.foundation.mail.rendering import Rendered
from securenet.foundation.mail.rendering import render as render_mail
from securenet.foundation.mail.samples import LANGUAGES, mail_names, sample_context
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

NAMES = {"th": "อนงค์ ตัวอย่าง", "en": "Anong Tuayang"}
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A mail brings its style along, and may do nothing else."""


@require_safe
@requires(Permission.READ_MAIL)
def templates(request: Request) -> HttpResponse:
    """List every mail with its subject in both languages."""
    rows = [
        {"name": name, "mails": [(language, sample(name, language)) for language in LANGUAGES]} for name in mail_names()
    ]
    return render(request, "backoffice/mail_templates.html", {"rows": rows})


@require_safe
@requires(Permission.READ_MAIL)
def template(request: Request, name: str, language: str) -> HttpResponse:
    """Show one as text."""
    context = {"name": name, "language": language, "mail": _found(name, language)}
    return render(request, "backoffice/mail_template.html", context)


@require_safe
@requires(Permission.READ_MAIL)
def template_html(request: Request, name: str, language: str) -> HttpResponse:
    """Return one as the HTML that mail programs show."""
    return HttpResponse(_found(name, language).html, headers={"Content-Security-Policy": MAIL_POLICY})


def sample(name: str, language: str) -> Rendered:
    """Return a mail filled in with its sample and what every mail says."""
    return render_mail(
        name, language, {"name": NAMES[language]} | letterhead(language) | sample_context(name, language)
    )


def _found(name: str, language: str) -> Rendered:
    if name not in mail_names() or language not in LANGUAGES:
        raise Http404
    return sample(name, language)
