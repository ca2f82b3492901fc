"""The client's certificate, as the application gets it: from the connection, or from the proxy in front."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from securenet.foundation.listener.tls import TlsSocket

HEADER = "HTTP_X_CLIENT_CERTIFICATE"
TRUSTED = "securenet.certificate_header_trusted"
"""Set by a listener that only the proxy can reach. No header can set it: those begin with HTTP_."""

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")


def peer_certificate(environ: Mapping[str, Any]) -> bytes | None:
    """The DER of the certificate whose key this connection proved to hold; not judged. None when there is none."""
    socket = environ.get("gunicorn.socket")
    return socket.peer_certificate() if isinstance(socket, TlsSocket) else None


def header_certificate(environ: Mapping[str, Any]) -> bytes | None:
    """The DER of what the proxy took from its client (nginx: `$ssl_client_escaped_cert`), where its word is trusted.

    None when the listener does not trust the header, and when the header is not exactly one certificate.
    """
    if environ.get(TRUSTED) is not True:
        return None
    found = PEM.fullmatch(unquote_to_bytes(environ.get(HEADER, "")))
    if not found:
        return None
    try:
        return b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error:
        return None
