"""The address that asks for a certificate serves nothing else, keeps no cookie, and trusts no header (R46)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.domain.accounts.models import Session
from securenet.foundation.listener.client import HEADER, TRUSTED
from tests.domain.certificates.pki import registered
from tests.surfaces.portal.visitor import Visitor, certificate_host, heading

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R46")]


class TestTheAddress:
    @pytest.mark.parametrize(
        "path", ["/", "/me/", "/register/", "/help/", "/language/", "/logout/", "/certificates/", "/oidc/token/"]
    )
    def test_nothing_else_is_served_there(self, db, path):
        visitor = Visitor(certificate_host())

        for answer in (visitor.get(path), visitor.post(path, {"language": "en"})):
            assert answer.status_code == 404
            assert heading(answer)
            assert not answer.cookies

    def test_the_portal_does_not_judge_certificates(self, anyone, anong, chai, pki):
        certificate = pki.certificate_for()
        registered(anong, certificate, chai=chai)

        assert anyone.get("/certificates/register/").status_code == 404
        assert anyone.get("/login/").status_code == 200
        assert not Session.objects.filter(user__isnull=False).exists()

    @pytest.mark.parametrize("method", ["post", "put", "head", "options"])
    def test_it_is_only_opened(self, db, method):
        assert getattr(Visitor(certificate_host()), method)("/login/").status_code == 405

    def test_a_host_of_nobody_serves_nothing(self, db):
        assert Visitor("evil.example").get("/login/").status_code == 400
        assert Visitor("127.0.0.1").get("/login/").status_code == 404


class TestAHeaderFromAProxy:
    """Behind nginx the certificate comes in a header, which counts only on the proxy's own listener."""

    @pytest.fixture
    def header(self, anong, chai, pki):
        certificate = pki.certificate_for()
        registered(anong, certificate, chai=chai)
        pem = x509.load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM)
        return {HEADER: quote(pem.decode())}

    def visit(self, **defaults):
        return Visitor(certificate_host(), **defaults).get("/login/?tx=a-transaction")

    def test_it_counts_where_the_listener_trusts_it(self, clock, header):
        assert self.visit(**header, **{TRUSTED: True}).status_code == 302

    @pytest.mark.parametrize(
        "trust", [{}, {TRUSTED: False}, {TRUSTED: "True"}, {"HTTP_SECURENET_CERTIFICATE_HEADER_TRUSTED": "1"}]
    )
    def test_it_counts_nowhere_else(self, clock, header, trust):
        answer = self.visit(**header, **trust)

        assert answer.status_code == 403
        assert heading(answer).startswith("ไม่ได้รับใบรับรอง")

    @pytest.mark.parametrize("value", ["", "x", "%", "-----BEGIN CERTIFICATE-----", "%00" * 100, "A" * 60_000])
    def test_a_broken_one_is_none(self, db, clock, value):
        assert self.visit(**{HEADER: value, TRUSTED: True}).status_code == 403


def test_the_way_there_and_back_follows_the_installation(anyone, settings):
    own = {"portal": "https://portal.example", "certificate": "https://cert.portal.example"}
    settings.PUBLIC_URLS = settings.PUBLIC_URLS | own
    settings.ALLOWED_HOSTS = [".portal.example"]
    visitor = Visitor("portal.example")

    there = visitor.post("/login/certificate/begin/").headers["Location"]
    policy = visitor.get("/login/certificate/").headers["Content-Security-Policy"]

    assert urlsplit(there).hostname.endswith(".cert.portal.example")
    assert "https://*.cert.portal.example" in policy
