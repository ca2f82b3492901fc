"""Many registrations sent at the same moment: none lost, none doubled, none half done (R5, R82).

Not a matter of speed: what is measured is that the numbers of accounts, requests, rights, mails, ledger entries agree.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from stdnum.th import pin

from securenet.bench.browser import Answer, Browser, Door, Unexpected, Wire
from securenet.bench.figures import Figure, Target
from securenet.bench.installation import Installation
from securenet.bench.journeys import PORTAL, require_page

NAME = "registrations"
AT_ONCE, PREPARING, PATIENCE = 100, 2, 600.0
EXACT, NONE = Target(most=1.0, least=1.0), Target(most=0, outright=True)
SEAT = 30_000_000_000
AGAIN = HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE


def measure(made: Installation, *, people: int = AT_ONCE) -> Iterator[Figure]:
    """Yield what became of the registrations of as many people, each pressing the button twice, in two windows."""
    before = made.inside("registrations")
    made.environment["SECURENET_TRUST_FORWARDED_FOR"] = "1"
    with made.serving("portal") as (_process, port):
        applicants = [Applicant(port, seat, made.world["password"]) for seat in range(people)]
        with ThreadPoolExecutor(PREPARING) as pool:
            list(pool.map(Applicant.fill_in, applicants))
        begun = time.monotonic()
        press([applicant.send for applicant in applicants for _window in range(2)])
        seconds = time.monotonic() - begun
    after = made.inside("registrations")
    for what, number in after.items():
        found = number - before[what]
        if what == "drafts left":
            yield Figure(
                NAME, what, found, "none", None, Target(most=0, outright=True), unit="rows", database=made.database
            )
        else:
            yield Figure(NAME, what, found, "people", people, EXACT, unit="rows", database=made.database)
    yield Figure(NAME, f"{people} people, each pressing twice at once", seconds, unit="s", database=made.database)


def press(buttons: list[Callable[[], None]]) -> None:
    """Press all of them at the same moment. Raises the first trouble."""
    start, troubles = threading.Barrier(len(buttons)), list[Exception]()

    def one(button: Callable[[], None]) -> None:
        start.wait()
        try:
            button()
        except Exception as trouble:  # raised again by who waits for the thread
            troubles.append(trouble)

    threads = [threading.Thread(target=one, args=(button,)) for button in buttons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


class Applicant:
    """Somebody who fills in the registration and then sends it, from an address of their own."""

    def __init__(self, port: int, seat: int, password: str) -> None:
        self.doors = {"portal.localhost:8440": Door(port)}
        self.address = f"198.51.{100 + seat // 250}.{1 + seat % 250}"
        self.cookies: dict[str, dict[str, str]] = {}
        self.password, self.seat, self.form = password, seat, dict[str, str]()

    def fill_in(self) -> None:
        """Walk to the review and stop before its button."""
        browser = self._browser()
        page = self._step(browser, "", {"accepted": "on"}, 'name="accepted"')
        page = self._step(browser, "person/", self._person(), 'name="username"', page)
        page = self._step(browser, "rights/", self._right(), 'name="organization_number"', page)
        details = {"bmsid_position": "Clerk", "bmsid_department": "Transport", "bmsid_centres": "central"}
        page = self._step(browser, "details/", details, "bmsid_position", page)
        require_page(page, f"{PORTAL}/register/review/")
        self.form = page.hidden('name="certified"') | {"certified": "on"}
        browser.transport.close()

    def send(self) -> None:
        """Press the button in one more window of the same browser, again where the system asks to wait."""
        browser = self._browser()
        answer = browser.post(f"{PORTAL}/register/review/", self.form)
        while answer.status in AGAIN:
            answer = browser.post(f"{PORTAL}/register/review/", self.form)
        require_page(browser.follow(answer), f"{PORTAL}/register/confirmation/")
        browser.transport.close()

    def _step(
        self, browser: Browser, path: str, typed: dict[str, str], mark: str, page: Answer | None = None
    ) -> Answer:
        url = f"{PORTAL}/register/{path}"
        page = page or browser.get(url)
        answer = browser.post(url, page.hidden(mark) | typed)
        if answer.status != HTTPStatus.FOUND:
            raise Unexpected(f"{url}: status {answer.status}")
        return browser.follow(answer)

    def _browser(self) -> Browser:
        return Browser(Wire(self.doors, PATIENCE), self.cookies, {"X-Forwarded-For": self.address})

    def _person(self) -> dict[str, str]:
        base = f"1{SEAT + self.seat:011d}"
        return {
            "username": f"crowd{self.seat}",
            "password": self.password,
            "password_confirm": self.password,
            "name_th": "สมมุติ ฝูงชน",
            "name_en": "Sommut Fungchon",
            "identity_type": "national_id",
            "identity_number": base + pin.calc_check_digit(base + "0"),
            "email": f"crowd{self.seat}@company.example",
            "mobile_phone": "0812345678",
            "office_phone": "021234567",
        }

    def _right(self) -> dict[str, str]:
        return {
            "service_group": "permission",
            "service": "bmsid",
            "organization_number_type": "tax_id",
            "organization_number": "0105558123451",
            "organization_country": "TH",
            "organization_name": "Siam Example Transport Co., Ltd.",
            "role": "officer",
            "action": "next",
        }
