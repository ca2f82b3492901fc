"""Which version of the terms of use a person accepted, and when (R1)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from securenet.domain.accounts.models import User
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import TermsNotAccepted
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record


class TermsEvent(StrEnum):
    """What the ledger calls acts with the terms."""

    ACCEPTED = "terms.accepted"
    DECLINED = "terms.declined"


@transaction.atomic
def accept_terms(user: User, *, version: str, by: Actor) -> None:
    """Note that a member accepts the terms in force. Raises TermsNotAccepted for any other version."""
    if version != profile().terms.version:
        raise TermsNotAccepted
    before = user.terms_version
    User.objects.filter(pk=user.pk).update(terms_version=version, terms_accepted_at=by.at)
    user.refresh_from_db()
    record(TermsEvent.ACCEPTED, by=by, about=user.about, before=before, after=version)


@transaction.atomic
def decline_terms(*, by: Actor) -> None:
    """Note that the actor does not accept the terms in force; the door signs them out (R1)."""
    record(TermsEvent.DECLINED, by=by, about=by.user.about, version=profile().terms.version)
