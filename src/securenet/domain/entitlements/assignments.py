"""Officers of the mandated organization, whom its Organization Admin lets act under a mandate (R22d)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.authority import NotTheirAdmin, own_admin_right, require_impartial, require_reach
from securenet.domain.entitlements.grants import RightNotActive, SelfGrant, may_grant_to_oneself
from securenet.domain.entitlements.mandate_notices import tell_officer
from securenet.domain.entitlements.models import Assignment, Entitlement, Mandate, MandateStatus
from securenet.domain.entitlements.queries import administers
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class AssignmentEvent(StrEnum):
    """What the ledger calls acts with officers under a mandate."""

    ASSIGNED = "mandate-officer.assigned"
    REMOVED = "mandate-officer.removed"


class NotMandated(Refusal):
    """A function that the mandate does not have, or none at all."""

    sentence = _("Choose among the functions that the mandate names.")
    field = "functions"


class NoSuchOfficer(Refusal):
    """The mandate is not for this person's organization and service, or it is over."""

    sentence = _("This person cannot act under this mandate.")


class AssignedAlready(Refusal):
    """The officer acts under the mandate."""

    sentence = _("This person already acts under the mandate.")


@transaction.atomic
def assign_officer(mandate: Mandate, right: Entitlement, *, functions: Sequence[str], by: Actor) -> Assignment:
    """Return the assignment by which the agent's Organization Admin lets somebody act under a mandate (R22d).

    That is also how the agent consents to it. Raises NotTheirAdmin, BeyondLimit, Vouched, NoSuchOfficer,
    RightNotActive, NotMandated, SelfGrant, or AssignedAlready.
    """
    own_admin_right(right, by=by)
    living = mandate.status == MandateStatus.ACTIVE and mandate.until_date >= local_date(by.at)
    if not living or (right.organization_id, right.service) != (mandate.agent_id, mandate.service):
        raise NoSuchOfficer
    if not Entitlement.objects.active(local_date(by.at)).filter(pk=right.pk).exists():
        raise RightNotActive
    if not functions or not set(functions) <= set(mandate.functions):
        raise NotMandated
    for function in functions:
        require_reach(right, function, by=by)
    require_impartial(right, by=by)
    chosen = [profile().function(right.service, function) for function in sorted(set(functions))]
    if right.member_id == by.user.pk and not all(may_grant_to_oneself(right.service, each) for each in chosen):
        raise SelfGrant
    assignment = _assign(mandate, right, [each.key for each in chosen], by=by)
    tell_officer(assignment, "mandate-assigned", by=by)
    return assignment


def _assign(mandate: Mandate, right: Entitlement, functions: list[str], *, by: Actor) -> Assignment:
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                mandate=mandate, entitlement=right, functions=functions, assigned_by=by.user, assigned_at=by.at
            )
    except IntegrityError as error:
        raise AssignedAlready from error
    facts = {"mandate": mandate.about, "functions": ", ".join(functions)}
    record(AssignmentEvent.ASSIGNED, by=by, about=right.member.about, **facts)
    return assignment


@transaction.atomic
def remove_officer(assignment: Assignment, *, by: Actor) -> None:
    """Take an officer from a mandate at once. Raises NotTheirAdmin, or Overtaken where it is done already."""
    mandate = assignment.mandate
    if not administers(by.user, mandate.agent_id, mandate.service, local_date(by.at)):
        raise NotTheirAdmin
    _close(assignment, by=by)
    tell_officer(assignment, "mandate-officer-removed", by=by)


@transaction.atomic
def close_assignments(mandate: Mandate, *, by: Actor) -> None:
    """End every assignment of a mandate that has ended; who acted is told by whoever ends it."""
    for assignment in mandate.assignments.filter(ended_at=None).select_related("entitlement__member"):
        _close(assignment, by=by)


def _close(assignment: Assignment, *, by: Actor) -> None:
    living = Assignment.objects.filter(pk=assignment.pk, ended_at=None)
    if living.update(ended_at=by.at, ended_by=by.user) != 1:
        raise Overtaken
    member = assignment.entitlement.member
    record(AssignmentEvent.REMOVED, by=by, about=member.about, mandate=assignment.mandate.about)


@transaction.atomic
def carry_assignments_over(renewal: Mandate, *, by: Actor) -> None:
    """Let those who act under a mandate act under its renewal too, with the functions that it still has."""
    if renewal.renews is None:
        return
    acting = renewal.renews.assignments.filter(ended_at=None).select_related("entitlement__member", "assigned_by")
    for earlier in acting:
        kept = [function for function in earlier.functions if function in renewal.functions]
        if kept:
            assignment = Assignment.objects.create(
                mandate=renewal,
                entitlement=earlier.entitlement,
                functions=kept,
                assigned_by=earlier.assigned_by,
                assigned_at=by.at,
            )
            facts = {"mandate": renewal.about, "functions": ", ".join(kept)}
            record(AssignmentEvent.ASSIGNED, by=by, about=assignment.entitlement.member.about, **facts)
