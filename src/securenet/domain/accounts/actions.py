"""What happens to accounts: signing in, staff, second factors."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.models import EmailChange, Kind, KnownAddress, Session, StaffRole, User
from securenet.domain.accounts.passwords import require_good_password
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.compiled import compiled
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.refusal import Refusal
from securenet.foundation.sealed.box import blind_index

STAFF_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]")


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    SIGNED_IN = "account.signed-in"
    SIGNED_OUT = "account.signed-out"
    SIGN_IN_REFUSED = "account.sign-in-refused"
    STAFF_CREATED = "staff.created"
    ADMITTED = "account.admitted"
    SESSIONS_ENDED = "account.sessions-ended"
    PROVEN_AGAIN = "account.proven-again"


class WrongCredentials(Refusal):
    """One text for every failed login (R9)."""

    sentence = _("The user name or the password is not right. Check both and try again.")


class WrongPassword(Refusal):
    """The password of somebody who is signed in, asked for once more (R85)."""

    sentence = _("The password is not right. Check it and try again.")
    field = "password"


class AlreadyAdministered(Refusal):
    """The first administrator is made once (R33)."""

    sentence = _("There is an operator administrator already. New staff accounts are made by an administrator.")


class WrongStaffUsername(Refusal):
    """Other characters, too short or too long."""

    sentence = _("A staff user name has 3 to 40 characters: small letters a–z, digits, and . _ - between them.")
    field = "username"


class UsernameTaken(Refusal):
    """User names are unique for ever (R2)."""

    sentence = _("This user name cannot be had. Choose another one.")
    field = "username"


class StaffEmailTaken(Refusal):
    """What goes to an address is for one person of the staff."""

    sentence = _("Another staff account has this e-mail address.")
    field = "email"


@cache
def _nobodys_hash() -> str:
    return make_password("a password that nobody has")


def require_credentials(username: str, password: str, *, kind: Kind) -> User:
    """Return the account that the two belong to, at the same cost whether it exists or not.

    Raises WrongCredentials. The caller opens the session and calls `note_sign_in`.
    """
    user = _open_account.first(username.strip().lower(), kind)
    right = check_password(password, user.password if user else _nobodys_hash())
    if user is None or not right:
        raise WrongCredentials
    return user


@compiled
def _open_account(username: str, kind: Kind) -> QuerySet[User]:
    return User.objects.filter(username=username, kind=kind, closed_at=None)


@transaction.atomic(savepoint=False)
def note_sign_in(user: User, *, by: Actor) -> None:
    """Write the sign-in to the ledger and remember the address it came from (R13)."""
    address = blind_index(by.address, purpose="known-address")
    if not KnownAddress.objects.filter(user=user, address_index=address).update(last_at=by.at):
        KnownAddress.objects.get_or_create(user=user, address_index=address, defaults={"last_at": by.at})
    record(Event.SIGNED_IN, by=by, about=user.about)


@transaction.atomic
def note_refused_sign_in(username: str, *, by: Actor) -> None:
    """Write a failed login to the ledger, without what was typed as a password, and the name only if it is one."""
    known = User.objects.filter(username=username.strip().lower()).first()
    record(Event.SIGN_IN_REFUSED, by=by, about=known.about if known else "account unknown")


@transaction.atomic
def end_all_sessions(user: User, *, by: Actor) -> None:
    """End the sessions of a person at every surface, and by a job those at services (R11, R92).

    An e-mail address that waits to be confirmed is forgotten: somebody else may have asked for it in one of them.
    """
    Session.objects.filter(user=user).delete()
    EmailChange.objects.filter(user=user, used_at=None).delete()
    enqueue("oidc.end-sessions", run_at=by.at, user=user.pk)
    record(Event.SESSIONS_ENDED, by=by, about=user.about)


@transaction.atomic
def note_proof(*, by: Actor) -> None:
    """Write down that the actor gave the password once more before something sensitive (R85)."""
    record(Event.PROVEN_AGAIN, by=by, about=by.user.about)


@transaction.atomic
def create_administrator(*, username: str, name: str, email: str, password: str, by: Actor) -> User:
    """Return the first operator administrator (R33). Raises AlreadyAdministered, or what `create_staff` raises."""
    if StaffRole.objects.filter(role=StaffRole.Role.ADMINISTRATOR).exists():
        raise AlreadyAdministered
    return create_staff(
        username=username,
        name_th="",
        name_en=name,
        email=email,
        password=password,
        roles=[("administrator", "")],
        by=by,
    )


@transaction.atomic
def create_staff(
    *,
    username: str,
    name_th: str,
    name_en: str,
    email: str,
    password: str | None,
    roles: list[tuple[str, str]],
    by: Actor,
) -> User:
    """Return a staff account with its roles as (role, desk); without a password, it is chosen by a link.

    Raises WrongStaffUsername, UsernameTaken, StaffEmailTaken, or what the password earns.
    """
    plain = username.lower()
    if not STAFF_USERNAME.fullmatch(plain):
        raise WrongStaffUsername
    if password is not None:
        require_good_password(password, own_words=[username, name_en])
    facts = {
        "kind": Kind.STAFF,
        "name_th": name_th,
        "name_en": name_en,
        "email": email,
        "email_confirmed_at": by.at if password is not None else None,
        "password": make_password(password),
        "language": profile().operator.default_language,
        "created_at": by.at,
        "admitted_at": by.at,
    }
    try:
        with transaction.atomic():
            user = User.objects.create(username=plain, **facts)
    except IntegrityError as error:
        raise (UsernameTaken if User.objects.filter(username=plain).exists() else StaffEmailTaken) from error
    StaffRole.objects.bulk_create(StaffRole(user=user, role=role, desk=desk) for role, desk in roles)
    record(Event.STAFF_CREATED, by=by, about=user.about, roles=[f"{role} {desk}".strip() for role, desk in roles])
    return user


@transaction.atomic
def admit_member(user: User, *, by: Actor) -> None:
    """Admit the account with its first approved right (R24a).

    Raises IdentityTaken where another account was admitted with the same document (R2).
    """
    try:
        with transaction.atomic():
            admitted = User.objects.filter(pk=user.pk, admitted_at=None).update(admitted_at=by.at)
    except IntegrityError as error:
        raise IdentityTaken from error
    user.refresh_from_db()
    if not admitted:
        return
    record(Event.ADMITTED, by=by, about=user.about)


class IdentityTaken(Refusal):
    """One account per identity document among admitted members (R2)."""

    sentence = _("Another account was admitted with the same identity document. One person has one account.")
