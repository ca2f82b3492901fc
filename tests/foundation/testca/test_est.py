"""Enrolment over secure transport: our client against the test CA's own door, over TLS."""

from __future__ import annotations

import argparse
import base64
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from securenet.foundation import est
from securenet.foundation.est import Declined, EstServer, Later, Unreachable, enroll
from securenet.foundation.testca.command import add_arguments, run
from securenet.foundation.testca.est import EstDoor, make_est_server
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue, issue_as_requested
from securenet.foundation.testca.keys import make_key, write_key
from securenet.foundation.testca.profiles import Person, Profile, Server, subject_name
from securenet.foundation.testca.refusals import NamesMissing
from securenet.foundation.testca.register import Register
from tests.foundation.testca.conftest import ANONG, AT

pytestmark = pytest.mark.rule("R40")
LOGIN = "ra:Correct Horse"


@cache
def request_of(name: str = ANONG.name, organization: str = ANONG.organization) -> bytes:
    person = Person(name, ANONG.email, organization)
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject_name(person))
    return builder.sign(make_key("p-256"), hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture
def pki(hierarchy: Hierarchy, tmp_path: Path) -> Path:
    """A folder with the TLS server's certificate, the CA that it comes from, and certificates of two RAs."""
    server, key = make_key("p-256"), tmp_path / "server-key.pem"
    end = AT + timedelta(days=3650)
    made = issue(
        hierarchy, "demo-tls-ca", server.public_key(), Server(("localhost", "127.0.0.1")), Profile.SERVER,
        not_before=AT, not_after=end,
    )  # fmt: skip
    write_key(key, server)
    (tmp_path / "server.pem").write_bytes(made.public_bytes(Encoding.PEM))
    for slug in ("demo-tls-ca", "demo-ca-g2", "demo-root-ca"):
        (tmp_path / f"{slug}.pem").write_bytes(hierarchy.certificate(slug).public_bytes(Encoding.PEM))
    for name, ca in (("ra", "demo-ca-g2"), ("stranger", "demo-ca-g3")):
        own = make_key("p-256")
        write_key(tmp_path / f"{name}-key.pem", own)
        person = Person("The RA", "ra@bank.example", ANONG.organization)
        shown = issue(hierarchy, ca, own.public_key(), person, Profile.PERSON, not_before=AT, not_after=end)
        (tmp_path / f"{name}.pem").write_bytes(shown.public_bytes(Encoding.PEM))
    return tmp_path


@contextmanager
def answering(server: HTTPServer) -> Iterator[int]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def door(hierarchy: Hierarchy, pki: Path) -> Iterator[Callable[..., EstServer]]:
    """Return a function that opens the CA's door, and says how our client finds it."""
    opened = []

    def open_door(**changes: object) -> EstServer:
        facts = {"login": LOGIN, "clients": pki / "chain.pem"} | changes
        both = (pki / "demo-ca-g2.pem").read_bytes() + (pki / "demo-root-ca.pem").read_bytes()
        (pki / "chain.pem").write_bytes(both)
        made = EstDoor("demo-ca", pki / "server.pem", pki / "server-key.pem", **facts)  # type: ignore[arg-type]
        entered = answering(make_est_server(hierarchy.directory, "127.0.0.1", 0, made))
        opened.append(entered)
        return EstServer(f"https://localhost:{entered.__enter__()}/.well-known/est", pki / "demo-tls-ca.pem")

    yield open_door
    for entered in opened:
        entered.__exit__(None, None, None)


def test_a_request_becomes_a_certificate_by_password(hierarchy: Hierarchy, door: Callable[..., EstServer]) -> None:
    request = request_of()
    made = x509.load_der_x509_certificate(enroll(replace(door(), login=LOGIN), request))

    assert made.public_key() == x509.load_der_x509_csr(request).public_key()
    assert made.subject == subject_name(ANONG)
    made.verify_directly_issued_by(hierarchy.certificate("demo-ca"))


def test_and_by_the_certificate_of_the_ra(door: Callable[..., EstServer], pki: Path) -> None:
    known = replace(door(login=""), certificate=pki / "ra.pem", key=pki / "ra-key.pem")
    assert enroll(known, request_of())


def test_the_same_request_gets_the_same_certificate(hierarchy: Hierarchy, door: Callable[..., EstServer]) -> None:
    """So nothing is doubled where the answer was lost on its way."""
    server = replace(door(), login=LOGIN)
    before = len(Register.load(hierarchy.register_path).of("demo-ca"))

    assert enroll(server, request_of()) == enroll(server, request_of())
    assert len(Register.load(hierarchy.register_path).of("demo-ca")) == before + 1


@pytest.mark.parametrize("login", ["", "ra:wrong", "ra", LOGIN + "\N{SNOWMAN}"])
def test_a_stranger_gets_nothing_and_may_try_again(
    hierarchy: Hierarchy, door: Callable[..., EstServer], login: str
) -> None:
    with pytest.raises(Unreachable, match="401"):
        enroll(replace(door(), login=login), request_of())
    assert not Register.load(hierarchy.register_path).of("demo-ca")[2:]


def test_a_certificate_of_another_ca_opens_nothing(door: Callable[..., EstServer], pki: Path) -> None:
    with pytest.raises(Unreachable):
        enroll(replace(door(), certificate=pki / "stranger.pem", key=pki / "stranger-key.pem"), request_of())


def test_a_server_that_the_file_does_not_vouch_for_is_not_spoken_to(door: Callable[..., EstServer], pki: Path) -> None:
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        enroll(replace(door(), trust=pki / "demo-ca-g2.pem", login=LOGIN), request_of())


def test_plain_http_is_not_spoken(pki: Path) -> None:
    with pytest.raises(Unreachable, match="https"):
        enroll(EstServer("http://localhost:9/.well-known/est", pki / "demo-tls-ca.pem"), request_of())


def test_a_ca_that_takes_its_time_says_when_to_come_again(door: Callable[..., EstServer]) -> None:
    server = replace(door(retry_after=90), login=LOGIN)

    with pytest.raises(Later) as later:
        enroll(server, request_of())
    assert later.value.seconds == 90
    assert enroll(server, request_of())


def test_what_the_ca_declines_is_final(door: Callable[..., EstServer]) -> None:
    spoilt = request_of().replace(b"Anong", b"Arong")
    with pytest.raises(Declined):
        enroll(replace(door(), login=LOGIN), spoilt)


def test_a_fault_of_the_ca_is_none_of_the_request(hierarchy: Hierarchy, door: Callable[..., EstServer]) -> None:
    server = replace(door(), login=LOGIN)
    whole = hierarchy.register_path.read_text()
    hierarchy.register_path.write_text(whole[:-9])
    with pytest.raises(Unreachable, match="500"):
        enroll(server, request_of())
    hierarchy.register_path.write_text(whole)
    assert enroll(server, request_of())


class Strange(BaseHTTPRequestHandler):
    """A server that answers as it was told."""

    status, headers_, body = HTTPStatus.OK, dict[str, str](), b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        for name, value in self.headers_.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Silent."""


@contextmanager
def strange(pki: Path, status: int, headers: dict[str, str], body: bytes) -> Iterator[EstServer]:
    handler = type("Told", (Strange,), {"status": status, "headers_": headers, "body": body})
    server = HTTPServer(("127.0.0.1", 0), handler)
    context = EstDoor("", pki / "server.pem", pki / "server-key.pem").context()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with answering(server) as port:
        yield EstServer(f"https://localhost:{port}/.well-known/est", pki / "demo-tls-ca.pem")


PKCS7 = {"Content-Type": "application/pkcs7-mime; smime-type=certs-only"}


def others(pki: Path) -> bytes:
    found = x509.load_pem_x509_certificate((pki / "demo-ca-g2.pem").read_bytes())
    return base64.encodebytes(pkcs7.serialize_certificates([found], Encoding.DER))


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, PKCS7, others),
        (200, PKCS7, lambda pki: b"AAAA"),
        (200, PKCS7, lambda pki: b"not base64!"),
        (200, PKCS7, lambda pki: b"A" * (est.LARGEST_ANSWER + 1)),
        (200, {"Content-Type": "text/html"}, lambda pki: b"<html>"),
        (301, {"Location": "https://localhost:9/"}, lambda pki: b""),
        (403, {}, lambda pki: b""),
        (404, {}, lambda pki: b""),
        (503, {}, lambda pki: b""),
    ],
    ids=["another's", "no PKCS#7", "no base64", "too large", "a page", "a redirect", "forbidden", "nowhere", "busy"],
)
def test_another_answer_is_no_certificate_and_not_final(
    pki: Path, status: int, headers: dict[str, str], body: Callable[[Path], bytes]
) -> None:
    with strange(pki, status, headers, body(pki)) as server, pytest.raises(Unreachable):
        enroll(server, request_of())


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("5", 5), ("0", 1), ("99999999", 86400), ("999999999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", 3600)],
)
def test_a_time_to_come_again_is_kept_within_bounds(pki: Path, told: str, seconds: int) -> None:
    with strange(pki, 202, {"Retry-After": told}, b"") as server, pytest.raises(Later) as later:
        enroll(server, request_of())
    assert later.value.seconds == seconds


def test_a_silent_server_is_given_up(pki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(est, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://localhost:{silent.getsockname()[1]}/.well-known/est"
        with pytest.raises(Unreachable):
            enroll(EstServer(address, pki / "demo-tls-ca.pem"), request_of())


def test_the_command_serves_it_beside_its_lists(hierarchy: Hierarchy, pki: Path) -> None:
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    (pki / "login").write_text(LOGIN + "\n")
    told = {"port": ports[1], "ca": "demo-ca", "certificate": pki / "server.pem", "key": pki / "server-key.pem"}
    options = [part for name, value in (told | {"login": pki / "login"}).items() for part in (f"--est-{name}", value)]
    command = [sys.executable, "-m", "securenet.cli", "testca", "serve", hierarchy.directory]
    command += ["--port", ports[0], *options]
    with subprocess.Popen(list(map(str, command))) as process:
        server = EstServer(f"https://localhost:{ports[1]}/.well-known/est", pki / "demo-tls-ca.pem", login=LOGIN)
        for _ in range(300):
            try:
                made = enroll(server, request_of())
            except Unreachable:
                time.sleep(0.1)
            else:
                break
        process.terminate()
        assert process.wait(60) == 0
    assert x509.load_der_x509_certificate(made).issuer == hierarchy.certificate("demo-ca").subject


def test_the_command_wants_what_est_needs(hierarchy: Hierarchy, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["serve", str(hierarchy.directory), "--est-port", "0"])) == 1
    assert "--est-ca" in capsys.readouterr().err


def test_each_ca_answers_the_same_request_for_itself(hierarchy: Hierarchy) -> None:
    request = x509.load_der_x509_csr(request_of("Each CA"))
    validity = {"not_before": AT, "not_after": AT + timedelta(days=9)}
    made = {issue_as_requested(hierarchy, ca, request, **validity) for ca in ("demo-ca", "demo-ca-g2") for _ in "ab"}
    assert len(made) == 2


@pytest.mark.parametrize("left_out", [NameOID.COMMON_NAME, NameOID.EMAIL_ADDRESS, NameOID.ORGANIZATION_NAME])
def test_a_request_that_names_nobody_gets_nothing(hierarchy: Hierarchy, left_out: x509.ObjectIdentifier) -> None:
    name = x509.Name([attribute for attribute in subject_name(ANONG) if attribute.oid != left_out])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(make_key("p-256"), hashes.SHA256())
    with pytest.raises(NamesMissing):
        issue_as_requested(hierarchy, "demo-ca", request, not_before=AT, not_after=AT + timedelta(days=9))
