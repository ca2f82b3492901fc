"""Starts a listener as its own process: `python launch.py '{"bind": …}'`."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from cryptography import x509

from securenet.foundation.listener import tls as tls_module
from securenet.foundation.listener import worker
from securenet.foundation.listener.server import Tls, serve


def asks(name: str) -> bool:
    if name == "broken.localhost":
        raise RuntimeError("cannot tell")
    return name == "localhost" or name.endswith(".cert.localhost")


def main(told: dict[str, Any]) -> None:
    logging.basicConfig()
    # a test has no time for the real limits
    worker.HANDSHAKE_SECONDS = told.get("handshake_seconds", worker.HANDSHAKE_SECONDS)
    worker.HEADER_SECONDS = tls_module.PATIENCE = told.get("request_seconds", tls_module.PATIENCE)

    def accepted() -> list[x509.Certificate]:
        folder = Path(told["cas"])
        return [x509.load_der_x509_certificate(path.read_bytes()) for path in sorted(folder.glob("*.cer"))]

    tls = None
    if "certificate" in told:
        asked = asks if told.get("asks", True) else None
        tls = Tls(Path(told["certificate"]), Path(told["key"]), asked, accepted)
    bind = Path(told["bind"]) if isinstance(told["bind"], str) else (told["bind"][0], told["bind"][1])
    options = {name: told[name] for name in ("trust_header", "threads", "workers", "keepalive") if name in told}
    serve("tests.foundation.listener.application:application", bind=bind, tls=tls, **options)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
