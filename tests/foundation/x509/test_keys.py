"""Weak RSA keys: factors so close to each other that anybody finds them."""

from math import gcd, isqrt, prod

import pytest

from securenet.foundation.x509.keys import is_weak_modulus

pytestmark = pytest.mark.rule("R44")

SMALL = prod(range(3, 1000, 2))


def found_in(steps: int) -> int:
    """Return a modulus whose factors Fermat's method finds `steps` candidates after the first, or one later."""
    middle = 1 << 1026
    while True:
        middle += 2
        half = isqrt(2 * middle * steps) | 1
        modulus = (middle - half) * (middle + half)
        if gcd(modulus, SMALL) == 1:
            return modulus


@pytest.mark.parametrize("steps", [0, 1, 7, 40, 61])
def test_close_factors_are_found(steps: int) -> None:
    assert is_weak_modulus(found_in(steps))


@pytest.mark.parametrize("steps", [70, 10**6])
def test_factors_further_apart_are_left_alone(steps: int) -> None:
    assert not is_weak_modulus(found_in(steps))
