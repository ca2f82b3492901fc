"""What happens to organizations."""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from securenet.domain.organizations.models import Organization
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    ADMITTED = "organization.admitted"


@transaction.atomic
def admit_organization(*, number: str, number_type: str, country: str, name: str, by: Actor) -> Organization:
    """Return the organization with this number, made now under the name that the service desk confirmed (R30a)."""
    organization, made = Organization.objects.get_or_create(
        number=number, country=country, defaults={"number_type": number_type, "name": name, "created_at": by.at}
    )
    if made:
        record(Event.ADMITTED, by=by, about=organization.about, name=masked(name))
    return organization
