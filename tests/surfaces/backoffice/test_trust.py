"""The pages of the trust store: administrators propose and decide, others look at most (R44, R50, R52)."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile

from securenet.domain.approvals.models import Submission
from securenet.domain.certificates.exceptions import propose_exception
from securenet.domain.certificates.models import (
    Authority,
    MemberCertificate,
    OcspAnswerFile,
    RevocationException,
    TrustChange,
)
from securenet.domain.certificates.store import propose_withdrawal
from tests.cast import ALPHA, AT, HOUR, OWNER, as_actor, member, staff
from tests.domain.certificates.conftest import hierarchy, pki
from tests.domain.certificates.pki import address, key, register, registered
from tests.surfaces.backoffice.conftest import picks

__all__ = ["hierarchy", "pki"]
pytestmark = pytest.mark.rule("R52")


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def pim():
    """She is another operator administrator."""
    return staff("pim", ("administrator", ""))


@pytest.fixture
def hers(pki, chai, dara):
    anong = member("anong", organization=ALPHA, chai=chai, dara=dara)
    return registered(anong, pki.certificate_for(), chai=chai)


def form(data, **changes):
    known = {
        "file": SimpleUploadedFile("../any name.exe", data),
        "name": "A new CA",
        "set": "production",
        "kind": "root",
        "allowed_hosts": "127.0.0.1\r\ncrl.ca.example",
        "crl_urls": f"{address('strange-root')}\r\nhttp://crl.ca.example/list.crl",
        "ocsp_urls": "",
        "reason": "Members have certificates of this authority.",
    }
    return known | changes


def newest():
    return Submission.objects.latest("number")


def decide(browser, choice="agree", **words):
    number = newest().number
    return browser.post(f"/cases/{number}/decide/", {"pick": picks(newest()), "choice": choice, **words})


def text(answer):
    return answer.content.decode()


class TestAdding:
    def test_one_proposes_another_looks_and_approves(self, sign_in, orn, pim, pki):
        answer = sign_in(orn).post("/trust/add/", form(pki.der("strange-root")))
        assert answer.url == f"/cases/{newest().number}/"
        assert not Authority.objects.filter(name="A new CA").exists()

        browser = sign_in(pim)
        page = text(browser.get(answer.url))
        for words in (
            "Add A new CA",
            "Orn",
            "http://crl.ca.example/list.crl",
            "passes every check",
            "Compare the SHA",
        ):
            assert words in page
        assert "A new CA" in text(browser.get("/trust/"))
        assert decide(browser).status_code == 302
        accepted = Authority.objects.get(name="A new CA")
        assert accepted.sha256.upper() in page
        assert (accepted.file, accepted.allowed_hosts) == ("A-new-CA.cer", ["127.0.0.1", "crl.ca.example"])

    def test_whoever_proposed_is_told_that_another_decides_and_is_not_asked(self, sign_in, orn, pki):
        browser = sign_in(orn)
        browser.post("/trust/add/", form(pki.der("strange-root")))
        page = text(browser.get(f"/cases/{newest().number}/"))
        assert "You have proposed this: another person decides." in page
        assert 'name="choice"' not in page
        assert decide(browser).status_code == 409
        assert not Authority.objects.filter(name="A new CA").exists()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"crl_urls": "http://elsewhere.example/"}, "is on an allowed host"),
            ({"crl_urls": ""}, "Give the address of a revocation list"),
            ({"allowed_hosts": "http://127.0.0.1"}, "Write each host by its name only"),
            ({"kind": "intermediate"}, "This is a root"),
            ({"reason": "12345"}, "Write it in words"),
            ({"kind": "other"}, "Choose one of the options"),
            ({"set": "any"}, "Choose one of the options"),
            ({"file": SimpleUploadedFile("ca.cer", b"junk")}, "certificate"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field_and_nothing_is_proposed(self, changes, words, sign_in, orn, pki):
        answer = sign_in(orn).post("/trust/add/", form(pki.der("strange-root"), **changes))
        assert answer.status_code == 422
        assert words in text(answer)
        assert not TrustChange.objects.exists()

    def test_a_file_with_a_private_key_is_refused_and_not_kept(self, sign_in, orn, pki):
        secret = key("x").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem = pki.hierarchy.certificate("strange-root").public_bytes(Encoding.PEM)
        answer = sign_in(orn).post("/trust/add/", form(pem + secret))
        assert answer.status_code == 422
        assert "private key" in text(answer)
        assert not TrustChange.objects.exists()

    def test_what_is_shown_follows_what_has_become_of_it(self, sign_in, orn, pim, pki):
        pki.authority("ca-g2").delete()
        sign_in(orn).post("/trust/add/", form(pki.der("ca-g2"), kind="intermediate", crl_urls=address("ca-g2")))
        Authority.objects.filter(file="root.cer").update(withdrawn_at=AT)
        browser = sign_in(pim)
        assert "No accepted root of this set leads" in text(browser.get(f"/cases/{newest().number}/"))
        assert decide(browser).status_code == 409


class TestWithdrawing:
    def test_whose_certificates_would_end_is_seen_before_and_at_the_decision(self, sign_in, orn, pim, pki, hers):
        page = f"/trust/{pki.authority('ca').pk}/withdraw/"
        browser = sign_in(orn)
        shown = text(browser.get(page))
        for words in ("1 certificate of a member stops working at once", "Anong Jaidee", hers.serial):
            assert words in shown
        assert browser.post(page, {"reason": "Its key was lost."}).status_code == 302
        assert MemberCertificate.objects.get().status == "valid"

        other = sign_in(pim)
        assert "Anong Jaidee" in text(other.get(f"/cases/{newest().number}/"))
        assert decide(other).status_code == 302
        assert MemberCertificate.objects.get().status == "deleted"
        assert f"/trust/{pki.authority('ca').pk}/withdraw/" not in text(other.get("/trust/"))

    @pytest.mark.rule("R42")
    def test_whose_requests_would_be_refused_is_seen_too(self, sign_in, orn, pim, pki, hers):
        asked = register(hers.holder, pki.certificate_for(of="another"))
        row = MemberCertificate.objects.get(case__submission=asked)
        browser = sign_in(orn)
        page = f"/trust/{pki.authority('ca').pk}/withdraw/"
        shown = text(browser.get(page))
        for words in ("1 request to register a certificate is refused at once", row.serial, f"Request {asked.number}"):
            assert words in shown
        browser.post(page, {"reason": "Its key was lost."})
        other = sign_in(pim)
        assert row.serial in text(other.get(f"/cases/{newest().number}/"))
        assert decide(other).status_code == 302
        row.refresh_from_db()
        assert (row.status, row.case.state) == ("rejected", "rejected")

    def test_no_one_decides_their_own(self, sign_in, orn, pki, hers):
        browser = sign_in(orn)
        browser.post(f"/trust/{pki.authority('ca').pk}/withdraw/", {"reason": "Its key was lost."})
        assert decide(browser).status_code == 409
        assert MemberCertificate.objects.get().status == "valid"

    def test_a_refusal_has_its_reason(self, sign_in, orn, pim, pki):
        sign_in(orn).post(f"/trust/{pki.authority('ca').pk}/withdraw/", {"reason": "Its key was lost."})
        browser = sign_in(pim)
        assert decide(browser, "reject").status_code == 422
        assert decide(browser, "reject", reason="It was not.").status_code == 302
        assert pki.authority("ca").withdrawn_at is None

    def test_what_is_not_there_is_not_found(self, sign_in, orn, pki):
        gone = pki.authority("ca-g2")
        Authority.objects.filter(pk=gone.pk).update(withdrawn_at=AT)
        browser = sign_in(orn)
        for number in (gone.pk, 0, 99999, 2**70):
            assert browser.get(f"/trust/{number}/withdraw/").status_code == 404
            assert browser.get(f"/trust/{number}/except/").status_code == 404


@pytest.mark.rule("R44")
class TestExceptions:
    def propose(self, browser, pki, hours="8"):
        page = f"/trust/{pki.authority('ca').pk}/except/"
        return browser.post(page, {"hours": hours, "reason": "Its server is down."})

    def test_two_allow_it_and_the_page_of_the_trust_store_says_so_until_it_ends(
        self, sign_in, orn, pim, chai, pki, time_machine
    ):
        assert self.propose(sign_in(orn), pki).status_code == 302
        assert "accepted at sign-in although" not in text(sign_in(chai).get("/trust/"))
        other = sign_in(pim)
        shown = text(other.get(f"/cases/{newest().number}/"))
        assert "8 hours" in shown
        assert "What is known to be revoked" in shown
        decide(other)
        page = text(sign_in(chai).get("/trust/"))
        assert "certificates of Tests CA are accepted at sign-in although" in page
        assert "End it now" not in page
        time_machine.move_to(AT + 8 * HOUR, tick=False)
        assert "accepted at sign-in although" not in text(sign_in(chai).get("/trust/"))

    @pytest.mark.parametrize("hours", ["", "0", "25", "many", "9" * 30])
    def test_too_long_is_refused_at_its_field(self, hours, sign_in, orn, pki):
        assert self.propose(sign_in(orn), pki, hours).status_code == 422
        assert not RevocationException.objects.exists()

    def test_an_administrator_ends_it_before_its_time_and_nobody_else(self, sign_in, orn, pim, chai, pki):
        self.propose(sign_in(orn), pki)
        decide(sign_in(pim))
        page = f"/trust/exceptions/{RevocationException.objects.get().pk}/end/"
        assert sign_in(chai).post(page).status_code == 403
        browser = sign_in(orn)
        assert browser.get(page).status_code == 405
        assert browser.post(page).status_code == 302
        assert not RevocationException.objects.running(AT).exists()
        assert browser.post(page).status_code == 409
        assert browser.post("/trust/exceptions/99999/end/").status_code == 404

    def test_one_that_waits_cannot_be_ended(self, sign_in, orn, pki):
        browser = sign_in(orn)
        self.propose(browser, pki)
        assert browser.post(f"/trust/exceptions/{RevocationException.objects.get().pk}/end/").status_code == 404


class TestOthers:
    """Service desk, owners and auditors change nothing here."""

    def test_they_propose_nothing(self, sign_in, chai, dara, adisak, pki):
        pk = pki.authority("ca").pk
        for somebody in (chai, dara, adisak):
            browser = sign_in(somebody)
            for page in ("/trust/add/", f"/trust/{pk}/withdraw/", f"/trust/{pk}/except/"):
                assert (browser.get(page).status_code, browser.post(page).status_code) == (403, 403)
        assert not TrustChange.objects.exists()

    def test_their_desks_do_not_have_the_case(self, sign_in, chai, dara, orn, pki):
        case = propose_withdrawal(pki.authority("ca"), reason="Lost.", by=as_actor(orn))
        for somebody in (chai, dara):
            browser = sign_in(somebody)
            assert browser.get(f"/cases/{case.submission_id}/").status_code == 404
            assert decide(browser).status_code == 404

    def test_who_stands_at_that_desk_without_the_role_looks_and_does_not_decide(self, sign_in, orn, pki):
        case = propose_exception(pki.authority("ca"), hours=1, reason="Down.", by=as_actor(orn))
        browser = sign_in(staff("dao", (OWNER[0], "administration")))
        assert "Save the decision" not in text(browser.get(f"/cases/{case.submission_id}/"))
        assert decide(browser).status_code in {409, 422}
        case.refresh_from_db()
        assert case.is_open

    def test_an_auditor_reads_the_case(self, sign_in, adisak, orn, pki):
        case = propose_withdrawal(pki.authority("ca"), reason="Lost.", by=as_actor(orn))
        page = text(sign_in(adisak).get(f"/cases/{case.submission_id}/"))
        assert "Withdraw Tests CA" in page
        assert "Save the decision" not in page

    def test_administrators_see_and_decide_nothing_of_members(self, sign_in, orn, ready):
        browser = sign_in(orn)
        assert browser.get(f"/cases/{ready.number}/").status_code == 404
        assert decide(browser).status_code == 404
        assert f"/cases/{ready.number}/" not in text(browser.get("/cases/"))

    def test_an_administrators_role_opens_no_desk_of_members(self, sign_in, ready):
        browser = sign_in(staff("both", ("administrator", "service-desk")))
        assert browser.get(f"/cases/{ready.number}/").status_code == 404


@pytest.mark.rule("R44")
def test_a_question_that_was_not_answered_is_told_until_a_newer_one_is(sign_in, chai, pki):
    Authority.objects.filter(file="ca.cer").update(ocsp_urls=["http://127.0.0.1:9/ocsp"])
    told, browser = "The newest question was not answered", sign_in(chai)
    assert told not in text(browser.get("/trust/"))
    unanswered = OcspAnswerFile(authority=pki.authority("ca"), serial="2B", tried_at=AT - HOUR, fault="refused")
    unanswered.save()
    assert told in text(browser.get("/trust/"))
    OcspAnswerFile.objects.create(authority=pki.authority("ca"), serial="1A", tried_at=AT, fetched_at=AT)
    assert told not in text(browser.get("/trust/"))


def test_the_pages_stay_within_their_queries(sign_in, orn, pim, pki, hers, django_assert_max_num_queries):
    propose_exception(pki.authority("ca"), hours=1, reason="Down.", by=as_actor(orn))
    case = propose_withdrawal(pki.authority("ca"), reason="Lost.", by=as_actor(orn))
    browser = sign_in(pim)
    pages = ["/trust/", "/trust/add/", f"/cases/{case.submission_id}/", "/cases/"]
    for page in (*pages, f"/trust/{pki.authority('root').pk}/withdraw/", f"/trust/{pki.authority('ca').pk}/except/"):
        browser.get(page)
        with django_assert_max_num_queries(12):
            assert browser.get(page).status_code == 200, page
