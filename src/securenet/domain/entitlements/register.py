"""What changes in the register of organizations mean for rights and requests, which carry its names (R30a)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from securenet.domain.approvals.models import Case, Kind
from securenet.domain.approvals.moving import hand_over_cases
from securenet.domain.entitlements.chain import end_right_and_tell
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import HELD, Entitlement, Mandate, MandateStatus, Status
from securenet.domain.entitlements.queries import organization_desk, ra_desk
from securenet.domain.organizations.actions import admit_many, close_organization, correct_name, join_organizations
from securenet.domain.organizations.importing import plan_import
from securenet.domain.organizations.models import Organization
from securenet.foundation.actor import Actor
from securenet.foundation.refusal import Refusal

ROWS_NAMED = 20
LIVING = (Status.REQUESTED, *HELD)


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


class RightsClash(Refusal):
    """Members hold a right of the same kind in both organizations."""

    sentence = gettext_lazy(
        "%(number)d rights stand in both organizations. Tick that the doubled ones end, or mend them first."
    )
    field = "end_doubles"


class StillUnderWay(Refusal):
    """A mandate or a review names the organization that is to be merged."""

    sentence = gettext_lazy(
        "Mandates (%(mandates)d) and reviews (%(reviews)d) of this organization are still under way. End or finish "
        "them before it is merged."
    )


def require_nothing_under_way(organization: Organization) -> None:
    """Raise StillUnderWay where a mandate, given or received, lives or is asked for, or a review is open."""
    alive = [MandateStatus.REQUESTED, MandateStatus.ACTIVE]
    mandates = Mandate.objects.filter(Q(principal=organization) | Q(agent=organization), status__in=alive).count()
    reviews = organization.reviews.filter(closed_at=None).count()
    if mandates or reviews:
        raise StillUnderWay(mandates=mandates, reviews=reviews)


def doubled_rights(source: Organization, target: Organization) -> QuerySet[Entitlement]:
    """Return the rights held in `source` whose holders have one of the same kind in `target`."""
    same = Entitlement.objects.held().filter(
        organization=target, member=OuterRef("member"), service=OuterRef("service"), role=OuterRef("role")
    )
    held = Entitlement.objects.held().filter(Exists(same), organization=source)
    return held.select_related("member").order_by("member__name_en", "pk")


@transaction.atomic
def merge_organizations(
    source: Organization, target: Organization, *, reason: str, end_doubles: bool, by: Actor
) -> None:
    """Make `source` a part of `target`: its rights and open requests go over; doubled rights end where that is wanted.

    Open invitations end with `source`. Raises StillUnderWay, RightsClash, or what `join_organizations` and
    `hand_over_cases` raise.
    """
    require_nothing_under_way(source)
    join_organizations(source, target, reason=reason, by=by)
    doubles = list(doubled_rights(source, target))
    if doubles and not end_doubles:
        raise RightsClash(number=len(doubles))
    for right in doubles:
        _give_functions(right, target)
        change_status(right, Status.ENDED, by=by, reason=reason)
    rights = rights_of(source)
    cases = Case.objects.open().filter(entitlement__in=rights)
    for service in set(rights.values_list("service", flat=True)):
        desks = {"before": organization_desk(source.pk, service), "after": organization_desk(target.pk, service)}
        hand_over_cases(cases, by=by, **desks)
    applications = Case.objects.open().filter(kind=Kind.APPLICATION)
    hand_over_cases(applications, before=ra_desk(source.pk), after=ra_desk(target.pk), by=by)
    cases.update(organization_name=target.name, organization_number=target.number)
    source.appointments.filter(ended_at=None).update(organization=target)
    source.invitations.filter(used_at=None, cancelled_at=None).update(cancelled_at=by.at)
    rights.update(
        organization=target,
        organization_name=target.name,
        organization_number_type=target.number_type,
        organization_number=target.number,
        organization_country=target.country,
    )


def _give_functions(right: Entitlement, target: Organization) -> None:
    """Let the functions of a doubled right go over to its twin, but for those that the twin has."""
    twin = Entitlement.objects.held().get(
        organization=target, member=right.member_id, service=right.service, role=right.role
    )
    has = twin.grants.filter(ended_at=None).values_list("function", flat=True)
    right.grants.filter(ended_at=None).exclude(function__in=list(has)).update(entitlement=twin)


@transaction.atomic
def end_organization(organization: Organization, *, reason: str, by: Actor) -> int:
    """End an organization and every right held for it at once, and return how many these were (R30a).

    Open requests stay for their desks to refuse. Raises what `close_organization` raises.
    """
    close_organization(organization, reason=reason, by=by)
    rights = list(Entitlement.objects.filter(organization=organization, status__in=HELD).select_related("member"))
    for right in rights:
        end_right_and_tell(right, reason=organization.ended_reason, by=by)
    return len(rights)


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
