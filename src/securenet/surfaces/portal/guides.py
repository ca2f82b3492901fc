"""Which guides there are, and the facts that some of them show (R24, R60)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from securenet.domain.approvals.flow import APPLICANTS_TURN, OPEN, State, Tier, Verb, When, target
from securenet.domain.approvals.words import role_label
from securenet.domain.profile.papers import ChecklistItem
from securenet.domain.profile.queries import profile

GUIDES = (
    (
        _("Getting started"),
        (
            ("start", _("The way in"), _("The first page, the way to a service, and whom to ask")),
            ("register", _("Registering in six steps"), _("From the terms of use to the documents")),
            ("documents", _("Documents and where to send them"), _("What to enclose, and how to sign and post it")),
            ("states", _("States of a request"), _("What each one means, and whose turn it is")),
            ("login", _("Signing in and out"), _("User name, password, and how long you stay signed in")),
            ("recovery", _("Forgotten user name or password"), _("How both come back by mail")),
            ("personal-page", _("The personal page"), _("Data, requests, and where you are signed in")),
            ("rights", _("Rights and functions"), _("Organization Admins, officers, and who grants what")),
            ("organization", _("For Organization Admins"), _("People, functions, and what to look after")),
            ("bms-id", _("BMS ID"), _("Opening the service, and what you find there")),
        ),
    ),
    (
        _("Electronic certificates"),
        (
            ("getting-a-certificate", _("Getting a certificate"), _("Applicant, RA, CA and token")),
            ("export", _("Exporting a certificate"), _("As a .cer file, without the private key")),
            ("registering", _("Registering a certificate"), _("With the token, or from a file")),
            ("certificate", _("Signing in with a certificate"), _("What the browser and the token ask")),
            ("encryption", _("Encrypted files"), _("Signing and encrypting a file, and opening one")),
            ("trust", _("Root and CA certificates"), _("Files, fingerprints and validity")),
            ("install", _("Installing root and CA certificates"), _("On each system, and whether it worked")),
            ("browsers", _("Browsers and tokens"), _("What was tried, and what was not")),
        ),
    ),
    (
        _("Terms and notices"),
        (
            ("terms", _("Terms of use"), _("The agreement about the electronic services")),
            ("privacy", _("Privacy notice"), _("Which data is kept, why, and for how long")),
            ("accessibility", _("Accessibility"), _("How these pages can be used, and what is not tried yet")),
        ),
    ),
)
TITLES = {key: title for _heading, topics in GUIDES for key, title, _summary in topics}
MEANINGS = {
    State.AWAITING_EMAIL: _("Open the link in our mail, or enter its code, within %(confirmation_hours)d hours."),
    State.AWAITING_DOCUMENTS: _("The papers must have arrived within %(documents_days)d days of the request."),
    State.ORGANIZATION_REVIEW: _("Your organization is asked first, at the services whose rules say so."),
    State.SERVICE_DESK_REVIEW: _(
        "All papers have arrived and are being checked. We decide within %(decision_business_days)d business days."
    ),
    State.SERVICE_OWNER_REVIEW: _("The papers were found in order; the department that owns the service decides."),
    State.RETURNED: _(
        "There is a question to you. Time stands still until you answer; "
        "please do so within %(returned_business_days)d business days."
    ),
    State.APPROVED: _("What was asked for can be used from its effective date."),
    State.REJECTED: _("The reason stands on the page of the request and in our mail."),
    State.EXPIRED: _("The confirmation, the papers or the answer did not come in time. You can send a new request."),
    State.WITHDRAWN: _("You took the request back yourself. You can send a new one at any time."),
}
RETENTION = {
    "failed_registration_days": _("A registration that ended without approval"),
    "refused_papers_days": _("Papers of a refused request, until they are destroyed"),
    "decided_papers_months": _("Scans of an approved request, after the right has ended"),
    "ended_account_months": _("An account whose last right has ended"),
    "sign_in_days": _("The history of sign-ins"),
    "mail_days": _("Mails that were sent"),
    "audit_years": _("The audit trail of what was done and decided"),
}
SPANS = {
    "days": ngettext_lazy("%(count)d day", "%(count)d days", "count"),
    "months": ngettext_lazy("%(count)d month", "%(count)d months", "count"),
    "years": ngettext_lazy("%(count)d year", "%(count)d years", "count"),
}


def facts_of(topic: str) -> Any:
    """Return what a guide shows beside its text; None for those that need nothing."""
    return _FACTS[topic]() if topic in _FACTS else None


def _states() -> list[dict[str, Any]]:
    deadlines = profile().deadlines.model_dump()
    return [
        {
            "state": state,
            "meaning": MEANINGS[state] % deadlines,
            "turn": _turn(state),
            "withdrawable": target(state, Verb.WITHDRAW, When.ALWAYS) is not None,
        }
        for state in State
    ]


def _turn(state: State) -> Any:
    if state in APPLICANTS_TURN:
        return _("You")
    if state is Tier.ORGANIZATION.review:
        return role_label("organization_admin")
    if state is Tier.SERVICE_DESK.review:
        return profile().operator.service_desk.name
    return _("Department that owns the service") if state in OPEN else _("Nobody: it is closed")


def _papers() -> list[dict[str, Any]]:
    facts = profile()
    registrations = [
        {
            "title": f"{service.name} – {role_label(role)}",
            "items": facts.checklist_for("registration", role, service.key),
        }
        for service in facts.services
        if service.open
        for role in service.roles
    ]
    certificate: tuple[ChecklistItem, ...] = facts.checklist_for("certificate")
    return [*registrations, {"title": _("Registration of a certificate"), "items": certificate}]


def _retention() -> list[dict[str, Any]]:
    periods = profile().retention.model_dump()
    return [
        {"what": what, "period": SPANS[key.rpartition("_")[2]] % {"count": periods[key]}}
        for key, what in RETENTION.items()
    ]


_FACTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "states": _states,
    "documents": _papers,
    "privacy": _retention,
}
