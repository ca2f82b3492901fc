"""Rights given up by their holders; ended, suspended and resumed by Organization Admins (R21, R22)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.entitlements.authority import (
    OwnRight,
    require_another_admin,
    require_full_admin_of,
    require_impartial,
)
from securenet.domain.entitlements.life import NoReason, RightChanged, change_status
from securenet.domain.entitlements.models import Entitlement, Role, Status
from securenet.domain.entitlements.telling import tell_admins, tell_holder
from securenet.foundation.actor import Actor
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class NotOwnRight(Refusal):
    """Somebody gives up a right of somebody else's."""

    sentence = _("You can give up your own rights only.")


class AdminsRight(Refusal):
    """Organization Admins do not end or suspend each other's rights as admins: that is the operator's (R21)."""

    sentence = _(
        "Organization Admins cannot take that right from each other. Your organization's signatory can ask the service "
        "desk to end it."
    )


@transaction.atomic
def give_up_right(right: Entitlement, *, reason: str = "", by: Actor) -> None:
    """End the actor's own right at once and tell the Organization Admins (R21).

    Raises NotOwnRight, LastAdmin, or RightChanged.
    """
    if by.user is None or right.member_id != by.user.pk:
        raise NotOwnRight
    require_another_admin(right, by=by)
    change_status(right, Status.ENDED, by=by, reason=reason)
    tell_admins(right, "right-given-up", reason=masked(reason.strip()), by=by)


@transaction.atomic
def remove_right(right: Entitlement, *, reason: str, by: Actor) -> None:
    """Take an officer's right away at once and tell the member (R21).

    Raises NotTheirAdmin, LimitedAdmin, OwnRight, AdminsRight, NoReason, or RightChanged.
    """
    _take(right, Status.ENDED, "right-removed", reason=reason, by=by)


@transaction.atomic
def suspend_right(right: Entitlement, *, reason: str, by: Actor) -> None:
    """Let an officer's right rest until it is resumed (R22). Raises what `remove_right` raises."""
    _take(right, Status.SUSPENDED, "right-suspended", reason=reason, by=by)


@transaction.atomic
def resume_right(right: Entitlement, *, reason: str, by: Actor) -> None:
    """Put a suspended right into force again (R22). Raises what `remove_right` raises, or Vouched."""
    if right.status != Status.SUSPENDED:
        raise RightChanged
    require_impartial(right, by=by)
    _take(right, Status.ACTIVE, "right-resumed", reason=reason, by=by)


def _take(right: Entitlement, to: Status, template: str, *, reason: str, by: Actor) -> None:
    require_full_admin_of(right, by=by)
    if right.member_id == by.user.pk:
        raise OwnRight
    if right.role != Role.OFFICER:
        raise AdminsRight
    if not reason.strip():
        raise NoReason
    change_status(right, to, by=by, reason=reason)
    tell_holder(right, template, reason=masked(reason.strip()), by=by)
