"""The cast at the portal: browsers that go through the whole middleware, on the story's first day."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine

from securenet.domain.accounts.models import User
from tests.cast import AT, PASSWORD, alpha, anong, boonmee, chai, dara, ekachai, registration
from tests.domain.certificates.conftest import hierarchy, pki
from tests.domain.conftest import at_once, shared_database
from tests.surfaces.portal.visitor import Visitor

__all__ = ["alpha", "anong", "at_once", "boonmee", "chai", "dara", "ekachai", "hierarchy", "pki", "registration"]
__all__ += ["shared_database"]

SignIn = Callable[..., Visitor]


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The doors' clock, standing still at the story's beginning."""
    with time_machine.travel(AT, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def anyone(db: None, clock: time_machine.Coordinates) -> Visitor:
    """A browser that nobody has signed in with; it speaks Thai."""
    return Visitor()


@pytest.fixture
def sign_in(db: None, clock: time_machine.Coordinates) -> SignIn:
    """Return a function that gives a browser in which this member is signed in."""

    def signed_in(user: User, language: str = "th", **options: object) -> Visitor:
        visitor = Visitor(**options)
        answer = visitor.sign_in(user.username, PASSWORD)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return visitor.speak(language)

    return signed_in
