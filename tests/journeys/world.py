"""The demo that the journeys walk through, and the people at their browsers."""

import json
import os
import socket
import sqlite3
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
from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize

from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import Certifiable, issue
from securenet.foundation.testca.keys import KeyKind, export_pkcs12, make_key
from securenet.foundation.testca.profiles import Person, Profile
from tests.tools.chromium import Profile as Home
from tests.tools.token import Token, build_autopin

COMMAND = Path(sys.executable).with_name("securenet")
PORTS = 10
CHEAP_HASHES = {"SECURENET_ARGON2_MEMORY_KIB": "1024", "SECURENET_ARGON2_ROUNDS": "1"}
TO_END, TO_ARRIVE = 60, 60
"""Seconds after which something has gone wrong for good."""
TO_ANSWER = 30_000
"""Milliseconds after which a page does not come any more."""
LONG_AGO = "2020-01-01 00:00:00"
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 800}


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

    def certify(self, key: Certifiable, person: Person, ca: str = "demo-ca") -> x509.Certificate:
        """A certificate for somebody, by one of the demo's CAs."""
        now = datetime.now(UTC)
        life = {"not_before": now - timedelta(hours=1), "not_after": now + timedelta(days=365)}
        return issue(Hierarchy.open(Path(self.facts["test_ca"])), ca, key, person, Profile.PERSON, **life)

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


def move(demo: Demo, job: str, *changes: tuple[str | int, ...]) -> None:
    """Move days that the demo cannot wait for, each by a statement with its values, and let a job come round now."""
    database = sqlite3.connect(Path(demo.facts["folder"]) / "securenet.sqlite3", timeout=30)
    with database:
        for statement, *values in (*changes, ("UPDATE jobs_tick SET next_at = ? WHERE name = ?", LONG_AGO, job)):
            database.execute(str(statement), values)
    database.close()


def free_ports() -> int:
    """The first of ten ports that nobody listens at, below those that the tests of commands take.

    Two processes that look for theirs at the same moment begin at different ones.
    """
    bases = range(18000, 20000, PORTS)
    for number in range(len(bases)):
        base = bases[(os.getpid() + number) % len(bases)]
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


@contextmanager
def own_browser(
    playwright: Playwright,
    demo: Demo,
    folder: Path,
    *,
    bundle: Path | None = None,
    token: Token | None = None,
    locale: str = "th-TH",
) -> Iterator[BrowserContext]:
    """A browser for one person alone, with a certificate of theirs (.p12), a token, or neither."""
    home = Home.create(folder / "home", trusted=demo.authority)
    if bundle is not None:
        home.import_pkcs12(bundle, demo.certificate_password)
    if token is not None:
        home.plug_in(token, build_autopin(folder))
    with home.launch(playwright, locale=locale) as context:
        context.set_default_timeout(TO_ANSWER)
        yield context


def only_page(context: BrowserContext, size: ViewportSize = WIDE) -> Page:
    """The page that an own browser opens with, as wide as a desk's unless told otherwise."""
    page = context.pages[0]
    page.set_viewport_size(size)
    return page


def anongs_token(demo: Demo, folder: Path, kind: KeyKind = "rsa-2048") -> Token:
    """A token whose key was made inside it, with a certificate for Anong from the demo's CA."""
    token = Token.create(folder, label="Anong")
    token.make_key("anong", kind)
    newcomer = demo.facts["newcomer"]
    person = Person(newcomer["name_en"], newcomer["email"], newcomer["organization_number"])
    token.store_certificate("anong", demo.certify(token.request("anong"), person))
    return token


def faulty_certificate(demo: Demo, state: str, folder: Path) -> Path | None:
    """A certificate that does not open anything, as .p12; nothing for the state `none`."""
    if state == "none":
        return None
    if state != "unregistered":
        return demo.certificate(state)
    key = make_key("p-256")
    certificate = demo.certify(key.public_key(), Person("Malee Thotsop", "malee@company.example", "0105558123451"))
    bundle = folder / "unregistered.p12"
    bundle.write_bytes(export_pkcs12(certificate, key, demo.certificate_password.encode()))
    return bundle
