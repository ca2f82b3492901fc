"""What members change themselves: e-mail address, telephone numbers, names, password (R14)."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.actions import end_all_sessions
from securenet.domain.accounts.models import EmailChange, User
from securenet.domain.accounts.passwords import require_good_password
from securenet.domain.approvals.queries import hashed
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal


class ChangeEvent(StrEnum):
    """What the ledger calls these acts."""

    EMAIL_ASKED = "e-mail-change.asked"
    EMAIL_CANCELLED = "e-mail-change.cancelled"
    EMAIL_CHANGED = "account.e-mail-changed"
    DATA_CHANGED = "account.data-changed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of an event


class SameEmail(Refusal):
    """The address is the one on file."""

    sentence = _("This is already your e-mail address.")
    field = "email"


class SamePassword(Refusal):
    """The new password is the old one."""

    sentence = _("This is your present password. Choose another one.")
    field = "password"


class EmailLinkUsed(Refusal):
    """The link did its work already."""

    sentence = _("This link has been used already: the address has been changed.")


class EmailLinkOld(Refusal):
    """The link's time is over."""

    sentence = _("This link is too old. Enter the new address once more.")


class EmailLinkUnknown(Refusal):
    """No such link: altered on the way, replaced by a newer one, cancelled, or ended by a change of the password."""

    sentence = _("This link is not valid. Take the one in the newest mail, whole, or enter the new address once more.")


class OtherMember(Refusal):
    """Somebody else is signed in to this browser."""

    sentence = _("Somebody else is signed in here. Sign out first, then open the link again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones:
    """A member's telephone numbers, as checked (R2)."""

    mobile_phone: str
    office_phone: str
    office_extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A member's names, as checked (R2)."""

    name_th: str
    name_en: str


@transaction.atomic
def ask_email_change(email: str, *, by: Actor) -> EmailChange:
    """Send a link to the actor's new address, tell the present one at once, and return the wish; an earlier one ends.

    Raises SameEmail (R14).
    """
    user = by.user
    if email.casefold() == user.email.casefold():
        raise SameEmail
    token, until = secrets.token_urlsafe(32), by.at + timedelta(hours=profile().deadlines.email_change_hours)
    facts = {"email": email, "token_hash": hashed(token), "asked_at": by.at, "expires_at": until, "used_at": None}
    change, _made = EmailChange.objects.update_or_create(user=user, defaults=facts)
    record(ChangeEvent.EMAIL_ASKED, by=by, about=user.about, before=user.email, after=email)
    write_to(user, "email-change-confirm", to=email, link=links.new_email(token), link_until=until, by=by)
    write_to(user, "email-change-asked", email=email, at=by.at, cancel_link=links.change_email(), by=by)
    return change


@transaction.atomic
def cancel_email_change(*, by: Actor) -> None:
    """Forget the address that the actor wanted; its link ends. Nothing happens where there is none."""
    if EmailChange.objects.filter(user=by.user, used_at=None).delete()[0]:
        record(ChangeEvent.EMAIL_CANCELLED, by=by, about=by.user.about)


def require_email_change(token_hash: str, *, by: Actor) -> EmailChange:
    """Return the open wish that a link belongs to.

    Whoever reads the new address' mail may use it, signed in or not and in any browser: asking took a fresh sign-in.
    Raises EmailLinkUnknown, EmailLinkUsed, EmailLinkOld, or OtherMember where the actor is another member (R14).
    """
    change = EmailChange.objects.select_related("user").filter(token_hash=token_hash).first()
    if change is None or not change.user.is_active:
        raise EmailLinkUnknown
    if by.user is not None and by.user.pk != change.user_id:
        raise OtherMember
    if change.used_at is not None:
        raise EmailLinkUsed
    if change.expires_at <= by.at:
        raise EmailLinkOld
    return change


@transaction.atomic
def confirm_email_change(token_hash: str, *, by: Actor) -> User:
    """Change the address by the link, once, tell both addresses, and return the member (R14).

    Raises what `require_email_change` raises.
    """
    change = require_email_change(token_hash, by=by)
    unused = EmailChange.objects.filter(pk=change.pk, token_hash=token_hash, used_at=None)
    if unused.update(used_at=by.at) != 1:
        raise EmailLinkUsed
    user, before = change.user, change.user.email
    user.email, user.email_confirmed_at = change.email, by.at
    user.save(update_fields=["email", "email_confirmed_at"])
    record(ChangeEvent.EMAIL_CHANGED, by=by, about=user.about, before=before, after=user.email)
    for address in (before, user.email):
        write_to(user, "email-changed", to=address, email=user.email, at=by.at, by=by)
    return user


@transaction.atomic
def change_phones(phones: Phones, *, by: Actor) -> bool:
    """Change the actor's telephone numbers and tell them by mail; return whether anything was different (R14)."""
    return _change(asdict(phones), "phones", by=by)


@transaction.atomic
def change_names(names: Names, *, by: Actor) -> bool:
    """Change the actor's names and tell them by mail; return whether anything was different (R14)."""
    return _change(asdict(names), "names", by=by)


def _change(wanted: dict[str, str], what: str, *, by: Actor) -> bool:
    user = User.objects.get(pk=by.user.pk)
    before = {name: getattr(user, name) for name, value in wanted.items() if getattr(user, name) != value}
    if not before:
        return False
    after = {name: wanted[name] for name in before}
    User.objects.filter(pk=user.pk).update(**after)
    user.refresh_from_db()
    record(ChangeEvent.DATA_CHANGED, by=by, about=user.about, before=before, after=after)
    with override(user.language):
        words = gettext("names") if what == "names" else gettext("telephone numbers")
    write_to(user, "data-changed", what=words, at=by.at, by=by)
    return True


def change_password(password: str, *, by: Actor) -> User:
    """Change the actor's password, end all their sessions and what waits for a link, tell them, and return them.

    The door has asked for the old one. The slow hash is made before the transaction. Raises SamePassword or what
    `require_good_password` raises.
    """
    user = by.user
    require_good_password(password, own_words=user.own_words)
    if check_password(password, user.password):
        raise SamePassword
    encoded = make_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=encoded)
        record(ChangeEvent.PASSWORD_CHANGED, by=by, about=user.about)
        end_all_sessions(user, by=by)
        write_to(user, "password-changed", at=by.at, by=by)
    user.refresh_from_db()
    return user  # type: ignore[no-any-return]
