import json
import shutil
import socket
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import SSL

from securenet.foundation.listener.tls import AnyCertificate
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import PrivateKey, make_key
from securenet.foundation.testca.profiles import Profile
from tests.foundation.listener.application import fingerprint
from tests.foundation.listener.conftest import ANONG, NOW, Listener, Pki, exchange

pytestmark = pytest.mark.rule("R46")
DAY = timedelta(days=1)
ASKED = "a1b2.cert.localhost"


def write(path: Path, certificate: x509.Certificate, key: PrivateKey) -> Path:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(certificate.public_bytes(Encoding.PEM) + pem)
    return path


def self_signed(key: PrivateKey, purpose: x509.ObjectIdentifier | None = None) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nobody")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - DAY, NOW + DAY)
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder.sign(key, hashes.SHA256())


def digest(certificate: x509.Certificate) -> str | None:
    return fingerprint(certificate.public_bytes(Encoding.DER))


@pytest.mark.parametrize("name", [ASKED, "localhost", "A1B2.CERT.localhost"])
def test_a_name_that_asks_hands_the_certificate_to_the_application(
    listener: Listener, anong: tuple[x509.Certificate, bytes], pem: Path, name: str
) -> None:
    assert listener.came(name, pem)["peer"] == digest(anong[0])


def test_the_other_names_never_ask(listener: Listener, pem: Path) -> None:
    assert listener.came("portal.localhost", pem)["peer"] is None


def test_without_a_certificate_the_application_still_answers(listener: Listener) -> None:
    assert listener.came(ASKED)["peer"] is None


def test_a_name_that_cannot_be_told_is_not_asked(listener: Listener, pem: Path) -> None:
    assert listener.came("broken.localhost", pem)["peer"] is None


def test_an_expired_certificate_passes_the_handshake(listener: Listener, pki: Pki, tmp_path: Path) -> None:
    key = make_key("rsa-2048")
    expired = issue(
        pki.hierarchy, "demo-ca", key.public_key(), ANONG, Profile.PERSON, not_before=NOW - 9 * DAY, not_after=NOW - DAY
    )

    assert listener.came(ASKED, write(tmp_path / "pem", expired, key))["peer"] == digest(expired)


@pytest.mark.parametrize(
    "key",
    [
        make_key("rsa-2048"),
        make_key("p-256"),
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(public_exponent=3, key_size=2048),
    ],
    ids=["rsa", "p-256", "p-384", "rsa-e3"],
)
@pytest.mark.parametrize("purpose", [None, ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CODE_SIGNING])
def test_a_self_signed_certificate_for_any_purpose_passes_the_handshake(
    listener: Listener, tmp_path: Path, key: PrivateKey, purpose: x509.ObjectIdentifier | None
) -> None:
    certificate = self_signed(key, purpose)

    assert listener.came(ASKED, write(tmp_path / "pem", certificate, key))["peer"] == digest(certificate)


def test_a_certificate_of_an_unknown_issuer_passes_the_handshake(listener: Listener, tmp_path: Path) -> None:
    key, issuer = make_key("p-256"), make_key("p-256")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nobody")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - DAY, NOW + DAY)
    certificate = builder.sign(issuer, hashes.SHA256())

    assert listener.came(ASKED, write(tmp_path / "pem", certificate, key))["peer"] == digest(certificate)


@pytest.mark.parametrize("weak", [["rsa:1024", "-sha256"], ["rsa:2048", "-sha1"], ["rsa:2048", "-md5"]])
def test_a_weak_certificate_passes_the_handshake(listener: Listener, pki: Pki, tmp_path: Path, weak: list[str]) -> None:
    request = ["openssl", "req", "-x509", "-nodes", "-subj", "/CN=weak", "-keyout", "key", "-out", "pem", "-newkey"]
    subprocess.run([*request, *weak], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.create_default_context(cafile=str(pki.tls_ca))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(tmp_path / "pem", tmp_path / "key")

    with context.wrap_socket(listener.connect_raw(), server_hostname=ASKED) as connection:
        came = json.loads(exchange(connection)[1])

    assert came["peer"] == fingerprint(ssl.PEM_cert_to_DER_cert((tmp_path / "pem").read_text()))


def test_an_enormous_certificate_ends_its_own_handshake_only(listener: Listener, tmp_path: Path) -> None:
    key = make_key("p-256")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nobody")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - DAY, NOW + DAY)
    builder = builder.add_extension(x509.UnrecognizedExtension(NameOID.COMMON_NAME, bytes(200_000)), critical=False)
    enormous = write(tmp_path / "pem", builder.sign(key, hashes.SHA256()), key)

    with pytest.raises((ssl.SSLError, ConnectionError)):
        listener.get(ASKED, enormous)
    assert listener.came(ASKED)["peer"] is None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_without_its_key_does_not_pass(
    listener: Listener, pki: Pki, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    stolen = write(tmp_path / "pem", self_signed(key), key)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    secret, forged = (one.private_numbers().private_value.to_bytes(32) for one in (key, other))
    context = ssl.create_default_context(cafile=str(pki.tls_ca))
    context.minimum_version = context.maximum_version = version
    stolen.write_bytes(
        self_signed(key).public_bytes(Encoding.PEM)
        + ssl.DER_cert_to_PEM_cert(der.replace(secret, forged)).replace("CERTIFICATE", "PRIVATE KEY").encode()
    )
    context.load_cert_chain(stolen)

    with pytest.raises((ssl.SSLError, ConnectionError)):
        visit(listener, context)


def visit(listener: Listener, context: ssl.SSLContext) -> None:
    """Raises as soon as the server hangs up, which in TLS 1.3 is after the client's side of the handshake is done."""
    with listener.connect_raw() as raw, context.wrap_socket(raw, server_hostname=ASKED) as connection:
        exchange(connection)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", [ASKED, "portal.localhost"])
def test_sessions_are_never_resumed(
    listener: Listener, pki: Pki, pem: Path, name: str, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=str(pki.tls_ca))
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(pem)

    def come_again(session: ssl.SSLSession | None) -> ssl.SSLSocket:
        connection = context.wrap_socket(listener.connect_raw(), server_hostname=name, session=session)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):
            pass
        return connection

    with come_again(None) as first, come_again(first.session) as second:
        assert not second.session_reused


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(listener: Listener, version: ssl.TLSVersion) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version

    with listener.connect_raw() as raw, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(raw, server_hostname="portal.localhost")


def test_browsers_learn_which_cas_are_accepted_also_after_a_change(pki: Pki) -> None:
    accepted = [pki.hierarchy.certificate("demo-ca")]
    server = {name: Path(path) for name, path in pki.server.items()}
    tls = AnyCertificate(**server, asks=lambda _: True, accepted_cas=lambda: accepted, refresh=0)

    assert offered(tls) == ["Demo CA"]
    accepted.append(pki.hierarchy.certificate("demo-ca-g3"))
    assert offered(tls) == ["Demo CA", "Demo CA G3"]


def test_a_trust_store_that_fails_leaves_the_list_as_it_was(pki: Pki, caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([[pki.hierarchy.certificate("demo-ca")]])
    server = {name: Path(path) for name, path in pki.server.items()}
    tls = AnyCertificate(**server, asks=lambda _: True, accepted_cas=lambda: next(answers), refresh=0)

    assert offered(tls) == ["Demo CA"]
    assert offered(tls) == ["Demo CA"]
    assert "stays as it was" in caplog.text


def test_a_server_without_a_usable_key_does_not_start(pki: Pki, tmp_path: Path) -> None:
    shutil.copy(pki.server["certificate"], tmp_path / "key.pem")

    with pytest.raises(SSL.Error):
        AnyCertificate(Path(pki.server["certificate"]), tmp_path / "key.pem", None, tuple)


def offered(tls: AnyCertificate) -> list[str | None]:
    """The common names of the CAs that the server names when it asks for a certificate."""
    client_end, server_end = socket.socketpair()
    with client_end, server_end:
        server_end.setblocking(False)
        client_end.setblocking(False)
        server = tls.accept(server_end)
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        client = SSL.Connection(context, client_end)
        client.set_connect_state()
        for _ in range(3):
            for side in (client, server):
                try:
                    side.do_handshake()
                except SSL.WantReadError:
                    continue
        return [name.commonName for name in client.get_client_ca_list()]
