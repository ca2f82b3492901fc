"""Firefox as a member's browser, driven by its own remote protocol (Marionette): a profile that finds a token."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.tools.token import Token, softhsm_module

EXECUTABLE = shutil.which("firefox-esr") or shutil.which("firefox")
SECONDS = 60
PREFERENCES = {
    "security.default_personal_cert": "Select Automatically",  # nobody sees the picker of a headless browser
    "devtools.jsonview.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
}


class Marionette:
    """The conversation with one browser: `[0, number, command, arguments]`, then `[1, number, error, result]`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.count = stream, 0
        self._receive()  # its greeting

    def ask(self, command: str, **arguments: Any) -> Any:
        """Return what a command brings. Raises RuntimeError with what the browser says was wrong."""
        self.count += 1
        message = json.dumps([0, self.count, command, arguments]).encode()
        self.stream.write(f"{len(message)}:".encode() + message)
        self.stream.flush()
        _kind, _count, error, result = self._receive()
        if error:
            raise RuntimeError(error["message"])
        return result

    def text_at(self, address: str) -> str:
        """Return what stands on the page at an address."""
        self.ask("WebDriver:Navigate", url=address)
        script = "return document.documentElement.textContent"
        return str(self.ask("WebDriver:ExecuteScript", script=script, args=[])["value"])

    def _receive(self) -> Any:
        length = b""
        while (octet := self.stream.read(1)) != b":":
            if not octet:
                raise EOFError("the browser has hung up")
            length += octet
        return json.loads(self.stream.read(int(length)))


@dataclass
class Profile:
    """A folder with settings and a certificate database, in which nothing is but what is put there."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path, *, trusted: Path) -> "Profile":
        """`trusted` is the certificate (PEM) of the CA whose TLS servers the browser believes."""
        profile = cls(folder)
        folder.mkdir(parents=True)
        profile._run("certutil", "-N", "--empty-password", "-d", f"sql:{folder}")
        profile._run("certutil", "-A", "-d", f"sql:{folder}", "-t", "C,,", "-n", "tls", "-i", str(trusted))
        return profile

    def plug_in(self, token: Token, autopin: Path) -> None:
        """The token, through the module that types its PIN (`build_autopin`)."""
        self.environment |= token.environment
        self.environment |= {"AUTOPIN_MODULE": str(softhsm_module()), "AUTOPIN_PIN": token.pin}
        add = ["-add", token.label, "-libfile", str(autopin)]
        self._run("modutil", "-force", "-dbdir", f"sql:{self.folder}", *add)

    @contextmanager
    def launch(self) -> Iterator[Marionette]:
        """The browser, at a port that the system has chosen."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {**PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items()]
        (self.folder / "user.js").write_text("".join(lines))
        command = [str(EXECUTABLE), "--headless", "--marionette", "--no-remote", "--profile", str(self.folder)]
        with (
            (self.folder / "log").open("wb") as log,
            subprocess.Popen(command, env=self._process_environment(), stdout=log, stderr=log) as process,
        ):
            try:
                with _connected(port) as connection, connection.makefile("rwb") as stream:
                    browser = Marionette(stream)
                    browser.ask("WebDriver:NewSession")
                    yield browser
            finally:
                process.terminate()

    def _process_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "HOME": str(self.folder)}

    def _run(self, *command: str) -> None:
        environment = self._process_environment()
        subprocess.run(command, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def _connected(port: int) -> socket.socket:
    until = time.monotonic() + SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
