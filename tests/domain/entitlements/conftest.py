"""The cast enters."""

from itertools import count

import pytest

from securenet.domain.entitlements.models import Role
from tests.cast import alpha, anong, boonmee, chai, dara, ekachai, member, registration
from tests.domain.profile.conftest import REFERENCE

__all__ = ["alpha", "anong", "boonmee", "chai", "dara", "ekachai", "registration"]


@pytest.fixture
def change_profile(settings, tmp_path):
    """Return a function that replaces a text in the reference profile."""
    files = count(1)

    def put(old, new):
        changed = tmp_path / f"{next(files)}.toml"
        text = REFERENCE.read_text("utf-8")
        assert old in text
        changed.write_text(text.replace(old, new, 1), "utf-8")
        settings.PROFILE_PATH = changed

    return put


@pytest.fixture
def two_person(change_profile):
    """Return a function that sets the two-person rule of BMS ID; what is left out is strict."""
    line = next(line for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith("two_person"))
    return lambda rule="": change_profile(line, f"two_person = {{ {rule} }}")


@pytest.fixture
def bua(chai, dara):
    """She is Alpha's second Organization Admin."""
    return member("bua", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara)
