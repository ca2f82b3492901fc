"""The demo's CAs, and the certificate of its servers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.commands.demonstration.place import Place
from securenet.foundation.testca.demo import DEMO_CAS, TLS_CA
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key, write_key
from securenet.foundation.testca.profiles import Profile, Server

HOSTS = (
    "portal.localhost",
    "bms-id.localhost",
    "backoffice.localhost",
    "cert.localhost",
    "*.cert.localhost",
    "mailbox.localhost",
    "localhost",
    "127.0.0.1",
)
AGE = timedelta(days=400)
"""The CAs are older than anything that happened in the demo."""
LIFE = timedelta(days=397)
"""Browsers take no server's certificate that lives longer."""
LEFT = timedelta(days=30)


def make_keys(place: Place, now: datetime) -> Hierarchy:
    """Return the demo's CAs, made where they are missing, with a fresh server's certificate where it ends soon."""
    folder = place.folder / "ca"
    if not folder.exists():
        Hierarchy.create(folder, DEMO_CAS, base_url=place.urls["test_ca"], at=now - AGE)
    hierarchy = Hierarchy.open(folder)
    place.authority.write_bytes(hierarchy.certificate(TLS_CA).public_bytes(Encoding.PEM))
    certificate, key = place.tls
    if not certificate.exists() or _end(certificate) - now < LEFT:
        _make_server(hierarchy, certificate, key, now)
    return hierarchy


def _end(path: Path) -> datetime:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.astimezone(UTC)


def _make_server(hierarchy: Hierarchy, path: Path, key_path: Path, now: datetime) -> None:
    path.parent.mkdir(exist_ok=True, mode=0o700)
    key = make_key("p-256")
    start = now - timedelta(hours=1)
    made = issue(
        hierarchy, TLS_CA, key.public_key(), Server(HOSTS), Profile.SERVER, not_before=start, not_after=start + LIFE
    )
    key_path.unlink(missing_ok=True)
    write_key(key_path, key)
    path.write_bytes(made.public_bytes(Encoding.PEM))
