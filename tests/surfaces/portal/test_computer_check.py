"""Check my computer: one press tells what a login with a certificate would fail at (R50a)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.accounts.models import Session
from securenet.domain.certificates.checking import KEPT, NoSuchCheck, _clock, require_check
from securenet.domain.certificates.models import ComputerCheck
from tests.cast import AT, DAY, as_actor
from tests.domain.certificates.pki import register, registered
from tests.surfaces.portal.visitor import at_certificate_address, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R50a")]
PORTAL = "https://portal.localhost:8440"
NOW = str(int(AT.timestamp() * 1000))


def check(visitor, der, *, chain=(), **typed):
    """Press the button, use a certificate, and return what was found by step."""
    begun = visitor.post("/check/", typed)
    there = at_certificate_address(der, begun.headers["Location"], chain=chain)
    assert path_of(visitor.get(there.headers["Location"].removeprefix(PORTAL))) == "/check/result/"
    return {row["step"]: row["good"] for row in ComputerCheck.objects.latest("pk").findings}


def test_all_is_well(anyone, pki, anong, chai):
    certificate = pki.certificate_for()
    registered(anong, certificate, chai=chai)
    found = check(anyone, certificate.der, chain=[pki.der("ca")], browser_time=NOW)
    assert found == dict.fromkeys(("clock", "token", "chain", "accepted", "registered"), True)


def test_without_a_certificate_the_page_names_the_causes(anyone, pki):
    assert check(anyone, None) == {"clock": None, "token": False}
    assert "token" in text_of(anyone.get("/check/result/"))


@pytest.mark.parametrize(
    ("facts", "accepted"),
    [({"ca": "strange-ca"}, False), ({"start": AT - 9 * DAY, "end": AT - DAY}, False), ({}, True)],
)
def test_a_certificate_that_nobody_registered(anyone, pki, facts, accepted):
    found = check(anyone, pki.der_for(**facts))
    assert (found["token"], found["accepted"], found["registered"]) == (True, accepted, False)
    assert found["chain"] is None


def test_one_that_waits_for_approval_is_not_valid_yet(anyone, pki, anong):
    certificate = pki.certificate_for()
    register(anong, certificate)
    assert check(anyone, certificate.der)["registered"] is False


def test_another_chain_than_the_issuers_tells_nothing(anyone, pki):
    assert check(anyone, pki.der_for(), chain=[pki.der("ca-g2"), b"\x00"])["chain"] is None


def test_what_is_no_certificate_breaks_nothing(anyone, pki):
    assert check(anyone, b"\x30\x03\x02\x01\x01") == {"clock": None, "token": True, "accepted": False}


@pytest.mark.parametrize("typed", ["", "x", "-5", "9" * 17, "１２３"])
def test_a_clock_that_says_nonsense_is_not_compared(anyone, pki, typed):
    assert check(anyone, None, browser_time=typed)["clock"] is None


@given(st.integers(-(10**9), 10**9))
def test_two_minutes_of_the_clock_are_tolerated(off):
    assert _clock(off)["good"] is (abs(off) <= 120)


def test_nobody_is_signed_in_by_it(anyone, pki, anong, chai):
    certificate = pki.certificate_for()
    registered(anong, certificate, chai=chai)
    check(anyone, certificate.der)
    assert not Session.objects.filter(user__isnull=False).exists()


def test_the_code_on_the_page_is_found_for_seven_days(anyone, pki):
    check(anyone, None)
    code = re.search(r"[A-Z2-9]{4} [A-Z2-9]{4}", text_of(anyone.get("/check/result/")))[0]
    assert require_check(code.lower(), by=as_actor(at=AT + KEPT))
    with pytest.raises(NoSuchCheck):
        require_check(code, by=as_actor(at=AT + KEPT + DAY))
    for wrong in ("", "AAAA AAAA", "' OR 1=1"):
        with pytest.raises(NoSuchCheck):
            require_check(wrong, by=as_actor(at=AT))


def test_who_was_signed_in_is_named_to_the_desk_only(sign_in, pki, anong):
    browser = sign_in(anong)
    check(browser, None)
    assert ComputerCheck.objects.get().member == anong


def test_without_a_check_there_is_no_result(anyone):
    assert path_of(anyone.get("/check/result/")) == "/check/"
    assert anyone.get("/check/done/?code=x").status_code == 409
