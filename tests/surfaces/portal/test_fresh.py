"""The password once more before what is sensitive (R85)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from tests.cast import PASSWORD
from tests.surfaces.portal.visitor import faults, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R85")]


@pytest.fixture
def late(sign_in, anong, clock):
    """Anong's browser when her sign-in is no longer fresh, but her session still lives."""
    visitor = sign_in(anong, "en")
    clock.shift(timedelta(minutes=profile().sessions.fresh_minutes, seconds=1))
    return visitor


def test_the_right_password_leads_on_and_changes_the_sessions_key(late):
    before = late.cookies["__Host-portal"].value

    answer = late.post("/me/again/", {"again-password": PASSWORD, "next": "/me/sessions/"})

    assert path_of(answer) == "/me/sessions/"
    assert late.cookies["__Host-portal"].value != before
    assert AuditEntry.objects.filter(event="account.proven-again").count() == 1


def test_a_wrong_password_is_refused_and_noted(late):
    answer = late.post("/me/again/", {"again-password": "wrong", "next": "/me/sessions/"})

    assert answer.status_code == 422
    assert faults(answer) == {"password": ["The password is not right. Check it and try again."]}
    assert AuditEntry.objects.filter(event="account.sign-in-refused").count() == 1


def test_guessing_is_limited_as_at_the_login(late):
    for _attempt in range(profile().throttles.login_account.attempts):
        late.post("/me/again/", {"again-password": "wrong"})

    assert late.post("/me/again/", {"again-password": PASSWORD}).status_code == 429


def test_nothing_typed_is_told_at_the_field(late):
    assert set(faults(late.post("/me/again/", {"again-password": ""}))) == {"password"}


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_on_stays_here(late, wish):
    answer = late.post("/me/again/", {"again-password": PASSWORD, "next": wish})

    assert answer.headers["Location"] == "/"
