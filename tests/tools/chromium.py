"""Chromium as a member's browser: a HOME of its own with an NSS database, which holds certificates or finds a token."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.tools.token import Token, softhsm_module

EXECUTABLE = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
POLICY_FILE = Path("/etc/chromium/policies/managed/securenet-tests.json")
POLICY = {
    "AutoSelectCertificateForUrls": [json.dumps({"pattern": "https://[*.]cert.localhost", "filter": {}})],
}
"""The picker, which headless nobody sees, is answered with the profile's certificate: for the tests' names only."""


def install_policy() -> None:
    """Write the policy that Chromium reads at its start. Raises PermissionError when only root may."""
    if not POLICY_FILE.exists() or json.loads(POLICY_FILE.read_text()) != POLICY:
        POLICY_FILE.parent.mkdir(parents=True, exist_ok=True)
        scratch = POLICY_FILE.with_suffix(f".{os.getpid()}")  # only *.json is read
        scratch.write_text(json.dumps(POLICY))
        scratch.replace(POLICY_FILE)


@dataclass
class Profile:
    """A person's HOME. Nothing is in the certificate database but what is put there."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, home: Path, *, trusted: Path) -> "Profile":
        """`trusted` is the certificate (PEM) of the CA whose TLS servers the browser believes."""
        profile = cls(home)
        profile.database.mkdir(parents=True)
        profile._run("certutil", "-N", "--empty-password", "-d", profile._database_name)
        profile._run("certutil", "-A", "-d", profile._database_name, "-t", "C,,", "-n", "tls", "-i", str(trusted))
        return profile

    @property
    def database(self) -> Path:
        return self.home / ".pki" / "nssdb"

    def import_pkcs12(self, bundle: Path, password: str) -> None:
        """A key in software."""
        self._run("pk12util", "-d", self._database_name, "-i", str(bundle), "-W", password, "-K", "")

    def plug_in(self, token: Token, autopin: Path) -> None:
        """The token, through the module that types its PIN (`build_autopin`)."""
        self.environment |= token.environment
        self.environment |= {"AUTOPIN_MODULE": str(softhsm_module()), "AUTOPIN_PIN": token.pin}
        add = ["-add", token.label, "-libfile", str(autopin)]
        self._run("modutil", "-force", "-dbdir", self._database_name, *add)

    @contextmanager
    def launch(
        self, playwright: Playwright, *, headless: bool = True, locale: str = "en-GB"
    ) -> Iterator[BrowserContext]:
        """The browser. Names under `.localhost` it resolves by itself; no certificate problem is passed over."""
        context = playwright.chromium.launch_persistent_context(
            self.home / "chromium",
            executable_path=EXECUTABLE,
            headless=headless,
            args=FLAGS,
            env=self._process_environment(),
            locale=locale,
        )
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def open(self, playwright: Playwright) -> Iterator[Browser]:
        """The same browser for several people: each gets a context without anything of the others'."""
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS, env=self._process_environment())
        try:
            yield browser
        finally:
            browser.close()

    @property
    def _database_name(self) -> str:
        return f"sql:{self.database}"

    def _process_environment(self) -> dict[str, str | float | bool]:
        return {**os.environ, **self.environment, "HOME": str(self.home), "XDG_DATA_HOME": str(self.home / ".local")}

    def _run(self, *command: str) -> None:
        environment = {**os.environ, **self.environment, "HOME": str(self.home)}
        subprocess.run(command, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL)
