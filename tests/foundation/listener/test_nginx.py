"""The production case: nginx takes the certificate and hands it on to a listener that only it can reach."""

import shutil
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key
from securenet.foundation.testca.profiles import Profile
from tests.foundation.listener.application import fingerprint
from tests.foundation.listener.conftest import ANONG, NOW, Listener, Pki

pytestmark = [
    pytest.mark.rule("R46"),
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]
ASKED = "a1b2.cert.localhost"


@pytest.mark.parametrize("days", [30, -1], ids=["valid", "expired"])
@pytest.mark.parametrize("ca", ["demo-ca", "demo-ca-g3"], ids=["accepted", "other-ca"])
def test_every_certificate_reaches_the_application(
    proxied: Listener, pki: Pki, tmp_path: Path, ca: str, days: int
) -> None:
    key = make_key("p-256")
    start, end = NOW - timedelta(days=9), NOW + timedelta(days=days)
    certificate = issue(pki.hierarchy, ca, key.public_key(), ANONG, Profile.PERSON, not_before=start, not_after=end)
    path = tmp_path / "pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + private)

    came = proxied.came(ASKED, path)

    assert came["header"] == fingerprint(certificate.public_bytes(Encoding.DER))
    assert came["scheme"] == "https"


def test_without_a_certificate_the_application_still_answers(proxied: Listener) -> None:
    assert proxied.came(ASKED)["header"] is None


def test_the_other_name_never_asks(proxied: Listener, pem: Path) -> None:
    assert proxied.came("portal.localhost", pem)["header"] is None


@pytest.mark.parametrize("name", [ASKED, "portal.localhost"])
@pytest.mark.parametrize(
    "head",
    [
        b"X-Client-Certificate: %s\r\n",
        b"x-client-certificate: %s\r\n",
        b"X_Client_Certificate: %s\r\n",
        b"X-Client-Certificate: %s\r\nX-Client-Certificate: %s\r\n",
        b"Connection: close, X-Client-Certificate\r\nX-Client-Certificate: %s\r\n",
    ],
    ids=["plain", "lower-case", "underscored", "twice", "in-connection"],
)
def test_a_forged_header_is_not_believed(
    proxied: Listener, anong: tuple[x509.Certificate, bytes], name: str, head: bytes
) -> None:
    escaped = quote(anong[0].public_bytes(Encoding.PEM).decode(), safe="").encode()

    assert proxied.came(name, head=head.replace(b"%s", escaped))["header"] is None


@pytest.mark.parametrize(
    "path", ["/login/", "/certificates/register/", "/check/", "/certificates/token/done/", "/certificates/1/release/"]
)
def test_a_forged_header_is_believed_at_no_address(
    proxied: Listener, anong: tuple[x509.Certificate, bytes], path: str
) -> None:
    escaped = quote(anong[0].public_bytes(Encoding.PEM).decode(), safe="").encode()
    head = b"X-Client-Certificate: %s\r\nX-SSL-Client-Cert: %s\r\nSSL-Client-Cert: %s\r\n".replace(b"%s", escaped)

    for name in (ASKED, "portal.localhost"):
        for asked in (path, f"{path}?tx=1&purpose=release", f"/.{path}", f"/x/..{path}"):
            assert proxied.came(name, path=asked, head=head)["header"] is None


def test_a_forged_header_does_not_replace_the_real_certificate(
    proxied: Listener, pki: Pki, anong: tuple[x509.Certificate, bytes], pem: Path
) -> None:
    other = quote(pki.hierarchy.certificate("demo-ca").public_bytes(Encoding.PEM).decode(), safe="").encode()

    came = proxied.came(ASKED, pem, head=b"X-Client-Certificate: " + other + b"\r\n")

    assert came["header"] == fingerprint(anong[0].public_bytes(Encoding.DER))
