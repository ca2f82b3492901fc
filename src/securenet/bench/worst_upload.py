"""The check of files made to be slow, each as large as the limit allows: CPU time and memory, the worst named."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from securenet.bench.figures import Figure, Target
from securenet.bench.hostile import hostile_files
from securenet.bench.memory import most_taken_by
from securenet.bench.processes import own_cpu
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key
from securenet.foundation.testca.profiles import Person, Profile
from securenet.foundation.testca.refusals import UnusableKey
from securenet.foundation.x509 import CrlIndex, Refused, Trust, check, forget_findings, read_upload

NAME = "worst-upload"
TIME, MEMORY = Target(most=200.0, outright=True), Target(most=64.0, outright=True)
ROOT, CA = DEMO_CAS[0], DEMO_CAS[3]


def measure(*, rounds: int) -> Iterator[Figure]:
    """Yield the CPU time of each file, then the worst file by time and the worst by memory."""
    at = datetime.now(UTC)
    with TemporaryDirectory(prefix="securenet-bench-") as folder:
        place, begun = Path(folder) / "ca", at - timedelta(days=30)
        hierarchy = Hierarchy.create(place, (ROOT, CA), base_url="http://127.0.0.1:9", at=begun)
        trust = Trust.of([hierarchy.certificate(ROOT.slug)], [hierarchy.certificate(CA.slug)])
        jobs = {word: _job(data, trust, at) for word, data in _files(hierarchy, at)}
    memory = {word: most_taken_by(job) for word, job in jobs.items()}
    times = {word: own_cpu(job, rounds=rounds, seconds=0) for word, job in jobs.items()}
    for word, cost in times.items():
        yield Figure(NAME, f"file with {word}", cost, target=TIME)
    slowest = max(times, key=lambda word: times[word])
    largest = max(memory, key=lambda word: math.inf if math.isnan(memory[word]) else memory[word])
    yield Figure(NAME, f"the slowest: {slowest}", times[slowest], target=TIME)
    yield Figure(NAME, f"the largest in memory: {largest}", memory[largest], target=MEMORY, unit="MiB")


def _files(hierarchy: Hierarchy, at: datetime) -> Iterator[tuple[str, bytes]]:
    key = hierarchy.key(CA.slug)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise UnusableKey
    person = Person("Somchai Tuayang", "somchai@company.example", "0105558123451")
    dates = {"not_before": at - timedelta(days=1), "not_after": at + timedelta(days=300)}
    card = issue(hierarchy, CA.slug, make_key("p-256").public_key(), person, Profile.PERSON, **dates)
    yield from hostile_files(card.public_bytes(Encoding.DER), key)


def _job(data: bytes, trust: Trust, at: datetime) -> Callable[[], None]:
    return partial(_whole, data, trust, CrlIndex([]), at)


def _whole(data: bytes, trust: Trust, lists: CrlIndex, at: datetime) -> None:
    """Do what the upload form does; any fault but a refusal ends the measurement."""
    forget_findings()
    try:
        certificate = read_upload(data)
    except Refused:
        return
    check(certificate, trust=trust, at=at, crls=lists)
