"""A second factor that one of the staff has lost: two administrators, both present, take it away (R33)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.actions import WrongCredentials, end_all_sessions, require_credentials
from securenet.domain.accounts.models import Kind, SecondFactor, StaffRole, User
from securenet.domain.accounts.second_factors import require_code
from securenet.domain.letters import write_to
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal


class StaffFactorEvent(StrEnum):
    """What the ledger calls a second factor that was taken away."""

    RESET = "second-factor.reset"


class TwoAdministratorsNeeded(Refusal):
    """Fewer than two, one twice, or the person themself."""

    sentence = _("Two administrators have to agree, and neither of them is the person who lost the second factor.")


class NoStaffAccount(Refusal):
    """Members recover by the service desk; a closed account has nothing to open."""

    sentence = _("No open staff account has this user name.")


class ReasonNeeded(Refusal):
    """It is taken away without a word about why, and how the person was recognised."""

    sentence = _("Write why, and how the person was recognised.")


def require_administrator(username: str, password: str, *, code: str, by: Actor) -> User:
    """Return the administrator who has proved to be present, by password and second factor.

    Raises WrongCredentials, also for somebody of another role or without a second factor, or WrongCode.
    """
    user = require_credentials(username, password, kind=Kind.STAFF)
    factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).select_related("user").first()
    if factor is None or not user.staff_roles.filter(role=StaffRole.Role.ADMINISTRATOR).exists():
        raise WrongCredentials
    require_code(factor, code=code, by=by)
    return user


@transaction.atomic
def reset_staff_factor(username: str, *, administrators: Sequence[User], reason: str, by: Actor) -> User:
    """Return the staff member whose second factor is gone: sessions end, and the next login enrols a new one (R33).

    Raises NoStaffAccount, TwoAdministratorsNeeded, or ReasonNeeded.
    """
    user = User.objects.filter(username=username.strip().lower(), kind=Kind.STAFF, closed_at=None).first()
    if user is None:
        raise NoStaffAccount
    others = {each.pk for each in administrators if each.pk != user.pk}
    known = StaffRole.objects.filter(role=StaffRole.Role.ADMINISTRATOR, user__in=others, user__closed_at=None)
    if known.values("user").distinct().count() < 2:
        raise TwoAdministratorsNeeded
    if not any(character.isalpha() for character in reason):
        raise ReasonNeeded
    SecondFactor.objects.filter(user=user).delete()
    end_all_sessions(user, by=by)
    write_to(user, "second-factor-reset", at=by.at, by=by)
    names = sorted(each.username for each in administrators)
    record(StaffFactorEvent.RESET, by=by, about=user.about, administrators=names, reason=masked(reason.strip()))
    return user
