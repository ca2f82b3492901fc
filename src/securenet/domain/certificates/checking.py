"""What a member's computer needs for a login with a certificate, found out in one go (R50a)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from securenet.domain.certificates.judging import CertificateRefused, judge, read_certificate, trust_now, words
from securenet.domain.certificates.models import ComputerCheck, MemberCertificate, Status
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Certificate

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for something else on the telephone
CODE_LENGTH = 8
KEPT = timedelta(days=7)
TOLERATED_SECONDS = 120  # more, and certificates and one-time passwords begin to fail


class CheckEvent(StrEnum):
    """What the ledger calls checks."""

    DONE = "computer.checked"


class Step(StrEnum):
    """What is looked at, in the order of the page."""

    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105  a device
    CHAIN = "chain"
    ACCEPTED = "accepted"
    REGISTERED = "registered"


class NoSuchCheck(Refusal):
    """No check has that code, or it is too old."""

    sentence = _("No check has this code. It is kept for seven days.")
    field = "code"


Finding = dict[str, object]


def findings_of(der: bytes, chain: Iterable[str], clock_off: int | None, *, by: Actor) -> list[Finding]:
    """Return a row per step: its `step`, whether it is `good` (None: could not be told), and a `fact` in words.

    `der` is the certificate whose key was used, empty where none came; `chain` the SHA-256 of what the browser sent
    along with it; `clock_off` the seconds by which the computer's clock is ahead, None where no script told.
    """
    return [_clock(clock_off), *_certificate(der, frozenset(chain), by=by)]


def _row(step: Step, good: bool | None, fact: str = "") -> Finding:
    return {"step": str(step), "good": good, "fact": fact}


def _clock(off: int | None) -> Finding:
    if off is None:
        return _row(Step.CLOCK, None)
    return _row(Step.CLOCK, abs(off) <= TOLERATED_SECONDS, f"{off:+d} s")


def _certificate(der: bytes, chain: frozenset[str], *, by: Actor) -> Iterator[Finding]:
    yield _row(Step.TOKEN, bool(der))
    try:
        certificate = read_certificate(der) if der else None
    except CertificateRefused as refused:
        yield _row(Step.ACCEPTED, False, str(refused))
        return
    if certificate is None:
        return
    yield _chain(certificate, chain)
    reasons = judge(certificate, by=by, signs_in=True).reasons
    yield _row(Step.ACCEPTED, not reasons, " ".join(words(reason) for reason in reasons))
    yield _registered(certificate, by.at)


def _chain(certificate: Certificate, sent: frozenset[str]) -> Finding:
    """Tell whether the browser sent the issuing CA along, which it does where the CA is installed."""
    issuers = [ca for ca in trust_now().trust.authorities if ca.has_signed(certificate.loaded)]
    if not issuers:
        return _row(Step.CHAIN, None)
    return _row(Step.CHAIN, True if {sha256(ca.der).hexdigest() for ca in issuers} & sent else None)


def _registered(certificate: Certificate, at: datetime) -> Finding:
    rows = MemberCertificate.objects.filter(sha256=certificate.sha256)
    row = rows.order_by("-registered_at", "-pk").first()
    if row is None:
        return _row(Step.REGISTERED, False)
    status = row.status_at(at)
    return _row(Step.REGISTERED, status is Status.VALID, str(status.label))


@transaction.atomic
def note_check(findings: list[Finding], *, by: Actor) -> ComputerCheck:
    """Keep what was found for seven days under a short code, which a caller reads out to the service desk."""
    ComputerCheck.objects.filter(at__lt=by.at - KEPT).delete()
    code = "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH))
    check = ComputerCheck.objects.create(code=code, at=by.at, member=by.user, findings=findings)
    record(CheckEvent.DONE, by=by, about=by.user.about if by.user else "", found=[row["good"] for row in findings])
    return check


def require_check(code: str, *, by: Actor) -> ComputerCheck:
    """Return the check that a caller reads out the code of. Raises NoSuchCheck."""
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    kept = ComputerCheck.objects.select_related("member").filter(code=plain, at__gte=by.at - KEPT)
    found = kept.first()
    if found is None:
        raise NoSuchCheck
    return found
