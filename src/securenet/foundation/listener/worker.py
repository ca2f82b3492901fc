"""gunicorn's threaded worker, made patient: a handshake waits in the poller, not in a thread.

While a person chooses a certificate and types a PIN, the browser keeps its handshake half open. gunicorn's own worker
would spend a thread on each, and on each client that is silent. Checked against gunicorn 27.
"""

import errno
import logging
import select
import socket
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from gunicorn import http, util
from gunicorn.http import errors
from gunicorn.workers.gthread import _DEFER, ThreadWorker
from OpenSSL import SSL

from securenet.foundation.listener.tls import PATIENCE, AnyCertificate, TlsSocket, wait_for

HANDSHAKE_SECONDS = 90.0
"""From the accepted connection to the first byte of a request: a person finds a token and types a PIN meanwhile."""
HEADER_SECONDS = 30.0
"""From the first byte of a request to the end of its header."""
LINGER_SECONDS = 1.0
"""After an answer, until a client that does not hang up is hung up on."""

CLIENT_FAULTS: Sequence[tuple[type[Exception], HTTPStatus]] = (
    (errors.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (errors.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (errors.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED),
    (errors.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED),
    (errors.InvalidResponseHeader, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.InvalidResponseHeaderName, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.ParseException, HTTPStatus.BAD_REQUEST),
)


class Connection:
    """A client's connection: first the handshake, then the first byte of a request, neither holding a thread.

    It stands in for gunicorn's `TConn`; the upper half of the attributes is what the worker reads and writes there.
    """

    is_http2 = False

    def __init__(self, cfg: Any, raw: socket.socket, client: Any, server: Any) -> None:
        raw.setblocking(False)
        self.cfg, self.client, self.server = cfg, client, server
        self.sock: socket.socket | TlsSocket = raw
        self.parser: Any = None
        self.timeout = 0.0
        self.initialized = self.data_ready = False
        tls: AnyCertificate | None = cfg.ssl_context(cfg, None) if cfg.is_ssl else None
        self._handshake = tls.accept(raw) if tls else None
        self._raw = raw
        self.ends_at = time.monotonic() + HANDSHAKE_SECONDS

    def prepare(self) -> bool:
        """Whether a request has begun to arrive. Raises OSError or OpenSSL.SSL.Error when the client is no good."""
        if self.initialized:
            return True
        if self._handshake and not self._shake_hands(self._handshake):
            return False
        poll = select.poll()
        poll.register(self._raw, select.POLLIN)
        self.data_ready = bool(poll.poll(0))
        return self.data_ready

    def _shake_hands(self, handshake: SSL.Connection) -> bool:
        while True:
            try:
                handshake.do_handshake()
            except SSL.WantReadError:
                return False
            except SSL.WantWriteError:
                wait_for(self._raw, select.POLLOUT, PATIENCE)
            else:
                self.sock, self._handshake = TlsSocket(handshake, self._raw), None
                return True

    def init(self) -> None:
        if not self.initialized:
            self.initialized = True
            self.parser = http.get_parser(self.cfg, self.sock, self.client)

    def set_timeout(self) -> None:
        self.timeout = time.monotonic() + self.cfg.keepalive

    def has_more(self) -> bool:
        """Whether a further request lies deciphered in TLS, where the poller does not see it."""
        return isinstance(self.sock, TlsSocket) and self.sock.pending() > 0

    def limit_header(self, seconds: float | None) -> None:
        if isinstance(self.sock, TlsSocket):
            self.sock.deadline = None if seconds is None else time.monotonic() + seconds

    def close(self, graceful: bool = False) -> None:
        """Close at once: the lingering was done in a thread, for here the whole worker would wait."""
        util.close(self.sock)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    def accept(self, listener: socket.socket) -> None:
        try:
            raw, client = listener.accept()
        except OSError as problem:
            if problem.errno in {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}:
                self.log.warning("No more connections can be opened now: %s", problem.strerror)
                time.sleep(0.1)  # the listener stays readable; do not spin
            elif problem.errno not in {errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED}:
                raise
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self.cfg, raw, client, listener.getsockname()))

    def handle(self, conn: Connection) -> object:
        """Serve what has arrived; runs in a thread. `_DEFER` sends the connection back to the poller."""
        try:
            if not conn.prepare():
                return _DEFER
        except (SSL.Error, OSError):
            self.log.debug("handshake ended early")  # browsers do so, too, while they ask the person
            util.close_graceful(conn.sock, LINGER_SECONDS)
            return False
        conn.limit_header(HEADER_SECONDS)
        answer: object = super().handle(conn)
        while answer and conn.has_more():
            answer = super().handle(conn)
        if not answer:
            util.close_graceful(conn.sock, LINGER_SECONDS)
        return answer

    def handle_request(self, req: Any, conn: Connection) -> object:
        conn.limit_header(None)
        answer: object = super().handle_request(req, conn)
        return answer

    def murder_pending(self) -> None:
        """Close connections whose time is over without a request; all of them when the worker ends."""
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.ends_at <= now or not self.alive]:
            self.pending_conns.remove(conn)
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.close()

    def handle_quit(self, sig: int, frame: object) -> None:
        """SIGINT ends as gently as SIGTERM."""
        self.handle_exit(sig, frame)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer with the bare status. Neither the answer nor the log repeats what the client sent."""
        found = (status for kind, status in CLIENT_FAULTS if isinstance(exc, kind))
        status = next(found, HTTPStatus.INTERNAL_SERVER_ERROR)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            path = getattr(req, "path", None) or "?"
            self.log.error("%s while answering %s", type(exc).__name__, path, exc_info=exc)
        else:
            self.log.info("Refused a request: %s", type(exc).__name__)
        try:
            util.write_error(client, status.value, status.phrase, "")
        except OSError:
            logging.getLogger(__name__).debug("the client has gone")
