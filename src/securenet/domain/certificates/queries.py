"""Reads of the trust store and of certificates."""

from __future__ import annotations

from cryptography import x509
from django.db import close_old_connections

from securenet.domain.certificates.judging import trust_now


def accepted_cas() -> list[x509.Certificate]:
    """Return the CAs whose certificates browsers are to offer, for a listener that calls from its own thread."""
    close_old_connections()
    try:
        return [authority.certificate for authority in trust_now().trust.authorities]
    finally:
        close_old_connections()
