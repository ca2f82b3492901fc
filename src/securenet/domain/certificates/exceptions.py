"""Logins for a set time although nothing fresh is known of revocation: two persons allow it, for one CA (R44)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import Overtaken, decide_case
from securenet.domain.approvals.flow import OPEN, State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.proposing import propose_act
from securenet.domain.certificates.models import Authority, RevocationException
from securenet.domain.certificates.store import AlreadyWithdrawn
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class ExceptionEvent(StrEnum):
    """What the ledger calls exceptions."""

    PROPOSED = "revocation-exception.proposed"
    BEGUN = "revocation-exception.begun"
    ENDED = "revocation-exception.ended"


class TooLong(Refusal):
    """The profile has the most hours."""

    sentence = _("An exception lasts from 1 to %(most)d hours.")
    field = "hours"


class ExceptionOpen(Refusal):
    """One at a time for a CA, waiting or running."""

    sentence = _("There is an exception for this authority already, or one waits for another person.")


class NotRunning(Refusal):
    """It has not begun, or has ended."""

    sentence = _("This exception has ended already.")


@transaction.atomic
def propose_exception(authority: Authority, *, hours: int, reason: str, by: Actor) -> Case:
    """Return the case by which another person decides whether a CA's silence is borne for some hours (R44).

    Raises TooLong, AlreadyWithdrawn, ExceptionOpen, or what `propose_act` raises.
    """
    most = profile().certificate.exception_hours
    if not 1 <= hours <= most:
        raise TooLong(most=most)
    if authority.withdrawn_at is not None:
        raise AlreadyWithdrawn
    waiting = authority.exceptions.filter(case__state__in=OPEN)
    if waiting.exists() or authority.exceptions.running(by.at).exists():
        raise ExceptionOpen
    case = propose_act("revocation_exception", by=by)
    RevocationException.objects.create(case=case, authority=authority, hours=hours, reason=masked(reason))
    record(
        ExceptionEvent.PROPOSED,
        by=by,
        about=authority.about,
        submission=case.submission_id,
        name=authority.name,
        hours=hours,
        reason=masked(reason),
    )
    return case


@transaction.atomic
def decide_exception(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide on an exception; its hours begin with the last voice that approves, and then it ends by itself (R44).

    Raises TooLong where the profile has changed since, AlreadyWithdrawn, or what `decide_case` raises.
    """
    state = decide_case(case, verb=verb, by=by, reason=reason)
    if state is State.APPROVED:
        _begin(RevocationException.objects.select_related("authority", "case").get(case=case), by=by)
    return state


def _begin(exception: RevocationException, *, by: Actor) -> None:
    if exception.hours > (most := profile().certificate.exception_hours):
        raise TooLong(most=most)
    if exception.authority.withdrawn_at is not None:
        raise AlreadyWithdrawn
    ends_at = by.at + timedelta(hours=exception.hours)
    rows = RevocationException.objects.filter(pk=exception.pk, starts_at=None)
    if rows.update(starts_at=by.at, ends_at=ends_at) != 1:
        raise Overtaken
    record(
        ExceptionEvent.BEGUN,
        by=by,
        about=exception.authority.about,
        submission=exception.case.submission_id,
        name=exception.authority.name,
        ends_at=ends_at.isoformat(),
    )


@transaction.atomic
def end_exception(exception: RevocationException, *, by: Actor) -> None:
    """End an exception before its time; being stricter needs no second person. Raises NotRunning."""
    rows = RevocationException.objects.running(by.at).filter(pk=exception.pk)
    if rows.update(ends_at=by.at) != 1:
        raise NotRunning
    record(ExceptionEvent.ENDED, by=by, about=exception.authority.about, name=exception.authority.name)
