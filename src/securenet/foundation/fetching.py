"""Fetching a small file from an address that the operator has approved."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

SECONDS = 10
REDIRECTS_FROM = 300


class Unfetched(Exception):
    """The file did not come: wrong host, time over, too large, or another status."""


def fetch(url: str, *, allowed_hosts: tuple[str, ...], most_bytes: int) -> bytes:
    """Return the body at `url` by GET, without following redirects. Raises Unfetched.

    Only http and https, and only hosts of `allowed_hosts`; the body is read up to `most_bytes`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname not in allowed_hosts:
        raise Unfetched(f"{parts.hostname} is not an allowed host")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("GET", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        answer = connection.getresponse()
        body = answer.read(most_bytes + 1)
    except (OSError, http.client.HTTPException) as error:
        raise Unfetched(type(error).__name__) from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Unfetched(f"status {answer.status}")
    if len(body) > most_bytes:
        raise Unfetched("too large")
    return body
