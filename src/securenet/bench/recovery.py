"""Asking for a new password with right and with wrong data: the difference of the times beside that of equal runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from securenet.bench.figures import Figure
from securenet.bench.installation import Installation

NAME = "recovery"


def measure(made: Installation, *, rounds: int, seconds: float) -> Iterator[Figure]:
    """Yield the medians of right and wrong data, then how far they lie apart beside two runs of the same data (R10)."""
    made.environment["SECURENET_SURFACES"] = "portal"
    try:
        answer = made.inside("recovery", made.folder, rounds, seconds)
    finally:
        del made.environment["SECURENET_SURFACES"]
    told = partial(Figure, NAME, unit="ms", database=made.database)
    yield told("recovery, right data", answer["right"], "wrong data", answer["wrong"])
    apart, noise = abs(answer["right"] - answer["wrong"]), abs(answer["right"] - answer["right again"])
    yield told("right and wrong data lie apart by", apart, "two runs of right data", noise)
