"""Why a right is looked at first in a review: what is risky about it, and what has changed (R22e)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from securenet.domain.calendar.days import months_later
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Role

LONG_UNUSED = timedelta(days=90)
FAR_MONTHS = 12
CHANGES = frozenset({"new", "functions_changed"})
WORDS = {
    "new": _("New since the last review"),
    "functions_changed": _("Functions changed since the last review"),
    "never_used": _("Never used"),
    "long_unused": _("Not used for more than 90 days"),
    "admin": _("Organization Admin"),
    "self_granted": _("Granted a function to themself"),
    "far_end": _("Ends in more than a year, or never"),
    "other_mail": _("E-mail address of another domain than most"),
}
"""Each mark as people read it. Every one counts the same: a right with more of them comes earlier."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What marks are measured against: now, the last review, and the organization's usual domain of e-mail."""

    at: datetime
    since: datetime | None
    domain: str


def scale_of(rights: Iterable[Entitlement], *, since: datetime | None, at: datetime) -> Scale:
    """Return the scale for some rights of one organization."""
    domains = Counter(domain_of(right) for right in rights)
    return Scale(at=at, since=since, domain=max(domains, key=lambda each: (domains[each], each), default=""))


def domain_of(right: Entitlement) -> str:
    """Return the domain of the holder's e-mail address."""
    return right.member.email.rpartition("@")[2].lower()


def marks_of(right: Entitlement, grants: Sequence[FunctionGrant], scale: Scale) -> list[str]:
    """Return the marks of a right; `grants` are all that hang on it, ended ones included."""
    today = local_date(scale.at)
    used = right.last_used_at
    marks = {
        "new": scale.since is not None and _began_after(right, scale.since),
        "functions_changed": scale.since is not None and any(_changed_after(grant, scale.since) for grant in grants),
        "never_used": used is None,
        "long_unused": used is not None and used < scale.at - LONG_UNUSED,
        "admin": right.role == Role.ORGANIZATION_ADMIN,
        "self_granted": any(grant.granted_by_id == right.member_id and grant.ended_at is None for grant in grants),
        "far_end": right.until_date is None or right.until_date > months_later(today, FAR_MONTHS),
        "other_mail": domain_of(right) != scale.domain,
    }
    return [mark for mark in WORDS if marks[mark]]


def _began_after(right: Entitlement, since: datetime) -> bool:
    begin: date | None = right.from_date
    return begin is not None and begin > local_date(since)


def _changed_after(grant: FunctionGrant, since: datetime) -> bool:
    return grant.granted_at > since or (grant.ended_at is not None and grant.ended_at > since)
