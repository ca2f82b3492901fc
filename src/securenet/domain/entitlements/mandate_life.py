"""The life of a mandate: its status, and its end with everything that hangs on it (R22d)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.actions import Overtaken, ReasonMissing
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.assignments import close_assignments
from securenet.domain.entitlements.authority import NotTheirAdmin
from securenet.domain.entitlements.mandate_notices import tell_admins, tell_officers
from securenet.domain.entitlements.models import Mandate, MandateStatus
from securenet.domain.entitlements.queries import administers
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class MandateEvent(StrEnum):
    """What the ledger calls acts with mandates."""

    REQUESTED = "mandate.requested"
    ACTIVATED = "mandate.activated"
    REFUSED = "mandate.refused"
    ENDED = "mandate.ended"


class MandateOver(Refusal):
    """The mandate is not in force."""

    sentence = _("This mandate is not in force.")


def facts_of(mandate: Mandate) -> dict[str, str]:
    """Return a mandate as the ledger writes it down."""
    return {
        "service": mandate.service,
        "principal": mandate.principal.about,
        "agent": mandate.agent.about,
        "functions": ", ".join(mandate.functions),
        "centres": ", ".join(mandate.centres),
        "from_date": mandate.from_date.isoformat(),
        "until_date": mandate.until_date.isoformat(),
    }


def is_void(mandate: Mandate, day: date) -> bool:
    """Tell whether a mandate could no longer be acted under, were it approved on `day`."""
    ended = mandate.principal.ended_at or mandate.agent.ended_at
    return ended is not None or mandate.until_date < day


@transaction.atomic
def end_mandate(mandate: Mandate, *, reason: str, by: Actor) -> None:
    """End a mandate at once, by an Organization Admin of either side, with everything that hangs on it (R22d).

    Raises NotTheirAdmin, ReasonMissing, or MandateOver.
    """
    day = local_date(by.at)
    sides = (mandate.principal_id, mandate.agent_id)
    if not any(administers(by.user, side, mandate.service, day) for side in sides):
        raise NotTheirAdmin
    if not reason.strip():
        raise ReasonMissing
    if mandate.status != MandateStatus.ACTIVE:
        raise MandateOver
    _end(mandate, reason=masked(reason.strip()), by=by)


def to_finish(at: datetime) -> QuerySet[Mandate]:
    """Return the mandates that count as active although they carry nothing any more."""
    over = Q(until_date__lt=local_date(at)) | Q(principal__ended_at__lte=at) | Q(agent__ended_at__lte=at)
    return Mandate.objects.filter(over, status=MandateStatus.ACTIVE).select_related("principal", "agent")


@transaction.atomic
def finish_mandate(mandate: Mandate, *, by: Actor) -> None:
    """Write down that a mandate's last day has passed, or that one of its organizations has ended (R75b).

    It has carried nothing since then. Raises MandateOver where it is not so.
    """
    if mandate.status != MandateStatus.ACTIVE or not is_void(mandate, local_date(by.at)):
        raise MandateOver
    _end(mandate, reason="", by=by)


def _end(mandate: Mandate, *, reason: str, by: Actor) -> None:
    turn_mandate(
        mandate,
        MandateStatus.ACTIVE,
        MandateStatus.ENDED,
        ended_at=by.at,
        ended_by=by.user,
        end_reason=reason,
    )
    record(MandateEvent.ENDED, by=by, about=mandate.about, reason=reason, **facts_of(mandate))
    tell_officers(mandate, "mandate-ended", by=by)
    tell_admins(mandate, "mandate-ended", by=by)
    close_assignments(mandate, by=by)


def turn_mandate(mandate: Mandate, before: MandateStatus, after: MandateStatus, **changes: object) -> None:
    """Give a mandate its next status. Raises Overtaken where it is not as it was read."""
    if Mandate.objects.filter(pk=mandate.pk, status=before).update(status=after, **changes) != 1:
        raise Overtaken
    mandate.refresh_from_db()
