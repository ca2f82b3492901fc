"""Starts the web server: gunicorn, from code."""

import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from gunicorn import util
from gunicorn.app.base import BaseApplication

from securenet.foundation.listener.client import HEADER, TRUSTED
from securenet.foundation.listener.tls import AcceptedCas, AnyCertificate, Asks
from securenet.foundation.listener.worker import Worker

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Bind = tuple[str, int] | Path

CONNECTIONS = 1000
"""Open connections of one worker, the half-open ones included."""
ALWAYS = {
    "worker_class": Worker,
    "graceful_timeout": 10,
    "limit_request_line": 4094,
    "limit_request_fields": 64,
    "limit_request_field_size": 8190,
    "umask": 0o007,
    "loglevel": "warning",
    "control_socket_disable": True,
}


class OpenDirectory(Exception):
    """The directory of a unix socket is open to everybody, so that anybody could send the trusted header."""


class HeaderWithoutGuard(Exception):
    """A certificate's header is trusted only on a unix socket, where the proxy alone can write."""


@dataclass(frozen=True)
class Tls:
    """The server's certificate chain and key (PEM), who is asked for a certificate, and which CAs are accepted.

    `asks` gets the name that the client called, in lower case, or "" when it named none.
    """

    certificate: Path
    key: Path
    asks: Asks | None = None
    accepted_cas: AcceptedCas = tuple


def serve(
    application: str,
    *,
    bind: Bind,
    tls: Tls | None = None,
    trust_header: bool = False,
    threads: int = 16,
    workers: int = 1,
    keepalive: int | None = None,
) -> NoReturn:
    """Serve the WSGI application `module:name` until SIGINT or SIGTERM, then exit with 0.

    `bind` is (host, port) or the path of a unix socket, whose directory is made with mode 0750. `keepalive` is in
    seconds; unless told, 5, and 0 where certificates are asked for. Raises OpenDirectory, HeaderWithoutGuard, and
    OpenSSL.SSL.Error for an unusable server certificate.
    """
    if trust_header and (tls or not isinstance(bind, Path)):
        raise HeaderWithoutGuard
    if isinstance(bind, Path):
        _guard(bind.parent)
    if keepalive is None:
        keepalive = 0 if tls and tls.asks else 5
    settings: dict[str, Any] = {
        **ALWAYS,
        "bind": f"unix:{bind}" if isinstance(bind, Path) else _address(*bind),
        "workers": workers,
        "threads": threads,
        "keepalive": keepalive,
        "worker_connections": _connections(),
    }
    if trust_header:
        settings["limit_request_field_size"] = 32768  # a certificate, escaped, is long
    if tls:
        settings |= _tls_settings(tls)
    _Server(application, settings, trust_header).run()
    raise SystemExit(0)


def _tls_settings(tls: Tls) -> dict[str, Any]:
    context = AnyCertificate(tls.certificate, tls.key, tls.asks, tls.accepted_cas)
    return {
        "certfile": str(tls.certificate),  # with these two gunicorn takes the listener for one that speaks TLS
        "keyfile": str(tls.key),
        "ssl_context": lambda config, default: context,
        "forwarded_allow_ips": "",  # no proxy stands before it: nobody's X-Forwarded-Proto counts
    }


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, application: str, settings: dict[str, Any], trust_header: bool) -> None:
        self._application, self._settings, self._trust_header = application, settings, trust_header
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        return with_certificate_header(util.import_app(self._application), trusted=self._trust_header)


def with_certificate_header(application: Wsgi, *, trusted: bool) -> Wsgi:
    """The application, told whether the certificate's header is the proxy's word; where it is not, it never arrives."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if trusted:
            environ[TRUSTED] = True
        else:
            environ.pop(HEADER, None)
        return application(environ, start_response)

    return guarded


def _guard(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    if directory.stat().st_mode & 0o007:
        raise OpenDirectory(directory)


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _connections() -> int:
    """How many connections to hold, with as many file descriptors left for the application."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if soft < wanted and (hard == resource.RLIM_INFINITY or hard > soft):
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(CONNECTIONS, soft // 2)
