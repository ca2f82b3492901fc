"""What happens to members' certificates: registered, decided, used to log in, deleted."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from securenet.domain.accounts.models import Session, User
from securenet.domain.approvals.actions import (
    Overtaken,
    decide_case,
    expire_case,
    move_case,
    open_submission,
    withdraw_submission,
)
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.planning import Plan, papers_of, route_of
from securenet.domain.certificates.judging import (
    CertificateRefused,
    judge,
    read_certificate,
    register_findings,
    require_registrable,
    words,
)
from securenet.domain.certificates.models import LIVING, MemberCertificate, Status
from securenet.domain.certificates.renewing import renewed_by, require_old_key
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import Certificate, Reason


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    REGISTERED = "certificate.registered"
    ACCEPTED = "certificate.accepted"
    REJECTED = "certificate.rejected"
    DELETED = "certificate.deleted"
    REVOKED = "certificate.revoked"
    EXPIRED = "certificate.expired"


class NotAMember(Refusal):
    """Only members with an approved right register certificates (R42)."""

    sentence = _("A certificate can be registered once a right of yours has been approved.")


class TooManyCertificates(Refusal):
    """The profile limits how many a member can have."""

    sentence = _("You have as many certificates registered as one person may. Delete one that you no longer use.")


class NotDeletable(Refusal):
    """The registration has ended already."""

    sentence = _("This registration has already ended.")


class ProofMissing(Refusal):
    """The operator takes only certificates whose key the member has just used (R42a)."""

    sentence = _("Register this certificate from the token that is plugged in: a file does not prove that you hold it.")
    field = "file"


@transaction.atomic
def register_certificate(
    holder: User, certificate: Certificate, *, proven: bool, signed_by: bytes = b"", by: Actor
) -> Submission:
    """Return the submission that asks to register a certificate; `proven` when its key was used to send it (R42, R42a).

    `signed_by` is the certificate being renewed, its key used for this: then no form has to be signed on paper (R45).
    Raises NotAMember, ProofMissing, TooManyCertificates, CertificateRefused with every reason, or what
    `require_old_key` raises.
    """
    if not holder.is_admitted:
        raise NotAMember
    if profile().certificate.proof_required and not proven:
        raise ProofMissing
    living = MemberCertificate.objects.filter(holder=holder, status__in=LIVING, not_after__gte=by.at)
    if living.count() >= profile().limits.certificates_per_member:
        raise TooManyCertificates
    require_registrable(certificate, holder, by=by)
    old = require_old_key(certificate, holder, signed_by, by=by) if signed_by else None
    submission = _open(holder, on_paper=old is None, by=by)
    try:
        with transaction.atomic():
            registered = MemberCertificate.objects.create(
                case=submission.cases.get(),
                registered_at=by.at,
                key_proven_at=by.at if proven else None,
                renews=old or renewed_by(certificate, holder, by.at),
                **_columns(holder, certificate),
            )
    except IntegrityError as error:
        raise CertificateRefused((Reason.ALREADY_REGISTERED,)) from error
    record(
        Event.REGISTERED,
        by=by,
        about=registered.about,
        holder=holder.username,
        proven=proven,
        signed_by_old=old is not None,
    )
    return submission


def _columns(holder: User, certificate: Certificate) -> dict[str, Any]:
    return {
        "holder": holder,
        "der": certificate.der,
        "sha256": certificate.sha256,
        "spki_sha256": certificate.spki_sha256,
        "issuer_serial": certificate.issuer_serial,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial_hex,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
    }


def _open(holder: User, *, on_paper: bool, by: Actor) -> Submission:
    items = [item for item in profile().checklist_for("certificate") if on_paper or not item.form]
    return open_submission(
        holder,
        kind=Kind.CERTIFICATE,
        plans=[Plan(kind=Kind.CERTIFICATE, route=route_of(profile().route_for("certificate")))],
        papers=papers_of(items),
        language=holder.language,
        confirmed=True,
        by=by,
    )


@transaction.atomic
def decide_certificate(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide the registration of a certificate; what is approved is checked again first (R44).

    Raises CertificateRefused, or what `decide_case` raises.
    """
    if verb is Verb.APPROVE:
        registered = case.certificate
        certificate = read_certificate(bytes(registered.der))
        findings = register_findings(certificate, registered.holder, own=registered.pk)
        if reasons := (*judge(certificate, by=by).reasons, *findings):
            raise CertificateRefused(reasons)
    state = decide_case(case, verb=verb, by=by, reason=reason)
    settle_certificate(case, by=by)
    return state


@transaction.atomic
def settle_certificate(case: Case, *, by: Actor) -> None:
    """Make the registration follow the state that its case has reached."""
    if case.state_now is State.APPROVED:
        turn_certificate(case.certificate, Status.VALID, Event.ACCEPTED, by=by)
    elif case.is_ended and case.certificate.status == Status.PENDING:
        turn_certificate(case.certificate, Status.REJECTED, Event.REJECTED, by=by)


@transaction.atomic
def withdraw_certificate_request(submission: Submission, *, by: Actor) -> None:
    """Withdraw the request to register a certificate. Raises what `withdraw_submission` raises."""
    withdraw_submission(submission, by=by)
    for case in submission.cases.all():
        settle_certificate(case, by=by)


@transaction.atomic
def expire_certificate_request(case: Case, *, by: Actor) -> None:
    """Cancel a request past its deadline. Raises NotAllowed before it."""
    expire_case(case, by=by)
    settle_certificate(case, by=by)


@transaction.atomic
def close_certificate_request(case: Case, *, reason: str, by: Actor) -> None:
    """End a request that can no longer be approved, for a reason that its sender is told by mail (R52).

    Raises Overtaken, or NotAllowed where it has ended.
    """
    move_case(case, Verb.CLOSE, by=by, reason=reason)
    settle_certificate(case, by=by)


@transaction.atomic
def turn_certificate(
    certificate: MemberCertificate, status: Status, event: str, *, by: Actor, reason: str = ""
) -> None:
    """Change the status, and end the sessions that the certificate opened where it is valid no longer (R44).

    Raises Overtaken.
    """
    before = certificate.status
    changes: dict[str, Any] = {"status": status}
    if status not in LIVING:
        changes |= {"ended_at": by.at, "end_reason": reason}
    rows = MemberCertificate.objects.filter(pk=certificate.pk, status=before)
    if rows.update(**changes) != 1:
        raise Overtaken
    record(event, by=by, about=certificate.about, before=before, after=str(status), reason=reason)
    if before == Status.VALID:
        Session.objects.filter(user=certificate.holder_id, credential=certificate.credential).delete()
        enqueue("oidc.end-sessions", run_at=by.at, user=certificate.holder_id, credential=certificate.credential)
    certificate.refresh_from_db()


@transaction.atomic
def delete_certificate(certificate: MemberCertificate, *, by: Actor) -> None:
    """End a registration by its holder's wish (R43); an open request for it is withdrawn. Raises NotDeletable."""
    if by.user is None or certificate.holder_id != by.user.pk or certificate.status not in LIVING:
        raise NotDeletable
    if certificate.case is not None and certificate.case.is_open:
        withdraw_submission(certificate.case.submission, by=by)
    turn_certificate(certificate, Status.DELETED, Event.DELETED, by=by, reason="by the holder")


@transaction.atomic
def mark_revoked(certificate: MemberCertificate, *, by: Actor) -> None:
    """Write down that the CA has revoked a certificate; the open requests about it end (R44). Raises Overtaken."""
    _close_requests_about(certificate, Reason.REVOKED, by=by)
    turn_certificate(certificate, Status.REVOKED, Event.REVOKED, by=by, reason="revoked by its CA")


@transaction.atomic
def mark_expired(certificate: MemberCertificate, *, by: Actor) -> None:
    """Write down that a certificate has expired; the open requests about it end (R45). Raises Overtaken."""
    _close_requests_about(certificate, Reason.EXPIRED, by=by)
    turn_certificate(certificate, Status.EXPIRED, Event.EXPIRED, by=by)


def _close_requests_about(certificate: MemberCertificate, reason: Reason, *, by: Actor) -> None:
    """End the open requests to register a certificate and to lift its hold, their sender told why."""
    about = Q(certificate=certificate) | Q(release__certificate=certificate)
    with override(certificate.holder.language):
        for case in Case.objects.open().filter(about).select_related("submission__applicant"):
            move_case(case, Verb.CLOSE, by=by, reason=words(reason))
