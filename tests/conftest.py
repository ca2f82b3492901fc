"""What every test stands on: no network beyond this machine, and who runs which test."""

import os
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests.tools.story import story

UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}  # a busy machine is no defect
settings.register_profile("here", **UNTIMED)
settings.register_profile("ci", derandomize=True, **UNTIMED)  # its verdict is about the change, not about the day
settings.load_profile("ci" if os.environ.get("CI") else "here")

JOURNEYS = Path(__file__).parent / "journeys"
OWN_STORY = JOURNEYS / "test_1_ways.py"
"""Journeys on which no other stands: a second demo can be walked through by them."""
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


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


def is_journey(item: pytest.Item) -> bool:
    """Return whether a test walks through the demo that all journeys share."""
    return JOURNEYS in item.path.parents


def drives_browser(item: pytest.Item) -> bool:
    """Return whether a test is marked as one that drives a browser or the whole demo; all journeys are."""
    if is_journey(item):
        item.add_marker("journey")
    return item.get_closest_marker("journey") is not None


def uses_database(item: pytest.Item) -> bool:
    """Return whether a test could go differently on another database."""
    fixtures = getattr(item, "fixturenames", [])
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(fixtures)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share the tests out when two processes run beside each other, one for each database.

    The process on PostgreSQL repeats what uses a database, and walks the journeys at its end; what else drives a
    browser is for the one on SQLite, with the journeys that stand for themselves: so both take about as long. Without
    TEST_DATABASE all tests are run. Journeys come last: their browser stays open, and no other can be opened beside it.
    """
    share = {
        "sqlite": lambda item: not is_journey(item) or item.path == OWN_STORY,
        "postgresql": lambda item: (
            item.path != OWN_STORY if is_journey(item) else uses_database(item) and not drives_browser(item)
        ),
    }.get(os.environ.get("TEST_DATABASE", ""), lambda item: True)
    ours = sorted(filter(share, items), key=lambda item: drives_browser(item) + is_journey(item))
    kept = set(ours)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = ours


@pytest.fixture(autouse=True)
def _story() -> None:
    """Let the cast's story begin anew with each test."""
    story.begin()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Forget the language of the last page that a test asked for: it stays active in the thread."""
    yield
    translation.deactivate()
