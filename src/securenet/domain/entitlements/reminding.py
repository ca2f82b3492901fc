"""Requests that lie with an organization: its admins are reminded before the deadline and told after it (R24a)."""

from __future__ import annotations

from django.db import transaction

from securenet.domain import links
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.reminders import escalate_case, remind_of_case
from securenet.domain.entitlements.telling import tell_admins
from securenet.foundation.actor import Actor


@transaction.atomic
def remind_admins_of_request(case: Case, *, by: Actor) -> bool:
    """Remind the Organization Admins who have the turn; return whether it was done now."""
    done = remind_of_case(case, by=by)
    if done:
        _tell(case, "request-due-for-admins", by=by)
    return done


@transaction.atomic
def escalate_request(case: Case, *, by: Actor) -> bool:
    """Tell the operator's desk, and the Organization Admins, that their turn is over time; return whether now."""
    done = escalate_case(case, by=by)
    if done:
        _tell(case, "request-late-for-admins", by=by)
    return done


def _tell(case: Case, template: str, *, by: Actor) -> None:
    link = links.organization_request(case.pk)
    tell_admins(case.entitlement, template, link=link, number=case.submission_id, due_at=case.due_at, by=by)
