"""Who administers the member's organizations, and what to do when nobody is left (R22a, R22b, R22f)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from securenet.domain.accounts.models import User
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.models import Entitlement, Role, Shortage
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.tree import Node, chains_of
from securenet.domain.profile.queries import profile
from securenet.surfaces.shared.access import Permission, requires
from securenet.surfaces.shared.request import Request

ORGANIZATIONS, ADMINS = 10, 200
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Administered:
    """A service of an organization: its Organization Admins, how many are wanted, and since when some are missing."""

    service: str
    admins: list[User]
    wanted: int
    shortage: Shortage | None

    @property
    def is_vacant(self) -> bool:
        """Tell whether nobody is left."""
        return not self.admins

    @property
    def too_few(self) -> bool:
        """Tell whether there are fewer than the service wants."""
        return 0 < len(self.admins) < self.wanted


@dataclass(frozen=True, slots=True)
class Own:
    """An organization that the member acts for."""

    organization: Organization
    services: list[Administered]
    chain: list[Node]


@require_safe
@requires(Permission.USE_SERVICE)
def own_organization(request: Request) -> HttpResponse:
    """Answer "Who is my Organization Admin?" to any member."""
    rights = Entitlement.objects.held().filter(member=request.person).exclude(organization=None)
    services: dict[Organization, set[str]] = {}
    for right in rights.select_related("organization").order_by("organization_name", "pk"):
        if right.organization is not None:
            services.setdefault(right.organization, set()).add(right.service)
    shown = list(services)[:ORGANIZATIONS]
    admins, missing, chains = _admins(shown, request), _missing(shown), chains_of(shown)
    found = [
        Own(one, [_administered(one, key, admins, missing) for key in sorted(services[one])], chains[one.pk])
        for one in shown
    ]
    context = {"organizations": found, "more": len(services) - len(found)}
    return render(request, "portal/rights/organization.html", context)


def _admins(organizations: list[Organization], request: Request) -> dict[Place, list[User]]:
    """Return the Organization Admins by organization and service."""
    rights = Entitlement.objects.active(local_date(request.actor.at)).filter(
        organization__in=organizations, role=Role.ORGANIZATION_ADMIN
    )
    found: dict[Place, list[User]] = {}
    for right in rights.select_related("member").order_by("member__name_en", "pk")[:ADMINS]:
        found.setdefault((right.organization_id or 0, right.service), []).append(right.member)
    return found


def _missing(organizations: list[Organization]) -> dict[Place, Shortage]:
    open_ones = Shortage.objects.filter(organization__in=organizations, ended_at=None)
    return {(one.organization_id, one.service): one for one in open_ones}


def _administered(
    organization: Organization, service: str, admins: dict[Place, list[User]], missing: dict[Place, Shortage]
) -> Administered:
    place, facts = (organization.pk, service), profile().service(service)
    return Administered(str(facts.name), admins.get(place, []), facts.two_person.min_admins, missing.get(place))
