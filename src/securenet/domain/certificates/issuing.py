"""What the CA answers to an application that the RA has passed on (R40); the worker asks, outside any transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.db import transaction

from securenet.domain import links
from securenet.domain.approvals.actions import Overtaken
from securenet.domain.certificates.actions import register_certificate
from securenet.domain.certificates.backends import issuer
from securenet.domain.certificates.judging import CertificateRefused, read_certificate
from securenet.domain.certificates.models import Application, MemberCertificate
from securenet.domain.letters import write_to
from securenet.foundation.actor import Actor, system
from securenet.foundation.audit.actions import record
from securenet.foundation.est import Declined, Later, Unreachable
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.jobs.registry import Finish, Postponed
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Certificate

PATIENCE = timedelta(days=30)


class IssuingEvent(StrEnum):
    """What the ledger calls the CA's part."""

    SENT = "application.sent"
    ISSUED = "application.issued"
    DECLINED = "application.declined"


def ask_issuer(pk: int, *, at: datetime) -> Finish | None:
    """Ask the CA for the certificate of an application, and return what is to be written down of its answer.

    The CA gets the same request each time, and answers it with the same certificate: an answer that was lost on its
    way, or in a crash before it was written down, is asked for again. Raises Postponed where no answer came.
    """
    application = Application.objects.select_related("holder", "case").get(pk=pk)
    if application.issued_at or application.ended_at:
        return None
    by = system("RA", at)
    note_sent(application, by=by)
    ca = issuer()
    if ca is None:
        raise Postponed("No certification authority is connected.")
    try:
        certificate = _answer_for(application, ca.issue(bytes(application.der)))
    except Declined:
        return partial(decline_application, application, by=by)
    except Later as later:
        if application.sent_at and at - application.sent_at > PATIENCE:
            return partial(decline_application, application, by=by)
        again = at + timedelta(seconds=later.seconds)
        return partial(_ask_again, application.pk, again)
    except Unreachable as error:
        raise Postponed(f"The certification authority gave no answer: {error}.") from error
    return partial(take_issued, application, certificate, by=by)


def _ask_again(pk: int, run_at: datetime) -> None:
    enqueue("certificates.issue", run_at=run_at, max_attempts=200, application=pk)


def _answer_for(application: Application, der: bytes) -> Certificate:
    try:
        certificate = read_certificate(der)
    except CertificateRefused as refused:
        raise Unreachable(f"its answer is not taken ({', '.join(refused.reasons)})") from refused
    if certificate.spki_sha256 != application.spki_sha256:
        raise Unreachable("its answer has another key")
    return certificate


@transaction.atomic
def note_sent(application: Application, *, by: Actor) -> None:
    """Write down that the CA is asked, the first time."""
    if Application.objects.filter(pk=application.pk, sent_at=None).update(sent_at=by.at):
        application.sent_at = by.at
        record(IssuingEvent.SENT, by=by, about=application.about)


@transaction.atomic
def take_issued(application: Application, certificate: Certificate, *, by: Actor) -> None:
    """Keep the certificate, ask for its registration, and tell its holder; the request has proven the key (R40, R42).

    Where it cannot be registered, such as when the CA is not an accepted one, the holder still gets it, and is told.
    Raises Overtaken where it was kept before.
    """
    waiting = Application.objects.filter(pk=application.pk, issued_at=None, ended_at=None)
    if waiting.update(issued_at=by.at, issued=certificate.der) != 1:
        raise Overtaken
    number, refused = None, ""
    try:
        with transaction.atomic():
            submission = register_certificate(application.holder, certificate, proven=True, by=by)
    except Refusal as refusal:
        refused = type(refusal).__name__
    else:
        number = submission.number
        registered = MemberCertificate.objects.get(case__submission=submission)
        Application.objects.filter(pk=application.pk).update(registration=registered)
    record(IssuingEvent.ISSUED, by=by, about=application.about, serial=certificate.serial_hex, refused=refused)
    write_to(
        application.holder,
        "certificate-issued",
        about=application.about,
        number=application.case.submission_id,
        subject=certificate.subject,
        serial=certificate.serial_hex,
        registration=number,
        link=links.application(application.case.submission_id),
        by=by,
    )


@transaction.atomic
def decline_application(application: Application, *, by: Actor) -> None:
    """End an application that the CA does not answer with a certificate. Raises Overtaken where it has ended."""
    waiting = Application.objects.filter(pk=application.pk, issued_at=None, ended_at=None)
    if waiting.update(ended_at=by.at, declined_at=by.at) != 1:
        raise Overtaken
    record(IssuingEvent.DECLINED, by=by, about=application.about)
    write_to(
        application.holder,
        "certificate-declined",
        about=application.about,
        number=application.case.submission_id,
        link=links.application(application.case.submission_id),
        by=by,
    )
