"""Who may administer whose rights, and how far (R21, R22, R22b, R22c)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Step
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.life import RightChanged
from securenet.domain.entitlements.models import Entitlement, Role, within_reach
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class AuthorityEvent(StrEnum):
    """What the ledger calls changes of an admin's authority."""

    LIMITED = "entitlement.limited"


class NotTheirAdmin(Refusal):
    """Somebody acts who is not the Organization Admin of this right."""

    sentence = _("Only an Organization Admin of this organization can do that.")


class LimitedAdmin(Refusal):
    """An admin who is limited to some functions does what is for the whole right (R22c)."""

    sentence = _("You administer some functions only. Ask another Organization Admin of your organization to do that.")


class BeyondLimit(Refusal):
    """The function is not one of those that the admin is limited to (R22c)."""

    sentence = _("This function is not one of those that you administer.")


class Vouched(Refusal):
    """The admin invited or endorsed this officer, and the service's policy wants somebody else then (R22b)."""

    sentence = _("You have vouched for this person. For this service another Organization Admin has to do that.")


class Admitted(Refusal):
    """The admin endorsed the request for this right, and the service's policy wants another one to grant (R22b)."""

    sentence = _("You have agreed to this request. For this service another Organization Admin grants the functions.")


class OwnRight(Refusal):
    """An admin does to their own right what another one has to do."""

    sentence = _("This is your own right. Another Organization Admin has to do that.")


class NotAnAdmin(Refusal):
    """A limit is for the rights of Organization Admins."""

    sentence = _("Only the right of an Organization Admin can be limited to some functions.")


class LastAdmin(Refusal):
    """The only Organization Admin of an organization and service leaves (R21)."""

    sentence = _(
        "You are the last Organization Admin of this organization. Before you leave, your organization has to name "
        "another one: please call the service desk, %(phone)s."
    )


def own_admin_right(right: Entitlement, *, by: Actor) -> Entitlement:
    """Return the right by which the actor administers `right` today. Raises NotTheirAdmin."""
    if by.user is None or right.organization_id is None:
        raise NotTheirAdmin
    own = Entitlement.objects.active(local_date(by.at)).filter(
        member=by.user, role=Role.ORGANIZATION_ADMIN, organization=right.organization_id, service=right.service
    )
    found = own.first()
    if found is None:
        raise NotTheirAdmin
    return found


def require_full_admin_of(right: Entitlement, *, by: Actor) -> None:
    """Raise NotTheirAdmin, or LimitedAdmin where the actor administers some functions of the service only (R22c)."""
    if own_admin_right(right, by=by).limited_to is not None:
        raise LimitedAdmin


def require_reach(right: Entitlement, function: str, *, by: Actor) -> None:
    """Raise NotTheirAdmin, or BeyondLimit where the actor does not administer this function (R22c)."""
    if not within_reach(own_admin_right(right, by=by).limited_to, function):
        raise BeyondLimit


def require_impartial(right: Entitlement, *, by: Actor) -> None:
    """Raise Vouched where the actor vouched for this officer and the service's policy wants another one (R22b)."""
    rule = profile().service(right.service).two_person
    if not rule.administer_vouched and (endorsed_by(right, by) or invited_by(right, by)):
        raise Vouched


def require_other_than_admitter(right: Entitlement, *, by: Actor) -> None:
    """Raise Admitted where the actor endorsed the request for this right and policy wants another one (R22b)."""
    if not profile().service(right.service).two_person.admitter_grants and endorsed_by(right, by):
        raise Admitted


def endorsed_by(right: Entitlement, by: Actor) -> bool:
    """Tell whether the actor agreed to the request for this right as an Organization Admin."""
    agreed = Step.objects.filter(
        case=right.case_id, person=by.user, before=State.ORGANIZATION_REVIEW, verb__in=[Verb.ENDORSE, Verb.APPROVE]
    )
    return right.case_id is not None and agreed.exists()


def invited_by(right: Entitlement, by: Actor) -> bool:
    """Tell whether the right came by the actor's invitation."""
    return right.invitations.filter(invited_by=by.user).exists()


def require_another_admin(right: Entitlement, *, by: Actor) -> None:
    """Raise LastAdmin where nobody else would administer the organization's rights at the service in full (R21).

    The lock is for two admins who leave at the same moment: neither would see that the other one does.
    """
    day = local_date(by.at)
    if right.role != Role.ORGANIZATION_ADMIN or right.limited_to is not None or not right.is_in_force_on(day):
        return
    places = Entitlement.objects.full_admins(day).filter(organization=right.organization_id, service=right.service)
    if all(each.pk == right.pk for each in places.select_for_update(of=("self",)).order_by("pk")):
        raise LastAdmin(phone=profile().operator.service_desk.phone)


@transaction.atomic
def limit_admin(right: Entitlement, *, functions: Sequence[str] | None, by: Actor) -> None:
    """Limit another Organization Admin to some functions of the service, or with None to none (R22c).

    Raises NotTheirAdmin, LimitedAdmin, NotAnAdmin, OwnRight, LastAdmin, RightChanged, or UnknownFunction.
    """
    require_full_admin_of(right, by=by)
    if right.role != Role.ORGANIZATION_ADMIN:
        raise NotAnAdmin
    if right.member_id == by.user.pk:
        raise OwnRight
    limit = None if functions is None else sorted({profile().function(right.service, key).key for key in functions})
    require_another_admin(right, by=by)
    before = right.limited_to
    if Entitlement.objects.active(local_date(by.at)).filter(pk=right.pk).update(limited_to=limit) != 1:
        raise RightChanged
    right.refresh_from_db()
    record(AuthorityEvent.LIMITED, by=by, about=right.member.about, entitlement=right.pk, before=before, after=limit)
