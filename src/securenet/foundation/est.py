"""A client of certification authorities that speak EST (enrolment over secure transport, RFC 7030)."""

from __future__ import annotations

import base64
import binascii
import http.client
import ssl
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7

from securenet.foundation.fetching import Unfetched, read_within

SECONDS = 30
LARGEST_ANSWER = 64 * 1024
SOONEST, LATEST = 1, 24 * 60 * 60  # seconds; a Retry-After beyond these is brought back into them


@dataclass(frozen=True)
class EstServer:
    """Where a CA takes requests (`https://…/.well-known/est`, with a label where it has several), and who we are to it.

    `trust` is the only file of CAs that may vouch for the server. The RA shows `certificate` and `key`, or `login`
    (`name:password`), or both.
    """

    url: str
    trust: Path
    certificate: Path | None = None
    key: Path | None = None
    login: str = field(default="", repr=False)


class Unreachable(Exception):
    """No answer that could be used, and none that is final: it is worth another try."""


class Declined(Exception):
    """The CA says that it will not issue for this request."""


class Later(Exception):
    """The CA has taken the request and wants to be asked again in so many seconds (RFC 7030 section 4.2.3)."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


def enroll(server: EstServer, request: bytes) -> bytes:
    """Return the DER of the certificate for a PKCS#10 request in DER: the one in the answer that has its key.

    The same request sent again is how the CA is asked again after Later. Raises Later, Declined, or Unreachable; no
    text of the answer is in these. Redirects are not followed.
    """
    status, headers, body = _post(server, request)
    if status == HTTPStatus.ACCEPTED:
        raise Later(_seconds_in(headers.get("Retry-After", "")))
    if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise Declined(f"status {status}")
    if status != HTTPStatus.OK:
        raise Unreachable(f"status {status}")
    if headers.get_content_type() != "application/pkcs7-mime":
        raise Unreachable("an answer of another kind")
    return _certificate_in(body, x509.load_der_x509_csr(request))


def _post(server: EstServer, request: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
    parts = urlsplit(server.url)
    if parts.scheme != "https" or not parts.hostname:
        raise Unreachable("the address is not https")
    headers = {"Content-Type": "application/pkcs10", "Content-Transfer-Encoding": "base64"}
    if server.login:
        headers["Authorization"] = f"Basic {base64.b64encode(server.login.encode()).decode()}"
    try:
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=SECONDS, context=_context(server))
        until = time.monotonic() + SECONDS
        try:
            target = f"{parts.path.rstrip('/')}/simpleenroll"
            connection.request("POST", target, body=base64.encodebytes(request), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, read_within(answer, LARGEST_ANSWER, until)
        finally:
            connection.close()
    except Unfetched as error:
        raise Unreachable(str(error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(type(error).__name__) from error


def _context(server: EstServer) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # requires a certificate, and that it is the host's
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(server.trust)
    if server.certificate:
        context.load_cert_chain(server.certificate, server.key)
    return context


def _seconds_in(retry_after: str) -> int:
    """Return the seconds of a Retry-After; a date, or nothing, counts as an hour."""
    seconds = int(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9 else 3600
    return min(max(seconds, SOONEST), LATEST)


def _certificate_in(body: bytes, request: x509.CertificateSigningRequest) -> bytes:
    try:
        der = base64.b64decode(b"".join(body.split()), validate=True)
        certificates = pkcs7.load_der_pkcs7_certificates(der)
    except (binascii.Error, ValueError) as error:
        raise Unreachable("an answer that cannot be read") from error
    wanted = _spki(request)
    for certificate in certificates:
        if _spki(certificate) == wanted:
            return certificate.public_bytes(Encoding.DER)
    raise Unreachable("no certificate for the key of the request")


def _spki(holder: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
