"""Forgotten user name and password at the portal: one answer for everything, and a link without its token."""

from __future__ import annotations

import pytest

from securenet.domain.accounts.models import RecoveryAttempt, RecoveryLink, Session, User
from securenet.domain.profile.queries import profile
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.jobs.models import Job
from securenet.foundation.jobs.queue import run_one
from securenet.foundation.mail.models import Mail
from tests.cast import AT, last_mail, national_id
from tests.surfaces.portal.visitor import Visitor, faults, heading, path_of, recovery_link_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10", "R11")]
NEW = "Another3Horse4Battery"
TYPED = {
    "username": "Anong",
    "email": "anong@alpha.example",
    "identity_type": "national_id",
    "identity_number": national_id("anong"),
    "identity_country": "",
}
TWICE = {"password": NEW, "password_confirm": NEW}


def work():
    while Job.objects.filter(name="accounts.answer-recovery", done_at=None, dead_at=None).exists():
        run_one("worker", at=AT)


@pytest.fixture
def link(anong, anyone):
    anyone.post("/recover/password/", TYPED)
    work()
    return recovery_link_in(last_mail("password-link"))


@pytest.mark.parametrize("kind", ["username", "password"])
@pytest.mark.parametrize(
    "wrong",
    [{}, {"username": "nobody"}, {"email": "x@beta.example"}, {"identity_number": national_id("boonmee")}],
    ids=["right", "user name", "e-mail", "document"],
)
def test_the_answer_is_the_same_for_everything(anong, anyone, kind, wrong):
    answer = anyone.post(f"/recover/{kind}/", TYPED | wrong)

    assert path_of(answer) == f"/recover/{kind}/sent/"
    assert {name for name, _value in answer.items()} == {
        name for name, _ in anyone.post(f"/recover/{kind}/", TYPED).items()
    }
    page = text_of(anyone.get(path_of(answer)))
    assert profile().operator.service_desk.phone in page
    assert profile().operator.service_desk.email in page
    assert RecoveryAttempt.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", "not an address"),
        ("email", ""),
        ("identity_number", "123"),
        ("identity_number", national_id("anong")[:-1] + str((int(national_id("anong")[-1]) + 1) % 10)),
        ("identity_type", "library card"),
        ("username", ""),
    ],
)
def test_what_cannot_be_anybodys_is_said_at_the_field(anong, anyone, field, wrong):
    answer = anyone.post("/recover/password/", TYPED | {field: wrong})

    assert answer.status_code == 422
    assert list(faults(answer)) == [field]
    assert not RecoveryAttempt.objects.exists()


def test_a_passport_needs_its_country(anyone):
    passport = TYPED | {"identity_type": "passport", "identity_number": "AB123456"}
    assert list(faults(anyone.post("/recover/username/", passport))) == ["identity_country"]
    assert anyone.post("/recover/username/", passport | {"identity_country": "GB"}).status_code == 302


def test_the_whole_way_from_the_page_to_the_new_password(anong, anyone, link):
    assert path_of(anyone.get(link)) == "/recover/password/new/"
    page = anyone.get("/recover/password/new/")
    assert "an••g" in text_of(page)
    assert "anong" not in text_of(page)

    assert path_of(anyone.post("/recover/password/new/", TWICE)) == "/recover/password/done/"
    assert anyone.get("/recover/password/done/").status_code == 200
    assert anyone.sign_in("anong", NEW).status_code == 302


@pytest.mark.rule("R12")
def test_the_token_leaves_the_address_bar_and_stands_nowhere(anyone, link):
    token = link.split("/")[-2]
    answer = anyone.get(link)

    assert token not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert token not in anyone.get("/recover/password/new/").content.decode()
    assert token not in str(anyone.session.items())
    assert not any(token in str(entry.facts) + entry.about for entry in AuditEntry.objects.all())


@pytest.mark.rule("R12")
def test_opening_the_link_uses_nothing_up_however_often_scanners_do(anyone, link):
    for _scan in range(5):
        scanner = Visitor()
        scanner.get(link)
        assert scanner.get("/recover/password/new/").status_code == 200
        assert scanner.head(link).status_code == 302
    assert RecoveryLink.objects.get().used_at is None


def test_the_link_of_another_browser_does_not_serve_this_one(link):
    stranger = Visitor()
    assert stranger.get("/recover/password/new/").status_code == 410
    assert stranger.post("/recover/password/new/", TWICE).status_code == 410
    assert RecoveryLink.objects.get().used_at is None


def test_the_second_of_two_tabs_is_told_that_the_link_was_used(anyone, link):
    anyone.get(link)
    anyone.post("/recover/password/new/", TWICE)
    second = anyone.post("/recover/password/new/", {"password": "Third5Horse6", "password_confirm": "Third5Horse6"})

    assert second.status_code == 410
    assert heading(second) == "ลิงก์นี้ใช้ไม่ได้แล้ว"
    assert "/recover/password/" in second.content.decode()
    assert anyone.sign_in("anong", NEW).status_code == 302


@pytest.mark.parametrize("end", ["old", "altered", "cut", "newer"])
def test_a_link_that_ended_says_how_to_get_another(anyone, clock, link, end):
    if end == "old":
        clock.shift(profile().deadlines.recovery_minutes * 60)
    if end == "newer":
        anyone.post("/recover/password/", TYPED)
        work()
    opened = {"altered": link[:-3] + "xx/", "cut": "/recover/password/abc/"}.get(end, link)
    anyone.get(opened)
    answer = anyone.get("/recover/password/new/")

    assert answer.status_code == 410
    assert 'href="/recover/password/"' in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password": "Ab1", "password_confirm": "Ab1"}, "password"),
        ({"password": NEW, "password_confirm": NEW + "x"}, "password_confirm"),
        ({"password": "", "password_confirm": ""}, "password"),
    ],
)
def test_a_password_that_will_not_do_is_asked_for_again(anyone, link, typed, field):
    anyone.get(link)
    answer = anyone.post("/recover/password/new/", typed)

    assert answer.status_code == 422
    assert next(iter(faults(answer))) == field
    assert anyone.post("/recover/password/new/", TWICE).status_code == 302


def test_everybody_who_was_signed_in_as_the_member_is_signed_out(anong, anyone, sign_in, link):
    elsewhere = sign_in(anong)
    here = sign_in(anong)
    here.get(link)

    assert path_of(here.post("/recover/password/new/", TWICE)) == "/recover/password/done/"
    assert here.get("/recover/password/done/").status_code == 200
    assert path_of(elsewhere.get("/me/")) == "/login/"
    assert path_of(here.get("/me/")) == "/login/"
    assert not Session.objects.filter(user=anong).exists()


def test_somebody_else_who_is_signed_in_here_stays_so(boonmee, sign_in, link):
    visitor = sign_in(boonmee)
    visitor.get(link)
    visitor.post("/recover/password/new/", TWICE)
    assert visitor.get("/me/").status_code == 200


@pytest.mark.rule("R13")
def test_being_limited_looks_the_same_for_known_and_unknown_accounts(anong, anyone):
    limit = profile().throttles.recovery_address.attempts
    for _attempt in range(limit):
        assert anyone.post("/recover/password/", TYPED).status_code == 302
    known = anyone.post("/recover/password/", TYPED)
    unknown = anyone.post("/recover/password/", TYPED | {"username": "nobody"})

    assert known.status_code == unknown.status_code == 429
    assert faults(known) == faults(unknown)
    assert RecoveryAttempt.objects.count() == limit
    assert Visitor(address="198.51.100.9").post("/recover/password/", TYPED).status_code == 302


@pytest.mark.rule("R13")
def test_a_member_whose_mails_are_used_up_still_signs_in(anong, anyone):
    for number in range(profile().throttles.recovery_account.attempts + 2):
        Visitor(address=f"198.51.100.{number}").post("/recover/password/", TYPED)
    work()
    assert Mail.objects.filter(template="password-link").count() == profile().throttles.recovery_account.attempts
    assert anyone.sign_in("anong").status_code == 302
    assert User.objects.get(username="anong").is_active
