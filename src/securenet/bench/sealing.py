"""Signing and encrypting a large file, and opening it, beside `openssl cms` doing the same in the same run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.serialization import Encoding

from securenet.bench.figures import Figure, Target
from securenet.bench.spent import spent_by
from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import issue
from securenet.foundation.testca.keys import make_key, write_key
from securenet.foundation.testca.profiles import Person, Profile

NAME = "sealing"
MEBIBYTE = 1 << 20
MOST = Target(most=2.0)
FLAT = Target(most=96.0, outright=True)
CA = "demo-ca-g2"


def measure(*, mebibytes: int, rounds: int) -> Iterator[Figure]:
    """Yield CPU time of both ways, and the most memory that ours took, for a file of this size."""
    if shutil.which("openssl") is None:
        return
    with TemporaryDirectory(prefix="securenet-bench-") as folder:
        place = Path(folder)
        _prepare(place, mebibytes)
        ours = (_Job(place, _securenet("sign-encrypt")), _Job(place, _securenet("decrypt-verify")))
        theirs = (_Job(place, *_openssl_seals()), _Job(place, *_openssl_opens()))
        for _round in range(rounds):
            for job in (*ours, *theirs):
                job.run()
        for job, limit, told in zip(ours, theirs, ("signing and encrypting", "decrypting and verifying"), strict=True):
            name = f"{told} {mebibytes} MiB"
            yield Figure(NAME, name, job.cost, "openssl cms, in two steps", limit.cost, MOST)
            yield Figure(NAME, f"{name}, memory", job.memory, "openssl cms", limit.memory, FLAT, unit="MiB")


class _Job:
    """Commands one after another; the costs of all rounds, and the most memory that any of them took."""

    def __init__(self, place: Path, *commands: list[str]) -> None:
        self._place, self._commands = place, commands
        self._costs: list[float] = []
        self.memory = 0.0

    @property
    def cost(self) -> float:
        """Return the median CPU milliseconds of a round."""
        return median(self._costs)

    def run(self) -> None:
        """Run the commands once. Raises Failed."""
        spent = 0.0
        for command in self._commands:
            seconds, mebibytes = spent_by(command, self._place)
            spent += seconds
            self.memory = max(self.memory, mebibytes)
        self._costs.append(spent * 1000)


def _prepare(place: Path, mebibytes: int) -> None:
    """Write the file, a key, its certificate, and the CAs above it."""
    now = datetime.now(UTC)
    ca = Hierarchy.create(place / "ca", DEMO_CAS[:4], base_url="http://127.0.0.1:9", at=now - timedelta(days=30))
    key = make_key("rsa-2048")
    write_key(place / "key.pem", key)
    person = Person("Somchai Tuayang", "somchai@company.example", "0105558123451")
    dates = {"not_before": now - timedelta(days=1), "not_after": now + timedelta(days=300)}
    card = issue(ca, CA, key.public_key(), person, Profile.PERSON, **dates)
    (place / "card.pem").write_bytes(card.public_bytes(Encoding.PEM))
    (place / "cas.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in ca.chain(CA)))
    with (place / "plain").open("wb") as file:
        for _each in range(mebibytes):
            file.write(os.urandom(MEBIBYTE))


def _securenet(verb: str) -> list[str]:
    command = [sys.executable, "-P", "-m", "securenet.cli", "client", verb]
    key = ["--key", "key.pem", "--certificate", "card.pem", "--force"]
    if verb == "sign-encrypt":
        return [*command, "plain", "--to", "card.pem", "--out", "plain.cms", *key]
    return [*command, "plain.cms", "--from", "card.pem", "--out", "again", *key]


def _openssl_seals() -> Iterator[list[str]]:
    oaep = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256")
    signer = ("-nodetach", "-stream", "-signer", "card.pem", "-inkey", "key.pem")
    yield _openssl("-sign", "plain", "signed", "-outform", *signer)
    yield _openssl("-encrypt", "signed", "theirs.cms", "-outform", "-aes-256-gcm", "-recip", "card.pem", *oaep)


def _openssl_opens() -> Iterator[list[str]]:
    yield _openssl("-decrypt", "theirs.cms", "signed", "-inform", "-recip", "card.pem", "-inkey", "key.pem")
    yield _openssl("-verify", "signed", "again", "-inform", "-CAfile", "cas.pem", "-purpose", "any")


def _openssl(verb: str, source: str, target: str, form: str, *more: str) -> list[str]:
    """Return a command; version 3.0 streams what it signs, not what it encrypts by GCM."""
    return ["openssl", "cms", verb, "-binary", "-in", source, "-out", target, form, "DER", *more]
