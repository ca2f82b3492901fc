"""What happens to registrations: sent, confirmed, corrected, decided, ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, F
from django.utils.translation import gettext_lazy as _

from securenet.domain.accounts.actions import UsernameTaken, admit_member
from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.queries import identity_index
from securenet.domain.approvals.actions import confirm_submission
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.queries import hashed, sent_before
from securenet.domain.calendar.queries import confirmation_deadline
from securenet.domain.entitlements.actions import RightAsked, announce_requests, decide_right, request_rights
from securenet.domain.profile.queries import profile
from securenet.domain.registration.models import Confirmation, Draft
from securenet.domain.registration.notices import send_confirmation, tell_document_holder
from securenet.foundation.actor import Actor
from securenet.foundation.audit.actions import record
from securenet.foundation.refusal import Refusal

CODE_DIGITS = 8
CODE_ATTEMPTS = 10
MAX_BIGINT = BigIntegerField.MAX_BIGINT


class Event(StrEnum):
    """What the ledger calls the acts of this room."""

    SUBMITTED = "registration.submitted"
    CONFIRMED = "registration.confirmed"
    EMAIL_CORRECTED = "registration.e-mail-corrected"
    MAIL_RESENT = "registration.mail-resent"
    USERNAME_RELEASED = "registration.username-released"


class LinkUsed(Refusal):
    """The link did its work already."""

    sentence = _("This link has been used already. Nothing more needs to be confirmed.")


class LinkOld(Refusal):
    """The link's time is over."""

    sentence = _("This link is too old. Have a new one sent.")


class LinkUnknown(Refusal):
    """No such link: altered on the way, or replaced by a newer mail's."""

    sentence = _("This link is not valid. Take the one in the newest mail, whole, or have a new one sent.")


class WrongConfirmationCode(Refusal):
    """The typed number and code belong to no open confirmation."""

    sentence = _("The request number and the code do not fit each other. Take both from the newest mail.")
    field = "code"


class NothingToConfirm(Refusal):
    """The registration is confirmed already, or ended."""

    sentence = _("The e-mail address of this request cannot be changed any more.")


class TooManyCorrections(Refusal):
    """The address was corrected as often as the profile allows."""

    sentence = _("The address was corrected too often. Please call the service desk.")
    field = "email"


class TermsNotAccepted(Refusal):
    """The terms in force were not accepted (R1)."""

    sentence = _("Accept the terms of use first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who registers, as checked at step 1 (R2). The password is a hash already."""

    username: str
    password_hash: str
    name_th: str
    name_en: str
    identity_type: str
    identity_number: str
    identity_country: str
    email: str
    mobile_phone: str
    office_phone: str
    office_extension: str
    language: str
    terms_version: str


@transaction.atomic
def submit_registration(
    applicant: Applicant, rights: list[RightAsked], *, draft_key: str, by: Actor
) -> tuple[Submission, bool]:
    """Return the registration of this draft and whether it was made now: a second click or tab finds the first's (R5).

    Raises UsernameTaken, TermsNotAccepted, or what `request_rights` raises.
    """
    if applicant.terms_version != profile().terms.version:
        raise TermsNotAccepted
    if (earlier := sent_before(draft_key)) is not None:
        return earlier, False
    try:
        with transaction.atomic():
            return _register(applicant, rights, draft_key=draft_key, by=by), True
    except (UsernameTaken, IntegrityError):
        if (same := sent_before(draft_key)) is None:
            raise
        return same, False


def _register(applicant: Applicant, rights: list[RightAsked], *, draft_key: str, by: Actor) -> Submission:
    user = _create_applicant(applicant, by=by)
    submission = request_rights(user, rights, kind="registration", confirmed=False, draft_key=draft_key, by=by)
    Draft.objects.filter(key_hash=hashed(draft_key)).delete()
    record(Event.SUBMITTED, by=by, about=submission.about, account=user.username, terms=applicant.terms_version)
    _issue_confirmation(submission, by=by)
    tell_document_holder(user, by=by)
    return submission


def _create_applicant(applicant: Applicant, *, by: Actor) -> User:
    try:
        with transaction.atomic():
            return User.objects.create(
                kind=Kind.MEMBER,
                username=applicant.username,
                password=applicant.password_hash,
                name_th=applicant.name_th,
                name_en=applicant.name_en,
                identity_type=applicant.identity_type,
                identity_country=applicant.identity_country,
                identity_number=applicant.identity_number,
                identity_index=identity_index(
                    applicant.identity_type, applicant.identity_country, applicant.identity_number
                ),
                email=applicant.email,
                mobile_phone=applicant.mobile_phone,
                office_phone=applicant.office_phone,
                office_extension=applicant.office_extension,
                language=applicant.language,
                terms_version=applicant.terms_version,
                terms_accepted_at=by.at,
                created_at=by.at,
            )
    except IntegrityError as error:
        raise UsernameTaken from error


def _issue_confirmation(submission: Submission, *, by: Actor) -> None:
    token = secrets.token_urlsafe(32)
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    Confirmation.objects.update_or_create(
        submission=submission,
        defaults={
            "token_hash": hashed(token),
            "code_hash": hashed(f"{submission.number}:{code}"),
            "code_attempts": 0,
            "sent_at": by.at,
            "expires_at": confirmation_deadline(by.at),
            "used_at": None,
        },
    )
    send_confirmation(submission, token=token, code=code, by=by)


def require_confirmation(token: str, *, by: Actor) -> Confirmation:
    """Return the open confirmation that a link belongs to. Raises LinkUnknown, LinkUsed, or LinkOld (R6)."""
    confirmation = Confirmation.objects.select_related("submission__applicant").filter(token_hash=hashed(token)).first()
    if confirmation is None:
        raise LinkUnknown
    if confirmation.used_at is not None:
        raise LinkUsed
    if confirmation.expires_at < by.at or confirmation.submission.state() is not State.AWAITING_EMAIL:
        raise LinkOld
    return confirmation


@transaction.atomic
def confirm_registration(token: str, *, by: Actor) -> Submission:
    """Confirm request and address by the mail's link, once (R6). Raises LinkUnknown, LinkUsed, or LinkOld."""
    return _use(require_confirmation(token, by=by), by=by)


def confirm_by_code(number: int, code: str, *, by: Actor) -> Submission:
    """Confirm by the code typed from the mail (R6). Raises WrongConfirmationCode, LinkUsed, or LinkOld.

    Each wrong code counts, and the count stays when the refusal rolls back what the caller does.
    """
    open_ones = Confirmation.objects.select_related("submission__applicant")
    confirmation = open_ones.filter(submission_id=number).first() if 0 < number <= MAX_BIGINT else None
    if confirmation is None or confirmation.code_attempts >= CODE_ATTEMPTS:
        raise WrongConfirmationCode
    if not secrets.compare_digest(confirmation.code_hash, hashed(f"{number}:{code}")):
        Confirmation.objects.filter(pk=confirmation.pk).update(code_attempts=F("code_attempts") + 1)
        raise WrongConfirmationCode
    with transaction.atomic():
        if confirmation.used_at is not None:
            raise LinkUsed
        if confirmation.expires_at < by.at or confirmation.submission.state() is not State.AWAITING_EMAIL:
            raise LinkOld
        return _use(confirmation, by=by)


def _use(confirmation: Confirmation, *, by: Actor) -> Submission:
    if Confirmation.objects.filter(pk=confirmation.pk, used_at=None).update(used_at=by.at) != 1:
        raise LinkUsed
    submission = confirmation.submission
    User.objects.filter(pk=submission.applicant_id).update(email_confirmed_at=by.at)
    confirm_submission(submission, by=by)
    announce_requests(submission, by=by)
    record(Event.CONFIRMED, by=by, about=submission.about)
    return submission


@transaction.atomic
def resend_confirmation(submission: Submission, *, by: Actor) -> None:
    """Send a new link; the old one ends (R6). Raises NothingToConfirm."""
    if submission.state() is not State.AWAITING_EMAIL:
        raise NothingToConfirm
    _issue_confirmation(submission, by=by)
    record(Event.MAIL_RESENT, by=by, about=submission.about)


@transaction.atomic
def correct_email(submission: Submission, *, email: str, by: Actor) -> None:
    """Send the link to a corrected address, as often as the profile allows (R6).

    Raises NothingToConfirm or TooManyCorrections.
    """
    if submission.state() is not State.AWAITING_EMAIL:
        raise NothingToConfirm
    applicant, most = submission.applicant, profile().deadlines.email_corrections
    rows = User.objects.filter(pk=applicant.pk, email_corrections__lt=most, email_confirmed_at=None)
    if rows.update(email=email, email_corrections=F("email_corrections") + 1) != 1:
        raise TooManyCorrections
    applicant.refresh_from_db()
    _issue_confirmation(submission, by=by)
    record(Event.EMAIL_CORRECTED, by=by, about=submission.about)


@transaction.atomic
def decide_registration(case: Case, *, verb: Verb, by: Actor, reason: str = "") -> State:
    """Decide the right that comes with a new account; the first approved one admits the account (R24a).

    Raises IdentityTaken, or what `decide_case` raises.
    """
    state = decide_right(case, verb=verb, by=by, reason=reason)
    if state is State.APPROVED:
        admit_member(case.submission.applicant, by=by)
    return state


@transaction.atomic
def release_username(user: User, *, by: Actor) -> None:
    """Free the user name of a registration that ended without approval, the profile's days after its end (R2)."""
    waiting = User.objects.filter(pk=user.pk, admitted_at=None, closed_at=None)
    freed = waiting.update(username=f"released.{user.pk}", closed_at=by.at, identity_number=None, identity_index="")
    if not freed:
        return
    record(Event.USERNAME_RELEASED, by=by, about=user.about)
