import json
import os
import shutil
import signal
import socket
import ssl
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from securenet.foundation.testca.demo import DEMO_CAS, TLS_CA
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key, write_key
from securenet.foundation.testca.profiles import Person, Profile, Server

ROOT = Path(__file__).parents[3]
NOW = datetime.now(UTC).replace(microsecond=0)
ANONG = Person("Anong Test", "anong@bank.example", "0994000162243")
HOSTS = ("localhost", "portal.localhost", "broken.localhost", "*.cert.localhost", "127.0.0.1")


@dataclass(frozen=True)
class Pki:
    """The demo's hierarchy and a TLS server's certificate."""

    hierarchy: Hierarchy
    folder: Path

    @property
    def server(self) -> dict[str, str]:
        return {"certificate": str(self.folder / "server.pem"), "key": str(self.folder / "server-key.pem")}

    @property
    def tls_ca(self) -> Path:
        return self.hierarchy.ca_path(TLS_CA) / "certificate.pem"


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder = tmp_path_factory.mktemp("pki")
    hierarchy = Hierarchy.create(folder / "ca", DEMO_CAS, base_url="http://127.0.0.1:1", at=NOW - timedelta(days=30))
    key = make_key("p-256")
    write_key(folder / "server-key.pem", key)
    certificate = issue(
        hierarchy,
        TLS_CA,
        key.public_key(),
        Server(HOSTS),
        Profile.SERVER,
        not_before=NOW - timedelta(days=1),
        not_after=NOW + timedelta(days=30),
    )
    (folder / "server.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "accepted").mkdir()
    for slug in ("demo-ca", "demo-ca-g2"):
        shutil.copy(hierarchy.ca_path(slug) / "certificate.cer", folder / "accepted" / f"{slug}.cer")
    return Pki(hierarchy, folder)


@pytest.fixture(scope="session")
def anong(pki: Pki) -> tuple[x509.Certificate, bytes]:
    """Her certificate, and certificate with key in PEM."""
    key = make_key("p-256")
    validity = {"not_before": NOW - timedelta(days=1), "not_after": NOW + timedelta(days=30)}
    certificate = issue(pki.hierarchy, "demo-ca", key.public_key(), ANONG, Profile.PERSON, **validity)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate, certificate.public_bytes(Encoding.PEM) + pem


@dataclass
class Listener:
    """A running listener and the small client that speaks to it."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int] | str
    tls_ca: Path | None
    stderr: Path

    def connect(self, name: str = "portal.localhost", pem: Path | None = None) -> socket.socket:
        raw = self.connect_raw()
        if self.tls_ca is None:
            return raw
        context = ssl.create_default_context(cafile=str(self.tls_ca))
        if pem:
            context.load_cert_chain(pem)
        try:
            return context.wrap_socket(raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def connect_raw(self) -> socket.socket:
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        raw = socket.socket(family, socket.SOCK_STREAM)
        raw.settimeout(60)
        try:
            raw.connect(self.address)
        except OSError:
            raw.close()
            raise
        return raw

    def get(self, name: str = "portal.localhost", pem: Path | None = None, **ask: Any) -> tuple[int, bytes]:
        with self.connect(name, pem) as connection:
            return exchange(connection, host=name, **ask)

    def came(self, name: str = "portal.localhost", pem: Path | None = None, **ask: Any) -> dict[str, Any]:
        status, body = self.get(name, pem, **ask)
        assert status == 200, body
        answer: dict[str, Any] = json.loads(body)
        return answer

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def exchange(
    connection: socket.socket, path: str = "/", head: bytes = b"", body: bytes = b"", host: str = "localhost"
) -> tuple[int, bytes]:
    """Send one request, read to the end, and return the status and the body."""
    length = f"Content-Length: {len(body)}\r\n".encode()
    request = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode()
    connection.sendall(request + length + head + b"\r\n" + body)
    received = bytearray()
    while chunk := connection.recv(65536):
        received += chunk
    header, _, content = bytes(received).partition(b"\r\n\r\n")
    if not header:
        raise ConnectionResetError("no answer")
    return int(header.split()[1]), content


@contextmanager
def started(pki: Pki | None, folder: Path, **told: Any) -> Iterator[Listener]:
    if pki:
        told = {**pki.server, "cas": str(pki.folder / "accepted"), **told}
    if "bind" not in told:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            told["bind"] = probe.getsockname()
    address = told["bind"] if isinstance(told["bind"], str) else tuple(told["bind"])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    command = [sys.executable, Path(__file__).with_name("launch.py"), json.dumps(told)]
    log = folder / "stderr"
    with log.open("wb") as stderr, subprocess.Popen(command, env=environment, stderr=stderr, cwd=folder) as process:
        try:
            listener = Listener(process, address, pki.tls_ca if pki else None, log)
            _wait(listener)
            yield listener
        finally:
            if process.poll() is None:
                listener.stop()


def _wait(listener: Listener) -> None:
    for _ in range(600):
        assert listener.process.poll() is None, listener.stderr.read_text()
        try:
            listener.connect_raw().close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the listener did not start")


@pytest.fixture(scope="module")
def listener(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    with started(pki, tmp_path_factory.mktemp("listener")) as running:
        yield running


@pytest.fixture
def pem(anong: tuple[x509.Certificate, bytes], tmp_path: Path) -> Path:
    path = tmp_path / "anong.pem"
    path.write_bytes(anong[1])
    return path


@pytest.fixture(scope="module")
def proxied(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """nginx before two listeners: one that trusts the header, one for the names that do not ask."""
    folder = tmp_path_factory.mktemp("nginx")
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    run = folder / "run"
    with (
        started(None, folder / "one", bind=str(run / "cert.sock"), trust_header=True) as behind,
        started(None, folder / "two", bind=str(run / "portal.sock")),
        socket.socket() as probe,
    ):
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
        probe.close()
        accepted = folder / "accepted.pem"
        accepted.write_bytes(b"".join(ca_pem(pki, slug) for slug in ("demo-ca", "demo-root-ca")))
        facts = {**pki.server, "folder": str(folder), "port": str(address[1]), "accepted": str(accepted)}
        template = string.Template(Path(__file__).with_name("nginx.conf").read_text())
        configuration = template.substitute(facts)
        if os.getuid() == 0:
            configuration = f"user root;\n{configuration}"
        (folder / "nginx.conf").write_text(configuration)
        command = ["nginx", "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"]
        with (folder / "stderr").open("wb") as log, subprocess.Popen(command, stderr=log) as nginx:
            front = replace(behind, process=nginx, address=address, tls_ca=pki.tls_ca, stderr=folder / "stderr")
            _wait_for_nginx(front)
            yield front
            nginx.terminate()


def ca_pem(pki: Pki, slug: str) -> bytes:
    return pki.hierarchy.certificate(slug).public_bytes(Encoding.PEM)


def _wait_for_nginx(front: Listener) -> None:
    for _ in range(300):
        assert front.process.poll() is None, front.stderr.read_text()
        try:
            front.connect_raw().close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nginx did not start")
