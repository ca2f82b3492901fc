"""The whole check of a certificate: read, profile, path, revocation from a list that is parsed already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store

from securenet.bench.figures import Figure, Target
from securenet.bench.processes import own_cpu
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import KeyKind, make_key
from securenet.foundation.testca.profiles import Person, Profile
from securenet.foundation.testca.revocation import publish_crl
from securenet.foundation.x509 import CrlIndex, Trust, check, forget_findings, read_authority, read_crl, read_upload

NAME = "certificate-check"
MOST = Target(most=5.0, outright=True)
CARDS: tuple[tuple[str, str, KeyKind], ...] = (
    ("demo-root-ca", "demo-ca", "rsa-2048"),
    ("demo-root-ca", "demo-ca-g2", "p-256"),
)


class Refused(Exception):
    """The check refused a good certificate: then its cost means nothing."""


def measure(*, rounds: int, seconds: float) -> Iterator[Figure]:
    """Yield the check of a certificate with an RSA key and of one with an EC key, each below one intermediate CA."""
    with TemporaryDirectory(prefix="securenet-bench-") as folder:
        at = datetime.now(UTC)
        begun = at - timedelta(days=30)
        hierarchy = Hierarchy.create(Path(folder) / "ca", DEMO_CAS, base_url="http://127.0.0.1:9", at=begun)
        for root, ca, kind in CARDS:
            yield _measured(hierarchy, (root, ca), kind, at, rounds=rounds, seconds=seconds)


def _measured(
    hierarchy: Hierarchy, path: tuple[str, str], kind: KeyKind, at: datetime, *, rounds: int, seconds: float
) -> Figure:
    root, ca = (hierarchy.certificate(slug) for slug in path)
    person = Person("Somchai Tuayang", "somchai@company.example", "0105558123451")
    key = make_key(kind).public_key()
    ends = at + timedelta(days=300)
    card = issue(hierarchy, path[1], key, person, Profile.PERSON, not_before=at - timedelta(days=1), not_after=ends)
    der = card.public_bytes(Encoding.DER)
    trust = Trust.of([root], [ca])
    lists = CrlIndex(read_crl(_list(hierarchy, slug, at), read_authority(_der(hierarchy, slug))) for slug in path)

    def whole() -> None:
        forget_findings()  # as if nobody had shown it before
        verdict = check(read_upload(der), trust=trust, at=at, crls=lists)
        if not verdict.accepted or verdict.revocation != "good":
            raise Refused(", ".join(verdict.reasons))

    store = Store([root])

    def bare() -> None:
        verifier = PolicyBuilder().store(store).time(at).build_client_verifier()
        verifier.verify(x509.load_der_x509_certificate(der), [ca])

    cost = own_cpu(whole, rounds=rounds, seconds=seconds)
    limit = own_cpu(bare, rounds=rounds, seconds=seconds)
    return Figure(NAME, f"certificate check, {kind}", cost, "the library's path validation", limit, MOST)


def _der(hierarchy: Hierarchy, slug: str) -> bytes:
    return hierarchy.certificate(slug).public_bytes(Encoding.DER)


def _list(hierarchy: Hierarchy, slug: str, at: datetime) -> bytes:
    return publish_crl(hierarchy, slug, at=at - timedelta(minutes=1)).public_bytes(Encoding.DER)
