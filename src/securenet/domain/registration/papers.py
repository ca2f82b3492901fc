"""The forms of a submission, filled in with its data (R7, R42)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import override

from securenet.domain.approvals.models import ChecklistItem, Kind, Submission
from securenet.domain.approvals.words import role_label
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.countries import country_name
from securenet.foundation.documents.codes import bar_svg, document_code, qr_svg
from securenet.foundation.documents.pdf import render_set

COVER, IDENTITY = "cover", "identity_copy"
APPLICATION = ("application", "certificate_application")
"""What is printed for the RA of one's own organization, which receives no papers here (R40)."""


class NoSuchForm(Exception):
    """The submission has no form of that name."""


def form_keys(submission: Submission) -> list[tuple[str, str]]:
    """Return the (paper, form) pairs that can be printed: the pre-filled forms, and sheets for identity copies."""
    if submission.kind == Kind.APPLICATION:
        return [APPLICATION]
    items = list(submission.papers.all())
    return [(item.key, form) for item in items if (form := _form_of(item))]


def _form_of(item: ChecklistItem) -> str:
    return item.form or (IDENTITY if item.key == "own_identity" else "")


def print_form(submission: Submission, paper: str, *, language: str) -> bytes:
    """Return one form as a PDF. Raises NoSuchForm."""
    if paper == COVER:
        return _print(submission, [(COVER, COVER)], language)
    pairs = [pair for pair in form_keys(submission) if pair[0] == paper]
    if not pairs:
        raise NoSuchForm(paper)
    return _print(submission, pairs, language)


def print_all(submission: Submission, *, language: str) -> bytes:
    """Return the whole set as one PDF, the cover sheet first."""
    return _print(submission, [(COVER, COVER), *form_keys(submission)], language)


def _print(submission: Submission, pairs: Sequence[tuple[str, str]], language: str) -> bytes:
    with override(language):
        facts = form_facts(submission, language)
        parts = [(f"forms/{form}.{language}.html", facts | _codes(submission, paper)) for paper, form in pairs]
        return render_set(parts, language=language)


def _codes(submission: Submission, paper: str) -> dict[str, Any]:
    code = document_code(submission.number, paper)
    return {"code": code, "code_qr_svg": qr_svg(code), "code_bar_svg": bar_svg(code)}


def form_facts(submission: Submission, language: str) -> dict[str, Any]:
    """Return what forms are filled in with."""
    operator, applicant = profile().operator, submission.applicant
    documents = {document.key: document.name.in_(language) for document in profile().identity_documents}
    of_rights = submission.kind not in {Kind.MANDATE, Kind.APPLICATION}
    requests = _requests(submission, language) if of_rights else []
    facts: dict[str, Any] = {
        "operator": {
            "name": operator.name.in_(language),
            "service_desk": {
                "name": operator.service_desk.name.in_(language),
                "phone": operator.service_desk.phone,
                "address": [line.in_(language) for line in operator.service_desk.address],
            },
        },
        "number": submission.number,
        "submitted_on": local_date(submission.submitted_at),
        "due_on": local_date(submission.papers_due_at),
        "applicant": {
            "name_th": applicant.name_th,
            "name_en": applicant.name_en,
            "identity_label": documents.get(applicant.identity_type, ""),
            "identity_masked": applicant.identity_masked,
            "email": applicant.email,
            "mobile": applicant.mobile_readable,
            "office": applicant.office_readable,
        },
        "requests": requests,
        "organization": requests[0]["organization"] if requests else {},
        "papers": [
            {"name": item.names[language], "form": bool(_form_of(item)), "required": item.required}
            for item in submission.papers.all()
        ],
    }
    if submission.kind in _MORE:
        facts |= _MORE[submission.kind](submission, language)
    return facts


def _requests(submission: Submission, language: str) -> list[dict[str, Any]]:
    rows = []
    for case in submission.cases.exclude(kind=Kind.CERTIFICATE).select_related("entitlement"):
        right, service = case.entitlement, profile().service(case.service)
        country = country_name(right.organization_country, language)
        rows.append(
            {
                "service": service.name.in_(language),
                "capacity": service.capacity.in_(language) if service.capacity else "",
                "role": role_label(right.role),
                "organization_name": right.organization_name,
                "organization_number": right.organization_number,
                "organization_country": country,
                "organization": {
                    "name": right.organization_name,
                    "number": right.organization_number,
                    "country": country,
                },
            }
        )
    return rows


def _mandate(submission: Submission, language: str) -> dict[str, Any]:
    mandate = submission.cases.get().mandate
    facts = profile()
    centres = {centre.key: centre.name.in_(language) for centre in facts.banknote_centres}
    return {
        "organization": _organization(mandate.principal, language),
        "mandate": {
            "agent": _organization(mandate.agent, language),
            "service": facts.service(mandate.service).name.in_(language),
            "functions": [facts.function_label(mandate.service, key, language) for key in mandate.functions],
            "centres": [centres.get(key, key) for key in mandate.centres],
            "from_date": mandate.from_date,
            "until_date": mandate.until_date,
        },
    }


def _organization(organization: Organization, language: str) -> dict[str, str]:
    country = country_name(organization.country, language)
    return {"name": organization.name, "number": organization.number, "country": country}


def _application(submission: Submission, language: str) -> dict[str, Any]:
    application = submission.cases.get().application
    return {
        "organization": _organization(application.organization, language),
        "request": {name: getattr(application, name) for name in ("subject", "public_key", "sha256")},
    }


def _certificate(submission: Submission, _language: str) -> dict[str, Any]:
    certificate = read_certificate(bytes(submission.cases.get().certificate.der))
    facts = {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial_hex,
        "valid_from": certificate.not_before,
        "valid_to": certificate.not_after,
        "public_key": certificate.public_key,
        "sha1": certificate.sha1,
        "sha256": certificate.sha256,
    }
    return {"certificate": facts}


_MORE: dict[str, Callable[[Submission, str], dict[str, Any]]] = {
    Kind.MANDATE: _mandate,
    Kind.CERTIFICATE: _certificate,
    Kind.APPLICATION: _application,
}
"""What is filled in for one kind of request only."""
