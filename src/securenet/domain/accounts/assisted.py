"""Recovery by two of the operator's people (R14): a member's data changed when one proposes it and another approves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.actions import IdentityTaken, end_all_sessions
from securenet.domain.accounts.models import AssistedRecovery, Kind, RecoveryLink, SecondFactor, User
from securenet.domain.accounts.queries import identity_index
from securenet.domain.accounts.recovery import send_password_link
from securenet.domain.approvals.actions import decide_case
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.approvals.models import Kind as CaseKind
from securenet.domain.approvals.proposing import propose_act
from securenet.domain.letters import write_to
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.audit.facts import masked
from securenet.foundation.refusal import Refusal
from securenet.foundation.text.names import mask

CONTACTS = ("email", "mobile_phone", "office_phone", "office_extension")
DOCUMENT = ("identity_type", "identity_country", "identity_number", "identity_index")
WORDS = {
    "email": gettext_noop("E-mail"),
    "mobile_phone": gettext_noop("Mobile phone"),
    "office_phone": gettext_noop("Office phone"),
    "office_extension": gettext_noop("Extension"),
    "identity_index": gettext_noop("Identity document"),
    "second_factor": gettext_noop("Second factor"),
    "password": gettext_noop("Password"),
}


class AssistedEvent(StrEnum):
    """What the ledger calls recoveries by two persons."""

    PROPOSED = "assisted-recovery.proposed"
    DONE = "assisted-recovery.done"


class NotRecoverable(Refusal):
    """Staff accounts, closed ones, and registrations without a confirmed address, which their applicants correct."""

    sentence = _("This account cannot be recovered: it is closed, not yet confirmed, or not a member's.")


class NothingProposed(Refusal):
    """Everything typed stands there already."""

    sentence = _("Nothing would change. Enter what is to be changed.")


class RecoveryOpen(Refusal):
    """One at a time."""

    sentence = _("A recovery of this account waits for another person already.")


class MemberChanged(Refusal):
    """What is to be replaced is no longer what the proposer saw."""

    sentence = _("The member's data have changed since this was proposed. Refuse it and propose it anew.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to become of an account. Empty fields stay; a number of a document comes with its kind and country."""

    reason: str
    identified: str
    email: str = ""
    mobile_phone: str = ""
    office_phone: str = ""
    office_extension: str = ""
    identity_type: str = ""
    identity_country: str = ""
    identity_number: str = ""
    resets_factor: bool = False
    sends_link: bool = False


@transaction.atomic
def propose_recovery(member: User, wanted: Wanted, *, by: Actor) -> Case:
    """Return the case by which a colleague decides what is to change for a member (R14).

    A new e-mail address always brings a link for a new password. Raises NotRecoverable, NothingProposed, RecoveryOpen,
    IdentityTaken, or what `propose_act` raises.
    """
    if member.kind != Kind.MEMBER or not member.is_active or member.email_confirmed_at is None:
        raise NotRecoverable
    columns = _columns(member, wanted)
    if not columns and not wanted.resets_factor and not wanted.sends_link:
        raise NothingProposed
    if Case.objects.open().filter(kind=CaseKind.RECOVERY, subject=member).exists():
        raise RecoveryOpen
    index = columns.get("identity_index")
    if index and User.objects.filter(identity_index=index, admitted_at__isnull=False, closed_at=None).exists():
        raise IdentityTaken
    case = propose_act("recovery", subject=member, by=by)
    recovery = AssistedRecovery.objects.create(
        case=case,
        resets_factor=wanted.resets_factor,
        sends_link=wanted.sends_link or "email" in columns,
        reason=masked(wanted.reason),
        identified=masked(wanted.identified),
        before={name: getattr(member, name) for name in (*CONTACTS, "identity_type", "identity_country")}
        | {"identity": mask(member.identity_number or ""), "identity_index": member.identity_index},
        **columns,
    )
    record(AssistedEvent.PROPOSED, by=by, about=member.about, submission=case.submission_id, **_told(recovery))
    return case


def _columns(member: User, wanted: Wanted) -> dict[str, Any]:
    """Return the columns that would change; an office number and its extension go together."""
    columns = {name: getattr(wanted, name) for name in CONTACTS[:2]}
    columns = {name: value for name, value in columns.items() if value and value != getattr(member, name)}
    office = (wanted.office_phone, wanted.office_extension)
    if wanted.office_phone and office != (member.office_phone, member.office_extension):
        columns["office_phone"], columns["office_extension"] = office
    if wanted.identity_number:
        index = identity_index(wanted.identity_type, wanted.identity_country, wanted.identity_number)
        if index != member.identity_index:
            columns |= {name: getattr(wanted, name) for name in DOCUMENT[:3]} | {"identity_index": index}
    return columns


def changed_names(recovery: AssistedRecovery) -> list[str]:
    """Return what a recovery changes, as keys of `WORDS`."""
    columns = _stored_columns(recovery)
    names = [name for name in WORDS if name in columns]
    return [*names, *["second_factor"] * recovery.resets_factor, *["password"] * recovery.sends_link]


def _stored_columns(recovery: AssistedRecovery) -> dict[str, Any]:
    names = [name for name in CONTACTS[:3] if getattr(recovery, name)]
    names += ["office_extension"] if recovery.office_phone else []
    return {name: getattr(recovery, name) for name in (*names, *(DOCUMENT if recovery.identity_index else ()))}


def _told(recovery: AssistedRecovery) -> dict[str, Any]:
    """Return before and after for the ledger; a document without its number."""
    names = changed_names(recovery)
    shown = [name for name in names if name in CONTACTS]
    before = {name: recovery.before[name] for name in shown}
    after = {name: getattr(recovery, name) for name in shown}
    if "identity_index" in names:
        before["document"] = f"{recovery.before['identity_type']} {recovery.before['identity']}"
        after["document"] = f"{recovery.identity_type} {mask(recovery.identity_number or '')}"
    return {"changes": names, "before": before, "after": after}


@transaction.atomic
def decide_recovery(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide on a recovery; approved by the last voice it takes effect at once (R14).

    Raises MemberChanged, NotRecoverable, IdentityTaken, or what `decide_case` raises.
    """
    state = decide_case(case, verb=verb, by=by, reason=reason)
    if state is State.APPROVED:
        _recover(AssistedRecovery.objects.select_related("case__subject").get(case=case), by=by)
    return state


def _recover(recovery: AssistedRecovery, *, by: Actor) -> None:
    member: User = recovery.case.person
    old_address = member.email
    _write(recovery, member, by=by)
    if recovery.resets_factor:
        SecondFactor.objects.filter(user=member).delete()
    RecoveryLink.objects.filter(user=member).delete()
    end_all_sessions(member, by=by)
    member.refresh_from_db()
    if recovery.sends_link:
        send_password_link(member, by=by)
    with override(member.language):
        changes = [gettext(WORDS[name]) for name in changed_names(recovery)]
    write_to(member, "data-changed-by-desk", to=old_address, changes=changes, at=by.at, by=by)
    told = _told(recovery)
    record(AssistedEvent.DONE, by=by, about=member.about, submission=recovery.case.submission_id, **told)


def _write(recovery: AssistedRecovery, member: User, *, by: Actor) -> None:
    """Change the account where it still is as the proposer saw it; an old password ends with a link for a new one."""
    columns = _stored_columns(recovery)
    as_seen = {name: recovery.before[name] for name in columns if name in (*CONTACTS, "identity_index")}
    if recovery.email:
        columns["email_confirmed_at"] = by.at
    if recovery.sends_link:
        columns["password"] = make_password(None)
    rows = User.objects.filter(pk=member.pk, closed_at=None, **as_seen)
    try:
        with transaction.atomic():
            done = rows.update(**columns) if columns else rows.count()
    except IntegrityError as error:
        raise IdentityTaken from error
    if done != 1:
        raise MemberChanged
