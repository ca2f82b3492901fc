"""The cast, with a small PKI of its own whose CAs the operator has accepted."""

from functools import cache
from itertools import count

import pytest

from securenet.foundation.testca.hierarchy import Hierarchy
from tests.cast import AT, DAY, alpha, anong, boonmee, chai, dara, ekachai, registration  # noqa: F401  fixtures
from tests.domain.certificates.administrators import bare, orn, pim  # noqa: F401  fixtures
from tests.domain.certificates.pki import SPECS, Pki
from tests.domain.profile.conftest import REFERENCE


@pytest.fixture(scope="session")
def hierarchy(tmp_path_factory):
    """Keys and certificates of all CAs."""
    return made_once(tmp_path_factory.getbasetemp() / "pki")


@cache
def made_once(folder):
    """Make them once, whichever tests have taken this fixture over: what a story brings back is of the same CAs."""
    return Hierarchy.create(folder, SPECS, base_url="http://127.0.0.1:9", at=AT - 1000 * DAY)


@pytest.fixture
def pki(hierarchy, db):
    """The CAs, accepted, with their lists of today."""
    pki = Pki(hierarchy)
    pki.begin()
    return pki


@pytest.fixture
def policy(settings, tmp_path):
    """Return a function that puts the reference profile with a part of its text replaced into force."""
    numbers = count(1)

    def put(old, new):
        text = REFERENCE.read_text("utf-8")
        assert old in text
        changed = tmp_path / f"profile{next(numbers)}.toml"
        changed.write_text(text.replace(old, new, 1), "utf-8")
        settings.PROFILE_PATH = changed

    return put
