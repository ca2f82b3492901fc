"""The demo that the journeys walk through, and the people at their browsers."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Page

from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import Certifiable, issue
from securenet.foundation.testca.keys import KeyKind
from securenet.foundation.testca.profiles import Person, Profile
from tests.tools.token import Token

COMMAND = Path(sys.executable).with_name("securenet")
PORTS = 10
CHEAP_HASHES = {"SECURENET_ARGON2_MEMORY_KIB": "1024", "SECURENET_ARGON2_ROUNDS": "1"}
TO_END, TO_ARRIVE = 60, 60
"""Seconds after which something has gone wrong for good."""


@dataclass(frozen=True)
class Demo:
    """A running demo, as it has described itself."""

    facts: dict[str, Any]

    def url(self, surface: str, path: str = "/") -> str:
        return f"{self.facts['urls'][surface]}{path}"

    @property
    def authority(self) -> Path:
        """The CA that a browser has to trust."""
        return Path(self.facts["ca"])

    def password(self, username: str) -> str:
        return str(self._account(username)["password"])

    def code(self, username: str) -> str:
        """What the authenticator app shows now."""
        return pyotp.TOTP(self._account(username)["totp"]).now()

    def certificate(self, state: str, kind: str = "p12") -> Path:
        """One of the files to try: `expired`, `revoked`, `valid`, `suspended`, `pending`, `unregistered`, …"""
        return Path(self.facts["certificates"]["files"][state][kind])

    @property
    def certificate_password(self) -> str:
        return str(self.facts["certificates"]["password"])

    def certify(self, key: Certifiable, name: str, email: str, organization: str, ca: str = "demo-ca") -> bytes:
        """A certificate (DER) for somebody, by one of the demo's CAs."""
        now = datetime.now(UTC)
        life = {"not_before": now - timedelta(hours=1), "not_after": now + timedelta(days=365)}
        subject = Person(name, email, organization)
        hierarchy = Hierarchy.open(Path(self.facts["test_ca"]))
        return issue(hierarchy, ca, key, subject, Profile.PERSON, **life).public_bytes(Encoding.DER)

    def _account(self, username: str) -> dict[str, Any]:
        accounts: list[dict[str, Any]] = self.facts["accounts"]
        return next(account for account in accounts if account["username"] == username)


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Start `securenet demo`, wait until it is ready, and end it; it must end well. Raises AssertionError."""
    command = [str(COMMAND), "demo", "--json", "--dir", str(folder), "--port-base", str(free_ports()), *options]
    environment = {**os.environ, **CHEAP_HASHES}
    complaints = folder.with_suffix(".log")
    with complaints.open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, f"The demo did not start: {complaints.read_text()}"
        yield Demo(json.loads(line))
    finally:
        process.terminate()
        ended = process.wait(TO_END)
        process.stdout.close()
    assert ended == 0, f"The demo ended with {ended}: {complaints.read_text()}"


def free_ports() -> int:
    """The first of ten ports that nobody listens at."""
    for base in range(18000, 30000, PORTS):
        if all(_is_free(base + offset) for offset in range(PORTS)):
            return base
    raise AssertionError("no ten free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@dataclass(frozen=True)
class Visit:
    """Somebody at a browser. `look` is called with a word for what they see, wherever there is something to see."""

    demo: Demo
    page: Page
    look: Callable[[Page, str], None]

    def go(self, surface: str, path: str = "/") -> None:
        self.page.goto(self.demo.url(surface, path))

    def see(self, what: str) -> None:
        self.look(self.page, what)

    def press(self, selector: str, leads_to: str) -> None:
        """Press a button or follow a link, and wait for the page at an address with `leads_to` in it."""
        with self.page.expect_navigation(url=lambda url: leads_to in url):
            self.page.locator(selector).first.click()

    @property
    def heading(self) -> str:
        """The page's heading, without the caption above it."""
        return self.page.locator("h1").inner_text().splitlines()[-1]

    def elsewhere(self, page: Page) -> "Visit":
        """The same person in another tab."""
        return replace(self, page=page)


def anongs_token(demo: Demo, folder: Path, kind: KeyKind = "rsa-2048") -> Token:
    """A token whose key was made inside it, with a certificate for Anong from the demo's CA."""
    token = Token.create(folder, label="Anong")
    token.make_key("anong", kind)
    newcomer = demo.facts["newcomer"]
    der = demo.certify(token.request("anong"), newcomer["name_en"], newcomer["email"], newcomer["organization_number"])
    token.store_certificate("anong", x509.load_der_x509_certificate(der))
    return token
