"""The check of a certificate against a list with a million entries, beside the same against one with ten."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.bench.certificate_check import Refused
from securenet.bench.figures import Figure, Target
from securenet.bench.memory import added_by
from securenet.bench.processes import own_cpu
from securenet.foundation.cms.ber import SEQUENCE, value
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import DIGEST, make_key
from securenet.foundation.testca.profiles import Person, Profile
from securenet.foundation.testca.refusals import UnusableKey
from securenet.foundation.testca.revocation import publish_crl
from securenet.foundation.x509 import (
    Authority,
    CrlIndex,
    RevocationList,
    Trust,
    check,
    forget_findings,
    read_crl,
    read_upload,
)
from securenet.foundation.x509.der import parse

NAME = "revocation-list"
ENTRIES, FEW = 1_000_000, 10
MORE = Target(most=1.0, outright=True)
ROOT, CA = DEMO_CAS[0], DEMO_CAS[3]
SERIAL = 16  # octets, as many CAs write
_BEFORE = bytes((SEQUENCE, 47, 0x02, SERIAL, 0x5A))
_AFTER = b"\x17\x0d260101000000Z" + bytes.fromhex("300c300a0603551d1504030a0101")  # keyCompromise


@dataclass(frozen=True)
class _Loaded:
    """A list, and what its reading cost: CPU milliseconds, MiB that stay, MiB at most."""

    content: RevocationList
    cost: float
    kept: float
    peak: float


def measure(*, rounds: int, seconds: float, entries: int = ENTRIES) -> Iterator[Figure]:
    """Yield the check against both lists and by how much they differ, then what reading the long one takes."""
    at = datetime.now(UTC)
    with TemporaryDirectory(prefix="securenet-bench-") as folder:
        place, begun = Path(folder) / "ca", at - timedelta(days=30)
        hierarchy = Hierarchy.create(place, (ROOT, CA), base_url="http://127.0.0.1:9", at=begun)
        few, many = (_loaded(hierarchy, count, at) for count in (FEW, entries))
        checks = [_check(hierarchy, each.content, at) for each in (few, many)]
    pairs = [[own_cpu(each, rounds=1, seconds=seconds) for each in checks] for _round in range(rounds)]
    short, long = (median(costs) for costs in zip(*pairs, strict=True))
    told, more = f"a list of {entries:,} entries", median(long - short for short, long in pairs)
    yield Figure(NAME, f"certificate check, {told}", long, f"the same, {FEW} entries", short)
    yield Figure(NAME, f"what {told} adds to a check", more, target=MORE)
    yield Figure(NAME, f"reading {told}, once per change and process", many.cost)
    yield Figure(NAME, f"keeping {told}", many.kept, unit="MiB")
    yield Figure(NAME, f"reading {told}, memory at most", many.peak, unit="MiB")


def _check(hierarchy: Hierarchy, issued: RevocationList, at: datetime) -> Callable[[], None]:
    root, ca = (hierarchy.certificate(spec.slug) for spec in (ROOT, CA))
    trust, above = Trust.of([root], [ca]), publish_crl(hierarchy, ROOT.slug, at=at - timedelta(minutes=1))
    lists = CrlIndex([issued, read_crl(above.public_bytes(Encoding.DER), Authority.of(root))])
    person = Person("Somchai Tuayang", "somchai@company.example", "0105558123451")
    dates = {"not_before": at - timedelta(days=1), "not_after": at + timedelta(days=300)}
    card = issue(hierarchy, CA.slug, make_key("p-256").public_key(), person, Profile.PERSON, **dates)
    der = card.public_bytes(Encoding.DER)

    def whole() -> None:
        forget_findings()
        verdict = check(read_upload(der), trust=trust, at=at, crls=lists)
        if not verdict.accepted or verdict.revocation != "good":
            raise Refused(", ".join(verdict.reasons))

    return whole


def _loaded(hierarchy: Hierarchy, entries: int, at: datetime) -> _Loaded:
    issuer, written = Authority.of(hierarchy.certificate(CA.slug)), long_list(hierarchy, entries, at)
    begun = time.process_time()
    content, kept, peak = added_by(partial(read_crl, written, issuer))
    return _Loaded(content, (time.process_time() - begun) * 1000, kept, peak)


def long_list(hierarchy: Hierarchy, entries: int, at: datetime) -> bytes:
    """Return the CA's list with so many entries put into it, signed anew: a builder would take minutes."""
    key = hierarchy.key(CA.slug)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise UnusableKey
    empty = publish_crl(hierarchy, CA.slug, at=at - timedelta(minutes=1)).tbs_certlist_bytes
    *head, extensions = (part.encoding for part in parse(empty).children)
    drawn, size = random.Random(1).randbytes(entries * (SERIAL - 1)), SERIAL - 1  # noqa: S311  no secret
    revoked = (_BEFORE + drawn[place * size : (place + 1) * size] + _AFTER for place in range(entries))
    content = value(SEQUENCE, *head, value(SEQUENCE, *revoked), extensions)
    signature = value(0x03, b"\0", key.sign(content, ECDSA(DIGEST)))
    return value(SEQUENCE, content, head[1], signature)
