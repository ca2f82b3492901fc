"""One demo and one browser for all journeys; every person has a context of their own in it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.journeys.eyes import Eyes
from tests.journeys.flows import Applicant, confirm, register
from tests.journeys.world import Demo, Visit, running_demo
from tests.tools.chromium import Profile, install_policy

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
TO_ANSWER = 15_000
"""Milliseconds after which a page does not come any more."""
Meet = Callable[..., Visit]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("journeys") / "demo") as demo:
        yield demo


@pytest.fixture(scope="session")
def home(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """A HOME whose browser trusts the demo's CA, and holds no certificate of anybody's."""
    install_policy()
    return Profile.create(tmp_path_factory.mktemp("home") / "home", trusted=demo.authority)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, home: Profile) -> Iterator[Browser]:
    with home.open(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture(scope="session")
def meet(demo: Demo, chromium: Browser, eyes: Eyes) -> Meet:
    """Somebody new at a browser of their own: `meet(locale="en-GB", viewport=NARROW)`."""

    def meet(**options: object) -> Visit:
        context = chromium.new_context(**{"locale": "th-TH", "viewport": WIDE, **options})  # type: ignore[arg-type]
        context.set_default_timeout(TO_ANSWER)
        return Visit(demo, eyes.watch(context).new_page(), eyes.look)

    return meet


@pytest.fixture(autouse=True)
def nothing_found(eyes: Eyes) -> Iterator[None]:
    """No page that a test passes may break a rule of accessibility, its content security policy, or the window."""
    yield
    found = eyes.complaints.copy()
    eyes.complaints.clear()
    assert not found, "\n\n".join(found)


@pytest.fixture(scope="session")
def anong(demo: Demo) -> Applicant:
    newcomer = demo.facts["newcomer"]
    return Applicant(username="anong", password="Nam-Prik-2569", **newcomer)


@pytest.fixture(scope="session")
def at_anongs(meet: Meet) -> Visit:
    """Anong's own browser."""
    return meet()


@pytest.fixture(scope="session")
def registered(at_anongs: Visit, anong: Applicant) -> int:
    """The number of Anong's registration, which she has confirmed; she is at the documents."""
    number = register(at_anongs, anong)
    confirm(at_anongs, anong.email, number)
    return number
