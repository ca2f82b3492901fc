"""The test CA's HTTP side: CRLs, CA certificates and OCSP answers."""

import base64
import binascii
import logging
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from securenet.foundation.testca.est import EstDoor, make_est_server
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.refusals import CaRefusal
from securenet.foundation.testca.revocation import answer_ocsp, current_crl

LARGEST_REQUEST = 64 * 1024
RECEIVE_SECONDS = 10

log = logging.getLogger(__name__)


class Responder(BaseHTTPRequestHandler):
    """GET `/<ca>.crl`, `/<ca>.cer`, `/ocsp/<ca>/<base64>`, `/healthz`; POST `/ocsp/<ca>` (RFC 6960 appendix A)."""

    timeout = RECEIVE_SECONDS
    server_version = "testca"
    sys_version = ""

    def __init__(self, *args: object, hierarchy: Hierarchy) -> None:
        self.hierarchy = hierarchy
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver's own three arguments

    def do_GET(self) -> None:
        path = unquote(self.path.partition("?")[0]).removeprefix("/")
        name, _, ending = path.rpartition(".")
        if path == "healthz":
            self._send(b"ok\n", "text/plain")
        elif path.startswith("ocsp/"):
            ca, _, encoded = path.removeprefix("ocsp/").partition("/")
            self._answer(partial(self._ocsp, ca, encoded), "application/ocsp-response")
        elif ending == "crl":
            self._answer(partial(current_crl, self.hierarchy, name, at=_now()), "application/pkix-crl")
        elif ending == "cer":
            self._answer(partial(self._certificate, name), "application/pkix-cert")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        folder, _, ca = self.path.removeprefix("/").partition("/")
        length = self.headers.get("Content-Length", "")
        if folder != "ocsp":
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not (length.isascii() and length.isdigit()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > LARGEST_REQUEST:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            request = self.rfile.read(int(length))
            answer = partial(answer_ocsp, self.hierarchy, ca, request, at=_now())
            self._answer(answer, "application/ocsp-response")

    def _certificate(self, ca: str) -> bytes:
        return (self.hierarchy.ca_path(ca) / "certificate.cer").read_bytes()

    def _ocsp(self, ca: str, encoded: str) -> bytes:
        try:
            request = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            request = b""  # the answer to it is "malformed request"
        return answer_ocsp(self.hierarchy, ca, request, at=_now())

    def _answer(self, make: Callable[[], bytes], kind: str) -> None:
        try:
            content = make()
        except CaRefusal:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._send(content, kind)

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Requests are not logged: an OCSP request says who is about to do business."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is not worth a traceback."""
        log.debug("connection ended early")


def make_server(directory: Path, host: str, port: int) -> ThreadingHTTPServer:
    """The bound server, not yet answering; port 0 takes a free one. Raises NoHierarchy."""
    return _Server((host, port), partial(Responder, hierarchy=Hierarchy.open(directory)))


def serve(directory: Path, host: str, port: int, est: tuple[int, EstDoor] | None = None) -> None:
    """Answer until SIGINT or SIGTERM, at the EST door's port too where there is one. Raises NoHierarchy, UnknownCA."""
    with ExitStack() as stack:
        server = stack.enter_context(make_server(directory, host, port))
        servers = [server]
        if est is not None:
            servers.append(stack.enter_context(make_est_server(directory, host, *est)))
            threading.Thread(target=servers[-1].serve_forever, daemon=True).start()

        def stop(*_: object) -> None:
            for each in servers:
                threading.Thread(target=each.shutdown).start()  # it waits for the loop that this signal interrupts

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        server.serve_forever(poll_interval=0.2)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  a server is the clock of what it serves
