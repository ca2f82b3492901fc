"""Somebody who reads the portal's pages, in Thai or English, as a visitor or signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from securenet.domain.accounts.models import Kind, User
from securenet.domain.accounts.sessions import SessionStore
from securenet.domain.certificates.models import Authority, RevocationListFile
from securenet.domain.certificates.trust import accept_authority
from securenet.domain.profile import queries
from securenet.domain.profile.trust import TrustEntry
from securenet.foundation.actor import Actor, system
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.surfaces.portal.guides import TITLES
from securenet.surfaces.shared.middleware import URLCONFS
from securenet.surfaces.shared.request import Request
from securenet.surfaces.shared.sessions import open_session

PORTAL = "portal.localhost:8440"
MERIDIA = Path(queries.__file__).with_name("central-bank-of-meridia.toml")
NOW = datetime.now(UTC).replace(microsecond=0)
PAGES = [
    *("/", "/services/bmsid/", "/services/emcs/", "/help/", "/contacts/", "/trust/"),
    *("/recover/username/", "/recover/password/"),
    *(f"/help/{topic}/" for topic in TITLES),
]


class Reader(Client):
    """A browser at the portal that reads one language."""

    def __init__(self, language: str = "th") -> None:
        super().__init__(HTTP_HOST=PORTAL)
        self.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    def request(self, **request: Any) -> Any:
        return super().request(**(request | {"wsgi.url_scheme": "https"}))

    def page(self, address: str) -> str:
        """Return a page that must be there."""
        response = self.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return str(response.content.decode())

    def sign_in(self, user: User) -> None:
        """Open a session of the portal for `user` without its sign-in page."""
        request = Request()
        request.surface, request.session = "portal", SessionStore()
        at = datetime.now(UTC)
        request.actor = Actor(user=user, name=user.username, surface="portal", at=at, address="127.0.0.1")
        open_session(request, user, credential="password", at=at)
        request.session.save()
        self.cookies["__Host-portal"] = request.session.session_key


class Seen(HTMLParser):
    """What a page shows in its main part, and what its markup refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [given[name] or "" for name in ("href", "src", "action") if name in given]
        if tag not in {"meta", "link", "input", "br", "path", "circle", "progress"}:
            self._inside.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "main" in self._inside:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def anong() -> User:
    """Return a member whose first right was approved."""
    return User.objects.create(
        username="anong",
        kind=Kind.MEMBER,
        name_th="อนงค์ ทดสอบ",
        name_en="Anong Test",
        email="anong@alpha.example",
        email_confirmed_at=NOW,
        password="!",
        created_at=NOW,
        admitted_at=NOW,
        terms_version=queries.profile().terms.version,
    )


@cache
def demo_certificates() -> list[tuple[TrustEntry, bytes]]:
    """Return the demo's two roots and three intermediates, made once."""
    made = []
    with TemporaryDirectory() as folder:
        at, base_url = NOW - timedelta(days=30), "http://127.0.0.1:1"
        hierarchy = Hierarchy.create(Path(folder) / "ca", DEMO_CAS, base_url=base_url, at=at)
        for spec in DEMO_CAS[:5]:
            kind = "intermediate" if spec.issuer else "root"
            entry = TrustEntry(set="test", kind=kind, name=spec.name, file=f"{spec.name}-test.cer")
            made.append((entry, (hierarchy.ca_path(spec.slug) / "certificate.cer").read_bytes()))
    return made


def accept_demo_cas() -> list[Authority]:
    """Accept the demo's CAs into the test set: the list of one is up to date, of one overdue, of one not there."""
    accepted = [accept_authority(entry, data, by=system("test", NOW)) for entry, data in demo_certificates()]
    day = timedelta(days=1)
    lists = [(accepted[2], NOW + day), (accepted[3], NOW - day)]
    for authority, until in lists:
        RevocationListFile.objects.create(
            authority=authority,
            url="http://127.0.0.1:1/a.crl",
            this_update=NOW - 2 * day,
            next_update=until,
            fetched_at=NOW,
        )
    RevocationListFile.objects.create(authority=accepted[4], url="http://127.0.0.1:1/b.crl")
    return accepted


def file_address(authority: Authority) -> str:
    """Return where a CA's file is downloaded."""
    return reverse("authority-file", urlconf=URLCONFS["portal"], args=[authority.pk])
