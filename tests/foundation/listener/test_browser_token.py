"""A real browser with a real token logs in by mutual TLS: the whole way of R46, below the application."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Playwright

from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import KeyKind, export_pkcs12, make_key
from securenet.foundation.testca.profiles import Profile as CertificateProfile
from tests.foundation.listener.application import fingerprint
from tests.foundation.listener.conftest import ANONG, NOW, Listener, Pki
from tests.tools import firefox
from tests.tools.chromium import Profile, install_policy
from tests.tools.token import Token, build_autopin

pytestmark = [pytest.mark.rule("R46"), pytest.mark.journey]
DAY = timedelta(days=1)


@pytest.fixture(scope="session")
def autopin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_autopin(tmp_path_factory.mktemp("build"))


@pytest.fixture
def profile(tmp_path: Path, pki: Pki) -> Profile:
    install_policy()
    return Profile.create(tmp_path / "home", trusted=pki.tls_ca)


def visit(playwright: Playwright, profile: Profile, listener: Listener, name: str) -> dict[str, Any]:
    with profile.launch(playwright) as browser:
        answer = browser.new_page().goto(f"https://{name}:{listener.address[1]}/")
        assert answer
        came: dict[str, Any] = json.loads(answer.text())
        return came


def certify(pki: Pki, key: Any, ca: str = "demo-ca", days: int = 30) -> x509.Certificate:
    validity = {"not_before": NOW - 60 * DAY if days < 0 else NOW - DAY, "not_after": NOW + days * DAY}
    return issue(pki.hierarchy, ca, key, ANONG, CertificateProfile.PERSON, **validity)


def anongs_token(pki: Pki, folder: Path, kind: KeyKind) -> tuple[Token, str]:
    """Her token with a key of a kind, and what applications see of its certificate."""
    token = Token.create(folder)
    token.make_key("anong", kind)
    certificate = certify(pki, token.request("anong"))
    token.store_certificate("anong", certificate)
    return token, fingerprint(certificate.public_bytes(Encoding.DER))


def address(front: Listener, name: str = "a1b2.cert.localhost") -> str:
    return f"https://{name}:{front.address[1]}/"


@pytest.mark.parametrize("kind", ["rsa-2048", "rsa-4096", "p-256", "p-384"])
def test_a_key_in_a_token_logs_in_directly_and_through_nginx(
    playwright: Playwright,
    profile: Profile,
    listener: Listener,
    proxied: Listener,
    pki: Pki,
    autopin: Path,
    tmp_path: Path,
    kind: KeyKind,
) -> None:
    token, expected = anongs_token(pki, tmp_path / "token", kind)
    profile.plug_in(token, autopin)

    with profile.launch(playwright) as browser:
        page = browser.new_page()
        directly, behind = (json.loads(page.goto(address(front)).text()) for front in (listener, proxied))

    assert directly["peer"] == expected
    assert behind["header"] == expected


@pytest.mark.skipif(firefox.EXECUTABLE is None, reason="Firefox is not installed")
@pytest.mark.parametrize("kind", ["rsa-4096", "p-384"])
def test_firefox_logs_in_with_the_token_too_where_asked_and_only_there(
    listener: Listener, proxied: Listener, pki: Pki, autopin: Path, tmp_path: Path, kind: KeyKind
) -> None:
    token, expected = anongs_token(pki, tmp_path / "token", kind)
    profile = firefox.Profile.create(tmp_path / "firefox", trusted=pki.tls_ca)
    profile.plug_in(token, autopin)
    names = ((listener, "a1b2.cert.localhost"), (proxied, "a1b2.cert.localhost"), (listener, "portal.localhost"))

    with profile.launch() as browser:
        directly, behind, elsewhere = (json.loads(browser.text_at(address(*place))) for place in names)

    assert directly["peer"] == expected
    assert behind["header"] == expected
    assert elsewhere["peer"] is None


def test_a_key_in_the_browser_logs_in_where_asked_and_only_there(
    playwright: Playwright, profile: Profile, listener: Listener, pki: Pki, tmp_path: Path
) -> None:
    key = make_key("p-256")
    certificate = certify(pki, key.public_key())
    bundle = tmp_path / "anong.p12"
    bundle.write_bytes(export_pkcs12(certificate, key, b"secret", pki.hierarchy.chain("demo-ca")))
    profile.import_pkcs12(bundle, "secret")

    asked = visit(playwright, profile, listener, "c3d4.cert.localhost")
    not_asked = visit(playwright, profile, listener, "portal.localhost")

    assert asked["peer"] == fingerprint(certificate.public_bytes(Encoding.DER))
    assert not_asked["peer"] is None


@pytest.mark.parametrize(("ca", "days"), [("demo-ca", -1), ("demo-ca-g3", 30)], ids=["expired", "other-ca"])
def test_the_browser_keeps_back_what_the_server_would_not_accept(
    playwright: Playwright, profile: Profile, listener: Listener, pki: Pki, tmp_path: Path, ca: str, days: int
) -> None:
    """The page for "no certificate came" must therefore name these causes. `demo-ca-g3` is not accepted here."""
    key = make_key("rsa-2048")
    bundle = tmp_path / "anong.p12"
    bundle.write_bytes(export_pkcs12(certify(pki, key.public_key(), ca, days), key, b"secret"))
    profile.import_pkcs12(bundle, "secret")

    assert visit(playwright, profile, listener, "e5f6.cert.localhost")["peer"] is None
