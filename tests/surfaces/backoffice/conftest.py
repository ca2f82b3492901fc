"""The cast at the back office: staff who sign in with both factors, and requests made by calling actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from securenet.domain.accounts.models import SecondFactor, StaffRole, User
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.papers import note_paper
from securenet.domain.entitlements.models import Role
from tests.cast import ALPHA, OWNER, PASSWORD, SERVICE_DESK, as_actor, asked, confirm, register, staff

HOST = "backoffice.localhost:8442"

Ask = Callable[..., Submission]
Complete = Callable[[Submission, User], Submission]
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every page needs one."""


@pytest.fixture
def chai() -> User:
    return staff("chai", SERVICE_DESK)


@pytest.fixture
def chuan() -> User:
    """She works at the service desk beside Chai."""
    return staff("chuan", SERVICE_DESK)


@pytest.fixture
def dara() -> User:
    return staff("dara", OWNER)


@pytest.fixture
def adisak() -> User:
    """He audits."""
    return staff("adisak", ("auditor", ""))


@pytest.fixture
def orn() -> User:
    """She is an operator administrator."""
    return staff("orn", ("administrator", ""))


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


@pytest.fixture
def ask() -> Ask:
    """Return a function that registers somebody who asks for rights, now; confirmed unless told otherwise."""

    def asking(
        username: str = "anong",
        *roles: Role,
        confirmed: bool = True,
        at: datetime | None = None,
        organization: tuple[str, str] = ALPHA,
        **changes: str,
    ) -> Submission:
        at = at or timezone.now()
        rights = [asked(role, organization) for role in roles or (Role.OFFICER,)]
        submission = register(username, *rights, at=at, **changes)
        if confirmed:
            confirm(submission, at)
        return Submission.objects.get(pk=submission.pk)

    return asking


@pytest.fixture
def complete() -> Complete:
    """Return a function by which a member of the desk notes every paper."""

    def completed(submission: Submission, desk: User) -> Submission:
        for item in submission.papers.all():
            note_paper(item, by=as_actor(desk, at=timezone.now()))
        return Submission.objects.get(pk=submission.pk)

    return completed


@pytest.fixture
def ready(ask: Ask, complete: Complete, chai: User) -> Submission:
    """Return Anong's request to be officer, with all papers at the service desk."""
    return complete(ask(), chai)


def move_desk(user: User, role: str, desk: str) -> None:
    """Give somebody another desk."""
    StaffRole.objects.filter(user=user).update(role=role, desk=desk)


def picks(submission: Submission) -> list[str]:
    """Return the cases of a submission as a form would name them now."""
    return [f"{pk}:{revision}" for pk, revision in submission.cases.order_by("pk").values_list("pk", "revision")]
