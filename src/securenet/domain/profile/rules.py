"""Numbers that the operator decides: deadlines, passwords, sessions, attempts, sizes, how long things are kept."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from securenet.domain.profile.text import Count, Fact, Positive, Text, Words

CharacterClass = Literal["upper", "lower", "digit", "symbol"]


class Deadlines(Fact):
    """How long things wait (R5, R6, R7, R24b)."""

    confirmation_hours: Positive = 72
    """How long the link of a registration's mail lives."""
    documents_days: Positive = 17
    """Calendar days for the papers to arrive, counted to the end of the last one, or of the next business day."""
    documents_reminder_days: tuple[Count, ...] = (7, 2)
    """Days before the papers' deadline on which the applicant is reminded."""
    decision_business_days: Positive = 5
    """Business days for a decision after the last paper; day 1 is the business day after it."""
    returned_business_days: Positive = 10
    """Business days to answer a question."""
    returned_reminder_business_days: Positive = 3
    """Business days before that deadline on which the applicant is reminded."""
    least_resumed_days: Positive = 2
    """Business days that are left at least when the clock resumes after an answer."""
    draft_hours: Positive = 24
    """How long an unfinished registration is kept."""
    username_release_days: Positive = 30
    """Days until the username of an unsuccessful registration is free again."""
    email_corrections: Count = 3
    """How often the address of an unconfirmed registration can be corrected."""
    recovery_minutes: Positive = 30
    """How long the link for a new password lives."""
    status_code_minutes: Positive = 30
    """How long the code lives that shows a request's state without login."""
    email_change_hours: Positive = 24
    """How long the link that confirms a new e-mail address lives."""
    invitation_days: Positive = 14
    """How long an Organization Admin's invitation lives."""
    staff_link_hours: Positive = 72
    """How long the link lives by which new staff choose their password."""


class Passwords(Fact):
    """What a member's password must be (R2). The defaults follow NIST SP 800-63B-4."""

    min_length: Annotated[int, Field(ge=8, le=64)] = 15
    """The shortest, in characters."""
    max_length: Annotated[int, Field(ge=64, le=256)] = 64
    """The longest, in characters."""
    requires: tuple[CharacterClass, ...] = ()
    """Kinds of character of which one at least must be there."""


class SessionLength(Fact):
    """When a session ends."""

    idle_minutes: Positive
    """After so long without a request."""
    absolute_hours: Annotated[int, Field(ge=1, le=24)]
    """After so long in any case."""


class Sessions(Fact):
    """How long people stay signed in (R9, R33)."""

    members: SessionLength = SessionLength(idle_minutes=15, absolute_hours=8)
    """Members, at portal and services."""
    staff: SessionLength = SessionLength(idle_minutes=10, absolute_hours=4)
    """The operator's staff, in the back office."""
    fresh_minutes: Positive = 10
    """How long ago a sign-in may be when something sensitive is done; after that it is asked for again."""


class Rate(Fact):
    """So many attempts in so many minutes."""

    attempts: Positive
    """How many."""
    minutes: Positive
    """In which time."""


class Throttles(Fact):
    """How often things may be tried (R9, R13): none of them locks an account."""

    login_account: Rate = Rate(attempts=10, minutes=15)
    """Failed logins for one username from one address."""
    login_address: Rate = Rate(attempts=50, minutes=15)
    """Failed logins from one address."""
    login_overall: Rate = Rate(attempts=2000, minutes=15)
    """Failed logins altogether."""
    recovery_account: Rate = Rate(attempts=3, minutes=60)
    """Recovery mails to one account."""
    recovery_address: Rate = Rate(attempts=20, minutes=60)
    """Recovery attempts from one address."""
    recovery_overall: Rate = Rate(attempts=500, minutes=60)
    """Recovery attempts altogether."""
    username_check: Rate = Rate(attempts=30, minutes=10)
    """Checks whether a username is free, from one address."""
    registration_address: Rate = Rate(attempts=20, minutes=60)
    """Registrations sent from one address."""
    invitation: Rate = Rate(attempts=30, minutes=60)
    """Invitations sent by one Organization Admin."""
    confirmation_mail: Rate = Rate(attempts=5, minutes=60)
    """Confirmation mails of one registration sent again."""
    email_change: Rate = Rate(attempts=5, minutes=60)
    """Changes of the e-mail address asked for by one member."""
    scan_upload: Rate = Rate(attempts=40, minutes=15)
    """Scans uploaded by one person, or at one desk by one clerk."""
    case_status: Rate = Rate(attempts=20, minutes=15)
    """Looks at a request's state without login, from one address."""
    case_status_mail: Rate = Rate(attempts=3, minutes=60)
    """Codes that are mailed for such a look, by request."""
    organization_check: Rate = Rate(attempts=60, minutes=10)
    """Looks for an organization's name by its number, from one address."""


class Certificate(Fact):
    """How members' certificates are treated (R42 to R45)."""

    authority: Text
    """The accepted CA, as the help pages name it."""
    accepted_set: Literal["production", "test"] = "production"
    """Which set of the trust store members' certificates must come from."""
    unknown_revocation: Literal["refuse", "accept"] = "refuse"
    """What happens when neither CRL nor OCSP gives a fresh answer."""
    exception_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """For how long at most two persons can allow logins although nothing fresh is known of a CA's certificates."""
    crl_refresh_minutes: Positive = 60
    """How often each CRL is fetched; one that did not come is asked for again each minute."""
    ocsp_cache_minutes: Positive = 10
    """How long a good OCSP answer is used."""
    proof_required: bool = False
    """Whether a certificate registered from a file must prove its key before it becomes valid."""
    renewal_by_signature: bool = True
    """Whether signing a renewal with the old key replaces the paper form."""
    missing_key_usage: Literal["refuse", "warn"] = "warn"
    """What happens to a certificate without the keyUsage extension."""
    hold_days: Positive = 90
    """Days after which a suspended registration ends."""
    hold_reminder_days: Positive = 3
    """Days before that end on which a mail goes out."""
    reminder_days: tuple[Count, ...] = (60, 30, 7, 0)
    """Days before a certificate's end on which a mail goes out."""
    tokens: tuple[Words, ...] = ()
    """Tokens that the operator names in its guides."""


class Retention(Fact):
    """How long things are kept (R79). What is older is erased by a job."""

    failed_registration_days: Positive = 90
    """A registration that ended without approval."""
    refused_papers_days: Positive = 30
    """Papers of a refused request, until they must be destroyed."""
    decided_papers_months: Positive = 60
    """Scans of an approved request, after the right has ended."""
    ended_account_months: Positive = 24
    """An account whose last right has ended."""
    ended_person_months: Positive = 24
    """A person or vehicle of the banknote service after its end."""
    visit_months: Positive = 24
    """A visit to a banknote centre."""
    sign_in_days: Positive = 180
    """The history of sign-ins."""
    mail_days: Positive = 90
    """A sent mail."""
    audit_years: Positive = 10
    """The audit trail."""


class Limits(Fact):
    """Sizes and numbers that requests may not pass."""

    scans_allowed: bool = True
    """Whether papers can be uploaded as scans besides being posted."""
    scan_bytes: Annotated[int, Field(ge=100_000, le=50_000_000)] = 10_000_000
    """The largest scan."""
    scans_per_item: Positive = 5
    """Scans for one document."""
    scan_pages: Annotated[int, Field(ge=1, le=100)] = 30
    """Pages of one uploaded file."""
    certificate_bytes: Annotated[int, Field(ge=1_000, le=1_000_000)] = 65_536
    """The largest certificate file."""
    rights_per_submission: Positive = 10
    """Rights asked for at once."""
    import_rows: Positive = 20_000
    """Rows of an import."""
    certificates_per_member: Positive = 10
    """Registered certificates that one member can have at a time."""


class Terms(Fact):
    """Which version of the terms of use is in force (R1); the words are in the templates."""

    version: Words
    """What acceptance is recorded with; a new one asks every member again."""
    effective_date: datetime.date
    """From when it is in force."""


class ClosingDay(Fact):
    """A day on which the operator is closed besides weekends (R34)."""

    date: datetime.date
    """The day."""
    name: Text
    """Why."""
