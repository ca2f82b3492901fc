"""One demo and one browser for all journeys; every person has a context of their own in it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.journeys.eyes import Eyes
from tests.journeys.flows import (
    Applicant,
    confirm,
    grant,
    open_mail,
    register,
    register_token,
    sign_in,
    upload_certificate,
)
from tests.journeys.staff_flows import agree, approve_picked, enter, note_papers, open_request, pick_row
from tests.journeys.world import TO_ANSWER, WIDE, Demo, Visit, anongs_token, only_page, own_browser, running_demo
from tests.tools.chromium import Profile, install_policy
from tests.tools.token import Token

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
        sees = options.get("java_script_enabled", True)  # axe-core is a script
        return Visit(demo, eyes.watch(context).new_page(), eyes.look if sees else lambda page, what: None)

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
    return Applicant(username="anong", password="Nam-Prik-2569", **demo.facts["newcomer"])


@pytest.fixture(scope="session")
def token(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Token:
    return anongs_token(demo, tmp_path_factory.mktemp("token") / "anong")


@pytest.fixture(scope="session")
def at_anongs(
    playwright: Playwright, demo: Demo, eyes: Eyes, token: Token, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visit]:
    """Anong's own browser, which trusts the demo's CA and finds her token."""
    with own_browser(playwright, demo, tmp_path_factory.mktemp("anong"), token=token) as context:
        yield Visit(demo, only_page(eyes.watch(context)), eyes.look)


@pytest.fixture(scope="session")
def registered(at_anongs: Visit, anong: Applicant) -> int:
    """The number of Anong's registration, which she has confirmed."""
    number = register(at_anongs, anong)
    confirm(at_anongs, anong.email, number)
    return number


@pytest.fixture(scope="session")
def at_chais(meet: Meet) -> Visit:
    """The service desk."""
    visit = meet()
    enter(visit, "chai")
    return visit


@pytest.fixture(scope="session")
def at_daras(meet: Meet) -> Visit:
    """The banknote department."""
    visit = meet()
    enter(visit, "dara")
    return visit


@pytest.fixture(scope="session")
def endorsed(registered: int, at_chais: Visit) -> int:
    """The service desk has the papers and has passed the registration on."""
    open_request(at_chais, registered)
    note_papers(at_chais)
    agree(at_chais)
    return registered


@pytest.fixture(scope="session")
def admitted(endorsed: int, at_daras: Visit, at_anongs: Visit, anong: Applicant) -> str:
    """The service owner has approved; the mail that tells Anong."""
    pick_row(at_daras, endorsed)
    approve_picked(at_daras)
    return open_mail(at_anongs, anong.email, str(endorsed), "อนุมัติ")


@pytest.fixture(scope="session")
def granted(admitted: str, meet: Meet, demo: Demo, anong: Applicant) -> Visit:
    """Boonmee has granted Anong two functions; he is at the page of hers."""
    visit = meet()
    sign_in(visit, "boonmee", demo.password("boonmee"))
    grant(visit, anong.username, "submit", "see_reports")
    return visit


@pytest.fixture(scope="session")
def certified(granted: Visit, at_anongs: Visit, at_chais: Visit, demo: Demo, anong: Applicant) -> tuple[int, int]:
    """Anong's certificates, one from a file and one on her token, are approved; the numbers of the requests."""
    sign_in(at_anongs, anong.username, anong.password)
    numbers = upload_certificate(at_anongs, demo.certificate("unregistered", "cer")), register_token(at_anongs)
    for number in numbers:
        open_request(at_chais, number)
        note_papers(at_chais)
        agree(at_chais)
    return numbers
