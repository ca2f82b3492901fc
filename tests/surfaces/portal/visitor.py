"""A browser at the portal, through the whole middleware, and what its visitors type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from securenet.foundation.listener.tls import TlsSocket
from securenet.foundation.mail.models import Mail
from tests.cast import PASSWORD

PERSON = {
    "username": "Anong2",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "name_th": "อนงค์ ใจดี",
    "name_en": "Anong Jaidee",
    "identity_type": "national_id",
    "identity_number": "1-1037-02345-67-9",
    "identity_country": "",
    "email": "anong@siam-cit.example",
    "mobile_phone": "081 234 5678",
    "office_phone": "02 123 4567",
    "office_extension": "12",
}
RIGHT = {
    "service_group": "permission",
    "service": "bmsid",
    "organization_number_type": "tax_id",
    "organization_number": "0105558123451",
    "organization_country": "TH",
    "organization_name": "บริษัท ขนส่งเงินสดสยาม จำกัด",
    "role": "officer",
}
DETAILS = {
    "bmsid_position": "เจ้าหน้าที่",
    "bmsid_department": "ปฏิบัติการ",
    "bmsid_employee_number": "",
    "bmsid_centres": ["central"],
}
RECOVERY_LINK = re.compile(r"https://[^/\s]+(/recover/password/[^/\s]+/)")
LINK = re.compile(r"https://[^/\s]+(/register/confirm/[^/\s]+/)")


class Visitor(Client):
    """A browser with its own cookies and address. An error of ours is raised in the test, never a page with 500."""

    def __init__(self, host: str = "portal.localhost:8440", *, address: str = "192.0.2.1", **defaults: Any) -> None:
        strict = bool(defaults.pop("enforce_csrf_checks", False))
        super().__init__(enforce_csrf_checks=strict, HTTP_HOST=host, REMOTE_ADDR=address, **defaults)

    def request(self, **request: Any) -> Any:
        return super().request(**(request | {"wsgi.url_scheme": "https"}))

    def speak(self, language: str) -> Visitor:
        """Choose the language as the switch on each page does."""
        self.post("/language/", {"language": language, "next": "/"})
        return self

    def sign_in(self, username: str, password: str = PASSWORD) -> Any:
        return self.post("/login/", {"username": username, "password": password})

    def accept_terms(self) -> Any:
        return self.post("/register/", {"accepted": "on"})

    def fill_in(self, *, until: str = "review", **changes: Any) -> Any:
        """Walk to a step of registration; `changes` are what this person types at step 1."""
        answer = self.accept_terms()
        for step, path, typed in (
            ("person", "/register/person/", PERSON | changes),
            ("rights", "/register/rights/", RIGHT | {"action": "next"}),
            ("details", "/register/details/", DETAILS),
        ):
            if step == until:
                break
            answer = self.post(path, typed)
            assert answer.status_code == 302, faults(answer)
        return answer

    def register(self, **changes: Any) -> Any:
        """Send a registration and return the answer to the last step."""
        self.fill_in(**changes)
        return self.post("/register/review/", {"certified": "on"})


def faults(response: Any) -> dict[str, list[str]]:
    """Return what the page says to mend, by field; `__all__` for what belongs to none."""
    form = response.context["form"] if response.context else None
    return {name: list(texts) for name, texts in form.errors.items()} if form else {}


def text_of(response: HttpResponse) -> str:
    """Return the words of a page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def heading(response: HttpResponse) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


def path_of(response: HttpResponse) -> str:
    """Return where a redirect leads on this surface."""
    assert response.status_code == 302, response.content.decode()[:3000]
    return urlsplit(response.headers["Location"]).path


def link_in(mail: Mail) -> str:
    found = LINK.search(mail.text)
    assert found, mail.text
    return found[1]


def recovery_link_in(mail: Mail) -> str:
    found = RECOVERY_LINK.search(mail.text)
    assert found, mail.text
    return found[1]


class Marks(HTMLParser):
    """The start tags of a page with their attributes, and the text inside script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.inline += data.strip()


class Presented(TlsSocket):
    """A connection whose handshake has proven the key of this certificate."""

    def __init__(self, der: bytes | None, chain: Sequence[bytes] = ()) -> None:
        self.der, self.chain = der, list(chain)

    def peer_certificate(self) -> bytes | None:
        return self.der

    def sent_along(self) -> list[bytes]:
        return self.chain


def at_certificate_address(der: bytes | None, location: str, *, chain: Sequence[bytes] = (), **defaults: Any) -> Any:
    """Follow the portal's redirect with this certificate; return the answer of the certificate address."""
    parts = urlsplit(location)
    browser = Visitor(parts.netloc, **{"gunicorn.socket": Presented(der, chain)}, **defaults)
    answer = browser.get(f"{parts.path}?{parts.query}")
    assert not answer.cookies
    assert not browser.cookies
    return answer


def certificate_host() -> str:
    """Return a name of the certificate address."""
    return f"0123456789abcdef.{urlsplit(settings.PUBLIC_URLS['certificate']).netloc}"
