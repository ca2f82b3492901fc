"""What happens to organizations. What follows for rights and requests is composed in `entitlements.register`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.organizations.checks import organization_name
from securenet.domain.organizations.models import Organization
from securenet.domain.organizations.queries import require_standing
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal
from securenet.foundation.text import search_key


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    ADMITTED = "organization.admitted"
    IMPORTED = "organization.imported"
    NAME_CORRECTED = "organization.name-corrected"
    ENDED = "organization.ended"
    REOPENED = "organization.reopened"
    MERGED = "organization.merged"
    TAKEN_OVER = "organization.taken-over"


class RegisterOvertaken(Refusal):
    """Somebody else was faster."""

    sentence = _("Someone else changed the register a moment ago. Please look at it again before you go on.")


class SameName(Refusal):
    """A correction that corrects nothing."""

    sentence = _("This is the name as it is registered.")
    field = "name"


class SameOrganization(Refusal):
    """An organization cannot become a part of itself."""

    sentence = _("Choose another organization: this is the same one.")
    field = "number"


class NotEnded(Refusal):
    """Only what has ended, and is no part of another, can be reopened."""

    sentence = _("Only an organization that has ended, and was not merged, can be reopened.")


class WhyMissing(Refusal):
    """The register keeps why an organization ended or came back."""

    sentence = _("Write the reason, for those who read the register later.")
    field = "reason"


@transaction.atomic
def admit_organization(*, number: str, number_type: str, country: str, name: str, by: Actor) -> Organization:
    """Return the organization with this number, made now under the name that the service desk confirmed (R30a).

    Raises OrganizationMerged or OrganizationEnded for one that is there no more.
    """
    organization, made = Organization.objects.select_related("merged_into").get_or_create(
        number=number,
        country=country,
        defaults={"number_type": number_type, "name": name, "name_key": search_key(name), "created_at": by.at},
    )
    if made:
        record(Event.ADMITTED, by=by, about=organization.about, name=masked(name))
    return require_standing(organization)


@transaction.atomic
def admit_many(organizations: Sequence[Organization], *, by: Actor) -> None:
    """Take new organizations from the operator's import into the register (R30a). Raises RegisterOvertaken."""
    try:
        with transaction.atomic():
            Organization.objects.bulk_create(organizations, batch_size=500)
    except IntegrityError as error:
        raise RegisterOvertaken from error
    for organization in organizations:
        record(Event.IMPORTED, by=by, about=organization.about, name=organization.name)


@transaction.atomic
def correct_name(organization: Organization, *, name: str, by: Actor) -> None:
    """Write another name into the register (R30a).

    Raises WrongOrganizationName, SameName, OrganizationMerged, OrganizationEnded, or RegisterOvertaken.
    """
    before, name = require_standing(organization).name, organization_name(name)
    if name == before:
        raise SameName
    _swap(organization, name=name, name_key=search_key(name))
    record(Event.NAME_CORRECTED, by=by, about=organization.about, before=masked(before), after=name)


@transaction.atomic
def close_organization(organization: Organization, *, reason: str, by: Actor) -> None:
    """End an organization in the register (R30a).

    Raises WhyMissing, OrganizationMerged, OrganizationEnded, or RegisterOvertaken.
    """
    require_standing(organization)
    reason = _reason(reason)
    _swap(organization, ended_at=by.at, ended_reason=reason)
    record(Event.ENDED, by=by, about=organization.about, reason=reason)


@transaction.atomic
def reopen_organization(organization: Organization, *, reason: str, by: Actor) -> None:
    """Take back an end that was a mistake; rights that ended with it stay ended. Raises NotEnded or WhyMissing."""
    if organization.ended_at is None or organization.merged_into_id is not None:
        raise NotEnded
    reason = _reason(reason)
    _swap(organization, ended_at=None, ended_reason="")
    record(Event.REOPENED, by=by, about=organization.about, reason=reason)


@transaction.atomic
def join_organizations(source: Organization, target: Organization, *, reason: str, by: Actor) -> None:
    """Make `source`, and what was merged into it before, a part of `target` (R30a).

    Raises SameOrganization, WhyMissing, OrganizationMerged, OrganizationEnded, or RegisterOvertaken.
    """
    if source.pk == target.pk:
        raise SameOrganization
    require_standing(source)
    require_standing(target)
    reason = _reason(reason)
    ended = {"ended_at": by.at, "ended_reason": reason, "merged_into": target}
    for organization in sorted((source, target), key=lambda one: one.pk):  # one order, so that two never wait in a ring
        _swap(organization, **(ended if organization.pk == source.pk else {}))
    Organization.objects.filter(merged_into=source).update(merged_into=target)
    record(Event.MERGED, by=by, about=source.about, into=target.about, reason=reason)
    record(Event.TAKEN_OVER, by=by, about=target.about, organization=source.about, reason=reason)


def _reason(text: str) -> str:
    """Return a reason in words. Raises WhyMissing."""
    if not any(character.isalpha() for character in text):
        raise WhyMissing
    return masked(text.strip())


def _swap(organization: Organization, **changes: Any) -> None:
    """Compare and set: write `changes` only where nobody wrote since it was read. Raises RegisterOvertaken."""
    unchanged = Organization.objects.filter(pk=organization.pk, revision=organization.revision)
    if unchanged.update(revision=organization.revision + 1, **changes) != 1:
        raise RegisterOvertaken
    organization.refresh_from_db()
