"""The test CA's registration door: enrolment over secure transport (EST, RFC 7030), for RAs that it knows."""

import base64
import binascii
import hmac
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue_as_requested, load_request
from securenet.foundation.testca.refusals import CaRefusal, RequestRefusal

LARGEST_REQUEST = 64 * 1024
RECEIVE_SECONDS = 10
LIFE = timedelta(days=365)
ROOT = "/.well-known/est/"

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  a server is the clock of what it serves


@dataclass(frozen=True)
class EstDoor:
    """Which CA issues, and who may ask: by a certificate of `clients`, or as `login` (`name:password`).

    With `retry_after` every new request is answered with 202 at first, as by a CA whose staff looks at each one.
    """

    ca: str
    certificate: Path
    key: Path
    clients: Path | None = None
    login: str = ""
    retry_after: int = 0
    seen: set[str] = field(default_factory=set)
    clock: Callable[[], datetime] = _now

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer; a client's certificate is asked for where it can be judged."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        if self.clients:
            context.load_verify_locations(self.clients)
            context.verify_mode = ssl.CERT_OPTIONAL
        return context


class EstService(BaseHTTPRequestHandler):
    """GET `/.well-known/est/cacerts`; POST `/.well-known/est/simpleenroll` (RFC 7030 sections 4.1 and 4.2)."""

    timeout = RECEIVE_SECONDS
    server_version = "testca"
    sys_version = ""

    def __init__(self, *args: object, hierarchy: Hierarchy, door: EstDoor) -> None:
        self.hierarchy, self.door = hierarchy, door
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver's own three arguments

    def do_GET(self) -> None:
        if self.path != f"{ROOT}cacerts":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        chain = self.hierarchy.chain(self.door.ca)
        self._send_pkcs7(pkcs7.serialize_certificates(list(chain), Encoding.DER))

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != f"{ROOT}simpleenroll":
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not self._is_known():
            self._send(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": 'Basic realm="testca"'})
        elif not (length.isascii() and length.isdigit()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > LARGEST_REQUEST:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self.headers.get_content_type() != "application/pkcs10":
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        else:
            self._enroll(self.rfile.read(int(length)))

    def _is_known(self) -> bool:
        peer = self.connection
        if isinstance(peer, ssl.SSLSocket) and peer.getpeercert():
            return True
        kind, _, encoded = self.headers.get("Authorization", "").partition(" ")
        try:
            login = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        known = bool(self.door.login) and kind.lower() == "basic"
        return known and hmac.compare_digest(login, self.door.login.encode())

    def _enroll(self, body: bytes) -> None:
        try:
            der = base64.b64decode(b"".join(body.split()), validate=True)
            digest = sha256(der).hexdigest()
            request, now = load_request(der), self.door.clock()
            if self.door.retry_after and digest not in self.door.seen:
                self.door.seen.add(digest)
                self._send(HTTPStatus.ACCEPTED, {"Retry-After": str(self.door.retry_after)})
                return
            made = issue_as_requested(self.hierarchy, self.door.ca, request, not_before=now, not_after=now + LIFE)
        except (RequestRefusal, binascii.Error) as refusal:
            said = str(refusal) if isinstance(refusal, RequestRefusal) else "The request is not base64 of PKCS#10."
            self._send(HTTPStatus.BAD_REQUEST, {"Content-Type": "text/plain"}, said.encode())
        except (CaRefusal, OSError, ValueError):
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._send_pkcs7(pkcs7.serialize_certificates([made], Encoding.DER))

    def _send_pkcs7(self, der: bytes) -> None:
        kind = "application/pkcs7-mime; smime-type=certs-only"
        headers = {"Content-Type": kind, "Content-Transfer-Encoding": "base64"}
        self._send(HTTPStatus.OK, headers, base64.encodebytes(der))

    def _send(self, status: HTTPStatus, headers: dict[str, str], content: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content)), "Cache-Control": "no-store"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Requests are not logged: they name people."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, or speaks no TLS, is not worth a traceback."""
        log.debug("connection ended early")


def make_est_server(directory: Path, host: str, port: int, door: EstDoor) -> ThreadingHTTPServer:
    """The bound server, not yet answering; port 0 takes a free one. Raises NoHierarchy, UnknownCA.

    The handshake is done by the connection's own thread, so that a silent client holds up nobody.
    """
    hierarchy = Hierarchy.open(directory)
    hierarchy.ca_path(door.ca)
    server = _Server((host, port), partial(EstService, hierarchy=hierarchy, door=door))
    server.socket = door.context().wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    return server
