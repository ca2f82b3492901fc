"""A small browser: cookies, forms and redirects, over sockets or straight into a WSGI application."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

SECONDS = 30
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Unexpected(Exception):
    """A server answered something else than the journey needs."""


@dataclass(frozen=True)
class Answer:
    """What came back, as it travelled: an encoded body stays encoded."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of that name, empty without one."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        """Return the page."""
        return self.body.decode()

    def hidden(self, mark: str) -> dict[str, str]:
        """Return the hidden fields of the form that `mark` stands in. Raises Unexpected without one."""
        return {name: unescape(value) for name, value in HIDDEN.findall(self._form(mark))}

    def action(self, mark: str) -> str:
        """Return where the form that `mark` stands in leads. Raises Unexpected without one."""
        return unescape(self._form(mark).partition('action="')[2].partition('"')[0])

    def _form(self, mark: str) -> str:
        forms = (form.partition("</form>")[0] for form in self.text.split("<form")[1:])
        found = next((form for form in forms if mark in form), None)
        if found is None:
            raise Unexpected(f"{self.url}: no form with {mark} (status {self.status})")
        return found


class Transport(Protocol):
    """How a request reaches its server."""

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Return the answer."""

    def close(self) -> None:
        """Hang up."""


@dataclass
class Door:
    """Where a host's server listens; without TLS the connection is kept, as a proxy keeps it that spoke TLS outside."""

    port: int
    tls: ssl.SSLContext | None = None


class _Tls(http.client.HTTPSConnection):
    """HTTPS to this machine, whatever the name's address would be."""

    def __init__(self, name: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(name, port, timeout=SECONDS, context=context)
        self._tls = context

    def connect(self) -> None:
        """Connect, and take the name for SNI."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@dataclass
class Wire:
    """Requests over the loopback interface. `doors` are found by the end of host and port."""

    doors: dict[str, Door]
    seconds: float = SECONDS
    _kept: dict[int, http.client.HTTPConnection] = field(default_factory=dict)

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Return the answer; a TLS connection carries one request."""
        parts = urlsplit(url)
        door = next(door for end, door in self.doors.items() if parts.netloc.endswith(end))
        if door.tls:
            connection: http.client.HTTPConnection = _Tls(parts.hostname or "", door.port, door.tls)
        else:
            headers = {**headers, "X-Forwarded-Proto": "https"}
            connection = self._kept.setdefault(
                door.port, http.client.HTTPConnection("127.0.0.1", door.port, timeout=self.seconds)
            )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body or None, headers={**headers, "Host": parts.netloc})
        with connection.getresponse() as reply:
            answer = Answer(url, reply.status, reply.getheaders(), reply.read())
        if door.tls:
            connection.close()
        return answer

    def close(self) -> None:
        """Hang up."""
        while self._kept:
            self._kept.popitem()[1].close()


Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Straight:
    """Requests that are calls of the application in this process."""

    application: Wsgi

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Return the answer."""
        status: list[Any] = []
        environ = environ_of(method, url, headers, body)
        content = self.application(environ, lambda line, fields, _error=None: status.extend((line, fields)))
        text = b"".join(content)
        getattr(content, "close", bool)()
        return Answer(url, int(status[0].split()[0]), status[1], text)

    def close(self) -> None:
        """There is nothing to hang up."""


def environ_of(method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Return a request as WSGI has it (PEP 3333)."""
    parts = urlsplit(url)
    return {
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path or "/",
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": parts.netloc,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


@dataclass
class Browser:
    """Somebody's browser: a cookie belongs to the host that set it. `always` are headers of every request."""

    transport: Transport
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, **headers: str) -> Answer:
        """Return the page; redirects are not followed."""
        return self._send("GET", url, headers, b"")

    def post(self, url: str, form: dict[str, str]) -> Answer:
        """Return the answer to a filled-in form."""
        parts = urlsplit(url)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"{parts.scheme}://{parts.netloc}"}
        return self._send("POST", url, headers, urlencode(form).encode())

    def follow(self, answer: Answer, most: int = 8) -> Answer:
        """Return where the redirects lead. Raises Unexpected where that is no page."""
        while answer.status == http.HTTPStatus.FOUND and most:
            answer, most = self.get(urljoin(answer.url, answer.header("Location"))), most - 1
        if answer.status != http.HTTPStatus.OK:
            raise Unexpected(f"{answer.url}: status {answer.status}")
        return answer

    def close(self) -> None:
        """Forget everything."""
        self.transport.close()
        self.cookies.clear()

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        jar = self.cookies.setdefault(urlsplit(url).hostname or "", {})
        known = {"User-Agent": "securenet bench", "Accept-Language": "th", **self.always, **headers}
        if jar:
            known["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        answer = self.transport.send(method, url, known, body)
        for key, value in answer.headers:
            if key.lower() == "set-cookie":
                name, _equals, kept = value.partition(";")[0].partition("=")
                jar[name] = kept.strip('"')
                if not jar[name]:
                    del jar[name]
        return answer
