"""The cast: Anong applies, Boonmee administers her company, Chai and Dara decide, Ekachai is from elsewhere.

Everything is made by calling actions. Moments are passed in: the story begins at `AT`, a Monday noon in Bangkok.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from stdnum.th import moa, pin

import securenet.domain.profile as profile_room
from securenet.domain.accounts.actions import create_staff
from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.queries import desks_of
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case, Submission
from securenet.domain.approvals.papers import note_paper
from securenet.domain.calendar.queries import local_date
from securenet.domain.entitlements.actions import RightAsked, decide_right
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.domain.entitlements.queries import organization_desks
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import (
    Applicant,
    confirm_registration,
    decide_registration,
    submit_registration,
)
from securenet.foundation.actor import Actor
from securenet.foundation.mail.models import Mail
from tests.tools.story import story

AT = datetime(2026, 2, 2, 5, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MERIDIA = Path(profile_room.__file__).parent / "central-bank-of-meridia.toml"
PASSWORD = "Correct1Horse2Battery"
ALPHA = ("0105561000011", "Alpha Cash Transport Co., Ltd.")
BETA = ("0105561000020", "Beta Notes Co., Ltd.")
NAMES = {
    "anong": ("อนงค์ ใจดี", "Anong Jaidee"),
    "boonmee": ("บุญมี ศรีสุข", "Boonmee Srisuk"),
    "chai": ("ชัย มั่นคง", "Chai Mankong"),
    "dara": ("ดารา แสงทอง", "Dara Saengthong"),
    "ekachai": ("เอกชัย วงศ์ดี", "Ekachai Wongdee"),
}
SERVICE_DESK = ("service_desk", "service-desk")
OWNER = ("service_owner", "owner-bmsid")
_keys = count(1)


@cache
def password_hash() -> str:
    """Return the hash of PASSWORD, made once."""
    return make_password(PASSWORD)


def national_id(seed: str) -> str:
    """Return an invented Thai identity number, always the same for one person."""
    base = f"1{sum(letter * 31**place for place, letter in enumerate(seed.encode())) % 10**11:011d}"
    return base + pin.calc_check_digit(base + "0")


def organization_number(base: int) -> str:
    """Return an invented number of a Thai organization."""
    digits = f"0{base:011d}"
    return digits + moa.calc_check_digit(digits + "0")


def as_actor(user: User | None = None, *, at: datetime = AT, **facts: Any) -> Actor:
    """Return who acts, as the doors make it: staff at their desks, members at those that they administer."""
    staff = user is not None and user.kind == Kind.STAFF
    if user is None:
        desks: frozenset[str] = frozenset()
    else:
        desks = desks_of(user) if staff else organization_desks(user, local_date(at))
    own = {
        "name": user.username if user else "visitor",
        "surface": "backoffice" if staff else "portal",
        "address": "192.0.2.7",
        "desks": desks,
        "credential": "none" if user is None else ("password+totp" if staff else "password"),
    }
    return Actor(user=user, at=at, **(own | facts))


def staff(username: str, *roles: tuple[str, str], at: datetime = AT) -> User:
    """Return a staff account with its roles as (role, desk)."""
    name_th, name_en = NAMES.get(username, ("", username.capitalize()))
    make = partial(
        create_staff,
        username=username,
        name_th=name_th,
        name_en=name_en,
        email=f"{username}@bank-of-thailand.example",
        password=PASSWORD,
        roles=list(roles),
        by=as_actor(at=at, name="command", surface="system"),
    )
    story.tell(("staff", username, roles, at), make)
    return User.objects.get(username=username, kind=Kind.STAFF)


def person(username: str, **changes: str) -> Applicant:
    """Return who registers, as step 1 hands it on."""
    name_th, name_en = NAMES.get(username, ("สมมุติ นามดี", f"{username.capitalize()} Namdee"))
    facts = {
        "username": username,
        "password_hash": password_hash(),
        "name_th": name_th,
        "name_en": name_en,
        "identity_type": "national_id",
        "identity_number": national_id(username),
        "identity_country": "TH",
        "email": f"{username}@alpha.example",
        "mobile_phone": "+66812345678",
        "office_phone": "+6621234567",
        "office_extension": "",
        "language": "th",
        "terms_version": profile().terms.version,
    }
    return Applicant(**(facts | changes))


def asked(role: Role = Role.OFFICER, organization: tuple[str, str] = ALPHA, **changes: Any) -> RightAsked:
    """Return a right as step 2 hands it on."""
    number, name = organization
    facts = {
        "service": "bmsid",
        "organization_number_type": "tax_id",
        "organization_number": number,
        "organization_country": "TH",
        "organization_name": name,
        "answers": {},
    }
    return RightAsked(role=role, **(facts | changes))


def register(username: str, *rights: RightAsked, at: datetime = AT, draft_key: str = "", **changes: str) -> Submission:
    """Return a registration that has just been sent."""
    applicant = person(username, **changes)
    key = draft_key or f"draft {next(_keys)}"
    submission, _made = submit_registration(applicant, list(rights) or [asked()], draft_key=key, by=as_actor(at=at))
    return submission


def last_mail(template: str, to: str = "") -> Mail:
    """Return the newest mail from a template, to one address where it is told."""
    mails = Mail.objects.filter(template=template)
    return (mails.filter(to=to) if to else mails).latest("pk")


def token_in(mail: Mail) -> str:
    """Return the token of the link in a confirmation's mail."""
    return re.search(r"/register/confirm/([\w-]{20,})/", mail.text)[1]


def code_in(mail: Mail) -> str:
    """Return the code that a confirmation's mail carries."""
    return re.search(r"(?<!\d)\d{8}(?!\d)", mail.text)[0]


def confirm(submission: Submission, at: datetime = AT) -> None:
    """Follow the link in the newest mail."""
    mail = last_mail("registration-confirm", submission.applicant.email)
    confirm_registration(token_in(mail), by=as_actor(at=at))


def note_papers(submission: Submission, clerk: User, at: datetime = AT) -> None:
    """Note every paper that is required and not there yet."""
    for item in submission.papers.filter(required=True, received_at=None):
        note_paper(item, by=as_actor(clerk, at=at))


def decide(case: Case, verb: Verb, by: User, at: datetime = AT, reason: str = "") -> State:
    """Decide the case of a right, by the action that belongs to its kind."""
    action = decide_registration if case.kind == "registration" else decide_right
    return action(case, verb=verb, by=as_actor(by, at=at), reason=reason)


def walk(submission: Submission, to: State, *, chai: User, dara: User, at: datetime = AT) -> Submission:
    """Bring every case of a registration at BMS ID to a state on or behind the straight way, or return it."""
    way = [State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS, State.SERVICE_DESK_REVIEW, State.SERVICE_OWNER_REVIEW]
    stations = len(way) if to is State.APPROVED else way.index(to)
    if stations >= 1:
        confirm(submission, at)
    if stations >= 2:
        note_papers(submission, chai, at)
    for who, verb in ((chai, Verb.ENDORSE), (dara, Verb.APPROVE))[: max(0, stations - 2)]:
        for case in submission.cases.order_by("pk"):
            decide(case, verb, who, at)
    submission = Submission.objects.get(pk=submission.pk)
    assert submission.state() is to
    return submission


def member(
    username: str,
    role: Role = Role.OFFICER,
    organization: tuple[str, str] = ALPHA,
    *,
    chai: User,
    dara: User,
    at: datetime = AT,
) -> User:
    """Return somebody who registered and was approved."""

    def join() -> None:
        submission = register(username, asked(role, organization), at=at)
        walk(submission, State.APPROVED, chai=chai, dara=dara, at=at)

    story.tell(("member", username, role, organization, chai.username, dara.username, at), join)
    return User.objects.get(username=username)


def analyze() -> None:
    """Let the database see how full its tables are: in operation it does so by itself, in a test's transaction not."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def right_of(user: User) -> Entitlement:
    """Return the newest right of a member."""
    return user.entitlements.latest("pk")


@pytest.fixture
def chai(db: None) -> User:
    """He works at the service desk."""
    return staff("chai", SERVICE_DESK)


@pytest.fixture
def dara(db: None) -> User:
    """She works in the department that owns BMS ID."""
    return staff("dara", OWNER)


@pytest.fixture
def registration(db: None) -> Submission:
    """Anong's registration as an officer of Alpha, just sent."""
    return register("anong")


@pytest.fixture
def boonmee(chai: User, dara: User) -> User:
    """He is Alpha's Organization Admin."""
    return member("boonmee", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)


@pytest.fixture
def anong(chai: User, dara: User) -> User:
    """She is an officer of Alpha."""
    return member("anong", chai=chai, dara=dara)


@pytest.fixture
def ekachai(chai: User, dara: User) -> User:
    """He administers another organization and must see nothing."""
    return member("ekachai", Role.ORGANIZATION_ADMIN, BETA, chai=chai, dara=dara)


@pytest.fixture
def alpha(boonmee: User) -> Organization:
    """The organization of Anong and Boonmee."""
    return Organization.objects.get(number=ALPHA[0])
