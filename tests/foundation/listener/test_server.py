import signal
import socket
import stat
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.foundation.listener.client import header_certificate
from securenet.foundation.listener.server import HeaderWithoutGuard, OpenDirectory, Tls, serve
from tests.foundation.listener.application import fingerprint
from tests.foundation.listener.conftest import Listener, Pki, started

APPLICATION = "tests.foundation.listener.application:application"


@pytest.fixture
def escaped(anong: tuple[x509.Certificate, bytes]) -> bytes:
    """As nginx writes `$ssl_client_escaped_cert`."""
    return quote(anong[0].public_bytes(Encoding.PEM).decode(), safe="").encode()


@pytest.fixture
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


def test_behind_the_proxy_the_header_is_the_certificate(
    directory: Path, escaped: bytes, anong: tuple[x509.Certificate, bytes]
) -> None:
    path = directory / "run" / "cert.sock"

    with started(None, directory, bind=str(path), trust_header=True) as listener:
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o750
        came = listener.came(head=b"X-Client-Certificate: " + escaped + b"\r\n")
        assert listener.came()["header"] is None
        assert listener.came(head=b"X-Client-Certificate: \r\n")["header"] is None
        assert listener.stop() == 0

    assert came["header"] == fingerprint(anong[0].public_bytes(Encoding.DER))
    assert came["peer"] is None


@pytest.mark.parametrize(
    "head",
    [
        b"X-Client-Certificate: %s\r\n",
        b"x-client-certificate: %s\r\n",
        b"X_Client_Certificate: %s\r\n",
        b"X-Client_Certificate: %s\r\n",
        b"X-Client-Certificate: %s\r\nX-Client-Certificate: a\r\n",
        b"Connection: X-Client-Certificate\r\nX-Client-Certificate: %s\r\n",
        b"Securenet.Certificate-Header-Trusted: 1\r\nX-Client-Certificate: %s\r\n",
    ],
)
def test_a_forged_header_never_reaches_the_application(
    listener: Listener, pki: Pki, escaped: bytes, head: bytes
) -> None:
    for name in ("portal.localhost", "x.cert.localhost"):
        came = listener.came(name, head=head.replace(b"%s", escaped))
        assert (came["peer"], came["header"]) == (None, None)
        assert "HTTP_X_CLIENT_CERTIFICATE" not in came["seen"]


def test_a_plain_listener_trusts_no_header(directory: Path, escaped: bytes) -> None:
    with started(None, directory) as listener:
        came = listener.came(head=b"X-Client-Certificate: " + escaped + b"\r\n")
        assert (came["header"], came["seen"], came["scheme"]) == (None, [], "http")
        assert listener.came(head=b"X-Forwarded-Proto: https\r\n")["scheme"] == "https"


def test_a_header_is_exactly_one_certificate(escaped: bytes, anong: tuple[x509.Certificate, bytes]) -> None:
    def read(value: str) -> bytes | None:
        environ = {"securenet.certificate_header_trusted": True, "HTTP_X_CLIENT_CERTIFICATE": value}
        return header_certificate(environ)

    good = escaped.decode()
    assert read(good) == anong[0].public_bytes(Encoding.DER)
    for bad in (
        "",
        "a",
        f"{good},{good}",
        good + good,
        f"x{good}",
        good.replace("CERTIFICATE", "PRIVATE KEY"),
        good[:-40],
    ):
        assert read(bad) is None


def test_the_header_is_trusted_on_a_unix_socket_only(pki: Pki, directory: Path) -> None:
    tls = Tls(Path(pki.server["certificate"]), Path(pki.server["key"]))

    with pytest.raises(HeaderWithoutGuard):
        serve(APPLICATION, bind=("127.0.0.1", 0), trust_header=True)
    with pytest.raises(HeaderWithoutGuard):
        serve(APPLICATION, bind=directory / "a" / "sock", tls=tls, trust_header=True)


def test_a_socket_in_a_directory_open_to_all_is_refused(directory: Path) -> None:
    (directory / "open").mkdir()
    (directory / "open").chmod(0o755)

    with pytest.raises(OpenDirectory):
        serve(APPLICATION, bind=directory / "open" / "sock")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_listener_ends_with_0_while_clients_hang(pki: Pki, directory: Path, number: signal.Signals) -> None:
    with started(pki, directory) as listener:
        hanging = [listener.connect_raw(), listener.connect()]
        assert listener.came()["scheme"] == "https"

        assert listener.stop(number) == 0
        assert listener.stderr.read_text() == ""
        for client in hanging:
            client.close()


def test_a_running_request_is_finished_before_the_end(pki: Pki, directory: Path) -> None:
    answers = []
    with started(pki, directory) as listener:
        thread = threading.Thread(target=lambda: answers.append(listener.get(path="/slow")[0]))
        thread.start()
        while not (directory / "begun").exists():
            time.sleep(0.05)
        assert listener.stop() == 0
        thread.join()

    assert answers == [200]


def test_a_broken_application_is_logged_without_the_query(pki: Pki, directory: Path) -> None:
    with started(pki, directory) as listener:
        assert listener.get(path="/raise?code=secret")[0] == 500
        assert listener.came()["peer"] is None
        listener.stop()
        written = listener.stderr.read_text()

    assert "RuntimeError" in written
    assert "/raise" in written
    assert "secret" not in written


def test_a_listener_that_asks_nobody_keeps_connections_alive(pki: Pki, directory: Path) -> None:
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    with started(pki, directory, asks=False, workers=2) as listener, listener.connect() as connection:
        for _ in range(3):
            connection.sendall(request)
            assert read_answers(connection, 1)
        connection.sendall(request * 3)
        assert read_answers(connection, 3)


def read_answers(connection: socket.socket, count: int) -> bool:
    answer = b""
    while not (answer.endswith(b"}") and answer.count(b"200 OK") == count):
        chunk = connection.recv(65536)
        assert chunk
        answer += chunk
    return True


def test_a_client_cannot_say_that_it_came_by_plain_http(listener: Listener) -> None:
    assert listener.came(head=b"X-Forwarded-Proto: http\r\n")["scheme"] == "https"


def test_a_listener_that_asks_closes_after_each_answer(listener: Listener, pem: Path) -> None:
    with listener.connect("x.cert.localhost", pem) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert b"Connection: close" in answer
