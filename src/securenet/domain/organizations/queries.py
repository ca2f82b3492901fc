"""Reads of organizations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from securenet.domain.organizations.models import Organization
from securenet.foundation.refusal import Refusal


class OrganizationEnded(Refusal):
    """Rights are asked for or approved for an organization that is no more (R30a)."""

    sentence = _("%(name)s has ended in our register. If that is not right, please call the service desk.")
    field = "organization_number"


class OrganizationMerged(Refusal):
    """Rights are asked for under the number of an organization that became a part of another (R30a)."""

    sentence = _("This organization has become a part of %(name)s. Ask under the number %(number)s.")
    field = "organization_number"


def find_organization(number: str, country: str) -> Organization | None:
    """Return the organization with this number, standing or not, if there is one."""
    return Organization.objects.filter(number=number, country=country).select_related("merged_into").first()


def require_standing(organization: Organization) -> Organization:
    """Return an organization that rights can be held for. Raises OrganizationMerged or OrganizationEnded."""
    if organization.merged_into is not None:
        raise OrganizationMerged(name=organization.merged_into.name, number=organization.merged_into.number)
    if organization.ended_at is not None:
        raise OrganizationEnded(name=organization.name)
    return organization


def known_name(number: str, country: str) -> str:
    """Return the registered name of a known organization, empty where it is not known (R3).

    Raises OrganizationMerged or OrganizationEnded.
    """
    found = find_organization(number, country)
    return require_standing(found).name if found else ""


def require_askable(number: str, country: str) -> None:
    """Raise OrganizationMerged or OrganizationEnded where rights cannot be asked for under this number (R30a)."""
    known_name(number, country)
