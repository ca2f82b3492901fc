"""How a case is called in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop, override

from securenet.domain.approvals.models import Case, Kind
from securenet.domain.profile.queries import profile

TITLES = {
    Kind.CERTIFICATE: gettext_noop("Registration of a certificate"),
    Kind.APPLICATION: gettext_noop("Application for a certificate"),
    Kind.RELEASE: gettext_noop("Release of a suspended certificate"),
    Kind.RECOVERY: gettext_noop("Recovery of an account"),
    Kind.TRUST_STORE: gettext_noop("Change of the trust store"),
    Kind.REVOCATION_EXCEPTION: gettext_noop("Exception for unknown revocation"),
}
"""What cases ask for that belong to no service."""
ROLES = {
    "organization_admin": gettext_noop("Organization Admin"),
    "officer": gettext_noop("Officer"),
    "mandate": gettext_noop("Mandate"),
    "mandated": gettext_noop("Officer under a mandate"),
}


def role_label(role: str) -> str:
    """Return a role's name in the active language."""
    return gettext(ROLES[role]) if role in ROLES else role


def case_title(case: Case, language: str, *, organization: bool = True) -> str:
    """Return what the case asks for: `BMS ID - Officer - Siam Secure Transport Co., Ltd.`, the last part if wanted."""
    with override(language):
        if title := TITLES.get(Kind(case.kind)):
            return gettext(title)
        service = profile().service(case.service).name.in_(language)
        principal = case.organization_name if organization else ""
        return " – ".join(part for part in (service, role_label(case.role), principal) if part)
