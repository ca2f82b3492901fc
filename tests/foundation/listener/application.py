"""A trivial application: it says in JSON what certificate came, and misbehaves on demand."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from securenet.foundation.listener.client import header_certificate, peer_certificate


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/raise":
        raise RuntimeError("the application broke")
    if path == "/slow":
        Path("begun").touch()
        time.sleep(1)
    if path == "/large":
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return (b"x" * 100_000 for _ in range(30))
    if path == "/endless":
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return (b"x" * 100_000 for _ in range(10_000))
    came = {
        "peer": fingerprint(peer_certificate(environ)),
        "header": fingerprint(header_certificate(environ)),
        "seen": sorted(name for name in environ if "CERTIFICATE" in name),
        "scheme": environ["wsgi.url_scheme"],
        "received": len(environ["wsgi.input"].read()),
    }
    body = json.dumps(came).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def fingerprint(der: bytes | None) -> str | None:
    return hashlib.sha256(der).hexdigest() if der else None
