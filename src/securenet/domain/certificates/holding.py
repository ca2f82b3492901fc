"""A certificate on hold: suspended at once, released by two, ended when nobody comes back for it (R44a)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.models import Kind as AccountKind
from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import NotYourTurn, decide_case, open_submission
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.planning import Plan, route_of
from securenet.domain.certificates.actions import turn_certificate
from securenet.domain.certificates.judging import CertificateRefused, judge, read_certificate
from securenet.domain.certificates.models import MemberCertificate, Release, Status, SuspensionCode
from securenet.domain.letters import write_to
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

CODE_DIGITS = 10


class HoldEvent(StrEnum):
    """What the ledger calls acts around a hold."""

    CODE_SET = "suspension-code.set"
    CODE_REFUSED = "suspension-code.refused"
    SUSPENDED = "certificate.suspended"
    RELEASE_ASKED = "certificate.release-asked"
    RELEASED = "certificate.released"
    HOLD_EXPIRED = "certificate.hold-expired"


class NotSuspendable(Refusal):
    """Only what is valid can be put on hold."""

    sentence = _("Only a certificate that is valid can be suspended.")


class NothingToSuspend(Refusal):
    """The member has no valid certificate."""

    sentence = _("This member has no valid certificate that could be suspended.")


class WrongSuspensionCode(Refusal):
    """User name and code do not fit each other; nothing tells which of them is wrong."""

    sentence = _("User name and suspension code do not fit each other, or no code was set.")
    field = "code"


class NotOnHold(Refusal):
    """Only what is suspended is released."""

    sentence = _("This certificate is not suspended.")


class ReleaseOpen(Refusal):
    """One request to release it is enough."""

    sentence = _("A request to release this certificate is open already.")


class KeyNotProven(Refusal):
    """Another certificate was used than the one to be released."""

    sentence = _("That was another certificate. Use the one that is to be released.")


@transaction.atomic
def set_suspension_code(holder: User, *, by: Actor) -> str:
    """Return a new code, which is shown this once; an earlier one ends. Raises NotYourTurn for another's."""
    _require_holder(holder.pk, by)
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    SuspensionCode.objects.update_or_create(holder=holder, defaults={"code_hash": make_password(code), "set_at": by.at})
    record(HoldEvent.CODE_SET, by=by, about=holder.about)
    return code


@transaction.atomic
def suspend_certificate(certificate: MemberCertificate, *, by: Actor) -> None:
    """Put a valid certificate on hold at once, by its holder. Raises NotYourTurn, NotSuspendable, or Overtaken."""
    _require_holder(certificate.holder_id, by)
    _suspend(certificate, by=by, reason="by the holder")


def suspend_by_code(username: str, code: str, *, by: Actor) -> int:
    """Suspend every valid certificate of a member who calls the service desk, and return how many (R44a).

    Raises WrongSuspensionCode, at the same cost whether the member exists or not, or NothingToSuspend. A wrong code
    is written down also where the refusal ends the request.
    """
    found = User.objects.filter(username=username.strip().lower(), kind=AccountKind.MEMBER, closed_at=None).first()
    kept = SuspensionCode.objects.filter(holder=found).first() if found else None
    typed = "".join(letter for letter in code if letter.isascii() and letter.isdigit())
    right = check_password(typed, kept.code_hash if kept else _nobodys_code())
    if found is None or kept is None or not right:
        record(HoldEvent.CODE_REFUSED, by=by, about=found.about if found else "account unknown")
        raise WrongSuspensionCode
    return suspend_all(found, by=by, reason="by telephone")


def _nobodys_code() -> str:
    return make_password("no code has been set")


@transaction.atomic
def suspend_all(holder: User, *, by: Actor, reason: str) -> int:
    """Suspend every valid certificate of a member and return how many. Raises NothingToSuspend."""
    valid = list(MemberCertificate.objects.filter(holder=holder, status=Status.VALID, not_after__gte=by.at))
    if not valid:
        raise NothingToSuspend
    for certificate in valid:
        _suspend(certificate, by=by, reason=reason)
    return len(valid)


def _suspend(certificate: MemberCertificate, *, by: Actor, reason: str) -> None:
    if certificate.status_at(by.at) is not Status.VALID:
        raise NotSuspendable
    turn_certificate(certificate, Status.SUSPENDED, HoldEvent.SUSPENDED, by=by, reason=reason)
    MemberCertificate.objects.filter(pk=certificate.pk).update(held_at=by.at, hold_reminded_at=None)
    _tell(certificate, "certificate-suspended", by=by, ends_at=_end_of_hold(by.at))


def _end_of_hold(held_at: datetime) -> datetime:
    return held_at + timedelta(days=profile().certificate.hold_days)


@transaction.atomic
def ask_release(certificate: MemberCertificate, der: bytes, *, by: Actor) -> Submission:
    """Return the request to lift a hold, made by its holder who has just used the key of `der` (R44a).

    Raises NotYourTurn, NotOnHold, KeyNotProven, ReleaseOpen, or CertificateRefused where the CA has ended it.
    """
    _require_holder(certificate.holder_id, by)
    if certificate.status_at(by.at) is not Status.SUSPENDED:
        raise NotOnHold
    if bytes(certificate.der) != der:
        raise KeyNotProven
    if Case.objects.open().filter(release__certificate=certificate).exists():
        raise ReleaseOpen
    _require_good(certificate, by=by)
    submission = open_submission(
        certificate.holder,
        kind=Kind.RELEASE,
        plans=[Plan(kind=Kind.RELEASE, route=route_of(profile().route_for("certificate")))],
        papers=[],
        language=certificate.holder.language,
        confirmed=True,
        by=by,
    )
    Release.objects.create(case=submission.cases.get(), certificate=certificate, proven_at=by.at)
    record(HoldEvent.RELEASE_ASKED, by=by, about=certificate.about)
    return submission


@transaction.atomic
def decide_release(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide whether a hold is lifted; what is released is checked again first.

    Raises NotOnHold, CertificateRefused, or what `decide_case` raises.
    """
    certificate = case.release.certificate
    if verb is Verb.APPROVE:
        if certificate.status_at(by.at) is not Status.SUSPENDED:
            raise NotOnHold
        _require_good(certificate, by=by)
    state = decide_case(case, verb=verb, by=by, reason=reason)
    if state is State.APPROVED:
        turn_certificate(certificate, Status.VALID, HoldEvent.RELEASED, by=by)
        MemberCertificate.objects.filter(pk=certificate.pk).update(held_at=None, hold_reminded_at=None)
    return state


@transaction.atomic
def remind_of_hold(certificate: MemberCertificate, *, by: Actor) -> bool:
    """Say once that a hold, and with it the registration, is about to end; return whether it was done now."""
    rows = MemberCertificate.objects.filter(pk=certificate.pk, status=Status.SUSPENDED, hold_reminded_at=None)
    if rows.update(hold_reminded_at=by.at) != 1:
        return False
    _tell(certificate, "certificate-hold-ends", by=by, ends_at=_end_of_hold(certificate.held_at or by.at))
    return True


@transaction.atomic
def end_hold(certificate: MemberCertificate, *, by: Actor) -> None:
    """End a registration whose hold nobody has had lifted within the profile's days (R44a). Raises Overtaken."""
    turn_certificate(certificate, Status.DELETED, HoldEvent.HOLD_EXPIRED, by=by, reason="hold expired")
    _tell(certificate, "certificate-hold-ended", by=by)


def on_hold_since(moment: datetime) -> QuerySet[MemberCertificate]:
    """Return what is on hold since `moment` or longer; not what its holder has asked to have released."""
    held = MemberCertificate.objects.filter(status=Status.SUSPENDED, held_at__lte=moment)
    asked = Case.objects.open().filter(release__certificate=OuterRef("pk"))
    return held.exclude(Exists(asked)).select_related("holder")


def _require_good(certificate: MemberCertificate, *, by: Actor) -> None:
    if reasons := judge(read_certificate(bytes(certificate.der)), by=by).reasons:
        raise CertificateRefused(reasons)


def _require_holder(holder_id: int, by: Actor) -> None:
    if by.user is None or holder_id != by.user.pk:
        raise NotYourTurn


def _tell(certificate: MemberCertificate, template: str, *, by: Actor, **words: Any) -> None:
    write_to(
        certificate.holder,
        template,
        about=certificate.about,
        subject=certificate.subject,
        serial=certificate.serial,
        link=links.certificates(),
        by=by,
        **words,
    )
