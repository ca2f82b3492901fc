"""Signing in, and registering, with the certificate of the plugged-in token (R42a, R46)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from securenet.domain.accounts.models import Session
from securenet.domain.certificates.handover import LIFE
from securenet.domain.certificates.login import require_registered
from securenet.domain.certificates.models import MemberCertificate, Status
from securenet.foundation.audit.models import AuditEntry
from securenet.surfaces.portal import certificate_login
from securenet.surfaces.portal.certificate_login import LIFE as LONGEST
from securenet.surfaces.portal.certificate_login import TX
from tests.cast import AT, DAY
from tests.domain.certificates.pki import register, registered
from tests.surfaces.portal.visitor import Visitor, at_certificate_address, certificate_host, heading, path_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R46")]

TITLES = {
    "none": ("ไม่ได้รับใบรับรอง", "No certificate came"),
    "unknown": ("ใบรับรองยังไม่ได้ลงทะเบียน", "The certificate is not registered"),
    "pending": ("ใบรับรองรออนุมัติ", "The certificate waits for approval"),
    "expired": ("ใบรับรองหมดอายุ", "The certificate has expired"),
    "revoked": ("ใบรับรองถูกเพิกถอน", "The certificate has been revoked"),
    "suspended": ("ใบรับรองถูกระงับ", "The certificate is suspended"),
    "held": ("ใบรับรองถูกระงับ", "The certificate is suspended"),
    "unaccepted": ("ผู้ออกใบรับรอง", "The certificate's issuer is not accepted"),
    "broken": ("ใช้ใบรับรอง", "The certificate cannot be used"),
}


def presented(kind, pki, anong, chai):
    """Return a certificate of this kind, or none."""
    strangers = {
        "none": lambda: None,
        "broken": lambda: b"\x30\x03\x02\x01\x01",
        "unknown": pki.der_for,
        "unaccepted": lambda: pki.der_for(ca="strange-ca"),
        "expired": lambda: pki.der_for(start=AT - 90 * DAY, end=AT - 30 * DAY),
    }
    if kind in strangers:
        return strangers[kind]()
    certificate = pki.certificate_for()
    if kind == "pending":
        register(anong, certificate)
        return certificate.der
    registered(anong, certificate, chai=chai)
    ends = {"revoked": pki.revoke, "held": pki.hold}
    if kind in ends:
        ends[kind](certificate)
    else:
        MemberCertificate.objects.update(status=Status.SUSPENDED)
    return certificate.der


def begin(visitor, **typed):
    """Press the button that leads to the certificate address."""
    answer = visitor.post("/login/certificate/begin/", typed)
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize("kind", sorted(TITLES))
def test_each_certificate_that_does_not_do_has_its_own_page(anyone, anong, chai, pki, kind):
    der = presented(kind, pki, anong, chai)
    thai = at_certificate_address(der, begin(anyone))
    english = at_certificate_address(der, begin(anyone.speak("en")))

    assert (thai.status_code, english.status_code) == (403, 403)
    assert TITLES[kind][0] in heading(thai)
    assert heading(english) == TITLES[kind][1]
    assert english.headers["Content-Language"] == "en"
    for page in (thai.content.decode(), english.content.decode()):
        assert "https://portal.localhost:8440/login/certificate/" in page
        assert "0 2283 5666" in page
        assert "csrfmiddlewaretoken" not in page
    assert not Session.objects.filter(user__isnull=False).exists()


def test_the_titles_are_all_different():
    english = [title for _thai, title in TITLES.values()]
    assert len(set(english)) == len(TITLES) - 1  # suspended here or by the CA


def test_a_registered_valid_certificate_signs_in(anyone, anong, chai, pki):
    certificate = pki.certificate_for()
    registered(anong, certificate, chai=chai)
    there = begin(anyone, next="/certificates/")
    assert urlsplit(there).hostname.endswith(".cert.localhost")

    back = at_certificate_address(certificate.der, there).headers["Location"]
    assert back.startswith("https://portal.localhost:8440/login/certificate/done/?code=")
    answer = anyone.get(back.removeprefix("https://portal.localhost:8440"))

    assert path_of(answer) == "/certificates/"
    session = Session.objects.get(user=anong)
    assert session.credential == f"certificate:{certificate.sha256[:16]}"
    assert MemberCertificate.objects.get().key_proven_at == AT
    assert AuditEntry.objects.filter(event="account.signed-in", credential=session.credential).exists()
    assert "พิสูจน์" not in text_of(anyone.get("/certificates/"))


def test_every_visit_has_a_name_of_its_own(anyone):
    assert len({urlsplit(begin(anyone)).hostname for _visit in range(5)}) == 5


class TestHandingOver:
    """The code that comes back opens nothing but the session that sent the browser there, once, for a minute."""

    @pytest.fixture
    def certificate(self, anong, chai, pki):
        certificate = pki.certificate_for()
        registered(anong, certificate, chai=chai)
        return certificate

    def back(self, visitor, certificate):
        answer = at_certificate_address(certificate.der, begin(visitor))
        return answer.headers["Location"].removeprefix("https://portal.localhost:8440")

    def refused(self, visitor, path):
        answer = visitor.get(path)
        assert answer.status_code == 409
        assert "ลองอีกครั้ง" in text_of(answer)
        assert not Session.objects.filter(user__isnull=False).exists()

    def test_not_in_another_browser(self, anyone, certificate):
        path = self.back(anyone, certificate)
        other = Visitor()
        begin(other)

        self.refused(Visitor(), path)
        self.refused(other, path)

    def test_not_twice(self, anyone, certificate):
        path = self.back(anyone, certificate)
        assert anyone.get(path).status_code == 302
        anyone.post("/logout/")

        self.refused(anyone, path)

    def test_not_after_a_minute(self, anyone, certificate, clock):
        path = self.back(anyone, certificate)
        clock.shift(LIFE + timedelta(seconds=1))

        self.refused(anyone, path)

    def test_not_for_an_older_visit(self, anyone, certificate):
        path = self.back(anyone, certificate)
        begin(anyone)

        self.refused(anyone, path)

    def test_not_after_an_hour_at_the_dialog(self, anyone, certificate, clock):
        there = begin(anyone)
        clock.shift(LONGEST + timedelta(seconds=1))
        back = at_certificate_address(certificate.der, there).headers["Location"]

        self.refused(anyone, back.removeprefix("https://portal.localhost:8440"))

    def test_not_when_somebody_signed_in_meanwhile(self, anyone, certificate, boonmee):
        path = self.back(anyone, certificate)
        anyone.sign_in("boonmee")

        assert anyone.get(path).status_code == 409

    @pytest.mark.parametrize("change", [lambda text: "", lambda text: text[:-1], lambda text: "x" + text])
    def test_not_with_a_cookie_that_the_portal_did_not_sign(self, anyone, certificate, change):
        path = self.back(anyone, certificate)
        anyone.cookies[TX] = change(anyone.cookies[TX].value)

        self.refused(anyone, path)

    def test_a_stranger_who_presses_the_button_leaves_nothing_behind(self, anyone):
        begin(anyone)
        cookie = anyone.cookies[TX]

        assert not Session.objects.exists()
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")

    @pytest.mark.parametrize("code", ["", "x", "%00", "x" * 5000, "ก"])
    def test_not_with_an_invented_code(self, anyone, certificate, code):
        self.back(anyone, certificate)

        self.refused(anyone, f"/login/certificate/done/?code={code}")

    def test_not_to_register_with(self, sign_in, anyone, certificate, anong):
        path = self.back(anyone, certificate).replace("/login/certificate/done/", "/certificates/token/done/")

        assert sign_in(anong).get(path).status_code == 409

    def test_not_when_its_holders_account_is_closed_meanwhile(self, anyone, certificate, anong):
        path = self.back(anyone, certificate)
        type(anong).objects.filter(pk=anong.pk).update(closed_at=AT)

        self.refused_otherwise(anyone, path)

    def test_not_when_it_is_deleted_meanwhile(self, anyone, certificate):
        path = self.back(anyone, certificate)
        MemberCertificate.objects.update(status=Status.DELETED)

        self.refused_otherwise(anyone, path)

    def test_not_when_it_is_revoked_between_the_check_and_the_session(self, anyone, certificate, monkeypatch):
        path = self.back(anyone, certificate)

        def find_then_lose(sha256, *, by):
            found = require_registered(sha256, by=by)
            MemberCertificate.objects.update(status=Status.REVOKED)
            return found

        monkeypatch.setattr(certificate_login, "require_registered", find_then_lose)

        self.refused_otherwise(anyone, path)
        assert not AuditEntry.objects.filter(event="account.signed-in").exists()

    def refused_otherwise(self, visitor, path):
        assert visitor.get(path).status_code == 409
        assert not Session.objects.filter(user__isnull=False).exists()

    def test_the_same_transaction_is_not_handed_over_twice(self, anyone, certificate):
        there = begin(anyone)
        assert at_certificate_address(certificate.der, there).status_code == 302

        assert at_certificate_address(certificate.der, there).status_code == 403

    @pytest.mark.parametrize("kind", ["revoked", "unaccepted", "unknown"])
    def test_one_that_nobody_judged_does_not_sign_in(self, anyone, anong, chai, pki, kind):
        der = presented(kind, pki, anong, chai)
        errand = begin(anyone).replace("/login/?", "/certificates/register/?")
        assert "purpose=login" in errand
        back = at_certificate_address(der, errand).headers["Location"]

        code = back.partition("?")[2]
        self.refused(anyone, f"/login/certificate/done/?{code}")

    @pytest.mark.parametrize("query", ["", "tx=", "tx=%00", "tx=" + "x" * 5000, "tx=ก"])
    def test_an_invented_transaction_leads_nowhere(self, anyone, certificate, query):
        answer = at_certificate_address(certificate.der, f"https://{certificate_host()}/login/?{query}")
        if answer.status_code == 302:
            path = answer.headers["Location"].removeprefix("https://portal.localhost:8440")
            self.refused(anyone, path)
        else:
            assert answer.status_code == 403


@pytest.mark.rule("R42a")
class TestRegisteringByUse:
    def begin(self, visitor):
        return visitor.post("/certificates/token/").headers["Location"]

    def test_the_certificate_comes_with_the_proof_of_its_key(self, sign_in, anong, pki):
        visitor = sign_in(anong)
        back = at_certificate_address(pki.der_for(), self.begin(visitor)).headers["Location"]
        assert path_of(visitor.get(back.removeprefix("https://portal.localhost:8440"))) == "/certificates/confirm/"

        assert visitor.get("/certificates/confirm/").context["proven"]
        visitor.post("/certificates/confirm/")

        made = MemberCertificate.objects.get()
        assert (made.holder, made.key_proven_at, made.status) == (anong, AT, Status.PENDING)

    @pytest.mark.parametrize("kind", ["none", "broken"])
    def test_without_a_certificate_the_page_says_so_and_leads_back(self, sign_in, anong, chai, pki, kind):
        answer = at_certificate_address(presented(kind, pki, anong, chai), self.begin(sign_in(anong)))

        assert answer.status_code == 403
        assert "https://portal.localhost:8440/certificates/add/" in answer.content.decode()

    def test_another_members_session_does_not_take_it(self, sign_in, anong, boonmee, pki):
        back = at_certificate_address(pki.der_for(), self.begin(sign_in(anong))).headers["Location"]
        other = sign_in(boonmee)
        self.begin(other)

        assert other.get(back.removeprefix("https://portal.localhost:8440")).status_code == 409
        assert path_of(other.get("/certificates/confirm/")) == "/certificates/add/"

    def test_visitors_and_those_without_a_right_cannot_begin(self, anyone):
        assert path_of(anyone.post("/certificates/token/")) == "/login/"
