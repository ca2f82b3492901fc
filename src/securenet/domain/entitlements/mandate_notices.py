"""Mails about mandates: to the Organization Admins of both sides and to the officers who act (R22d)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Assignment, Mandate
from securenet.domain.entitlements.queries import admins_of
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor

BOTH = ("principal", "agent")


def tell_admins(mandate: Mandate, template: str, *, sides: Sequence[str] = BOTH, by: Actor) -> None:
    """Write to the Organization Admins of the mandate's organizations, each once."""
    day = local_date(by.at)
    organizations = [getattr(mandate, f"{side}_id") for side in sides]
    people = {admin.pk: admin for each in organizations for admin in admins_of(each, mandate.service, day)}
    for person in people.values():
        _tell(person, mandate, template, mandate.functions, link=links.mandate(mandate.pk), by=by)


def tell_officers(mandate: Mandate, template: str, *, by: Actor) -> None:
    """Write to everybody who acts under the mandate."""
    for assignment in mandate.assignments.filter(ended_at=None).select_related("entitlement__member"):
        tell_officer(assignment, template, by=by)


def tell_officer(assignment: Assignment, template: str, *, by: Actor) -> None:
    """Write to one who acts, or acted, under a mandate."""
    member, mandate = assignment.entitlement.member, assignment.mandate
    _tell(member, mandate, template, assignment.functions, link=links.rights(), by=by)


def _tell(person: User, mandate: Mandate, template: str, functions: Sequence[str], *, link: str, by: Actor) -> None:
    facts, language = profile(), person.language
    words: dict[str, Any] = {
        "service": facts.service(mandate.service).name.in_(language),
        "principal": mandate.principal.name,
        "agent": mandate.agent.name,
        "functions": [facts.function_label(mandate.service, key, language) for key in functions],
        "from_date": mandate.from_date,
        "until_date": mandate.until_date,
        "reason": mandate.end_reason,
    }
    write_to(person, template, about=mandate.about, link=link, by=by, **words)
