"""An installation of its own for a run: database, keys, people, servers; gone when the run has ended."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from securenet.foundation.testca.demo import DEMO_CAS, TLS_CA
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key, write_key
from securenet.foundation.testca.profiles import Profile, Server

MEMORY_KIB, ROUNDS, LANES = 19_456, 2, 1
WORKERS, THREADS = 2, 2
PATIENCE = 60
HOSTS = ("portal.localhost", "bms-id.localhost", "*.cert.localhost", "bare.localhost")
BARE = "securenet.bench.bare.settings"


class NotReady(Exception):
    """A command or a server of the run failed; the text is what it said."""


@dataclass
class Installation:
    """`urls` are of the loopback interface; `world` tells who and what is in the database."""

    folder: Path
    database: str
    environment: dict[str, str]
    token_port: int
    roots: list[int] = field(default_factory=list)
    world: dict[str, Any] = field(default_factory=dict)

    @property
    def certificate(self) -> Path:
        """Return the servers' certificate and the CA above it (PEM)."""
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        """Return the servers' private key (PEM)."""
        return self.folder / "server-key.pem"

    @property
    def authority(self) -> Path:
        """Return the CA that the servers' certificate comes from (PEM)."""
        return self.folder / "ca/cas" / TLS_CA / "certificate.pem"

    def securenet(self, *arguments: str) -> str:
        """Run the `securenet` command and return what it printed. Raises NotReady."""
        return self._run("securenet.cli", *arguments)

    def inside(self, name: str, *arguments: object, settings: str = "securenet.settings") -> Any:
        """Run a module of `inside` under some settings and return its answer. Raises NotReady."""
        told = self._run("securenet.bench.inside", name, *map(str, arguments), DJANGO_SETTINGS_MODULE=settings)
        return json.loads(told)

    def _run(self, module: str, *arguments: str, **environment: str) -> str:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(
            command, env=self.environment | environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotReady(f"{module} {arguments[0]}: {done.stderr[-4000:]}")
        return done.stdout

    @contextmanager
    def serving(self, surface: str, *arguments: str, port: int = 0) -> Iterator[tuple[int, int]]:
        """Serve a surface as in production and yield its process and its port."""
        port = port or free_port()
        command = ["securenet.cli", "serve", "--surface", surface, "--bind", f"127.0.0.1:{port}", *arguments]
        workers = ("--workers", str(WORKERS), "--threads", str(THREADS))
        with self._started(f"{surface}-{port}", [*command, *workers], port, {}) as process:
            yield process, port

    @contextmanager
    def listening(self, application: str, *arguments: str) -> Iterator[tuple[int, int]]:
        """Serve another WSGI application by the same listener and yield its process and its port."""
        port = free_port()
        command = ["securenet.bench.listening", application, str(port), *arguments]
        environment = {"DJANGO_SETTINGS_MODULE": BARE}
        with self._started(f"bare-{port}", command, port, environment) as process:
            yield process, port

    @contextmanager
    def _started(self, name: str, command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[int]:
        log = self.folder / f"{name}.log"
        with log.open("wb") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=self.environment | dict(environment),
                cwd=self.folder,
                stdout=told,
                stderr=told,
            )
        try:
            _await(process, port, log)
            yield process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def tls(self) -> tuple[str, ...]:
        """Return the arguments by which a server speaks TLS."""
        return ("--certificate", str(self.certificate), "--key", str(self.key))


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise NotReady(log.read_text(errors="replace")[-4000:])


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def installed(database_url: str = "") -> Iterator[Installation]:
    """Make an installation on SQLite, or in a new database on the server of a `postgresql://` URL. Raises NotReady."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="securenet-bench-")))
        name = f"securenet_bench_{secrets.token_hex(4)}"
        url = urlsplit(database_url)._replace(path=f"/{name}").geturl() if database_url else f"sqlite:///{folder}/db"
        made = Installation(folder, "PostgreSQL" if database_url else "SQLite", {}, free_port())
        made.environment = _environment(folder, url, made.token_port)
        made.securenet("secrets", "create", str(folder / "secrets"))
        made.environment["SECURENET_SECRETS_DIR"] = str(folder / "secrets")
        _make_ca(made)
        if database_url:
            made.inside("database", "create")
            stack.callback(made.inside, "database", "drop")
        made.securenet("migrate")
        made.securenet("static")
        made.world = made.inside("world", folder)
        made.inside("bare_world", folder, settings=BARE)
        made.securenet("oidc", "register-bms-id")
        made.roots = [made.world["postmaster"]] if made.world["postmaster"] else []
        yield made


def _environment(folder: Path, url: str, token_port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SECURENET_", "DJANGO_"))}
    chosen = {
        "DATABASE_URL": url,
        "STATIC_ROOT": f"{folder}/static",
        "UPLOADS": f"{folder}/uploads",
        "TLS_AUTHORITY": str(folder / "ca/cas" / TLS_CA / "certificate.pem"),
        "TOKEN_ENDPOINT_ADDRESS": f"127.0.0.1:{token_port}",
        "ARGON2_MEMORY_KIB": str(MEMORY_KIB),
        "ARGON2_ROUNDS": str(ROUNDS),
        "ARGON2_LANES": str(LANES),
        "LOG_LEVEL": "WARNING",
    }
    bare = {"BENCH_TRUST": f"{folder}/ca/cas"}
    return inherited | bare | {f"SECURENET_{name}": value for name, value in chosen.items()}


def _make_ca(made: Installation) -> None:
    """Make the CAs of members and servers, and the servers' certificate."""
    at = datetime.now(UTC) - timedelta(days=60)
    hierarchy = Hierarchy.create(made.folder / "ca", DEMO_CAS, base_url="http://127.0.0.1:9", at=at)
    key = make_key("p-256")
    write_key(made.key, key)
    certificate = issue(
        hierarchy,
        TLS_CA,
        key.public_key(),
        Server(HOSTS),
        Profile.SERVER,
        not_before=at,
        not_after=at + timedelta(days=90),
    )
    chain = (certificate, *hierarchy.chain(TLS_CA))
    made.certificate.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
