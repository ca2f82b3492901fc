"""Where a demo lives: its folder and its ports."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = ".securenet-demo"
STATE = "demo.json"
OURS = ("secrets", "ca", "tls", "static", "uploads", "certificates", "token", "mailbox", "logs", "demo-ca.pem", STATE)
DATABASE = "securenet.sqlite3"
FIRST_PORT = 8440
PORTS = ("portal", "bms_id", "backoffice", "certificate", "mailbox", "test_ca", "smtp")
KEPT_SETTINGS = ("SECURENET_ARGON2_", "SECURENET_HASHES_AT_ONCE", "SECURENET_LOG_LEVEL")
"""Settings of the caller's that the demo takes over; all others are its own."""


class CannotStart(Exception):
    """The demo does not start here; the text says why."""


@dataclass(frozen=True)
class Place:
    """A folder and the first of ten ports."""

    folder: Path
    base: int

    def port(self, name: str) -> int:
        """Return the port of one of PORTS."""
        return self.base + PORTS.index(name)

    @property
    def urls(self) -> dict[str, str]:
        """Return the addresses that people open, and the test CA's."""
        names = {
            "portal": "https://portal.localhost",
            "bms_id": "https://bms-id.localhost",
            "backoffice": "https://backoffice.localhost",
            "certificate": "https://cert.localhost",
            "mailbox": "https://mailbox.localhost",
            "test_ca": "http://127.0.0.1",
        }
        return {name: f"{start}:{self.port(name)}" for name, start in names.items()}

    @property
    def authority(self) -> Path:
        """Return the file of the CA that browsers have to trust."""
        return self.folder / "demo-ca.pem"

    @property
    def tls(self) -> tuple[Path, Path]:
        """Return the server's certificate and key."""
        return self.folder / "tls/server.pem", self.folder / "tls/server-key.pem"

    @property
    def state(self) -> dict[str, Any]:
        """Return what was noted when the demo was built, empty where it was not, or not wholly."""
        path = self.folder / STATE
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def note(self, **facts: object) -> None:
        """Write down that the demo is built."""
        fresh = self.folder / f".{STATE}"
        fresh.write_text(json.dumps({"port_base": self.base, **facts}))
        fresh.replace(self.folder / STATE)

    def environment(self) -> dict[str, str]:
        """Return the environment of the demo's processes."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("SECURENET_")}
        kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT_SETTINGS)}
        urls = self.urls
        return {
            **own,
            "DJANGO_SETTINGS_MODULE": "securenet.settings",
            "SECURENET_LOG_LEVEL": "INFO",
            **kept,
            "SECURENET_DEMO": "true",
            "SECURENET_CA_BACKEND": "testca",
            "SECURENET_TESTCA_DIRECTORY": str(self.folder / "ca"),
            "SECURENET_TESTCA_NAME": "demo-ca",
            "SECURENET_SECRETS_DIR": str(self.folder / "secrets"),
            "SECURENET_DATABASE_URL": f"sqlite:///{self.folder / DATABASE}",
            "SECURENET_UPLOADS": str(self.folder / "uploads"),
            "SECURENET_STATIC_ROOT": str(self.folder / "static"),
            "SECURENET_PORTAL_URL": urls["portal"],
            "SECURENET_BMS_ID_URL": urls["bms_id"],
            "SECURENET_BACKOFFICE_URL": urls["backoffice"],
            "SECURENET_CERTIFICATE_URL": urls["certificate"],
            "SECURENET_MAILBOX_URL": f"{urls['mailbox']}/mailbox/",
            "SECURENET_TLS_AUTHORITY": str(self.authority),
            "SECURENET_TOKEN_ENDPOINT_ADDRESS": f"127.0.0.1:{self.port('portal')}",
            "SECURENET_SMTP_PORT": str(self.port("smtp")),
        }

    def clear(self) -> None:
        """Remove what a demo made here, and nothing else."""
        for name in (*OURS, *(path.name for path in self.folder.glob(f"{DATABASE}*"))):
            path = self.folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def require_ports(self) -> None:
        """Raise CannotStart where one of the ports is taken."""
        for name in PORTS:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self.port(name)))
                except OSError as error:
                    if error.errno != errno.EADDRINUSE:
                        raise
                    raise CannotStart(
                        f"Port {self.port(name)} ({name}) is in use. Stop what listens there, or choose other ports "
                        "with --port-base."
                    ) from error


@contextmanager
def taken(folder: Path, port_base: int | None, *, reset: bool) -> Iterator[Place]:
    """Yield the place of a demo that nobody else runs meanwhile.

    Raises CannotStart where another one runs there, where the folder holds something else, or where a demo was built
    for other ports.
    """
    folder = folder.resolve()
    mark = folder / MARK
    if folder.is_dir() and any(folder.iterdir()) and not mark.exists():
        raise CannotStart(f"{folder} holds something else: choose an empty folder with --dir.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with mark.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"A demo is running in {folder} already.") from error
        built_for = Place(folder, FIRST_PORT).state.get("port_base")
        place = Place(folder, port_base or built_for or FIRST_PORT)
        if not reset and built_for not in {None, place.base}:
            raise CannotStart(f"This demo was built for the ports from {built_for} on; start it afresh with --reset.")
        place.require_ports()
        yield place
