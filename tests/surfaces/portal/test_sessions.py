"""How long one stays signed in, and what a browser keeps (R9, R80)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.profile.queries import profile
from tests.surfaces.portal.visitor import Visitor, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R9")]


def limits():
    return profile().sessions.members


def test_a_session_lives_while_it_is_used_and_not_beyond_a_working_day(sign_in, clock, anong):
    visitor = sign_in(anong)
    step = timedelta(minutes=limits().idle_minutes - 1)
    steps = int(timedelta(hours=limits().absolute_hours) / step)

    for _number in range(steps):
        clock.shift(step)
        assert visitor.get("/me/").status_code == 200
    clock.shift(step)
    assert path_of(visitor.get("/me/")) == "/login/"


def test_an_idle_session_ends_and_the_login_page_says_so(sign_in, clock, anong):
    visitor = sign_in(anong)
    clock.shift(timedelta(minutes=limits().idle_minutes, seconds=1))

    answer = visitor.get("/certificates/")

    assert answer.headers["Location"] == "/login/?next=%2Fcertificates%2F&ended=1"
    page = visitor.get(answer.headers["Location"])
    assert page.context["ended"]
    assert "เข้าสู่ระบบอีกครั้ง" in text_of(page)
    assert not visitor.cookies["__Host-portal"].value


def test_what_is_sent_after_the_end_changes_nothing(sign_in, clock, anong):
    visitor, number = sign_in(anong), anong.submissions.get().number
    clock.shift(timedelta(hours=1))

    answer = visitor.post(f"/case/{number}/withdraw/")

    assert answer.headers["Location"] == "/login/?ended=1"


def test_a_visitor_who_never_signed_in_is_not_told_so(anyone):
    assert anyone.get("/me/").headers["Location"] == "/login/?next=%2Fme%2F"


@pytest.mark.parametrize("change", [{"password": "!"}, {"closed_at": "2026-02-01T00:00Z"}])
def test_a_new_password_and_a_closed_account_end_every_session(sign_in, anong, change):
    visitor = sign_in(anong)
    User.objects.filter(pk=anong.pk).update(**change)

    assert path_of(visitor.get("/me/")) == "/login/"


@pytest.mark.parametrize("cookie", ["x", "\u00ff" * 40, "../../etc/passwd", "'; DROP TABLE x; --", "a" * 4000])
def test_an_invented_cookie_is_nobody(anyone, cookie):
    anyone.cookies["__Host-portal"] = cookie
    anyone.cookies["__Host-draft"] = cookie
    anyone.cookies["__Host-language"] = cookie

    assert path_of(anyone.get("/me/")) == "/login/"
    assert anyone.get("/login/").status_code == 200
    assert path_of(anyone.get("/register/rights/")) == "/register/terms/"


@pytest.mark.rule("R80")
def test_the_language_is_kept_over_signing_in_and_out(anyone, anong):
    anyone.speak("en")
    anyone.sign_in("anong")
    assert anyone.get("/me/").headers["Content-Language"] == "en"
    anyone.post("/logout/")

    assert anyone.get("/signed-out/").headers["Content-Language"] == "en"


@pytest.mark.rule("R80")
@pytest.mark.parametrize("language", ["", "xx", "th-TH-x", "../en", "ก", "e" * 500])
def test_an_unknown_language_changes_nothing(anyone, language):
    answer = anyone.post("/language/", {"language": language, "next": "//evil.example"})

    assert answer.headers["Location"] == "/"
    assert "__Host-language" not in answer.cookies


@pytest.mark.rule("R80")
def test_thai_comes_first_whatever_is_not_spoken_here():
    assert Visitor(HTTP_ACCEPT_LANGUAGE="de").get("/login/").headers["Content-Language"] == "th"
