"""Suspending by telephone, releasing, and how fresh what is known of the CAs is."""

import pytest

from securenet.domain.certificates.checking import findings_of, note_check
from securenet.domain.certificates.holding import ask_release, set_suspension_code
from securenet.domain.certificates.models import MemberCertificate, OcspAnswerFile, Status
from tests.cast import ALPHA, AT, DAY, OWNER, as_actor, member, staff
from tests.domain.certificates.conftest import hierarchy, pki
from tests.domain.certificates.pki import registered
from tests.surfaces.backoffice.conftest import picks

__all__ = ["hierarchy", "pki"]
pytestmark = pytest.mark.rule("R44a")
PAGE = "/certificates/suspend/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def hers(pki, chai, dara):
    anong = member("anong", organization=ALPHA, chai=chai, dara=dara)
    return registered(anong, pki.certificate_for(), chai=chai)


@pytest.fixture
def code(hers):
    return set_suspension_code(hers.holder, by=as_actor(hers.holder))


def status():
    return MemberCertificate.objects.get().status


def test_a_caller_with_the_code_is_helped_at_once(sign_in, chai, code):
    browser = sign_in(chai)
    assert browser.post(PAGE, {"username": "Anong", "code": code}).status_code == 302
    assert "1 certificate is suspended." in browser.get(PAGE).content.decode()
    assert status() == Status.SUSPENDED


@pytest.mark.parametrize(
    "said", [{"username": "anong", "code": "1"}, {"username": "x", "code": "1"}, {"username": "anong"}, {}]
)
def test_a_caller_without_it_is_not(sign_in, chai, code, said):
    answer = sign_in(chai).post(PAGE, said)
    assert answer.status_code == 422
    assert status() == Status.VALID


@pytest.mark.rule("R13")
def test_codes_are_not_guessed_on_the_telephone_without_end(sign_in, chai, code):
    browser = sign_in(chai)
    for _guess in range(10):
        browser.post(PAGE, {"username": "anong", "code": "0"})
    assert browser.post(PAGE, {"username": "anong", "code": code}).status_code == 422
    assert status() == Status.VALID


def test_the_desk_sees_the_certificate_and_releases_it(sign_in, chai, hers):
    holder = as_actor(hers.holder)
    browser = sign_in(chai)
    code = set_suspension_code(hers.holder, by=holder)
    browser.post(PAGE, {"username": "anong", "code": code})
    hers.refresh_from_db()
    submission = ask_release(hers, bytes(hers.der), by=holder)

    page = browser.get(f"/cases/{submission.number}/")
    assert hers.serial in page.content.decode()
    browser.post(f"/cases/{submission.number}/decide/", {"pick": picks(submission), "choice": "agree"})
    assert status() == Status.VALID


def test_others_suspend_nothing(sign_in, dara, orn, adisak, code):
    for somebody in (dara, orn, adisak):
        assert sign_in(somebody).post(PAGE, {"username": "anong", "code": code}).status_code == 403


class TestFreshness:
    pytestmark = pytest.mark.rule("R44")

    def test_the_page_tells_of_every_ca_how_fresh_its_list_is(self, sign_in, orn, pki):
        page = sign_in(orn).get("/trust/").content.decode()
        assert page.count("Up to date") == 5
        assert "http://127.0.0.1:9/ca.crl" in page

    def test_an_overdue_list_and_a_silent_responder_stand_out(self, sign_in, orn, pki, time_machine):
        authority = pki.authority("ca")
        type(authority).objects.filter(pk=authority.pk).update(ocsp_urls=["http://127.0.0.1:9/ocsp"])
        OcspAnswerFile.objects.create(authority=authority, serial="1", tried_at=AT, fault="status 500")
        time_machine.move_to(AT + 30 * DAY, tick=False)
        page = sign_in(orn).get("/trust/").content.decode()
        assert "Up to date" not in page
        assert "status 500" in page

    def test_service_owners_have_no_such_page(self, sign_in):
        assert sign_in(staff("dao", OWNER)).get("/trust/").status_code == 403


@pytest.mark.rule("R50a")
def test_the_desk_sees_what_a_callers_check_found(sign_in, chai, dara, hers):
    kept = note_check(findings_of(b"", [], 300, by=as_actor(hers.holder)), by=as_actor(hers.holder))
    browser = sign_in(chai)
    page = browser.get("/certificates/check/", {"code": f" {kept.code[:4].lower()} {kept.code[4:]}"}).content.decode()
    assert "clock is wrong" in page
    assert "anong" in page
    assert browser.get("/certificates/check/", {"code": "WRONG"}).status_code == 422
    assert sign_in(dara).get("/certificates/check/", {"code": kept.code}).status_code == 403
