"""The same data in words: labels, dates, states, for somebody who reads it (R80)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from securenet.domain.approvals.flow import State
from securenet.domain.approvals.words import role_label
from securenet.domain.profile.queries import profile
from securenet.foundation.text.dates import localized_date, localized_moment

LABELS = {
    "username": gettext_noop("User name"),
    "name_th": gettext_noop("Name in Thai"),
    "name_en": gettext_noop("Name in English"),
    "email": gettext_noop("E-mail"),
    "email_confirmed_at": gettext_noop("E-mail confirmed"),
    "mobile_phone": gettext_noop("Mobile phone"),
    "office_phone": gettext_noop("Office phone"),
    "office_extension": gettext_noop("Extension"),
    "identity_type": gettext_noop("Identity document"),
    "identity_number": gettext_noop("Number of the document"),
    "identity_country": gettext_noop("Issuing country"),
    "language": gettext_noop("Language of pages and mails"),
    "created_at": gettext_noop("Made"),
    "admitted_at": gettext_noop("Admitted"),
    "terms_version": gettext_noop("Version of the terms"),
    "terms_accepted_at": gettext_noop("Terms accepted"),
    "service": gettext_noop("Service"),
    "role": gettext_noop("Role"),
    "organization_number": gettext_noop("Organization's number"),
    "organization_country": gettext_noop("Issuing country"),
    "organization_name": gettext_noop("Name of the organization"),
    "answers": gettext_noop("Details"),
    "status": gettext_noop("State"),
    "state": gettext_noop("State"),
    "from_date": gettext_noop("From"),
    "until_date": gettext_noop("Until"),
    "function": gettext_noop("Function"),
    "granted_at": gettext_noop("Granted"),
    "ended_at": gettext_noop("Ended"),
    "number": gettext_noop("Request number"),
    "kind": gettext_noop("What"),
    "submitted_at": gettext_noop("Time of the request"),
    "cases": gettext_noop("Rights and decisions"),
    "papers": gettext_noop("Documents"),
    "subject": gettext_noop("Subject of the certificate or mail"),
    "issuer": gettext_noop("Issuer"),
    "serial": gettext_noop("Serial number"),
    "not_before": gettext_noop("Valid from"),
    "not_after": gettext_noop("Valid to"),
    "registered_at": gettext_noop("Registered"),
    "last_login_at": gettext_noop("Last used"),
    "opened_at": gettext_noop("Signed in since"),
    "signed_in_at": gettext_noop("Signed in since"),
    "used_at": gettext_noop("Last used"),
    "address": gettext_noop("Network address"),
    "at": gettext_noop("When"),
    "event": gettext_noop("Event"),
    "credential": gettext_noop("How"),
    "to": gettext_noop("Sent to"),
    "sent_at": gettext_noop("Sent"),
}


def in_words(row: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """Return label and words of each value that is there, in the active language."""
    named = {name: (gettext(LABELS[name]) if name in LABELS else name) for name in row}
    return [(named[name], _words(name, value, language)) for name, value in row.items() if value not in (None, "", [])]


def _words(name: str, value: Any, language: str) -> str:
    if isinstance(value, datetime):
        return localized_moment(value, language, True)
    if isinstance(value, date):
        return localized_date(value, language)
    if isinstance(value, list):
        return "\n".join(_words(name, item, language) for item in value)
    if isinstance(value, dict):
        parts = (_words(key, item, language) for key, item in value.items() if item not in (None, ""))
        return ", ".join(parts)
    return _term(name, str(value))


def _term(name: str, value: str) -> str:
    """Return what a word of the system means to its reader."""
    if name in {"after", "state"} and value in set(State):
        return str(State(value).label)
    if name == "role":
        return role_label(value)
    if name == "identity_type":
        return next((str(kind.name) for kind in profile().identity_documents if kind.key == value), value)
    return value
