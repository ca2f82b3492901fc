import os
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foundation.listener.conftest import Listener, Pki, exchange, started

MORE_THAN_THREADS = 40
CLIENT_HELLO_HEAD = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


@pytest.fixture(autouse=True)
def _the_same_worker_serves_on(listener: Listener) -> Iterator[None]:
    """Whatever a test does: afterwards the listener answers, and has complained of nothing."""
    yield
    assert listener.came()["peer"] is None
    assert listener.stderr.read_text() == ""


def reset(raw: socket.socket) -> None:
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


def ends(raw: socket.socket) -> bool:
    """Whether the server hangs up."""
    try:
        while raw.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize("beginning", [b"", CLIENT_HELLO_HEAD], ids=["silent", "half-a-hello"])
def test_hanging_handshakes_hold_no_thread(listener: Listener, beginning: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(MORE_THAN_THREADS):
            stack.enter_context(listener.connect_raw()).sendall(beginning)

        assert listener.came("x.cert.localhost")["peer"] is None


def test_finished_handshakes_without_a_request_hold_no_thread(listener: Listener, pem: Path) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(listener.connect("x.cert.localhost", pem)) for _ in range(MORE_THAN_THREADS)]

        assert listener.came()["peer"] is None
        assert exchange(opened[-1])[0] == 200


def test_a_handshake_may_come_in_single_bytes(listener: Listener, pki: Pki, pem: Path) -> None:
    """As on a bad line; between the halves the server waits in the poller each time."""
    context = ssl.create_default_context(cafile=str(pki.tls_ca))
    context.load_cert_chain(pem)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="x.cert.localhost")

    with listener.connect_raw() as raw:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        done = False
        while not done:
            try:
                client.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                pass
            for byte in outgoing.read():
                raw.sendall(bytes([byte]))
            if not done:
                incoming.write(raw.recv(65536))
        client.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        raw.sendall(outgoing.read())
        while chunk := raw.recv(65536):
            incoming.write(chunk)
        assert client.read(12) == b"HTTP/1.1 200"


def test_plain_http_is_hung_up_on(listener: Listener) -> None:
    with listener.connect_raw() as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: portal.localhost\r\n\r\n")
        assert ends(raw)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(min_size=1, max_size=300), hello=st.booleans())
def test_garbage_is_hung_up_on(listener: Listener, garbage: bytes, hello: bool) -> None:
    with listener.connect_raw() as raw:
        raw.sendall((CLIENT_HELLO_HEAD if hello else b"") + garbage)
        raw.shutdown(socket.SHUT_WR)
        assert ends(raw)


def test_an_enormous_hello_is_hung_up_on(listener: Listener) -> None:
    record = b"\x16\x03\x01\x40\x00"
    with listener.connect_raw() as raw:
        try:
            raw.sendall(record + b"\x01\xff\xff\xff\x03\x03" + os.urandom(16378))
            for _ in range(200):
                raw.sendall(record + os.urandom(16384))
        except ConnectionError:
            pass
        assert ends(raw)


def test_a_reset_harms_no_one(listener: Listener, pem: Path) -> None:
    for beginning in (b"", CLIENT_HELLO_HEAD):
        raw = listener.connect_raw()
        raw.sendall(beginning)
        reset(raw)
    for half in (b"", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"):
        connection = listener.connect("x.cert.localhost", pem)
        connection.sendall(half)
        reset(connection)
    reader = listener.connect()
    reader.sendall(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
    reader.recv(100)
    reset(reader)


def test_tls_broken_after_the_handshake_is_hung_up_on(listener: Listener) -> None:
    connection = listener.connect()
    with socket.socket(fileno=connection.detach()) as raw:
        raw.settimeout(60)
        raw.sendall(b"GET / HTTP/1.1\r\nHost: this is not TLS\r\n\r\n")
        assert ends(raw)


def test_many_are_served_while_many_hang(listener: Listener, pem: Path) -> None:
    answers: list[bool] = []

    def visit() -> None:
        for _ in range(5):
            answers.append(listener.came("x.cert.localhost", pem)["peer"] is not None)

    with ExitStack() as stack:
        for _ in range(MORE_THAN_THREADS):
            stack.enter_context(listener.connect_raw()).sendall(CLIENT_HELLO_HEAD)
        threads = [threading.Thread(target=visit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert answers == [True] * 40


def test_large_bodies_travel_both_ways(listener: Listener) -> None:
    assert listener.came(body=b"x" * 3_000_000)["received"] == 3_000_000
    assert listener.get(path="/large")[1].count(b"x") >= 3_000_000


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: x\r\n" % n for n in range(80)) + b"\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: secret\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nCookie: secret\x00\r\n\r\n", b"400"),
    ],
    ids=["line", "field", "fields", "nonsense", "coding", "nul"],
)
def test_a_request_beyond_the_limits_is_refused_and_not_repeated(
    listener: Listener, request_bytes: bytes, status: bytes
) -> None:
    with listener.connect() as connection:
        connection.sendall(request_bytes)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.split()[1] == status
    assert b"secret" not in answer


def test_clients_that_do_not_hang_up_are_hung_up_on(listener: Listener) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(listener.connect()) for _ in range(8)]
        for connection in connections:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        for connection in connections:
            assert ends(connection)


@pytest.mark.parametrize("beginning", [b"", CLIENT_HELLO_HEAD], ids=["silent", "half-a-hello"])
def test_an_unfinished_handshake_ends_with_its_time(pki: Pki, tmp_path: Path, beginning: bytes) -> None:
    with started(pki, tmp_path, handshake_seconds=0.5) as impatient, impatient.connect_raw() as raw:
        raw.sendall(beginning)
        assert ends(raw)


def test_an_unfinished_request_ends_with_its_time(pki: Pki, tmp_path: Path) -> None:
    with started(pki, tmp_path, request_seconds=0.5) as impatient:
        for beginning in (b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"):
            with impatient.connect() as connection:
                connection.sendall(beginning)
                assert ends(connection)


def test_clients_that_do_not_read_their_answers_end_with_their_time(pki: Pki, tmp_path: Path) -> None:
    with started(pki, tmp_path, request_seconds=0.5, threads=2) as impatient, ExitStack() as stack:
        for _ in range(6):
            connection = stack.enter_context(impatient.connect())
            connection.sendall(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        assert impatient.came()["peer"] is None
