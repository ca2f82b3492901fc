"""A small HTTPS client for what provider and services say to each other behind the browser's back."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 10
LARGEST_ANSWER = 262_144


class Unreachable(Exception):
    """No usable answer came: no connection, no trusted certificate, time over, or too large."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


@lru_cache(maxsize=4)  # reading the system's roots costs more than the handshake
def _trusting(authority: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Connection(http.client.HTTPSConnection):
    """HTTPS to `address` (host and port) while the certificate must be for the public name."""

    def __init__(self, host: str, port: int, address: tuple[str, int]) -> None:
        self._tls = _trusting(str(settings.TLS_AUTHORITY) if settings.TLS_AUTHORITY else None)
        self._address = address
        super().__init__(host, port, timeout=SECONDS, context=self._tls)

    def connect(self) -> None:
        """Connect to the address and verify the name."""
        plain = socket.create_connection(self._address, timeout=SECONDS)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def send(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None, address: str = ""
) -> Reply:
    """Return the answer to a request over TLS; redirects are not followed. Raises Unreachable.

    The certificate is verified for the name in `url`, against `settings.TLS_AUTHORITY` where it is set, else the
    system's roots. `address` is where to connect instead of asking for the name's address; names under `localhost`
    mean this machine (RFC 6761 6.3), whatever the resolver thinks.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host:
        raise Unreachable("not an https address")
    port = parts.port or 443
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    connection = _Connection(host, port, _target(host, port, address))
    try:
        connection.request(method, path, body=body, headers={"Accept": "application/json", **(headers or {})})
        answer = connection.getresponse()
        content = answer.read(LARGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        connection.close()
    if len(content) > LARGEST_ANSWER:
        raise Unreachable("too large")
    return Reply(answer.status, content)


def _target(host: str, port: int, address: str) -> tuple[str, int]:
    if address:
        where, _colon, number = address.rpartition(":")
        return where.strip("[]"), int(number)
    return ("127.0.0.1", port) if host.endswith(".localhost") else (host, port)
