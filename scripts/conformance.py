"""`make conformance`: NIST's PKITS through our certificate check, section by section.

A valid case is refused on purpose where one of our own rules is stricter, or where the status hangs on a list of a kind
that we do not follow; both are listed with their reason in tests/foundation/x509/pkits.py. What the suite judges by
policy settings that this system does not have is counted by itself. Ends with 1 where anything invalid is accepted.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from tests.foundation.x509.pkits import NAMES, SECTIONS, STRICTER, UNKNOWN, reasons, section_of


@dataclass
class Row:
    """What was found in one section."""

    section: str
    title: str
    cases: int = 0
    accepted: int = 0
    refused: int = 0
    stricter: int = 0
    unknown: int = 0
    by_settings: int = 0
    false_accepts: int = 0
    false_refusals: int = 0

    def count(self, name: str, against: tuple[str, ...]) -> None:
        """Count one case by what was said against it."""
        self.cases += 1
        if name.startswith("Invalid"):
            self.refused += bool(against)
            self.false_accepts += not against
        elif not name.startswith("Valid"):
            self.by_settings += 1
        elif not against:
            self.accepted += 1
        else:
            self.stricter += name in STRICTER
            self.unknown += name in UNKNOWN
            self.false_refusals += name not in STRICTER and name not in UNKNOWN


def report() -> list[Row]:
    """Return a row per section, in the suite's order."""
    rows = {number: Row(number, title) for number, title, _pattern in SECTIONS}
    for name in NAMES:
        rows[section_of(name)].count(name, reasons(name))
    return sorted(rows.values(), key=lambda row: int(row.section.removeprefix("4.")))


def main() -> int:
    """Print the table; return 1 where something invalid was accepted or something valid refused without a reason."""
    rows = report()
    heads = ("cases", "valid: accepted", "stricter rule", "unknown status", "invalid: refused", "by settings", "WRONG")
    print(f"{'PKITS':37}" + "".join(f"{head:>17}" for head in heads))
    for row in rows:
        wrong = row.false_accepts + row.false_refusals
        figures = (row.cases, row.accepted, row.stricter, row.unknown, row.refused, row.by_settings, wrong)
        print(f"{row.section:5}{row.title:32}" + "".join(f"{figure:17}" for figure in figures))
    accepts, refusals = sum(row.false_accepts for row in rows), sum(row.false_refusals for row in rows)
    print(f"{sum(row.cases for row in rows)} certificates, {accepts} false accepts, {refusals} unexplained refusals.")
    return 1 if accepts or refusals else 0


if __name__ == "__main__":
    sys.exit(main())
