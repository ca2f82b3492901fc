"""The CA certificates that the operator accepts (R50)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from securenet.domain.profile.text import Fact, Link, Words

TrustSet = Literal["production", "test"]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*\.(cer|crt|pem)$")]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TrustEntry(Fact):
    """One CA certificate."""

    set: TrustSet
    """Production or test."""
    kind: Literal["root", "intermediate"]
    """Trust anchor, or a CA below one."""
    name: Words
    """The CA's name, as people know it."""
    file: FileName
    """The file in the trust store's directory, DER or PEM."""
    sha256: Fingerprint | None = None
    """The fingerprint that the file must have, in small hexadecimal letters."""
    allowed_hosts: tuple[Host, ...] = ()
    """Hosts that may be asked about certificates of this CA; no other is ever called."""
    crl_urls: tuple[Link, ...] = ()
    """Where this CA's CRLs are."""
    ocsp_urls: tuple[Link, ...] = ()
    """Where this CA's OCSP responders are."""


class TrustStore(Fact):
    """What the trust store starts with, each set once all its files are there; then two persons change it (R52)."""

    directory: str = "trust"
    """The directory of the files, relative to the profile."""
    certificates: tuple[TrustEntry, ...] = ()
    """The CA certificates."""
