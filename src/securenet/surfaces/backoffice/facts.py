"""What the automatic checks say about a request: facts beside the data, not decisions (R30, R44)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import same_document
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.certificates.judging import CertificateRefused, belongs_to, judge, read_certificate, words
from securenet.domain.certificates.models import MemberCertificate
from securenet.domain.entitlements.models import Entitlement
from securenet.domain.organizations.checks import organization_number
from securenet.domain.organizations.models import Appointment, Organization
from securenet.domain.organizations.queries import require_standing
from securenet.domain.registration import checks
from securenet.foundation.actor import Actor
from securenet.foundation.mail.models import Mail, MailState
from securenet.foundation.refusal import Refusal
from securenet.foundation.text import localized_moment, search_key
from securenet.foundation.x509 import Certificate
from securenet.surfaces.backoffice.words import language

MAILS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. `good` is None where there is nothing to compare."""

    text: str
    good: bool | None = None

    @property
    def mark(self) -> str:
        """Return the class by which the list marks it."""
        return {True: "ok", False: "er", None: ""}[self.good]


def about_applicant(applicant: User, *, alone: bool = True) -> list[Finding]:
    """Return what is known about the person: the document's number, the address, and if `alone` its other accounts."""
    confirmed = applicant.email_confirmed_at
    findings = [
        _number(
            lambda: checks.identity(
                applicant.identity_type, applicant.identity_number or "", applicant.identity_country
            ),
            _("The number of the identity document is well formed."),
        ),
        Finding(
            _("The e-mail address was confirmed on %(moment)s.")
            % {"moment": localized_moment(confirmed, language(), seconds=True)}
            if confirmed
            else _("The e-mail address has not been confirmed."),
            confirmed is not None,
        ),
    ]
    others = same_document(applicant) if alone else []
    if alone and not others:
        findings.append(Finding(_("No other account has the same identity document."), True))
    return findings + [Finding(other_account(other), False) for other in others]


def other_account(other: User) -> str:
    """Return how an account with the same identity document is told of."""
    facts = {"username": other.username, "name": other.name_in(language())}
    if other.is_admitted and other.is_active:
        return _("The same identity document stands on the admitted account %(username)s (%(name)s).") % facts
    return _("The same identity document stands on the account %(username)s (%(name)s), not admitted.") % facts


def about_mails(submission: Submission) -> list[Finding]:
    """Return which mails about a submission came back, newest first."""
    failed = Mail.objects.filter(about=submission.about, state=MailState.FAILED).order_by("-pk")
    text = _("A mail to %(to)s of %(moment)s could not be delivered: %(error)s")
    return [
        Finding(
            text % {"to": mail.to, "moment": localized_moment(mail.created_at, language()), "error": mail.last_error},
            False,
        )
        for mail in failed.only("to", "created_at", "last_error")[:MAILS_SHOWN]
    ]


def _number(check: Callable[[], object], good: str) -> Finding:
    try:
        check()
    except Refusal as refusal:
        return Finding(str(refusal), False)
    return Finding(good, True)


Register = dict[tuple[str, str], Organization]


def registered(cases: Iterable[Case]) -> Register:
    """Return the organizations in the register with the numbers that these cases give; each knows `has_chain`."""
    numbers = {case.organization_number for case in cases if case.organization_number}
    if not numbers:
        return {}
    chain = Appointment.objects.filter(organization=OuterRef("pk"), ended_at=None)
    known = Organization.objects.filter(number__in=numbers).select_related("merged_into")
    return {(one.number, one.country): one for one in known.annotate(has_chain=Exists(chain))}


def about_right(right: Entitlement, register: Register) -> list[Finding]:
    """Return what is known about the organization that a right is asked for."""
    number, country = right.organization_number, right.organization_country
    checked = _number(lambda: organization_number(number, country), _("The organization's number is well formed."))
    known = register.get((number, country))
    if known is None:
        return [checked, Finding(_("No organization with this number is registered here yet."))]
    try:
        require_standing(known)
    except Refusal as refusal:
        return [checked, Finding(str(refusal), False)]
    chain = (
        Finding(_("The organization's chain of authority is on record."), True)
        if getattr(known, "has_chain", False)
        else Finding(_("No appointment of the organization is on record."))
    )
    if search_key(known.name) == search_key(right.organization_name):
        return [checked, Finding(_("The organization is registered here under this name."), True), chain]
    differs = _("The organization is registered here under another name: %(name)s") % {"name": known.name}
    return [checked, Finding(differs, False), chain]


def certificate_of(case: Case) -> MemberCertificate | None:
    """Return the certificate that a case is about: one to be registered, or one whose hold is to be lifted."""
    if release := getattr(case, "release", None):
        return cast(MemberCertificate, release.certificate)
    return getattr(case, "certificate", None)


def about_certificate(registered: MemberCertificate, *, by: Actor) -> list[Finding]:
    """Return what is known about a certificate now, and how its names compare with the member's."""
    try:
        certificate = read_certificate(bytes(registered.der))
    except CertificateRefused as refused:
        return [Finding(str(refused), False)]
    verdict = judge(certificate, by=by)
    findings = [Finding(words(reason), False) for reason in verdict.reasons]
    if verdict.accepted:
        findings = [Finding(_("The certificate passes every check at this moment."), True)]
    findings += [Finding(words(remark, warning=True)) for remark in verdict.warnings]
    return [*findings, *_belonging(certificate, registered.holder), _proof(registered)]


def _proof(registered: MemberCertificate) -> Finding:
    moment = registered.key_proven_at
    if moment is None:
        return Finding(_("The member has not yet proved to hold the private key."))
    shown = localized_moment(moment, language(), seconds=True)
    return Finding(_("The member proved on %(moment)s to hold the private key.") % {"moment": shown}, True)


def _belonging(certificate: Certificate, holder: User) -> list[Finding]:
    sentences = {
        ("name", True): _("The name in the certificate is the member's."),
        ("name", False): _("The name in the certificate is not the member's."),
        ("email", True): _("The e-mail address in the certificate is the member's."),
        ("email", False): _("The member's e-mail address does not stand in the certificate."),
        ("organization", True): _("The organization in the certificate is one that the member acts for."),
        ("organization", False): _("The member does not act for the organization in the certificate."),
    }
    return [Finding(sentences[label, agrees], agrees) for label, agrees in belongs_to(certificate, holder)]


def certificate_rows(registered: MemberCertificate) -> list[tuple[str, str]]:
    """Return the facts of a certificate as label and value."""
    return [
        (_("Subject"), registered.subject),
        (_("Issuer"), registered.issuer),
        (_("Serial number"), registered.serial),
        (_("Valid from"), localized_moment(registered.not_before, language(), seconds=True)),
        (_("Valid to"), localized_moment(registered.not_after, language(), seconds=True)),
        ("SHA-256", registered.sha256),
    ]
