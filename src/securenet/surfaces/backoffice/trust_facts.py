"""What a proposed change of the trust store says, and what would come of it (R52)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from securenet.domain.approvals.models import Case
from securenet.domain.certificates.judging import read_certificate
from securenet.domain.certificates.losing import Loss, lost_with
from securenet.domain.certificates.models import Authority, TrustChange
from securenet.domain.certificates.store import require_as_proposed
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal
from securenet.foundation.text import localized_moment
from securenet.surfaces.backoffice.facts import Finding
from securenet.surfaces.backoffice.words import language, name_of

SETS = {"production": gettext_lazy("Production set"), "test": gettext_lazy("Test set")}


def change_title(case: Case) -> str:
    """Return what is proposed in one line."""
    change, exception = getattr(case, "trust_change", None), getattr(case, "revocation_exception", None)
    if exception:
        return _("Exception for %(name)s") % {"name": exception.authority.name}
    if change and change.withdraws:
        return _("Withdraw %(name)s") % {"name": change.authority.name}
    return _("Add %(name)s") % {"name": change.entry["name"] if change else ""}


def trust_rows(case: Case) -> list[tuple[str, Any]]:
    """Return what is proposed, by whom, why, and the facts of the certificate."""
    change: Any = getattr(case, "trust_change", None)
    exception: Any = getattr(case, "revocation_exception", None)
    rows: list[tuple[str, Any]] = [
        (_("Proposed"), change_title(case)),
        (_("Proposed by"), name_of(case.submission.applicant)),
        (_("Reason"), (exception or change).reason),
    ]
    if exception:
        return [*rows, *_hours(exception)]
    return rows + (_of_accepted(change.authority) if change.withdraws else _of_proposed(change))


def _hours(exception: Any) -> list[tuple[str, Any]]:
    hours = ngettext("%(number)d hour", "%(number)d hours", exception.hours) % {"number": exception.hours}
    rows: list[tuple[str, Any]] = [(_("Authority"), exception.authority.name), (_("For how long"), hours)]
    if exception.starts_at:
        rows.append((_("From"), localized_moment(exception.starts_at, language())))
        rows.append((_("Until"), localized_moment(exception.ends_at, language())))
    return rows


def _of_accepted(authority: Authority) -> list[tuple[str, Any]]:
    return [
        (_("Set"), str(SETS[authority.trust_set])),
        (_("Kind"), authority.get_kind_display()),
        (_("Subject"), authority.subject),
        ("SHA-256", authority.sha256.upper()),
    ]


def _of_proposed(change: TrustChange) -> list[tuple[str, Any]]:
    entry, certificate = change.entry, read_certificate(bytes(change.der))
    lines: list[tuple[str, Any]] = [
        (_("Set"), str(SETS[entry["set"]])),
        (_("Kind"), str(Authority.Kind(entry["kind"]).label)),
        (_("Subject"), certificate.subject),
        (_("Issuer"), certificate.issuer),
        (_("Serial number"), certificate.serial_hex),
        (_("Valid from"), localized_moment(certificate.not_before, language(), seconds=True)),
        (_("Valid to"), localized_moment(certificate.not_after, language(), seconds=True)),
        (_("Public key"), certificate.public_key),
        ("SHA-1", certificate.sha1.upper()),
        ("SHA-256", certificate.sha256.upper()),
    ]
    addresses = (
        (_("Hosts that may be asked"), "allowed_hosts"),
        (_("Addresses of revocation lists"), "crl_urls"),
        (_("Addresses of OCSP responders"), "ocsp_urls"),
    )
    return lines + [(label, entry[name]) for label, name in addresses if entry[name]]


def about_trust(case: Case, *, by: Actor) -> list[Finding]:
    """Return what the checks say now about a CA to be added, and what stays refused under an exception."""
    change = getattr(case, "trust_change", None)
    if change is None:
        return [Finding(_("What is known to be revoked or suspended stays refused."))]
    if change.withdraws or not case.is_open:
        return []
    try:
        require_as_proposed(change, by=by)
    except Refusal as refusal:
        return [Finding(str(refusal), False)]
    compare = _("Compare the SHA-256 fingerprint with the one that the authority has published or told you.")
    return [Finding(_("The certificate passes every check at this moment."), True), Finding(compare)]


def ending_with(case: Case, *, at: datetime) -> Loss | None:
    """Return what would end with the CA that a case is to withdraw; None for every other case."""
    change = getattr(case, "trust_change", None)
    return lost_with(change.authority, at=at) if change and change.withdraws and case.is_open else None
