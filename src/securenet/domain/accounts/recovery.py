"""Forgotten user names and passwords (R10-R13): asked at a door, compared by a job, answered by mail only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.actions import end_all_sessions
from securenet.domain.accounts.models import Kind, RecoveryAttempt, RecoveryLink, User
from securenet.domain.accounts.passwords import require_good_password
from securenet.domain.accounts.queries import identity_index, is_known_address
from securenet.domain.approvals.queries import hashed
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.domain.profile.rules import Rate
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.refusal import Refusal
from securenet.foundation.throttle.actions import TooMany, require_allowance

Wish = RecoveryAttempt.Wish
ANSWER_JOB = "accounts.answer-recovery"


class RecoveryEvent(StrEnum):
    """What the ledger calls the acts of recovery."""

    ANSWERED = "recovery.answered"
    UNANSWERED = "recovery.unanswered"
    PASSWORD_SET = "password.set-by-link"  # noqa: S105  the name of an event


class RecoveryLinkUsed(Refusal):
    """The link did its work already."""

    sentence = _("This link has been used already: the password has been changed with it.")


class RecoveryLinkOld(Refusal):
    """The link's time is over, or its mail went to an address that is no longer the member's."""

    sentence = _("This link is too old.")


class RecoveryLinkUnknown(Refusal):
    """No such link: altered on the way, replaced by a newer mail's, or opened in another browser."""

    sentence = _("This link is not valid. Open the one in the newest mail, whole, in this browser.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed who forgot something; `username` only where the password was forgotten."""

    email: str
    identity_type: str
    identity_number: str
    identity_country: str
    username: str = ""


@transaction.atomic
def ask_recovery(wish: Wish, typed: Typed, *, by: Actor) -> None:
    """Take down what was typed, for a job to compare: right or wrong, the same is done here (R10, R11)."""
    content = json.dumps(asdict(typed) | {"address": by.address})
    attempt = RecoveryAttempt.objects.create(wish=wish, typed=content, asked_at=by.at)
    enqueue(ANSWER_JOB, run_at=by.at, attempt=attempt.pk)


def allowed_matches(attempt: RecoveryAttempt, *, by: Actor) -> list[User]:
    """Return the accounts that get an answer: those that match, within the limits on guesses and on mails (R13).

    Counts the attempt, so it runs outside any transaction. Nobody sees from outside what is decided here. Someone at an
    address from which they signed in before is counted apart, so that others cannot use their allowance up.
    """
    limits, address = profile().throttles, json.loads(attempt.typed or "{}")["address"]
    matches = _matches(attempt)
    known = {user.pk for user in matches if is_known_address(user.username, address)}
    if not known and not _is_within(limits.recovery_overall, "recovery-overall", "everybody", by=by):
        return []
    return [
        user
        for user in matches
        if _is_within(
            limits.recovery_account, "recovery-account", f"{user.pk} {address if user.pk in known else ''}", by=by
        )
    ]


def _matches(attempt: RecoveryAttempt) -> list[User]:
    """Return the open accounts with a confirmed address to which everything typed belongs (R10, R11).

    Applicants are among them, who can sign in to see their request; an address that nobody confirmed may be somebody
    else's and gets nothing. One person can have more than one account as long as none was admitted.
    """
    content = json.loads(attempt.typed or "{}")
    index = identity_index(content["identity_type"], content["identity_country"], content["identity_number"])
    rows = User.objects.filter(identity_index=index, kind=Kind.MEMBER, closed_at=None, email_confirmed_at__isnull=False)
    if attempt.wish == Wish.PASSWORD:
        rows = rows.filter(username=content["username"].strip().lower())
    return [user for user in rows if user.email.casefold() == content["email"].casefold()]


def _is_within(rate: Rate, scope: str, key: str, *, by: Actor) -> bool:
    try:
        require_allowance(scope, key, limit=rate.attempts, window=timedelta(minutes=rate.minutes), by=by)
    except TooMany:
        return False
    return True


@transaction.atomic
def answer_recovery(attempt: RecoveryAttempt, users: Iterable[User], *, by: Actor) -> None:
    """Send each of `users` what was forgotten and erase what was typed, once however often it is called (R10, R11)."""
    if RecoveryAttempt.objects.filter(pk=attempt.pk).delete()[0] != 1:
        return
    answered = list(users)
    for user in answered:
        if attempt.wish == Wish.USERNAME:
            write_to(user, "username-reminder", username=user.username, login=links.login(), by=by)
        else:
            send_password_link(user, by=by)
        record(RecoveryEvent.ANSWERED, by=by, about=user.about, wish=attempt.wish)
    if not answered:
        record(RecoveryEvent.UNANSWERED, by=by, about="account unknown", wish=attempt.wish)


@transaction.atomic
def send_password_link(user: User, *, by: Actor) -> None:
    """Send a link for a new password to the address on file; an earlier one ends (R11)."""
    life = timedelta(minutes=profile().deadlines.recovery_minutes)
    token = renew_link(user, life, by=by)
    write_to(user, "password-link", link=links.new_password(token), link_until=by.at + life, by=by)


@transaction.atomic
def renew_link(user: User, life: timedelta, *, by: Actor) -> str:
    """Return the token of somebody's new link for a password, which ends an earlier one."""
    token = secrets.token_urlsafe(32)
    facts = {"token_hash": hashed(token), "email": user.email, "sent_at": by.at, "expires_at": by.at + life}
    RecoveryLink.objects.update_or_create(user=user, defaults=facts | {"used_at": None})
    return token


def require_recovery_link(token_hash: str, *, kind: Kind = Kind.MEMBER, by: Actor) -> RecoveryLink:
    """Return the open link of a token, of which the caller keeps the hash; each kind's at their own door (R11, R33).

    Raises RecoveryLinkUnknown, RecoveryLinkUsed, or RecoveryLinkOld.
    """
    link = RecoveryLink.objects.select_related("user").filter(token_hash=token_hash, user__kind=kind).first()
    if link is None:
        raise RecoveryLinkUnknown
    if link.used_at is not None:
        raise RecoveryLinkUsed
    if link.expires_at <= by.at or link.email != link.user.email or not link.user.is_active:
        raise RecoveryLinkOld
    return link


def set_password_by_link(token_hash: str, *, password: str, kind: Kind = Kind.MEMBER, by: Actor) -> User:
    """Return whose password was set by a link, once; all their sessions end (R11). New staff prove their address by it.

    Raises what `require_recovery_link` and `require_good_password` raise. The slow hash is made before the transaction.
    """
    link = require_recovery_link(token_hash, kind=kind, by=by)
    require_good_password(password, own_words=link.user.own_words)
    is_first = kind is Kind.STAFF and link.user.email_confirmed_at is None
    changes = {"password": make_password(password)} | ({"email_confirmed_at": by.at} if is_first else {})
    with transaction.atomic():
        unused = RecoveryLink.objects.filter(pk=link.pk, token_hash=token_hash, used_at=None)
        if unused.update(used_at=by.at) != 1:
            raise RecoveryLinkUsed
        User.objects.filter(pk=link.user_id).update(**changes)
        record(RecoveryEvent.PASSWORD_SET, by=by, about=link.user.about)
        end_all_sessions(link.user, by=by)
        if not is_first:
            write_to(link.user, "password-changed", at=by.at, by=by)
    return link.user
