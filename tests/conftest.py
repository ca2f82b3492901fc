"""What every test stands on: no network beyond this machine, and which folders a second database repeats."""

import os
import sys
from ipaddress import ip_address
from pathlib import Path

TESTS = Path(__file__).parent
ONCE = (TESTS / "architecture", TESTS / "journeys")
"""Folders whose tests gain nothing from a second database."""


class BeyondThisMachine(RuntimeError):
    """A test tried to reach the network."""


def is_loopback(host: object) -> bool:
    """Return whether a socket address or a name to be resolved stays on this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Raise BeyondThisMachine when Python is about to resolve or to reach anything but this machine."""
    if event == "socket.getaddrinfo":
        host: object = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not is_loopback(host):
        raise BeyondThisMachine(f"{event}: {host}")


sys.addaudithook(refuse_network)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out, on PostgreSQL, what does not depend on the database."""
    if os.environ.get("TEST_DATABASE") == "postgresql" and collection_path in ONCE:
        return True
    return None
