"""The two shipped profiles, and profiles with one mistake."""

from pathlib import Path

import pytest

import securenet.domain.profile
from securenet.domain.profile.loading import ProfileError, load_profile

SHIPPED = Path(securenet.domain.profile.__file__).parent
REFERENCE = SHIPPED / "bank-of-thailand.toml"
MERIDIA = SHIPPED / "central-bank-of-meridia.toml"


@pytest.fixture(scope="session")
def reference():
    return load_profile(REFERENCE)


@pytest.fixture(scope="session")
def meridia():
    return load_profile(MERIDIA)


@pytest.fixture(params=[REFERENCE, MERIDIA], ids=lambda path: path.stem)
def shipped(request):
    return load_profile(request.param)


@pytest.fixture
def load_changed(tmp_path):
    """Load the reference profile with one part of its text replaced; the part must be there."""

    def load(old, new):
        text = REFERENCE.read_text("utf-8")
        assert old in text
        path = tmp_path / "operator.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return load_profile(path)

    return load


@pytest.fixture
def mistakes(load_changed, tmp_path):
    """Return what is wrong with a changed reference profile, as (key, the line's text, message)."""

    def find(old, new):
        with pytest.raises(ProfileError) as caught:
            load_changed(old, new)
        rows = (tmp_path / "operator.toml").read_text("utf-8").splitlines()
        return [(problem.key, rows[problem.line - 1].strip(), problem.message) for problem in caught.value.problems]

    return find
