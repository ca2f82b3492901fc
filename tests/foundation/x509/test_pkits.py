"""NIST's PKITS certificates and lists through the whole checker: nothing invalid is ever accepted.

Every CA of the suite counts as approved. Policy settings stay at our defaults, so only the certificates that the suite
names valid or invalid whatever the settings are judged.
"""

from collections import Counter

import pytest

from scripts.conformance import report
from tests.foundation.x509.pkits import NAMES, SECTIONS, STRICTER, UNKNOWN, reasons, section_of

pytestmark = pytest.mark.rule("R44")
CASES = {
    "4.1": 6, "4.2": 8, "4.3": 11, "4.4": 21, "4.5": 8, "4.6": 17, "4.7": 5, "4.8": 19, "4.9": 8, "4.10": 14,
    "4.11": 11, "4.12": 10, "4.13": 38, "4.14": 35, "4.15": 10, "4.16": 2,
}  # fmt: skip
"""How many certificates each section brings along; the suite tries some of them under several settings."""


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("Invalid")])
def test_what_pkits_calls_invalid_is_refused(name: str) -> None:
    assert reasons(name)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("Valid")])
def test_what_pkits_calls_valid_is_accepted_or_refused_by_a_stricter_rule(name: str) -> None:
    found = reasons(name)

    if name in STRICTER:
        assert STRICTER[name] in found
    elif name in UNKNOWN:
        assert found == ("revocation-unknown",)
    else:
        assert not found


def test_every_certificate_belongs_to_a_section() -> None:
    assert len(SECTIONS) == 16
    assert Counter(section_of(name) for name in NAMES) == CASES


def test_the_report_counts_every_case_and_no_false_accept() -> None:
    rows = report()
    assert sum(row.cases for row in rows) == len(NAMES)
    assert sum(row.false_accepts for row in rows) == 0
    assert [row.section for row in rows] == [f"4.{number}" for number in range(1, 17)]
