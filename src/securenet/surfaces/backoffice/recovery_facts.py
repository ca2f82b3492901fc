"""What a proposed recovery changes, before and after (R14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from securenet.domain.accounts.assisted import changed_names
from securenet.domain.accounts.models import AssistedRecovery, User
from securenet.domain.accounts.phones import readable_phone
from securenet.domain.accounts.queries import same_document
from securenet.foundation.text.names import mask
from securenet.surfaces.backoffice.facts import Finding, other_account
from securenet.surfaces.backoffice.words import document_words


@dataclass(frozen=True, slots=True)
class Change:
    """One line: what stands there, and what is to stand there."""

    label: str
    before: str
    after: str


def changes_of(recovery: AssistedRecovery, *, shown: bool) -> list[Change]:
    """Return the changes; `shown` has the number of the new document in full."""
    before, names = recovery.before, changed_names(recovery)
    lines = {
        "email": Change(_("E-mail"), before["email"], recovery.email),
        "mobile_phone": _phone(_("Mobile phone"), before["mobile_phone"], recovery.mobile_phone),
        "office_phone": Change(
            _("Office phone"),
            readable_phone(before["office_phone"], before["office_extension"]),
            readable_phone(recovery.office_phone, recovery.office_extension),
        ),
        "identity_index": Change(
            _("Identity document"),
            f"{document_words(before['identity_type'], before['identity_country'])} {before['identity']}",
            _new_document(recovery, shown=shown),
        ),
        "second_factor": Change(_("Second factor"), "", _("is removed")),
        "password": Change(_("Password"), "", _("ends; a link for a new one is sent")),
    }
    return [lines[name] for name in names if name in lines]


def _phone(label: str, before: str, after: str) -> Change:
    return Change(label, readable_phone(before), readable_phone(after))


def _new_document(recovery: AssistedRecovery, *, shown: bool) -> str:
    number = recovery.identity_number or ""
    kind = document_words(recovery.identity_type, recovery.identity_country)
    return f"{kind} {number if shown else mask(number)}"


def about_recovery(recovery: AssistedRecovery, member: User) -> list[Finding]:
    """Return whether the new document stands on another account: one account per identity document (R2)."""
    if not recovery.identity_index:
        return []
    others = same_document(User(pk=member.pk, identity_index=recovery.identity_index))
    if not others:
        return [Finding(_("No other account has the new identity document."), True)]
    return [Finding(other_account(other), False) for other in others]


def recovery_rows(recovery: AssistedRecovery, proposer: str) -> list[tuple[str, Any]]:
    """Return who proposed it, why, and how the person was identified."""
    return [
        (_("Proposed by"), proposer),
        (_("Reason"), recovery.reason),
        (_("How the person was identified"), recovery.identified),
    ]
