import base64
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.responder import make_server
from securenet.foundation.testca.revocation import revoke
from tests.foundation.testca.conftest import Issue


@pytest.fixture
def port(hierarchy: Hierarchy) -> Iterator[int]:
    with make_server(hierarchy.directory, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def fetch(port: int, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET" if body is None else "POST", path, body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def test_the_list_and_the_certificate_of_a_ca_are_served(hierarchy: Hierarchy, port: int) -> None:
    status, crl = fetch(port, "/demo-ca.crl")

    assert status == 200
    end = x509.load_der_x509_crl(crl).next_update_utc
    assert end
    assert end > datetime.now(UTC)
    certificate = hierarchy.certificate("demo-ca").public_bytes(Encoding.DER)
    assert fetch(port, "/demo-ca.cer?x=y") == (200, certificate)


@pytest.mark.parametrize(
    "path",
    ["/", "/nobody.crl", "/../register.json", "/cas/demo-ca/key.pem", "/%2e%2e/demo-ca.crl", "/ocsp/nobody/AAAA"],
)
def test_nothing_else_is_served(port: int, path: str) -> None:
    assert fetch(port, path)[0] == 404


def test_ocsp_answers_post_and_get(hierarchy: Hierarchy, issue_to_anong: Issue, port: int) -> None:
    certificate, issuer = issue_to_anong(), hierarchy.certificate("demo-ca")
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA384()).build()
    der = request.public_bytes(Encoding.DER)

    posted = fetch(port, "/ocsp/demo-ca", der)[1]
    got = fetch(port, "/ocsp/demo-ca/" + quote(base64.b64encode(der), safe=""))[1]

    statuses = {ocsp.load_der_ocsp_response(answer).certificate_status for answer in (posted, got)}
    assert statuses == {ocsp.OCSPCertStatus.GOOD}


def test_too_large_a_request_is_refused_unread(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/ocsp/demo-ca")
    connection.putheader("Content-Length", "9" * 30)
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()


def test_openssl_is_told_good_then_revoked(
    hierarchy: Hierarchy, issue_to_anong: Issue, port: int, tmp_path: Path
) -> None:
    certificate = issue_to_anong()
    (tmp_path / "leaf.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in hierarchy.chain("demo-ca"))
    (tmp_path / "chain.pem").write_bytes(chain)
    issuer = hierarchy.ca_path("demo-ca") / "certificate.pem"
    ask = ["openssl", "ocsp", "-issuer", issuer, "-cert", "leaf.pem", "-CAfile", "chain.pem"]
    ask += ["-url", f"http://127.0.0.1:{port}/ocsp/demo-ca"]

    def words() -> str:
        done = subprocess.run(ask, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    before = words()
    revoke(hierarchy, certificate.serial_number, ReasonFlags.key_compromise, at=datetime.now(UTC))
    after = words()

    assert "Response verify OK" in before
    assert "leaf.pem: good" in before
    assert "nonce" not in before.lower()
    assert "Response verify OK" in after
    assert "leaf.pem: revoked" in after
    assert "keyCompromise" in after


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_responder_ends_with_0_when_told_to(hierarchy: Hierarchy, number: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = "import argparse, sys; from securenet.foundation.testca.command import add_arguments, run;"
    script += "parser = argparse.ArgumentParser(); add_arguments(parser); sys.exit(run(parser.parse_args()))"
    command = [sys.executable, "-c", script, "serve", hierarchy.directory, "--port", str(port)]

    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        for _ in range(600):
            try:
                assert fetch(port, "/healthz") == (200, b"ok\n")
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        process.send_signal(number)
        words = process.communicate(timeout=60)[1]

    assert (process.returncode, words) == (0, b"")
