"""The SMTP side: takes every mail and sends none on."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from securenet.foundation.mailbox.store import Store

LARGEST = 10 * 1024 * 1024


class Sink:
    """Keeps what it is given."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep one mail."""
        self.store.put(envelope.content, datetime.now(UTC))  # noqa: TID251  a server is the clock of what it serves
        return "250 kept"


def make_controller(folder: Path, host: str, port: int) -> Controller:
    """Return the server, not yet started."""
    return Controller(Sink(Store(folder)), hostname=host, port=port, data_size_limit=LARGEST, enable_SMTPUTF8=True)


def take_mails(folder: Path, host: str, port: int) -> None:
    """Take mails until SIGINT or SIGTERM. Raises OSError where the port is taken."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    controller = make_controller(folder, host, port)
    controller.start()
    stop.wait()
    controller.stop()
