"""The wire between provider and services, over real TLS."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from securenet.domain.oidc.transport import LARGEST_ANSWER, Unreachable, send

pytestmark = pytest.mark.rule("R90")


def pair(name, signer=None):
    """Return a key and a certificate for a name: signed by `signer`, or a certification authority of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    ca_key, ca = signer or (key, None)
    built = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=ca.subject if ca else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=ca is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    )
    return key, built.sign(ca_key, hashes.SHA256())


def pem(path, key, certificate):
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class Answers(BaseHTTPRequestHandler):
    """Repeats what it was asked."""

    def do_GET(self):
        size = LARGEST_ANSWER + 1 if self.path == "/large" else 0
        self.answer(302 if self.path == "/away" else 200, b"x" * size or self.headers["Host"].encode())

    def do_POST(self):
        self.answer(200, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Location", "https://elsewhere.localhost/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_parts):
        pass


class Quiet(HTTPServer):
    """A server that says nothing of clients that turn away."""

    def handle_error(self, request, client_address):
        pass


@pytest.fixture(scope="module")
def authority():
    return pair("ca.localhost")


@pytest.fixture(scope="module")
def port(authority, tmp_path_factory):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem(tmp_path_factory.mktemp("tls") / "server.pem", *pair("portal.localhost", authority)))
    server = Quiet(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def trusted(authority, tmp_path, settings):
    settings.TLS_AUTHORITY = pem(tmp_path / "ca.pem", *authority)


def test_what_is_sent_arrives(port):
    assert send("POST", f"https://portal.localhost:{port}/", body=b"code=1").body == b"code=1"
    assert send("GET", f"https://portal.localhost:{port}/?x=1").status == 200


def test_the_public_name_is_asked_for_at_another_address(port):
    reply = send("GET", "https://portal.localhost:9/", address=f"127.0.0.1:{port}")
    assert reply.body == b"portal.localhost:9"


def test_a_certificate_for_another_name_is_refused(port):
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        send("GET", "https://bms-id.localhost/", address=f"127.0.0.1:{port}")


def test_a_certificate_of_another_authority_is_refused(port, tmp_path, settings):
    settings.TLS_AUTHORITY = pem(tmp_path / "other.pem", *pair("other.localhost"))
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        send("GET", f"https://portal.localhost:{port}/")
    settings.TLS_AUTHORITY = None
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        send("GET", f"https://portal.localhost:{port}/")


def test_redirects_are_not_followed(port):
    assert send("GET", f"https://portal.localhost:{port}/away").status == 302


def test_an_answer_without_end_is_cut(port):
    with pytest.raises(Unreachable, match="too large"):
        send("GET", f"https://portal.localhost:{port}/large")


@pytest.mark.parametrize(
    "url", ["http://portal.localhost/", "https:///", "ftp://portal.localhost/", "portal.localhost"]
)
def test_only_tls_will_do(url):
    with pytest.raises(Unreachable, match="https"):
        send("GET", url)


def test_nobody_there_is_noticed():
    with pytest.raises(Unreachable):
        send("GET", "https://portal.localhost/", address="127.0.0.1:1")
