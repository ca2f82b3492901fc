"""A mandate on the page of its request, and what the automatic checks say about it (R22d, R30)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Mandate
from securenet.domain.entitlements.queries import administers, admins_of
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.text.dates import localized_date
from securenet.surfaces.backoffice.facts import Finding
from securenet.surfaces.backoffice.words import language


def mandate_rows(mandate: Mandate) -> list[tuple[str, Any]]:
    """Return what is asked for, as label and value."""
    facts = profile()
    centres = {centre.key: str(centre.name) for centre in facts.banknote_centres}
    return [
        (_("Principal"), _named(mandate.principal)),
        (_("Agent"), _named(mandate.agent)),
        (_("Functions"), [facts.function_label(mandate.service, key, language()) for key in mandate.functions]),
        (_("Banknote centres"), [centres.get(key, key) for key in mandate.centres]),
        (_("From"), localized_date(mandate.from_date, language())),
        (_("Until"), localized_date(mandate.until_date, language())),
    ]


def _named(organization: Any) -> str:
    return f"{organization.name} ({organization.number}, {organization.country})"


def about_mandate(mandate: Mandate, *, by: Actor) -> list[Finding]:
    """Return what is known about the two organizations of a mandate today."""
    day = local_date(by.at)
    asks = administers(mandate.case.submission.applicant, mandate.principal_id, mandate.service, day)
    findings = [
        Finding(
            _("The applicant is an Organization Admin of the principal.")
            if asks
            else _("The applicant is no Organization Admin of the principal any more."),
            asks,
        )
    ]
    for organization in (mandate.principal, mandate.agent):
        if organization.ended_at is not None:
            findings.append(Finding(_("This organization has ended: %(name)s") % {"name": organization.name}, False))
    admins = bool(admins_of(mandate.agent_id, mandate.service, day))
    words = (
        _("The agent has an Organization Admin of this service, who chooses the officers.")
        if admins
        else _("The agent has no Organization Admin of this service, so nobody could act under the mandate yet.")
    )
    return [*findings, Finding(words, admins)]
