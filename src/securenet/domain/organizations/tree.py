"""The chain of authority as a tree (R22a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q

from securenet.domain.organizations.models import Appointment, Organization, Rung

MOST = 200


@dataclass
class Node:
    """An appointment with those below it; officers are counted, not listed."""

    appointment: Appointment
    officers: int = 0
    below: list[Node] = field(default_factory=list)

    @property
    def rung(self) -> str:
        """Return the step's name in the active language."""
        return str(Rung(self.appointment.rung).label)


def chain_of(organization: Organization) -> list[Node]:
    """Return the signatories of an organization, each with the Organization Admins below."""
    return chains_of([organization])[organization.pk]


def chains_of(organizations: Sequence[Organization]) -> dict[int, list[Node]]:
    """Return the chains of several organizations: living appointments, and ended ones with something still below."""
    hanging = Appointment.objects.filter(above=OuterRef("pk"), ended_at=None)
    rows = (
        Appointment.objects.filter(Q(ended_at=None) | Exists(hanging), organization__in=organizations)
        .exclude(rung=Rung.OFFICER)
        .annotate(officers=Count("below", filter=Q(below__ended_at=None, below__rung=Rung.OFFICER)))
        .order_by("pk")[:MOST]
    )
    nodes = {row.pk: Node(row, officers=row.officers) for row in rows}
    chains: dict[int, list[Node]] = {organization.pk: [] for organization in organizations}
    for node in nodes.values():
        above = nodes.get(node.appointment.above_id or 0)
        (chains[node.appointment.organization_id] if above is None else above.below).append(node)
    return chains
