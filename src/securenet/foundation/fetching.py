"""Fetching a small file from an address that the operator has approved."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

SECONDS = 10
CHUNK = 64 * 1024


class Unfetched(Exception):
    """The file did not come: wrong host, time over, too large, or another status."""


def fetch(
    url: str,
    *,
    allowed_hosts: tuple[str, ...],
    most_bytes: int,
    seconds: float = SECONDS,
    body: bytes | None = None,
    content_type: str = "",
) -> bytes:
    """Return the body at `url` by GET, or by POST where there is a `body`; redirects are not followed.

    Only http and https, and only hosts of `allowed_hosts`. The answer is read up to `most_bytes`, and within `seconds`
    in all, however slowly it drips. Raises Unfetched.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname not in allowed_hosts:
        raise Unfetched(f"{parts.hostname} is not an allowed host")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    until = time.monotonic() + seconds
    try:
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        headers = {"Content-Type": content_type} if content_type else {}
        connection.request("GET" if body is None else "POST", target, body=body, headers=headers)
        answer = connection.getresponse()
        read = read_within(answer, most_bytes, until)
    except (OSError, http.client.HTTPException) as error:
        raise Unfetched(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Unfetched(f"status {answer.status}")
    return read


def read_within(answer: http.client.HTTPResponse, most_bytes: int, until: float) -> bytes:
    """Return the body of an answer, read until a moment of the monotonic clock at the latest. Raises Unfetched."""
    read = bytearray()
    while chunk := answer.read1(CHUNK):
        read += chunk
        if len(read) > most_bytes:
            raise Unfetched("too large")
        if time.monotonic() > until:
            raise Unfetched("time over")
    return bytes(read)
