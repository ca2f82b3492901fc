"""Reads of organizations."""

from __future__ import annotations

from securenet.domain.organizations.models import Organization


def known_name(number: str, country: str) -> str:
    """Return the registered name of a known organization, empty where it is not known (R3)."""
    return Organization.objects.filter(number=number, country=country).values_list("name", flat=True).first() or ""


def find_organization(number: str, country: str) -> Organization | None:
    """Return the organization with this number, if it exists already."""
    return Organization.objects.filter(number=number, country=country).first()
