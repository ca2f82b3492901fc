"""The routes and checklists of one submission: copied from the profile, so that editing it moves none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from securenet.domain.approvals.flow import Route, Stop, Tier
from securenet.domain.profile.catalogue import Tier as ProfileTier
from securenet.domain.profile.papers import ChecklistItem


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to ask for, in the words of the profile."""

    key: str
    names: dict[str, str]
    required: bool
    form: str = ""
    hints: dict[str, str] = field(default_factory=dict)
    max_age_months: int | None = None
    appoints: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to open, with the words that queues show."""

    kind: str
    route: Route
    service: str = ""
    role: str = ""
    organization_name: str = ""
    organization_number: str = ""
    subject: Any = None


def route_of(tiers: Iterable[ProfileTier], *, organization_desk: str = "") -> Route:
    """Return the route of a case; the organization's tier only where it has a desk already (R24a, R30a)."""
    return Route(
        [
            Stop(
                Tier(tier.tier),
                tier.desk or organization_desk,
                tier.quorum,
                remind=tier.remind_business_days,
                escalate_to=tier.escalate_to or "",
            )
            for tier in tiers
            if tier.desk or organization_desk
        ]
    )


def papers_of(items: Iterable[ChecklistItem]) -> list[Paper]:
    """Return the documents to ask for, each once, in the order of the profile (R7)."""
    papers = {
        item.key: Paper(
            key=item.key,
            names=item.name.model_dump(),
            hints=item.hint.model_dump() if item.hint else {},
            form=item.form or "",
            required=item.required,
            max_age_months=item.max_age_months,
            appoints=item.appoints or "",
        )
        for item in items
    }
    return list(papers.values())
