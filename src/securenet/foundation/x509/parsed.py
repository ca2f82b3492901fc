"""Certificates as asn1crypto reads them for the path validation: slowly, hence what comes again is kept."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, lru_cache

from asn1crypto import x509

_KEPT = 64  # authorities, and names


class _Name(x509.Name):  # type: ignore[misc]
    """A name that is prepared for comparing (RFC 5280 section 7.1) once, as that takes longer than a signature."""

    def __eq__(self, other: object) -> bool:
        return self is other or bool(super().__eq__(other))

    def __hash__(self) -> int:
        return hash(self.hashable)

    @cached_property
    def hashable(self) -> str:
        return str(super().hashable)


class ParsedCertificate(x509.Certificate):  # type: ignore[misc]
    """A certificate whose names are the same objects as those of others that write them with the same octets."""

    @cached_property
    def issuer(self) -> _Name:
        """Who issued it."""
        return _thread.name(super().issuer.dump())

    @cached_property
    def subject(self) -> _Name:
        """Whose it is."""
        return _thread.name(super().subject.dump())

    @cached_property
    def period(self) -> tuple[datetime, datetime]:
        """The moments between which it is valid, both inclusive, in UTC."""
        return self.not_valid_before, self.not_valid_after


class _Thread(threading.local):
    """What was read of authorities and names; it is read on as it is asked for, hence not shared between threads."""

    def __init__(self) -> None:
        self.authority: Callable[[bytes], ParsedCertificate] = lru_cache(_KEPT)(_load)
        self.name: Callable[[bytes], _Name] = lru_cache(_KEPT)(_Name.load)


def _load(der: bytes) -> ParsedCertificate:
    certificate: ParsedCertificate = ParsedCertificate.load(der, strict=True)
    return certificate


_thread = _Thread()


def parsed_authority(der: bytes) -> ParsedCertificate:
    """Return the certificate of an accepted authority, in this thread the same one again."""
    return _thread.authority(der)


def parsed_certificate(der: bytes) -> tuple[ParsedCertificate | None, str]:
    """Return a certificate with its issuer's name as names are compared; None where either cannot be read."""
    try:
        parsed = _load(der)
        _ = (parsed.period, parsed.authority_key_identifier)
        return parsed, parsed.issuer.hashable
    except Exception:  # whatever a library raises over a stranger's file is the file's fault
        return None, ""
