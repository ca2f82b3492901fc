"""The demo's processes: started, asked whether they are ready, watched, ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from securenet.commands.demonstration.place import Place
from securenet.domain.oidc import transport
from securenet.foundation.fetching import Unfetched, fetch

PATIENCE = 180.0  # seconds: a crowded machine is slow, not broken
"""Seconds until a process that is not ready counts as broken."""
GOODBYE = 15.0
"""Seconds that a process has to end by itself."""
TAIL = 1500
PR_SET_PDEATHSIG = 1

Probe = Callable[[], bool]


class Broken(Exception):
    """A process ended, or never became ready; the text says which, with the end of its log."""


@dataclass
class Child:
    """A running process and how to find out whether it is ready."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    is_ready: Probe

    def last_words(self) -> str:
        """Return the end of its log."""
        return self.log.read_bytes()[-TAIL:].decode(errors="replace").strip()


class Family:
    """All processes of a demo. Leaving the context ends them."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.children: list[Child] = []

    def __enter__(self) -> Family:
        (self.place.folder / "logs").mkdir(exist_ok=True)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self, name: str, arguments: Sequence[str], is_ready: Probe = lambda: True) -> None:
        """Start `securenet` with these arguments, in a session of its own: Ctrl-C reaches the demo alone."""
        log = self.place.folder / f"logs/{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # ended in `stop`
                [sys.executable, "-P", "-m", "securenet.cli", *arguments],
                env=self.place.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no thread runs here
            )
        self.children.append(Child(name, process, log, is_ready))

    def wait_until_ready(self) -> None:
        """Return when every process is ready. Raises Broken."""
        until = time.monotonic() + PATIENCE
        waiting = list(self.children)
        while waiting:
            self.require_alive()
            waiting = [child for child in waiting if not child.is_ready()]
            if waiting and time.monotonic() > until:
                raise Broken(f"{waiting[0].name} is not ready after {PATIENCE:.0f} seconds.\n{waiting[0].last_words()}")
            time.sleep(0.05)

    def watch(self) -> None:
        """Look after the processes until one of them ends: raises Broken then."""
        while True:
            self.require_alive()
            time.sleep(0.5)

    def require_alive(self) -> None:
        """Raise Broken where a process has ended."""
        for child in self.children:
            if (code := child.process.poll()) is not None:
                raise Broken(f"{child.name} ended with {code}; the demo ends too.\n{child.last_words()}")

    def stop(self) -> None:
        """End all of them, whatever else is signalled; those that do not listen are killed with what they started."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for child in self.children:
            if child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + GOODBYE
        for child in self.children:
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def over_https(url: str) -> Probe:
    """Return the probe of a listener that answers with 200 under its public name."""

    def is_ready() -> bool:
        try:
            return transport.send("GET", url).status == HTTPStatus.OK
        except transport.Unreachable:
            return False

    return is_ready


def over_http(url: str) -> Probe:
    """Return the probe of the test CA."""

    def is_ready() -> bool:
        try:
            return bool(fetch(url, allowed_hosts=("127.0.0.1",), most_bytes=1000))
        except Unfetched:
            return False

    return is_ready


def listening(port: int) -> Probe:
    """Return the probe of a port that takes connections."""

    def is_ready() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    return is_ready


def _die_with_parent() -> None:
    """Let the kernel end this process when the demo is killed without a chance to end it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
