"""TLS that lets every client certificate through the handshake, so that the application can judge it and explain.

The client still proves that it holds the key (CertificateVerify, RFC 8446 4.4.3). Python's own `ssl` would end the
handshake on an unknown or expired certificate, with a browser's bare error page, and never tells browsers which CAs are
accepted.
"""

import errno
import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from OpenSSL import SSL, crypto

CHAIN_MOST = 4
PATIENCE = 30.0
"""Seconds a client may keep silent while a request or an answer travels."""
REFRESH = 60.0
"""Seconds until the accepted CAs are asked for again."""

Asks = Callable[[str], bool]
AcceptedCas = Callable[[], Sequence[x509.Certificate]]
T = TypeVar("T")

log = logging.getLogger(__name__)


class AnyCertificate:
    """The server's side of TLS: makes connections that ask for a certificate where `asks(server name)` says so.

    Without `asks` nobody is asked. `accepted_cas` are the CAs whose certificates browsers then offer to the person;
    it is called again every minute. Sessions are never resumed: each connection proves the key anew.
    """

    def __init__(
        self, certificate: Path, key: Path, asks: Asks | None, accepted_cas: AcceptedCas, refresh: float = REFRESH
    ) -> None:
        """Raises OpenSSL.SSL.Error when the server's certificate and key cannot be used."""
        self._certificate, self._key, self._asks = certificate, key, asks
        self._accepted_cas, self._refresh = accepted_cas, refresh
        self._lock = threading.Lock()
        self._cas: tuple[x509.Certificate, ...] = ()
        self._context = self._make_context()
        self._fresh_until = 0.0

    def accept(self, raw: socket.socket) -> SSL.Connection:
        """A connection on the socket, its handshake not begun."""
        connection = SSL.Connection(self._current_context(), raw)
        connection.set_accept_state()
        return connection

    def _current_context(self) -> SSL.Context:
        if self._asks is None:
            return self._context
        with self._lock:
            if time.monotonic() >= self._fresh_until:
                self._fresh_until = time.monotonic() + self._refresh
                self._take_accepted_cas()
            return self._context

    def _take_accepted_cas(self) -> None:
        try:
            cas = tuple(self._accepted_cas())
        except Exception:  # whatever the trust store's trouble is: handshakes go on with the last list
            log.exception("The accepted CAs cannot be read; the list stays as it was.")
            return
        if cas != self._cas:
            self._cas, self._context = cas, self._make_context(cas)

    def _make_context(self, cas: Sequence[x509.Certificate] = ()) -> SSL.Context:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.use_certificate_chain_file(str(self._certificate))
        context.use_privatekey_file(str(self._key))
        context.check_privatekey()
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_session_id(b"securenet")
        context.set_options(SSL.OP_NO_TICKET | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_COMPRESSION)
        for ca in cas:
            context.add_client_ca(ca)
        context.set_verify(SSL.VERIFY_NONE, _let_pass)
        if self._asks is not None:
            context.set_tlsext_servername_callback(self._ask)
        return context

    def _ask(self, connection: SSL.Connection) -> None:
        name = (connection.get_servername() or b"").decode("ascii", "replace").lower()
        try:
            asked = self._asks is not None and self._asks(name)
        except Exception:  # an exception must not travel through OpenSSL
            log.exception("Whether to ask for a certificate could not be told; not asked.")
            return
        if asked:
            connection.set_verify(SSL.VERIFY_PEER, _let_pass)


class TlsSocket:
    """An open TLS connection with the few calls that gunicorn makes on a socket.

    The descriptor never blocks; waiting is done here, so that every wait ends. A client that is too slow, hangs up or
    breaks TLS shows as ECONNRESET, which gunicorn passes over in silence.
    """

    def __init__(self, connection: SSL.Connection, raw: socket.socket) -> None:
        self._connection, self._raw = connection, raw
        self._timeout: float | None = PATIENCE
        self.deadline: float | None = None
        """The monotonic moment by which all must be read, or None."""
        self._given_up = False

    def peer_certificate(self) -> bytes | None:
        """The DER of the client's own certificate, unjudged; None when it sent none."""
        certificate = self._connection.get_peer_certificate()
        return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate) if certificate else None

    def sent_along(self) -> list[bytes]:
        """The DER of the further certificates that the client sent, at most CHAIN_MOST; nothing is proven of them."""
        chain = (self._connection.get_peer_cert_chain() or [])[1 : CHAIN_MOST + 1]
        return [crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate) for certificate in chain]

    def pending(self) -> int:
        """Bytes that are deciphered and not yet read."""
        return self._connection.pending()

    def recv(self, size: int) -> bytes:
        try:
            return self._when_ready(lambda: self._connection.recv(size))
        except SSL.ZeroReturnError:
            return b""

    def send(self, data: bytes) -> int:
        return self._when_ready(lambda: self._connection.send(data))

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.send(bytes(view[:16384])) :]

    def shutdown(self, how: int) -> None:
        """Say goodbye in TLS, then in TCP. Raises OSError when the client has gone, or was too slow already."""
        if self._given_up:
            raise ConnectionResetError(errno.ECONNRESET, "given up already")
        try:
            self._connection.shutdown()
        except SSL.Error as problem:
            raise ConnectionResetError(errno.ECONNRESET, "TLS has ended already") from problem
        self._raw.shutdown(how)

    def close(self) -> None:
        self._raw.close()

    def fileno(self) -> int:
        return self._raw.fileno()

    def setblocking(self, blocking: bool) -> None:
        self._timeout = PATIENCE if blocking else 0.0

    def settimeout(self, timeout: float | None) -> None:
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        return self._timeout

    def getpeername(self) -> object:
        return self._raw.getpeername()

    def getsockname(self) -> object:
        return self._raw.getsockname()

    def _when_ready(self, call: Callable[[], T]) -> T:
        while True:
            try:
                return call()
            except SSL.WantReadError:
                self._wait(select.POLLIN)
            except SSL.WantWriteError:
                self._wait(select.POLLOUT)
            except SSL.ZeroReturnError:
                raise
            except SSL.Error as problem:
                self._given_up = True
                raise ConnectionResetError(errno.ECONNRESET, "TLS ended early") from problem

    def _wait(self, event: int) -> None:
        try:
            wait_for(self._raw, event, self._remaining())
        except TimeoutError:
            self._given_up = True
            raise

    def _remaining(self) -> float:
        timeout = PATIENCE if self._timeout is None else self._timeout
        if self.deadline is None:
            return timeout
        return min(timeout, max(self.deadline - time.monotonic(), 0.0))


def wait_for(raw: socket.socket, event: int, timeout: float) -> None:
    """Return when the socket is ready. Raises TimeoutError with errno ECONNRESET."""
    poll = select.poll()
    poll.register(raw, event)
    if not poll.poll(timeout * 1000):
        raise TimeoutError(errno.ECONNRESET, "the client is too slow")


def _let_pass(connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, verified: int) -> bool:
    """OpenSSL's own verdict on the chain is not ours."""
    return True
