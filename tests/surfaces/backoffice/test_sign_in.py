"""Who gets into the back office: staff with both factors, nobody else (R13, R33)."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from securenet.domain.accounts.models import SecondFactor, Session, User
from securenet.foundation.audit.models import AuditEntry
from tests.cast import PASSWORD, staff
from tests.surfaces.backoffice.conftest import fresh_browser, picks

pytestmark = pytest.mark.rule("R33")
WRONG = "The user name or the password is not right."
PAGES = ["/", "/cases/", "/cases/1/", "/approvals/", "/bmsid/approvals/", "/mail/", "/audit/", "/cases/outcomes/"]


def enter_password(browser, user, password=PASSWORD):
    return browser.post("/login/", {"username": user.username, "password": password})


def code_of(user):
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret).now()


def test_a_member_cannot_sign_in(visitor, ask):
    anong = ask().applicant

    answer = enter_password(visitor, anong)

    assert answer.status_code == 422
    assert WRONG in answer.content.decode()


@pytest.mark.rule("R9")
def test_every_failure_says_the_same(visitor, chai):
    wrong_password = visitor.post("/login/", {"username": "chai", "password": "something else"})
    nobody = visitor.post("/login/", {"username": "nobody", "password": PASSWORD})

    assert WRONG in wrong_password.content.decode()
    assert WRONG in nobody.content.decode()


def test_a_closed_account_cannot_sign_in(visitor, chai):
    User.objects.filter(pk=chai.pk).update(closed_at="2026-01-01T00:00Z")

    assert enter_password(visitor, chai).status_code == 422


@pytest.mark.parametrize("page", PAGES)
def test_nothing_opens_without_signing_in(visitor, page):
    answer = visitor.get(page)

    assert answer.status_code == 302
    assert answer.url.startswith("/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_password_alone_opens_nothing(visitor, chai, page):
    enter_password(visitor, chai)

    assert visitor.get(page).url.startswith("/login/")


def test_the_code_is_asked_only_after_the_password(visitor):
    assert visitor.get("/login/second-factor/").url == "/login/"
    assert visitor.post("/login/second-factor/", {"code": "123456"}).url == "/login/"


def test_a_wrong_code_is_refused(visitor, chai):
    enter_password(visitor, chai)

    answer = visitor.post("/login/second-factor/", {"code": "000000"})

    assert answer.status_code == 422
    assert "This code is not right" in answer.content.decode()
    assert visitor.get("/cases/").status_code == 302


def test_after_five_wrong_codes_one_starts_over(visitor, chai):
    enter_password(visitor, chai)
    for _attempt in range(4):
        assert visitor.post("/login/second-factor/", {"code": "000000"}).status_code == 422

    assert visitor.post("/login/second-factor/", {"code": "000000"}).url == "/login/"
    assert visitor.post("/login/second-factor/", {"code": code_of(chai)}).url == "/login/"
    assert "sign in again from the start" in visitor.get("/login/").content.decode()


@pytest.mark.rule("R13")
def test_codes_cannot_be_guessed_by_starting_over_again_and_again(visitor, chai):
    answers = []
    for _round in range(4):
        enter_password(visitor, chai)
        answers += [visitor.post("/login/second-factor/", {"code": "000000"}).status_code for _attempt in range(4)]

    assert answers[:10] == [422] * 10
    assert 429 in answers[10:]


def test_a_code_is_taken_once(visitor, chai, sign_in):
    enter_password(visitor, chai)
    code = code_of(chai)
    assert visitor.post("/login/second-factor/", {"code": code}).url == "/"
    other = fresh_browser()
    enter_password(other, chai)

    assert other.post("/login/second-factor/", {"code": code}).status_code == 422


@pytest.mark.rule("R13")
def test_a_password_is_not_guessed_more_than_ten_times(visitor, chai):
    for _attempt in range(10):
        assert enter_password(visitor, chai, "wrong").status_code == 422

    assert enter_password(visitor, chai).status_code == 429


@pytest.mark.rule("R13")
def test_guesses_from_elsewhere_do_not_shut_out_whoever_signed_in_from_their_own_address(chai, sign_in):
    sign_in(chai)
    stranger = fresh_browser()
    for number in range(60):
        stranger.post("/login/", {"username": f"guess{number}", "password": "x"})
    assert stranger.post("/login/", {"username": "somebody", "password": "x"}).status_code == 429

    assert enter_password(fresh_browser(), chai).url == "/login/second-factor/"


def test_the_password_counts_for_five_minutes(visitor, chai, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False)
    enter_password(visitor, chai)
    assert visitor.get("/login/second-factor/").status_code == 200

    time_machine.shift(timedelta(minutes=5, seconds=1))

    assert visitor.get("/login/second-factor/").url == "/login/"


def test_a_session_planted_before_is_worth_nothing_after(visitor, chai):
    enter_password(visitor, chai)
    planted = visitor.cookies["__Host-backoffice"].value

    visitor.post("/login/second-factor/", {"code": code_of(chai)})

    assert visitor.cookies["__Host-backoffice"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_the_first_sign_in_shows_the_key_and_later_ones_do_not(visitor, chai):
    enter_password(visitor, chai)
    page = visitor.get("/login/second-factor/").content.decode()
    secret = SecondFactor.objects.get(user=chai).secret
    assert secret[:4] in page
    assert "<svg" in page

    visitor.post("/login/second-factor/", {"code": code_of(chai)})
    later = fresh_browser()
    enter_password(later, chai)

    assert secret[:4] not in later.get("/login/second-factor/").content.decode()


def test_a_wrong_first_code_does_not_enrol(visitor, chai):
    enter_password(visitor, chai)
    visitor.post("/login/second-factor/", {"code": "000000"})

    assert SecondFactor.objects.get(user=chai).confirmed_at is None


@pytest.mark.rule("R84")
def test_sign_in_and_refusals_are_in_the_ledger_without_what_was_typed(visitor, chai):
    enter_password(visitor, chai, "not the passphrase")
    enter_password(visitor, chai)
    visitor.post("/login/second-factor/", {"code": "314159"})
    visitor.post("/login/second-factor/", {"code": code_of(chai)})

    entries = list(AuditEntry.objects.order_by("pk"))
    events = [entry.event for entry in entries]
    assert {"account.sign-in-refused", "attempt.refused", "second-factor.enrolled", "account.signed-in"} <= set(events)
    signed_in = entries[events.index("account.signed-in")]
    assert (signed_in.actor, signed_in.credential) == ("chai", "password+totp")
    assert not any("314159" in str(entry.facts) or "passphrase" in str(entry.facts) for entry in entries)


def test_signing_in_leads_to_the_page_that_was_asked_for(visitor, chai):
    assert visitor.get("/cases/?q=1").url == "/login/?next=%2Fcases%2F%3Fq%3D1"
    visitor.post("/login/", {"username": "chai", "password": PASSWORD, "next": "/cases/?q=1"})

    assert visitor.post("/login/second-factor/", {"code": code_of(chai)}).url == "/cases/?q=1"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(visitor, chai, elsewhere):
    visitor.post("/login/", {"username": "chai", "password": PASSWORD, "next": elsewhere})

    assert visitor.post("/login/second-factor/", {"code": code_of(chai)}).url == "/"


@pytest.mark.parametrize("typed", ["", "chai\0", "x" * 5000, "' OR 1=1 --", "<script>", "ชัย"])
def test_odd_user_names_are_refused_kindly(visitor, typed):
    assert visitor.post("/login/", {"username": typed, "password": "x"}).status_code == 422


def test_signing_out_ends_the_session(chai, sign_in):
    browser = sign_in(chai)
    key = browser.cookies["__Host-backoffice"].value
    assert browser.get("/logout/").status_code == 405

    assert browser.post("/logout/").url == "/login/"
    assert not Session.objects.filter(session_key=key).exists()
    assert browser.get("/cases/").status_code == 302


def test_who_has_no_role_is_told_so(sign_in):
    browser = sign_in(staff("nobody"))

    assert browser.get("/").status_code == 403


def test_each_role_starts_at_its_own_first_page(chai, dara, adisak, orn, sign_in):
    assert sign_in(chai).get("/").url == "/cases/"
    assert sign_in(dara).get("/").url == "/cases/"
    assert sign_in(adisak).get("/").url == "/cases/"
    assert sign_in(orn).get("/").url == "/cases/"


@pytest.mark.parametrize("host", ["portal.localhost:8440", "bms-id.localhost:8441", "localhost:8443"])
def test_another_host_serves_nothing_of_the_back_office(chai, sign_in, host):
    stranger = fresh_browser(host)
    stranger.cookies = sign_in(chai).cookies

    assert all(stranger.get(path).status_code == 404 for path in [*PAGES[1:], "/login/second-factor/"])


@pytest.mark.rule("R85")
def test_a_form_from_elsewhere_changes_nothing(chai, sign_in, ready):
    browser = sign_in(chai)
    browser.handler.enforce_csrf_checks = True

    for address in ("logout/", f"cases/{ready.number}/decide/", f"cases/{ready.number}/identity/", "cases/assign/"):
        assert browser.post(f"/{address}", {"choice": "agree", "pick": picks(ready)}).status_code == 403


@pytest.mark.rule("R85")
def test_the_session_belongs_to_the_very_host_and_to_no_script(visitor, chai):
    enter_password(visitor, chai)
    cookie = visitor.cookies["__Host-backoffice"]

    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
