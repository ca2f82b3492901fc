"""The mailbox as a page and as JSON: a WSGI application that needs no settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from whitenoise import WhiteNoise

from securenet.foundation.mailbox.store import LINK, Letter, Store

HOME = "/mailbox/"
STATIC = "/static/"
TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

Start = Callable[[str, list[tuple[str, str]]], Any]
Answer = tuple[HTTPStatus, str, str]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Mailbox:
    """`/mailbox/` shows the newest mails, `/mailbox/<name>/` one, `/api/mails?to=` the same as JSON."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self.store, self.zone = store, zone
        self.engine = Engine(dirs=[str(TEMPLATES)])

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        status, kind, body = self._answer(environ)
        headers = [
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Security-Policy", MAIL_POLICY if kind == "text/html" and _is_raw(environ) else POLICY),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status is HTTPStatus.FOUND:
            headers.append(("Location", body))
        start(f"{status.value} {status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body.encode()]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, query = environ.get("PATH_INFO", "/"), parse_qs(environ.get("QUERY_STRING", ""))
        to = query.get("to", [""])[0]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED, "text/plain", "GET only\n"
        if path == "/":
            return HTTPStatus.FOUND, "text/plain", HOME
        if path in {"/healthz", "/readyz"}:
            return HTTPStatus.OK, "text/plain", "ready\n"
        if path == "/api/mails":
            return HTTPStatus.OK, "application/json", json.dumps([_plain(mail) for mail in self.store.letters(to=to)])
        if path == HOME:
            rows = [self._row(letter) for letter in self.store.letters(to=to)]
            return HTTPStatus.OK, "text/html", self._render("list.html", letters=rows, to=to)
        return self._one(path)

    def _one(self, path: str) -> Answer:
        name, _, part = path.removeprefix(HOME).rstrip("/").partition("/")
        letter = self.store.get(name)
        if letter is None or part not in {"", "html"}:
            return HTTPStatus.NOT_FOUND, "text/html", self._render("missing.html")
        if part == "html":
            return HTTPStatus.OK, "text/html", letter.html
        return HTTPStatus.OK, "text/html", self._render("letter.html", text=linked(letter.text), **self._row(letter))

    def _row(self, letter: Letter) -> dict[str, str]:
        at = letter.at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
        return {
            "name": letter.name,
            "at": at,
            "to": letter.to,
            "sender": letter.sender,
            "subject": letter.subject,
            "html": "yes" if letter.html else "",
        }

    def _render(self, template: str, **values: object) -> str:
        context = Context({"home": HOME, "static": STATIC, **values}, use_l10n=False, use_tz=False)
        return str(self.engine.get_template(template).render(context))


def linked(text: str) -> SafeString:
    """Return the text, escaped, with its addresses to be followed."""
    pieces, end = [], 0
    for found in LINK.finditer(text):
        pieces += [format_html("{}", text[end : found.start()]), format_html('<a href="{0}">{0}</a>', found[0])]
        end = found.end()
    pieces.append(format_html("{}", text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308  every piece is escaped


def make_application(folder: str, static: str, zone: str) -> Wsgi:
    """Return the mailbox of a folder, with the collected style sheets beside it."""
    return WhiteNoise(Mailbox(Store(Path(folder)), ZoneInfo(zone)), root=static, prefix=STATIC)  # type: ignore[no-any-return]


def _is_raw(environ: dict[str, Any]) -> bool:
    return str(environ.get("PATH_INFO", "")).rstrip("/").endswith("/html")


def _plain(letter: Letter) -> dict[str, Any]:
    return {
        "name": letter.name,
        "at": letter.at.isoformat(),
        "to": letter.to,
        "from": letter.sender,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "links": letter.links,
    }
