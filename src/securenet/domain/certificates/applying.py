"""Applying for a certificate: a member's request, checked by an RA officer of the same organization (R40)."""

from __future__ import annotations

from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from securenet.domain import links
from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import decide_case, expire_case, open_submission, withdraw_submission
from securenet.domain.approvals.flow import Route, State, Stop, Tier, Verb
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.planning import Plan
from securenet.domain.approvals.reminders import remind_of_case
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.actions import NotAMember, TooManyCertificates
from securenet.domain.certificates.backends import issuer
from securenet.domain.certificates.models import LIVING, Application, MemberCertificate
from securenet.domain.entitlements.queries import ra_desk, ra_officers
from securenet.domain.letters import write_to
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.jobs.actions import enqueue
from securenet.foundation.refusal import Refusal
from securenet.foundation.x509 import (
    REQUEST_REFUSALS,
    CertificateRequest,
    RequestReason,
    RequestRefused,
    names_match,
    read_request,
)

ATTEMPTS = 200
"""How often the CA is tried: with the queue's waits, for more than a week."""


class ApplicationEvent(StrEnum):
    """What the ledger calls acts with applications."""

    ASKED = "application.asked"
    PASSED = "application.passed"


class ApplicationRefused(Refusal):
    """The request does not pass; `reasons` are all of the findings."""

    field = "file"

    def __init__(self, reasons: tuple[RequestReason, ...]) -> None:
        super().__init__()
        self.reasons = reasons

    def __str__(self) -> str:
        return " ".join(request_words(reason) for reason in self.reasons)


class NoIssuer(Refusal):
    """The operator has connected no CA."""

    sentence = _("No certification authority is connected here. The help pages tell how to get a certificate.")


class NoRaOfficer(Refusal):
    """Nobody else in the organization checks applications (R40)."""

    sentence = _(
        "Nobody else in your organization checks applications for certificates. Ask your Organization Admin to let a "
        "colleague do it."
    )


class ApplicationOpen(Refusal):
    """One application at a time."""

    sentence = _(
        "You have an application that has not been decided yet. Withdraw it first if you want to send another."
    )


def request_words(reason: RequestReason) -> str:
    """Return the sentence of a reason in the active language."""
    sentence = REQUEST_REFUSALS[reason]
    return sentence.th if (get_language() or "th").startswith("th") else sentence.en


def read_application(data: bytes) -> CertificateRequest:
    """Return the request in an uploaded file or a pasted text. Raises ApplicationRefused."""
    try:
        return read_request(data)
    except RequestRefused as refused:
        raise ApplicationRefused(refused.reasons) from refused


def differing(request: CertificateRequest, holder: User) -> list[RequestReason]:
    """Return in what a request differs from its sender's account: all of it stands in the certificate later (R40)."""
    findings = []
    names = [name for name in (holder.name_th, holder.name_en) if name]
    if not any(names_match(request.common_name, name) for name in names):
        findings.append(RequestReason.NAME)
    if [address.lower() for address in request.emails] != [holder.email.lower()]:
        findings.append(RequestReason.EMAIL)
    if organization_in(request, holder) is None:
        findings.append(RequestReason.ORGANIZATION)
    return findings


def organization_in(request: CertificateRequest, holder: User) -> Organization | None:
    """Return the organization that the request names, None where its sender does not act for it."""
    if request.organization_number is None:
        return None
    acted_for = holder.entitlements.filter(status="active", organization__isnull=False).values("organization")
    return Organization.objects.filter(pk__in=acted_for, number=request.organization_number).order_by("pk").first()


def _key_is_known(request: CertificateRequest) -> bool:
    return (
        MemberCertificate.objects.filter(spki_sha256=request.spki_sha256).exists()
        or Application.objects.filter(spki_sha256=request.spki_sha256, ended_at=None).exists()
    )


@transaction.atomic
def apply_for_certificate(holder: User, request: CertificateRequest, *, by: Actor) -> Submission:
    """Return the submission by which a member applies for a certificate, at the RA officers of the organization (R40).

    Raises NotAMember, NoIssuer, TooManyCertificates, ApplicationOpen, ApplicationRefused with every reason, or
    NoRaOfficer.
    """
    if not holder.is_admitted:
        raise NotAMember
    if issuer() is None:
        raise NoIssuer
    living = MemberCertificate.objects.filter(holder=holder, status__in=LIVING, not_after__gte=by.at)
    if living.count() >= profile().limits.certificates_per_member:
        raise TooManyCertificates
    if Case.objects.open().filter(application__holder=holder).exists():
        raise ApplicationOpen
    reasons = differing(request, holder) + [RequestReason.KEY_REUSE] * _key_is_known(request)
    organization = organization_in(request, holder)
    if reasons or organization is None:
        raise ApplicationRefused(tuple(reasons))
    if all(officer.pk == holder.pk for officer in ra_officers(organization.pk, local_date(by.at))):
        raise NoRaOfficer
    submission = _open(holder, organization, by=by)
    application = _keep(submission, holder, organization, request)
    record(ApplicationEvent.ASKED, by=by, about=application.about, holder=holder.username, strength=request.public_key)
    announce_application(submission, by=by)
    return submission


def _open(holder: User, organization: Organization, *, by: Actor) -> Submission:
    late = profile().route_for("certificate")[0].desk or ""
    plan = Plan(
        kind=Kind.APPLICATION,
        route=Route([Stop(Tier.ORGANIZATION, ra_desk(organization.pk), escalate_to=late)]),
        organization_name=organization.name,
        organization_number=organization.number,
    )
    return open_submission(
        holder, kind=Kind.APPLICATION, plans=[plan], papers=[], language=holder.language, confirmed=True, by=by
    )


def _keep(submission: Submission, holder: User, organization: Organization, request: CertificateRequest) -> Application:
    try:
        with transaction.atomic():
            return Application.objects.create(
                case=submission.cases.get(),
                holder=holder,
                organization=organization,
                der=request.der,
                sha256=request.sha256,
                spki_sha256=request.spki_sha256,
                subject=request.subject,
                public_key=request.public_key,
            )
    except IntegrityError as error:
        raise ApplicationRefused((RequestReason.KEY_REUSE,)) from error


def announce_application(submission: Submission, *, by: Actor) -> None:
    """Tell the RA officers of an application that has just come to them, its sender left out."""
    for case in submission.cases.filter(state=State.ORGANIZATION_REVIEW, since=by.at):
        _tell_officers(case, by=by)


@transaction.atomic
def remind_officers(case: Case, *, by: Actor) -> bool:
    """Tell the RA officers once more of an application that will be due; return whether it was done now (R34)."""
    done = remind_of_case(case, by=by)
    if done:
        _tell_officers(case, by=by)
    return done


def _tell_officers(case: Case, *, by: Actor) -> None:
    applicant = case.submission.applicant
    for officer in ra_officers(case.application.organization_id, local_date(by.at)):
        if officer.pk == applicant.pk:
            continue
        write_to(
            officer,
            "application-arrived",
            about=case.submission.about,
            number=case.submission_id,
            member=applicant.name_in(officer.language),
            organization=case.organization_name,
            link=links.ra_application(case.pk),
            due_at=case.due_at,
            by=by,
        )


@transaction.atomic
def decide_application(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide an application as an RA officer; what is agreed to is compared with the account again, then passed on.

    Raises ApplicationRefused, or what `decide_case` raises: SamePerson for one's own.
    """
    application = case.application
    if verb is Verb.APPROVE and (reasons := differing(read_application(bytes(application.der)), application.holder)):
        raise ApplicationRefused(tuple(reasons))
    state = decide_case(case, verb=verb, by=by, reason=reason)
    settle_application(case, by=by)
    return state


@transaction.atomic
def settle_application(case: Case, *, by: Actor) -> None:
    """Pass what was agreed to on to the CA, by the worker; end what was not."""
    application = case.application
    if case.state_now is State.APPROVED:
        enqueue(
            "certificates.issue",
            run_at=by.at,
            dedupe=f"certificates.issue {application.pk}",
            max_attempts=ATTEMPTS,
            application=application.pk,
        )
        record(ApplicationEvent.PASSED, by=by, about=application.about)
    elif case.is_ended:
        Application.objects.filter(pk=application.pk, ended_at=None).update(ended_at=by.at)


@transaction.atomic
def withdraw_application(submission: Submission, *, by: Actor) -> None:
    """Withdraw an application that has not been agreed to. Raises what `withdraw_submission` raises."""
    withdraw_submission(submission, by=by)
    for case in submission.cases.all():
        settle_application(case, by=by)


@transaction.atomic
def expire_application(case: Case, *, by: Actor) -> None:
    """Cancel an application whose question was not answered in time. Raises NotAllowed before that."""
    expire_case(case, by=by)
    settle_application(case, by=by)
