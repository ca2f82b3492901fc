"""Rights and grants that come to their end: renewed, reminded of, ended (R22c)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.calendar.days import months_later
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.authority import OwnRight, require_full_admin_of, require_impartial
from securenet.domain.entitlements.life import RightChanged, change_status
from securenet.domain.entitlements.models import HELD, Entitlement, FunctionGrant, Status
from securenet.domain.entitlements.telling import admins_of, tell_holder, words_of
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

LISTED = 20
"""Lines of a mail to an Organization Admin; the rest is counted."""


class RenewalEvent(StrEnum):
    """What the ledger calls what happens towards an end."""

    RENEWED = "entitlement.renewed"
    REMINDED = "entitlement.reminded"
    FUNCTION_ENDED = "function.ended"


class EndsLater(Refusal):
    """A right is renewed whose end is not near."""

    sentence = _("There is nothing to renew yet: the end is not near.")


class NotOver(Refusal):
    """The last day has not passed."""

    sentence = _("This has not come to its end yet.")


@dataclass(frozen=True, slots=True)
class Ending:
    """A right, or a grant under it, that comes to its end."""

    right: Entitlement
    grant: FunctionGrant | None = None

    @property
    def row(self) -> Entitlement | FunctionGrant:
        """Return what ends."""
        return self.grant or self.right

    @property
    def function(self) -> str:
        """Return the function that ends, empty where it is the right itself."""
        return self.grant.function if self.grant else ""

    def is_to_be_told(self, today: date) -> bool:
        """Tell whether one of the service's reminders is due that has not been sent."""
        begin, until, last = self.row.from_date, self.row.until_date, self.row.reminded_date
        if begin is None or until is None:
            return False
        calls = [until - timedelta(days=days) for days in profile().service(self.right.service).policy.reminder_days]
        return any(begin < call <= today and (last is None or last < call) for call in calls)


def last_day(begin: date, service: str) -> date:
    """Return the last day of a right that begins then: the service's policy says how long it lasts (R22c)."""
    return months_later(begin, profile().service(service).policy.right_months) - timedelta(days=1)


def ends_soon(until: date | None, service: str, today: date) -> bool:
    """Tell whether an end is so near that the first reminder is due, and with it renewal."""
    days = max(profile().service(service).policy.reminder_days, default=0)
    return until is not None and until - timedelta(days=days) <= today


@transaction.atomic
def renew_right(right: Entitlement, *, by: Actor) -> None:
    """Let a right that ends soon go on for another term from today (R22c).

    Raises NotTheirAdmin, LimitedAdmin, OwnRight, Vouched, EndsLater, or RightChanged.
    """
    require_full_admin_of(right, by=by)
    if right.member_id == by.user.pk:
        raise OwnRight
    require_impartial(right, by=by)
    today, before = local_date(by.at), right.until_date
    if not ends_soon(before, right.service, today):
        raise EndsLater
    unchanged = Entitlement.objects.active(today).filter(pk=right.pk, until_date=before)
    if unchanged.update(until_date=last_day(today, right.service)) != 1:
        raise RightChanged
    right.refresh_from_db()
    record(
        RenewalEvent.RENEWED,
        by=by,
        about=right.member.about,
        entitlement=right.pk,
        before=str(before),
        after=str(right.until_date),
    )
    tell_holder(right, "right-renewed", until=right.until_date, by=by)


def endings_to_remind(at: datetime) -> Iterable[list[Ending]]:
    """Return the rights and grants of whose end somebody is to be reminded, by organization and service."""
    today, facts = local_date(at), profile()
    earliest = max((days for service in facts.services for days in service.policy.reminder_days), default=0)
    furthest = today + timedelta(days=earliest)
    near = {"until_date__gte": today, "until_date__lte": furthest}
    rights = Entitlement.objects.active(today).select_related("member")
    grants = FunctionGrant.objects.filter(ended_at=None, entitlement__in=Entitlement.objects.active(today), **near)
    endings = [Ending(right) for right in rights.filter(**near)]
    endings += [Ending(grant.entitlement, grant) for grant in grants.select_related("entitlement__member")]
    by_place: dict[tuple[int | None, str], list[Ending]] = defaultdict(list)
    for ending in endings:
        if ending.is_to_be_told(today):
            by_place[ending.right.organization_id, ending.right.service].append(ending)
    return by_place.values()


@transaction.atomic
def remind_of_ends(endings: Sequence[Ending], *, by: Actor) -> int:
    """Remind the holders of what ends at one organization and service, and in one mail its admins; return how many.

    What somebody else reminded of meanwhile is left out.
    """
    told = [ending for ending in endings if _mark(ending, by=by)]
    for ending in told:
        tell_holder(ending.right, "right-ends", function=ending.function, until=ending.row.until_date, by=by)
        record(
            RenewalEvent.REMINDED,
            by=by,
            about=ending.right.member.about,
            entitlement=ending.right.pk,
            function=ending.function,
        )
    if told:
        _tell_admins(told, by=by)
    return len(told)


def _mark(ending: Ending, *, by: Actor) -> bool:
    row = ending.row
    same = type(row).objects.filter(pk=row.pk, reminded_date=row.reminded_date, until_date=row.until_date)
    return same.update(reminded_date=local_date(by.at)) == 1


def _tell_admins(told: Sequence[Ending], *, by: Actor) -> None:
    right = told[0].right
    for admin in admins_of(right.organization_id, right.service, by=by):
        others = [ending for ending in told if ending.right.member_id != admin.pk]
        if not others:
            continue
        lines = [
            words_of(each.right, admin.language, function=each.function)
            | {"member": each.right.member.name_in(admin.language), "until": each.row.until_date}
            for each in others[:LISTED]
        ]
        context = words_of(right, admin.language) | {"lines": lines, "more": len(others) - len(lines)}
        write_to(admin, "rights-end", by=by, **(context | {"link": links.rights()}))


def now_over(at: datetime) -> Iterable[Entitlement]:
    """Return the rights whose last day has passed."""
    over = Entitlement.objects.filter(status__in=HELD, until_date__lt=local_date(at))
    return over.select_related("member")


def grants_now_over(at: datetime) -> Iterable[FunctionGrant]:
    """Return the grants whose last day has passed."""
    over = FunctionGrant.objects.filter(ended_at=None, until_date__lt=local_date(at))
    return over.select_related("entitlement__member")


@transaction.atomic
def end_expired_right(right: Entitlement, *, by: Actor) -> None:
    """End a right past its last day and tell its holder (R22c). Raises NotOver or RightChanged."""
    if right.until_date is None or right.until_date >= local_date(by.at):
        raise NotOver
    change_status(right, Status.ENDED, by=by)
    tell_holder(right, "right-expired", until=right.until_date, by=by)


@transaction.atomic
def end_expired_grant(grant: FunctionGrant, *, by: Actor) -> None:
    """End a grant past its last day; its holder was reminded before (R22c). Raises NotOver or RightChanged."""
    if grant.until_date is None or grant.until_date >= local_date(by.at):
        raise NotOver
    unchanged = FunctionGrant.objects.filter(pk=grant.pk, ended_at=None, until_date=grant.until_date)
    if unchanged.update(ended_at=by.at) != 1:
        raise RightChanged
    right = grant.entitlement
    record(RenewalEvent.FUNCTION_ENDED, by=by, about=right.member.about, entitlement=right.pk, function=grant.function)
