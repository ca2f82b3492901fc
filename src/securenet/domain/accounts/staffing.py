"""Staff accounts: made, given roles, closed and reopened by an operator administrator (R33, R35).

The first administrator is alone, so nobody could consent to the second one. What stands in the place of consent: every
other administrator gets a mail when somebody becomes one or is one no longer, and the ledger keeps who did it and why.
An administrator is always left, since nobody changes themself and each change makes sure that its actor is one still.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from securenet.domain import links
from securenet.domain.accounts.actions import StaffEmailTaken, create_staff, end_all_sessions
from securenet.domain.accounts.models import Kind, StaffRole, User
from securenet.domain.accounts.queries import StaffPower, administrators, desks_in, offered_roles, roles_of
from securenet.domain.accounts.recovery import renew_link
from securenet.domain.accounts.words import role_words
from securenet.domain.approvals.assigning import release_cases
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal

Role = StaffRole.Role
Powers = Collection[StaffPower]


class StaffEvent(StrEnum):
    """What the ledger calls these acts."""

    LINK_SENT = "staff.link-sent"
    ROLES_CHANGED = "staff.roles-changed"
    CLOSED = "staff.closed"
    REOPENED = "staff.reopened"


class NotAdministrator(Refusal):
    """Somebody who is none, or was until a moment ago."""

    sentence = _("Only an administrator can do this. If you were one, your role was taken away a moment ago.")


class OwnAccount(Refusal):
    """Nobody gives themself a role, or leaves the system without an administrator."""

    sentence = _("Nobody changes their own roles or closes their own account. Another administrator does it.")


class UnknownStaffRole(Refusal):
    """A role that does not exist, or at a desk that no route of the profile names for it."""

    sentence = _("There is no such role. Choose among those that are offered.")
    field = "roles"


class NoRole(Refusal):
    """An account that could do nothing."""

    sentence = _("Choose at least one role. Who is to have none has their account closed.")
    field = "roles"


class SameRoles(Refusal):
    """Nothing would change."""

    sentence = _("These are the present roles. Nothing would change.")
    field = "roles"


class StaffReasonMissing(Refusal):
    """Something happens to somebody's account without a word about why."""

    sentence = _("Write the reason in words.")
    field = "reason"


class StaffChanged(Refusal):
    """Another administrator was faster."""

    sentence = _("Another administrator changed this account a moment ago. Look at it again before you change it.")


class StaffClosed(Refusal):
    """The account is closed, and has to be reopened first."""

    sentence = _("This account is closed.")


class StaffOpen(Refusal):
    """There is nothing to reopen."""

    sentence = _("This account is open already.")


class TakenUp(Refusal):
    """The password was chosen: a second link could give the account to somebody else."""

    sentence = _("The password has been chosen already, so no further link is sent.")


@transaction.atomic
def add_staff(*, username: str, name_th: str, name_en: str, email: str, roles: Powers, by: Actor) -> User:
    """Return a new staff account, whose person gets a link to choose a password; the second factor follows (R33).

    Raises NotAdministrator, NoRole, UnknownStaffRole, or what `create_staff` raises.
    """
    _require_administrator(by)
    given = _require_roles(roles)
    facts = {"username": username, "name_th": name_th, "name_en": name_en, "email": email}
    user = create_staff(**facts, password=None, roles=sorted(given), by=by)
    _send_link(user, by=by)
    _tell_administrators(user, before=set(), after=given, by=by)
    return user


@transaction.atomic
def resend_staff_link(user: User, *, email: str, by: Actor) -> None:
    """Send a new link, to another address where the first was mistyped; the old link ends (R33).

    Raises NotAdministrator, StaffClosed, TakenUp, or StaffEmailTaken.
    """
    _require_administrator(by)
    if _fresh(user).closed_at is not None:
        raise StaffClosed
    before, user.email = user.email, email
    _send_link(user, before=before, by=by)  # before the account, as where a link is used: two at once take turns
    try:
        with transaction.atomic():
            kept = User.objects.filter(pk=user.pk, email_confirmed_at=None).update(email=email)
    except IntegrityError as error:
        raise StaffEmailTaken from error
    if kept != 1:
        raise TakenUp


@transaction.atomic
def change_staff_roles(user: User, roles: Powers, *, shown: Powers, reason: str, by: Actor) -> int:
    """Give somebody other roles than those that were `shown`; return how many open requests left them (R32, R35).

    Where a role is taken, their sessions end, and what they worked on goes back to its desk. Raises NotAdministrator,
    OwnAccount, StaffClosed, StaffChanged, NoRole, UnknownStaffRole, SameRoles, or StaffReasonMissing.
    """
    _require_other(user, reason, by=by)
    if _fresh(user).closed_at is not None:
        raise StaffClosed
    before = set(roles_of(user))
    if before != set(shown):
        raise StaffChanged
    after = _require_roles(roles, held=before)
    if after == before:
        raise SameRoles
    return _replace_roles(user, before, after, event=StaffEvent.ROLES_CHANGED, reason=reason, by=by)


@transaction.atomic
def close_staff(user: User, *, reason: str, by: Actor) -> int:
    """Close an account with all its roles; return how many open requests went back to their desks (R35).

    Its sessions end. Raises NotAdministrator, OwnAccount, StaffReasonMissing, or StaffClosed.
    """
    _require_other(user, reason, by=by)
    if User.objects.filter(pk=user.pk, kind=Kind.STAFF, closed_at=None).update(closed_at=by.at) != 1:
        raise StaffClosed
    return _replace_roles(user, set(roles_of(user)), set(), event=StaffEvent.CLOSED, reason=reason, by=by)


@transaction.atomic
def reopen_staff(user: User, roles: Powers, *, reason: str, by: Actor) -> None:
    """Open a closed account with roles given anew; password and second factor are those of before (R35).

    Who never chose a password gets a new link. Raises NotAdministrator, OwnAccount, StaffReasonMissing, StaffOpen,
    NoRole, or UnknownStaffRole.
    """
    _require_other(user, reason, by=by)
    if User.objects.filter(pk=user.pk, kind=Kind.STAFF).exclude(closed_at=None).update(closed_at=None) != 1:
        raise StaffOpen
    before, after = set(roles_of(user)), _require_roles(roles)
    _replace_roles(user, before, after, event=StaffEvent.REOPENED, reason=reason, by=by)
    if _fresh(user).email_confirmed_at is None:
        _send_link(user, by=by)


def _require_administrator(by: Actor) -> None:
    """Raise NotAdministrator. The lock lets administrators change the staff one after the other (R33).

    Two who close each other at the same moment would both be gone; so the second finds that they are none any more.
    """
    held = StaffRole.objects.filter(role=Role.ADMINISTRATOR, user__closed_at=None)
    locked = held.select_for_update(of=("self",)).order_by("pk")
    if by.user is None or all(each.user_id != by.user.pk for each in locked):
        raise NotAdministrator


def _require_other(user: User, reason: str, *, by: Actor) -> None:
    _require_administrator(by)
    if user.pk == by.user.pk:
        raise OwnAccount
    if not any(character.isalpha() for character in reason):
        raise StaffReasonMissing


def _require_roles(roles: Powers, *, held: Powers = ()) -> set[StaffPower]:
    """Return the roles as a set; one whose desk the profile has dropped may stay where it is held."""
    wanted = set(roles)
    if not wanted:
        raise NoRole
    if wanted - set(offered_roles()) - set(held):
        raise UnknownStaffRole
    return wanted


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk, kind=Kind.STAFF)


def _replace_roles(
    user: User, before: set[StaffPower], after: set[StaffPower], *, event: StaffEvent, reason: str, by: Actor
) -> int:
    for role, desk in before - after:
        StaffRole.objects.filter(user=user, role=role, desk=desk).delete()
    StaffRole.objects.bulk_create(StaffRole(user=user, role=role, desk=desk) for role, desk in sorted(after - before))
    released = 0
    if before - after:
        end_all_sessions(user, by=by)
        released = release_cases(user, kept=desks_in(list(after)), by=by)
    told = {"before": _written(before), "after": _written(after), "reason": masked(reason.strip())}
    record(event, by=by, about=user.about, **told)
    with override(user.language):
        words = [role_words(role, desk) for role, desk in sorted(after)]
    write_to(user, "staff-changed", roles=words, admin=by.user.name_in(user.language), at=by.at, by=by)
    _tell_administrators(user, before=before, after=after, by=by)
    return released


def _written(roles: set[StaffPower]) -> list[str]:
    return [f"{role} {desk}".strip() for role, desk in sorted(roles)]


def _send_link(user: User, *, before: str = "", by: Actor) -> None:
    life = timedelta(hours=profile().deadlines.staff_link_hours)
    token = renew_link(user, life, by=by)
    record(StaffEvent.LINK_SENT, by=by, about=user.about, before=before or user.email, after=user.email)
    link = links.staff_password(token)
    write_to(user, "staff-invited", username=user.username, link=link, link_until=by.at + life, by=by)


def _tell_administrators(user: User, *, before: set[StaffPower], after: set[StaffPower], by: Actor) -> None:
    """Tell every other administrator, the actor too, whose session it may not have been."""
    made = (Role.ADMINISTRATOR, "") in after
    if made == ((Role.ADMINISTRATOR, "") in before):
        return
    for each in administrators().exclude(pk=user.pk):
        write_to(
            each,
            "administrators-changed",
            about=user.about,
            whom=user.name_in(each.language),
            username=user.username,
            made=made,
            admin=by.user.name_in(each.language),
            at=by.at,
            link=links.staff(),
            by=by,
        )
