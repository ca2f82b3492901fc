"""The cast at the back office: staff who sign in with both factors, and requests made by calling actions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from securenet.domain.accounts.actions import create_staff
from securenet.domain.accounts.models import IdentityType, SecondFactor, StaffRole, User
from securenet.domain.accounts.queries import desks_of
from securenet.domain.approvals.actions import confirm_submission
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.papers import note_paper
from securenet.domain.entitlements.actions import RightAsked
from securenet.domain.entitlements.models import Role
from securenet.domain.profile.queries import profile
from securenet.domain.registration.actions import Applicant, submit_registration
from securenet.foundation.actor import Actor

HOST = "backoffice.localhost:8442"
PASSWORD = "A long enough passphrase 7"
DESK, OWNER = ("service_desk", "service-desk"), ("service_owner", "owner-bmsid")

AsActor = Callable[..., Actor]
Ask = Callable[..., Submission]
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    cache.clear()


@pytest.fixture
def as_actor() -> AsActor:
    def acting(user: User | None, at: datetime | None = None) -> Actor:
        desks = desks_of(user) if user else frozenset()
        name = user.username if user else "system"
        return Actor(user=user, name=name, surface="backoffice", at=at or timezone.now(), desks=desks)

    return acting


@pytest.fixture
def employ(as_actor: AsActor) -> Callable[..., User]:
    def employed(username: str, *roles: tuple[str, str], name_th: str = "", name_en: str = "") -> User:
        return create_staff(
            username=username,
            name_th=name_th,
            name_en=name_en or username.title(),
            email=f"{username}@bank-of-thailand.example",
            password=PASSWORD,
            roles=list(roles),
            by=as_actor(None),
        )

    return employed


@pytest.fixture
def chai(employ: Callable[..., User]) -> User:
    return employ("chai", DESK, name_th="ชัย ใจเย็น", name_en="Chai Jaiyen")


@pytest.fixture
def chuan(employ: Callable[..., User]) -> User:
    return employ("chuan", DESK, name_th="ชวน ขยันยิ่ง", name_en="Chuan Khayanying")


@pytest.fixture
def dara(employ: Callable[..., User]) -> User:
    return employ("dara", OWNER, name_th="ดารา รอบคอบ", name_en="Dara Ropkhop")


@pytest.fixture
def adisak(employ: Callable[..., User]) -> User:
    return employ("adisak", ("auditor", ""), name_th="อดิศักดิ์ ตรวจตรา", name_en="Adisak Truattra")


@pytest.fixture
def orn(employ: Callable[..., User]) -> User:
    return employ("orn", ("administrator", ""), name_th="อร ดูแล", name_en="Orn Dulae")


@pytest.fixture
def sign_in() -> SignIn:
    """Return a function that signs staff in as they do: password, then the code of an enrolled app."""

    def signed_in(user: User) -> Client:
        browser = fresh_browser()
        factor, _made = SecondFactor.objects.get_or_create(user=user, defaults={"secret": pyotp.random_base32()})
        SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now(), last_step=0)
        browser.post("/login/", {"username": user.username, "password": PASSWORD})
        answer = browser.post("/login/second-factor/", {"code": pyotp.TOTP(factor.secret).now()})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return signed_in


def fresh_browser(host: str = HOST) -> Client:
    """Return a browser that nobody has signed in with, in English."""
    browser = Client(headers={"host": host, "accept-language": "en"})
    browser.defaults["wsgi.url_scheme"] = "https"
    return browser


@pytest.fixture
def visitor() -> Client:
    return fresh_browser()


def applicant(username: str, **changes: Any) -> Applicant:
    """Return what Anong, or somebody else, has filled in."""
    given: dict[str, Any] = {
        "username": username,
        "password_hash": make_password(PASSWORD),
        "name_th": "อนงค์ สุขใจ",
        "name_en": "Anong Sukjai",
        "identity_type": IdentityType.NATIONAL_ID,
        "identity_number": "1234567890121",
        "identity_country": "TH",
        "email": f"{username}@siam-secure.example",
        "mobile_phone": "+66812345678",
        "office_phone": "+6621234567",
        "office_extension": "12",
        "language": "th",
        "terms_version": profile().terms.version,
    }
    return Applicant(**(given | changes))


def right(role: Role = Role.OFFICER, number: str = "0105558123451", **changes: Any) -> RightAsked:
    """Return a right at BMS ID for the transport company."""
    given: dict[str, Any] = {
        "service": "bmsid",
        "role": role,
        "organization_number_type": "juristic_person",
        "organization_number": number,
        "organization_country": "TH",
        "organization_name": "บริษัท ขนส่งทรัพย์มั่นคง จำกัด",
        "answers": {},
    }
    return RightAsked(**(given | changes))


@pytest.fixture
def ask(as_actor: AsActor) -> Ask:
    """Return a function that registers somebody who asks for rights; confirmed unless told otherwise."""

    def asked(
        username: str = "anong",
        *roles: Role,
        confirmed: bool = True,
        at: datetime | None = None,
        number: str = "0105558123451",
        **changes: Any,
    ) -> Submission:
        rights = [right(role, number) for role in roles or (Role.OFFICER,)]
        by = as_actor(None, at)
        submission, _made = submit_registration(
            applicant(username, **changes), rights, draft_key=secrets.token_hex(8), by=by
        )
        if confirmed:
            confirm_submission(submission, by=by)
            User.objects.filter(pk=submission.applicant_id).update(email_confirmed_at=by.at)
        return Submission.objects.get(pk=submission.pk)

    return asked


@pytest.fixture
def complete(as_actor: AsActor) -> Callable[[Submission, User], Submission]:
    """Return a function by which a member of the desk notes every paper."""

    def completed(submission: Submission, desk: User) -> Submission:
        for item in submission.papers.all():
            note_paper(item, by=as_actor(desk))
        return Submission.objects.get(pk=submission.pk)

    return completed


@pytest.fixture
def ready(ask: Ask, complete: Callable[[Submission, User], Submission], chai: User) -> Submission:
    """Return Anong's request to be officer, with all papers at the service desk."""
    return complete(ask(), chai)


def move_desk(user: User, role: str, desk: str) -> None:
    """Give somebody another desk."""
    StaffRole.objects.filter(user=user).update(role=role, desk=desk)


def picks(submission: Submission) -> list[str]:
    """Return the cases of a submission as a form would name them now."""
    return [f"{pk}:{revision}" for pk, revision in submission.cases.order_by("pk").values_list("pk", "revision")]


HOUR = timedelta(hours=1)
