"""What people do, page by page, as often as a measurement wants; each time from a browser that knows nothing."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from securenet.bench.browser import Answer, Browser, Unexpected

PORTAL, BMS_ID, BACKOFFICE = (
    "https://portal.localhost:8440",
    "https://bms-id.localhost:8441",
    "https://backoffice.localhost:8442",
)
CERTIFICATE = "cert.localhost:8443"
BARE, BARE_CERTIFICATE, TRIVIAL = (
    "https://bare.localhost:8440",
    "https://bare.localhost:8443",
    "https://bare.localhost:8444",
)


@dataclass(frozen=True)
class Login:
    """Signs in with user name and password and lands, then forgets it all. Raises Unexpected."""

    browser: Browser
    start: str
    landing: str
    username: str
    password: str

    def __call__(self) -> None:
        """Do it."""
        self.go()
        self.browser.close()

    def go(self) -> None:
        """Sign in and stay."""
        page = self.browser.follow(self.browser.get(self.start))
        form = page.hidden('name="password"') | {"username": self.username, "password": self.password}
        require_page(self.browser.follow(self.browser.post(page.url, form)), self.landing)


@dataclass(frozen=True)
class CertificateLogin:
    """Signs in with a certificate: explaining page, certificate address, landing page. Raises Unexpected."""

    browser: Browser
    start: str = f"{PORTAL}/login/certificate/"
    landing: str = f"{PORTAL}/me/"

    def __call__(self) -> None:
        """Do it."""
        page = self.browser.get(self.start)
        begun = self.browser.post(urljoin(page.url, page.action("/begin/")), page.hidden("/begin/"))
        require_page(self.browser.follow(begun), self.landing)
        self.browser.close()


@dataclass(frozen=True)
class Visit:
    """Opens a page, follows where it leads, and forgets it all. Raises Unexpected."""

    browser: Browser
    start: str
    landing: str

    def __call__(self) -> None:
        """Do it."""
        require_page(self.browser.follow(self.browser.get(self.start)), self.landing)
        self.browser.close()


def require_page(answer: Answer, url: str) -> None:
    """Raise Unexpected where the journey ended elsewhere."""
    if answer.url != url:
        raise Unexpected(f"{answer.url} in place of {url}")


def sign_in_staff(browser: Browser, username: str, password: str, code: Callable[[], str]) -> None:
    """Sign a staff member in with both factors. Raises Unexpected."""
    page = browser.get(f"{BACKOFFICE}/login/")
    form = page.hidden('name="password"') | {"username": username, "password": password}
    page = browser.follow(browser.post(page.url, form))
    answer = browser.post(page.url, page.hidden('name="code"') | {"code": code()})
    browser.follow(answer)


def accept_terms(browser: Browser) -> None:
    """Begin a registration. Raises Unexpected."""
    page = browser.get(f"{PORTAL}/register/terms/")
    form = page.hidden('name="accepted"') | {"accepted": "on"}
    require_page(browser.follow(browser.post(page.url, form)), urljoin(PORTAL, "/register/person/"))


def card_context(authority: str, certificate: str, key: str) -> ssl.SSLContext:
    """Return the TLS of a browser with a certificate."""
    context = ssl.create_default_context(cafile=authority)
    context.load_cert_chain(certificate, key)
    return context
