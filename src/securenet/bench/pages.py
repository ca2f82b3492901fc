"""The ten main pages: CPU time and queries of each, beside a trivial Django page in the same process."""

from __future__ import annotations

from collections.abc import Iterator

from securenet.bench.figures import Figure, Target
from securenet.bench.installation import Installation

NAME = "pages"
EACH = Target(most=10.0, outright=True, queries=12)


def measure(made: Installation, *, rounds: int, seconds: float) -> Iterator[Figure]:
    """Yield each page."""
    made.environment["SECURENET_SURFACES"] = "portal,backoffice"
    try:
        answer = made.inside("pages", made.folder, rounds, seconds)
    finally:
        del made.environment["SECURENET_SURFACES"]
    for job, cost, queries in answer["pages"]:
        limit = ("trivial Django page", answer["trivial"])
        yield Figure(NAME, job, cost, *limit, EACH, database=made.database, queries=queries)
