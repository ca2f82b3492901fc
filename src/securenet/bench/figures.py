"""What was measured, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

HEADINGS = ("database", "job", "figure", "limit", "figure", "ratio", "target", "met")


@dataclass(frozen=True)
class Target:
    """What a job may cost: at most `most` or at least `least` of its limit; with `outright`, of its own unit.

    `queries` is the most a page may make.
    """

    most: float | None = None
    least: float | None = None
    outright: bool = False
    queries: int | None = None

    def __str__(self) -> str:
        if self.most is not None and self.most == self.least:
            return f"= {self.most:g}"
        bound = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        return bound + (f", ≤ {self.queries} queries" if self.queries is not None else "")


@dataclass(frozen=True)
class Figure:
    """One job of a measurement beside the limit that was measured in the same run.

    `ratio` is the job's figure over the limit's; where `inverse` tells that rates are compared, the other way round.
    """

    name: str
    job: str
    value: float
    limit: str = ""
    limit_value: float | None = None
    target: Target | None = None
    inverse: bool = False
    unit: str = "CPU ms"
    database: str = ""
    queries: int | None = None

    @property
    def ratio(self) -> float | None:
        """Return how the job stands to its limit; None where there is none, or where noise ate it."""
        if not self.limit_value or not self.value:
            return None
        return self.limit_value / self.value if self.inverse else self.value / self.limit_value

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        reached = self.value if self.target.outright else self.ratio
        return (
            reached is not None
            and (self.target.most is None or reached <= self.target.most)
            and (self.target.least is None or reached >= self.target.least)
            and (self.target.queries is None or (self.queries or 0) <= self.target.queries)
        )

    def line(self) -> str:
        """Return the figure as one JSON object."""
        told = asdict(self) | {"target": self.target and str(self.target), "ratio": self.ratio, "met": self.met}
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in told.items()}
        return json.dumps(rounded, ensure_ascii=False)

    def cells(self) -> tuple[str, ...]:
        """Return the figure as a row of the table."""
        queries = "" if self.queries is None else f", {self.queries} queries"
        return (
            self.database,
            self.job,
            f"{self.value:.2f} {self.unit}{queries}",
            self.limit,
            "" if self.limit_value is None else f"{self.limit_value:.2f}",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            "" if self.target is None else str(self.target),
            {None: "", True: "yes", False: "NO"}[self.met],
        )


def table(figures: Sequence[Figure]) -> str:
    """Return the figures in columns."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
