"""What changes in the register of organizations mean for rights and requests, which carry its names (R30a)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.domain.organizations.actions import admit_many, correct_name
from securenet.domain.organizations.importing import plan_import
from securenet.domain.organizations.models import Organization
from securenet.foundation.actor import Actor

ROWS_NAMED = 20
LIVING = (Status.REQUESTED, Status.ACTIVE, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: how many organizations are new, got another name, or are as they were; and which rows to see.

    `repaired` are rows in which a zero in front was put back, `ended` those whose organization has ended.
    """

    new: int
    renamed: int
    unchanged: int
    repaired: tuple[int, ...]
    ended: tuple[int, ...]


def rights_of(organization: Organization) -> QuerySet[Entitlement]:
    """Return the rights held or asked for on behalf of an organization, also those asked for before it was known."""
    asked_before = Q(
        organization=None,
        organization_number=organization.number,
        organization_country=organization.country,
        status=Status.REQUESTED,
    )
    return Entitlement.objects.filter(Q(organization=organization, status__in=LIVING) | asked_before)


@transaction.atomic
def correct_organization(organization: Organization, *, name: str, by: Actor) -> None:
    """Correct a name in the register, on the rights that live, and on open requests. Raises what `correct_name` raises.

    What has been decided keeps the words in which it was decided.
    """
    correct_name(organization, name=name, by=by)
    _rewrite(organization, rights_of(organization))


def _rewrite(organization: Organization, rights: QuerySet[Entitlement]) -> None:
    """Give the register's words to rights and to the open cases that ask for them."""
    Case.objects.open().filter(entitlement__in=rights).update(
        organization_name=organization.name, organization_number=organization.number
    )
    rights.update(organization_name=organization.name)


@transaction.atomic
def import_organizations(data: bytes, *, rename: bool, by: Actor) -> Imported:
    """Take a file of organizations into the register, all of it or nothing; a second time changes nothing (R30a).

    Raises MistakesInside with every mistake, RegisterOvertaken, or what `read_table` raises.
    """
    plan = plan_import(data, rename=rename, by=by)
    admit_many(plan.new, by=by)
    for organization, name in plan.renamed:
        correct_organization(organization, name=name, by=by)
    return Imported(
        new=len(plan.new),
        renamed=len(plan.renamed),
        unchanged=plan.unchanged,
        repaired=tuple(plan.repaired),
        ended=tuple(plan.ended),
    )


def import_report(done: Imported) -> list[str]:
    """Return what an import did, in sentences of the active language."""
    told = [
        ngettext("%(number)d organization is new.", "%(number)d organizations are new.", done.new)
        % {"number": done.new},
        ngettext("%(number)d name was corrected.", "%(number)d names were corrected.", done.renamed)
        % {"number": done.renamed},
        ngettext("%(number)d organization is as it was.", "%(number)d organizations are as they were.", done.unchanged)
        % {"number": done.unchanged},
    ]
    if done.repaired:
        told.append(_("A zero in front was put back in these rows: %(rows)s.") % {"rows": _rows(done.repaired)})
    if done.ended:
        told.append(
            _("These rows name organizations that have ended; they stay so: %(rows)s.") % {"rows": _rows(done.ended)}
        )
    return told


def _rows(numbers: tuple[int, ...]) -> str:
    more = ", …" if len(numbers) > ROWS_NAMED else ""
    return ", ".join(str(number) for number in numbers[:ROWS_NAMED]) + more
