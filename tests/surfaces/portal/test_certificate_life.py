"""What members do with a registered certificate: suspending, releasing, renewing (R44a, R45)."""

from __future__ import annotations

import re

import pytest

from securenet.domain.approvals.models import Submission
from securenet.domain.certificates.holding import suspend_by_code
from securenet.domain.certificates.models import MemberCertificate, Status
from tests.cast import AT, DAY, as_actor
from tests.domain.certificates.pki import registered
from tests.surfaces.portal.visitor import at_certificate_address, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R44a")]
PORTAL = "https://portal.localhost:8440"


@pytest.fixture
def hers(pki, anong, chai):
    return registered(anong, pki.certificate_for(of="old", end=AT + 40 * DAY), chai=chai)


@pytest.fixture
def browser(sign_in, anong, hers):
    return sign_in(anong)


def status():
    return MemberCertificate.objects.earliest("pk").status


def use(browser, begun, der):
    """Use a certificate's key at the certificate address, and come back."""
    assert begun.status_code == 302, begun.content.decode()
    there = at_certificate_address(der, begun.headers["Location"])
    assert there.status_code == 302, text_of(there)
    return browser.get(there.headers["Location"].removeprefix(PORTAL))


def test_a_lost_token_is_suspended_by_two_clicks(browser, hers):
    page = f"/certificates/{hers.pk}/suspend/"
    assert page in browser.get("/certificates/").content.decode()
    assert status() == Status.VALID, "looking at the page changes nothing"
    assert path_of(browser.post(page)) == "/certificates/"
    assert status() == Status.SUSPENDED
    assert "ระงับ" in text_of(browser.get("/certificates/"))
    assert path_of(browser.post(page)) == "/certificates/", "a second click finds it done"


@pytest.mark.parametrize("act", ["suspend", "release", "delete"])
def test_anothers_certificate_is_not_found(sign_in, boonmee, ekachai, hers, act):
    for somebody in (boonmee, ekachai):
        assert sign_in(somebody).post(f"/certificates/{hers.pk}/{act}/").status_code == 404
    assert status() == Status.VALID


def test_the_release_is_asked_for_with_the_key(browser, hers):
    browser.post(f"/certificates/{hers.pk}/suspend/")
    done = use(browser, browser.post(f"/certificates/{hers.pk}/release/"), bytes(hers.der))
    number = Submission.objects.latest("pk").number
    assert path_of(done) == f"/case/{number}/"
    assert "ยกเลิกการระงับ" in text_of(browser.get(f"/case/{number}/"))
    browser.post(f"/case/{number}/withdraw/")
    assert status() == Status.SUSPENDED


def test_another_key_releases_nothing(browser, pki, hers):
    browser.post(f"/certificates/{hers.pk}/suspend/")
    answer = use(browser, browser.post(f"/certificates/{hers.pk}/release/"), pki.der_for(of="x"))
    assert answer.status_code == 409
    assert not Submission.objects.filter(kind="release").exists()


def test_a_login_with_the_key_is_no_release(browser, hers):
    """What was begun for one purpose serves no other."""
    browser.post(f"/certificates/{hers.pk}/suspend/")
    begun = browser.post(f"/certificates/{hers.pk}/release/")
    there = at_certificate_address(
        bytes(hers.der), begun.headers["Location"].replace("purpose=release", "purpose=renew")
    )
    code = there.headers["Location"].partition("?")[2]
    assert browser.get(f"/certificates/release/done/?{code}").status_code == 409


def test_without_a_certificate_the_page_says_why_and_leads_back(browser, hers):
    browser.post(f"/certificates/{hers.pk}/suspend/")
    answer = at_certificate_address(None, browser.post(f"/certificates/{hers.pk}/release/").headers["Location"])
    assert answer.status_code == 403
    assert f"{PORTAL}/certificates/" in answer.content.decode()


def test_the_code_for_the_telephone_is_shown_once(browser, anong, chai):
    assert not re.search(r"\d{5} \d{5}", text_of(browser.get("/certificates/suspension-code/")))
    code = re.search(r"\d{5} \d{5}", text_of(browser.post("/certificates/suspension-code/")))[0]
    assert code not in text_of(browser.get("/certificates/suspension-code/"))
    assert suspend_by_code("anong", code, by=as_actor(chai)) == 1


class TestRenewal:
    pytestmark = pytest.mark.rule("R45")

    @pytest.fixture
    def new(self, browser, pki):
        der = pki.der_for(of="new")
        use(browser, browser.post("/certificates/token/"), der)
        return der

    def confirm(self, browser):
        answer = browser.post("/certificates/confirm/")
        return set(Submission.objects.get(pk=path_of(answer).split("/")[2]).papers.values_list("form", flat=True))

    def test_the_page_says_what_is_renewed_and_offers_to_sign(self, browser, new, hers):
        page = browser.get("/certificates/confirm/")
        assert hers.serial in text_of(page)
        assert 'action="/certificates/renew/"' in page.content.decode()

    def test_signing_with_the_old_key_saves_the_paper(self, browser, new, hers):
        back = use(browser, browser.post("/certificates/renew/"), bytes(hers.der))
        assert path_of(back) == "/certificates/confirm/"
        assert self.confirm(browser) == {""}
        assert MemberCertificate.objects.latest("pk").renews == hers

    def test_signing_with_the_new_key_is_refused_and_nothing_is_lost(self, browser, new):
        assert use(browser, browser.post("/certificates/renew/"), new).status_code == 409
        assert "certificate_registration" in self.confirm(browser)

    def test_nothing_is_signed_where_nothing_is_to_be_registered(self, browser, hers):
        assert path_of(use(browser, browser.post("/certificates/renew/"), bytes(hers.der))) == "/certificates/add/"
