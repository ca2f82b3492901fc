"""The entries of a revocation list, kept in sorted rows: each is found, with its reason and moment."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from securenet.foundation.x509 import Revocation
from securenet.foundation.x509.entries import Entries
from tests.foundation.x509.forge import AT

pytestmark = pytest.mark.rule("R44")


@pytest.mark.parametrize("serial", [0, -1, -(2**158), 2**63, 2**160 - 1, 2**300, -(2**300)])
def test_a_serial_of_any_length_and_sign_is_found_as_itself(serial: int) -> None:
    entries = Entries.of([(serial, "keyCompromise", AT)])

    assert entries.get(serial) == Revocation("keyCompromise", AT)
    assert not any(entries.get(other) for other in (serial + 1, serial - 1, ~serial, serial << 8 | 1))


@given(st.lists(st.tuples(st.integers(-5, 5), st.sampled_from(["certificateHold", "unspecified", "aACompromise"]))))
@settings(max_examples=40)
def test_of_entries_about_one_serial_a_revocation_goes_before_a_hold(told: list[tuple[int, str]]) -> None:
    entries = Entries.of((serial, reason, datetime(1951, 2, 3, tzinfo=UTC)) for serial, reason in told)

    for serial in range(-6, 7):
        reasons = {reason for about, reason in told if about == serial}
        found = entries.get(serial)
        assert (found is None) == (not reasons)
        assert found is None or (found.reason == "certificateHold") == (reasons == {"certificateHold"})


def test_every_reason_and_the_first_and_last_moment_come_back() -> None:
    for number, reason in enumerate(x509.ReasonFlags):
        for at in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
            assert Entries.of([(number, reason.value, at)]).get(number) == Revocation(reason.value, at)
