"""What the demo's people do, each by the action that a page would call."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp
from django.contrib.auth.hashers import make_password

from securenet.domain.accounts.actions import create_administrator, create_staff
from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import desks_of
from securenet.domain.accounts.second_factors import STEP_SECONDS, begin_second_factor, enrol_second_factor
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Kind, Submission
from securenet.domain.approvals.papers import note_paper
from securenet.domain.calendar.queries import local_date
from securenet.domain.certificates.actions import decide_certificate
from securenet.domain.demo.cast import MEMBER_PASSWORD, STAFF_PASSWORD, Clerk, Company, Person
from securenet.domain.entitlements.actions import RightAsked, decide_right
from securenet.domain.entitlements.models import Role
from securenet.domain.entitlements.queries import organization_desks
from securenet.domain.organizations.checks import organization_number
from securenet.domain.profile.queries import profile
from securenet.domain.registration import checks
from securenet.domain.registration.actions import (
    Applicant,
    confirm_registration,
    decide_registration,
    submit_registration,
)
from securenet.foundation.actor import Actor
from securenet.foundation.mail.models import Mail

ADDRESS = "192.0.2.10"
CONFIRMATION = re.compile(r"/register/confirm/([^/\s]+)/")
DECIDE = {Kind.REGISTRATION: decide_registration, Kind.RIGHTS: decide_right, Kind.CERTIFICATE: decide_certificate}


def account(username: str) -> User:
    """Return somebody's account."""
    return User.objects.get(username=username)


def visitor(at: datetime) -> Actor:
    """Return somebody who has not signed in."""
    return Actor(user=None, name="visitor", surface="portal", at=at, address=ADDRESS)


def member(username: str, at: datetime) -> Actor:
    """Return a signed-in member."""
    user = account(username)
    desks = organization_desks(user, local_date(at)) if user.is_admitted else frozenset()
    return Actor(user=user, name=username, surface="portal", at=at, address=ADDRESS, desks=desks, credential="password")


def clerk(username: str, at: datetime) -> Actor:
    """Return a signed-in member of the staff."""
    user = account(username)
    return Actor(
        user=user,
        name=username,
        surface="backoffice",
        at=at,
        address="192.0.2.20",
        desks=desks_of(user),
        credential="password+totp",
    )


def hire_administrator(who: Clerk, *, by: Actor) -> None:
    """Make the first administrator, with a second factor."""
    create_administrator(username=who.username, name=who.name_en, email=who.email, password=STAFF_PASSWORD, by=by)
    _enrol(who.username, by.at)


def hire(who: Clerk, *, by: Actor) -> None:
    """Make a staff account, with a second factor."""
    create_staff(
        username=who.username,
        name_th=who.name_th,
        name_en=who.name_en,
        email=who.email,
        password=STAFF_PASSWORD,
        roles=list(who.roles),
        by=by,
    )
    _enrol(who.username, by.at)


def _enrol(username: str, at: datetime) -> None:
    by = clerk(username, at)
    factor = begin_second_factor(by.user, by=by)
    code = pyotp.TOTP(factor.secret or "").generate_otp(int(at.timestamp()) // STEP_SECONDS)
    enrol_second_factor(factor, code=code, by=by)


def right(company: Company, role: Role) -> RightAsked:
    """Return the wish to use BMS ID for a company."""
    return RightAsked(
        service="bmsid",
        role=role,
        organization_number_type="registration_number",
        organization_number=organization_number(company.number, "TH"),
        organization_country="TH",
        organization_name=company.name,
        answers={"position": "เจ้าหน้าที่ปฏิบัติการ", "department": "ฝ่ายขนส่ง", "centres": ["central"]},
    )


def register(person: Person, roles: tuple[Role, ...], *, at: datetime) -> Submission:
    """Send in a registration."""
    number, country = checks.identity("national_id", person.identity_number, "TH")
    applicant = Applicant(
        username=checks.username(person.username),
        password_hash=make_password(MEMBER_PASSWORD if person.signs_in else None),
        name_th=checks.thai_name(person.name_th),
        name_en=checks.latin_name(person.name_en),
        identity_type="national_id",
        identity_number=number,
        identity_country=country,
        email=person.email,
        mobile_phone=checks.phone(f"08{person.seat:08d}"),
        office_phone=checks.phone("0 2283 5353"),
        office_extension=str(person.seat),
        language=person.language,
        terms_version=profile().terms.version,
    )
    rights = [right(person.company, role) for role in roles]
    return submit_registration(applicant, rights, draft_key=f"demo {person.username}", by=visitor(at))[0]


def confirm(submission: Submission, *, at: datetime) -> None:
    """Follow the link in the mail."""
    mail = Mail.objects.filter(about=submission.about, template="registration-confirm").latest("pk")
    found = CONFIRMATION.search(mail.text or "")
    confirm_registration(found[1] if found else "", by=visitor(at))


def bring_papers(submission: Submission, *, by: Actor, missing: int = 0) -> None:
    """Note the required papers as received, but for the last ones."""
    papers = list(submission.papers.filter(required=True))
    for paper in papers[: len(papers) - missing]:
        note_paper(paper, by=by)


def decide(submission: Submission, verb: Verb, *, by: Actor, reason: str = "") -> State:
    """Decide every case of a submission alike and return the last one's state."""
    states = [
        DECIDE[Kind(case.kind)](case, verb=verb, by=by, reason=reason)
        for case in Case.objects.filter(submission=submission).order_by("pk")
    ]
    return states[-1]
