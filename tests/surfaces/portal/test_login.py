"""Signing in with user name and password (R9, R13)."""

from __future__ import annotations

import pytest

from securenet.domain.accounts.models import Session, User
from securenet.domain.accounts.sessions import SessionStore
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from tests.cast import DAY, PASSWORD, register
from tests.surfaces.portal.visitor import Visitor, faults, heading, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R9")]


@pytest.mark.parametrize("typed", ["anong", "ANONG", "Anong", " anong ", "anonG\t"])
def test_the_user_name_is_taken_in_any_case(anyone, anong, typed):
    assert path_of(anyone.sign_in(typed)) == "/me/"


@pytest.mark.parametrize("password", [PASSWORD.lower(), PASSWORD + " ", PASSWORD[:-1], "x" * 2000, "รหัสผ่าน"])
def test_the_password_is_taken_as_it_is(anyone, anong, password):
    answer = anyone.sign_in("anong", password)

    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()


def test_every_failure_has_one_text(anyone, anong, chai):
    closed = User.objects.create(username="closed", kind="member", name_en="C", created_at=anong.created_at)
    User.objects.filter(pk=closed.pk).update(password=anong.password, closed_at=anong.created_at)

    answers = [
        anyone.sign_in("nobody.here", PASSWORD),
        anyone.sign_in("anong", "wrong"),
        anyone.sign_in("closed", PASSWORD),
        anyone.sign_in("chai", PASSWORD),
        anyone.sign_in("ไม่มี", PASSWORD),
        anyone.sign_in("' OR 1=1 --", PASSWORD),
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert len({str(faults(answer)) for answer in answers}) == 1
    assert not Session.objects.filter(user__isnull=False).exists()


@pytest.mark.rule("R84")
def test_a_failed_login_is_written_down_without_what_was_typed(anyone, anong):
    anyone.sign_in("anong", "my-other-password")
    anyone.sign_in("my-password-typed-as-name", "x")

    entries = AuditEntry.objects.filter(event="account.sign-in-refused")
    assert [entry.about for entry in entries.order_by("pk")] == ["account anong", "account unknown"]
    everything = " ".join(f"{entry.about} {entry.facts}" for entry in entries)
    assert "my-" not in everything


def test_a_user_name_stays_and_a_password_does_not(anyone):
    page = anyone.sign_in("anong", "secret-typed-here").content.decode()

    assert 'value="anong"' in page
    assert "secret-typed-here" not in page


@pytest.mark.rule("R13")
def test_guessing_from_one_address_shuts_nobody_else_out(anyone, anong, boonmee):
    thief = Visitor(address="203.0.113.9")
    answers = [
        thief.sign_in("anong", f"guess {number}") for number in range(profile().throttles.login_account.attempts)
    ]
    assert {answer.status_code for answer in answers} == {422}

    assert thief.sign_in("anong", PASSWORD).status_code == 429
    assert "รอ" in text_of(thief.sign_in("anong", PASSWORD))
    assert path_of(thief.sign_in("boonmee")) == "/me/"
    assert path_of(anyone.sign_in("anong")) == "/me/"


@pytest.mark.rule("R13")
def test_neighbours_who_use_up_an_address_do_not_shut_out_who_signed_in_there_before(anyone, anong, boonmee):
    assert path_of(anyone.sign_in("anong")) == "/me/"
    anyone.post("/logout/")
    limit = profile().throttles.login_address.attempts
    neighbour = Visitor()
    for number in range(limit + 1):
        neighbour.sign_in(f"nobody{number}", "x")

    assert neighbour.sign_in("boonmee").status_code == 429
    assert path_of(anyone.sign_in("anong")) == "/me/"


@pytest.mark.rule("R13")
def test_the_wait_ends(clock, anyone, anong):
    for number in range(profile().throttles.login_account.attempts + 1):
        anyone.sign_in("anong", f"guess {number}")
    clock.shift(DAY / 24)

    assert path_of(anyone.sign_in("anong")) == "/me/"


@pytest.mark.parametrize(
    "wish",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "/\n/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        " //evil.example",
        "\x00//evil.example",
        "https:evil.example",
        "///evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(anyone, anong, wish):
    page = anyone.get("/login/", {"next": wish})
    assert not page.context["next"]

    answer = anyone.post("/login/", {"username": "anong", "password": PASSWORD, "next": wish})

    assert answer.headers["Location"] == "/me/"


def test_one_goes_on_to_the_page_that_was_wanted(anyone, anong):
    wanted = anyone.get("/certificates/?page=2")
    assert wanted.headers["Location"] == "/login/?next=%2Fcertificates%2F%3Fpage%3D2"
    page = anyone.get(wanted.headers["Location"])
    assert 'name="next" value="/certificates/?page=2"' in page.content.decode()

    answer = anyone.post("/login/", {"username": "anong", "password": PASSWORD, "next": "/certificates/?page=2"})

    assert answer.headers["Location"] == "/certificates/?page=2"
    assert anyone.get("/login/").headers["Location"] == "/me/"


@pytest.mark.rule("R6")
def test_before_the_address_is_confirmed_there_is_only_sending_again_and_correcting(anyone, registration):
    assert path_of(anyone.sign_in("anong")) == "/me/"

    for path in ("/me/", "/rights/", "/certificates/", "/rights/add/", f"/case/{registration.number}/"):
        assert path_of(anyone.get(path)) == "/me/unconfirmed/"
    page = text_of(anyone.get("/me/unconfirmed/"))
    assert registration.applicant.email in page
    assert str(registration.number) in page


def test_a_confirmed_member_has_no_such_page(sign_in, anong):
    assert sign_in(anong).get("/me/unconfirmed/").status_code == 403


def test_before_an_approval_rights_are_seen_and_certificates_are_not(anyone, registration, chai, dara):
    register("waiting")
    User.objects.filter(username="waiting").update(email_confirmed_at=registration.submitted_at)
    anyone.sign_in("waiting")

    assert anyone.get("/me/").status_code == 200
    assert anyone.get("/rights/").status_code == 200
    refused = anyone.get("/certificates/")
    assert refused.status_code == 403
    assert heading(refused)


def test_signing_out_ends_the_session_and_takes_the_cookie(sign_in, anong):
    visitor = sign_in(anong)
    stolen = visitor.cookies["__Host-portal"].value

    assert path_of(visitor.post("/logout/")) == "/signed-out/"

    again = Visitor()
    again.cookies["__Host-portal"] = stolen
    assert path_of(again.get("/me/")) == "/login/"


def test_a_planted_session_is_not_raised(anyone, anong):
    strangers = SessionStore()
    strangers["notice"] = "planted"
    strangers.save()
    planted = anyone.cookies["__Host-portal"] = strangers.session_key

    anyone.sign_in("anong")

    assert anyone.cookies["__Host-portal"].value != planted
    thief = Visitor()
    thief.cookies["__Host-portal"] = planted
    assert path_of(thief.get("/me/")) == "/login/"
