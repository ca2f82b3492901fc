"""A second Organization Admin's consent to what an admin wants for themself (R22b)."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.authority import OwnRight, require_reach
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.life import NoReason, RightChanged
from securenet.domain.entitlements.models import FunctionGrant, GrantProposal
from securenet.domain.entitlements.telling import tell_holder
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked


class ConsentEvent(StrEnum):
    """What the ledger calls the second admin's word."""

    CONSENTED = "function.consented"
    DENIED = "function.denied"


@transaction.atomic
def confirm_grant(proposal: GrantProposal, *, by: Actor) -> FunctionGrant:
    """Return the grant that another admin consents to; days that have passed are left out (R22b).

    Raises OwnRight, RightChanged where it was decided already, or what `grant_function` raises.
    """
    _decide(proposal, agreed=True, by=by)
    right = proposal.entitlement
    record(ConsentEvent.CONSENTED, by=by, about=right.member.about, function=proposal.function, entitlement=right.pk)
    return grant_function(
        right,
        function=proposal.function,
        from_date=max(proposal.from_date, local_date(by.at)),
        until_date=proposal.until_date,
        by=by,
    )


@transaction.atomic
def refuse_grant(proposal: GrantProposal, *, reason: str, by: Actor) -> None:
    """Refuse what another admin wants for themself, and tell them (R22b).

    Raises NotTheirAdmin, BeyondLimit, OwnRight, NoReason, or RightChanged.
    """
    if not reason.strip():
        raise NoReason
    _decide(proposal, agreed=False, by=by)
    right, reason = proposal.entitlement, masked(reason.strip())
    record(
        ConsentEvent.DENIED,
        by=by,
        about=right.member.about,
        function=proposal.function,
        entitlement=right.pk,
        reason=reason,
    )
    tell_holder(right, "grant-refused", function=proposal.function, reason=reason, by=by)


def _decide(proposal: GrantProposal, *, agreed: bool, by: Actor) -> None:
    require_reach(proposal.entitlement, proposal.function, by=by)
    if proposal.entitlement.member_id == by.user.pk:
        raise OwnRight
    waiting = GrantProposal.objects.filter(pk=proposal.pk, decided_at=None)
    if waiting.update(decided_at=by.at, decided_by=by.user, agreed=agreed) != 1:
        raise RightChanged
