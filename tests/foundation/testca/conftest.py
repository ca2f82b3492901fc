import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from securenet.foundation.testca.demo import DEMO_CAS
from securenet.foundation.testca.hierarchy import Hierarchy
from securenet.foundation.testca.issuing import Certifiable, issue
from securenet.foundation.testca.keys import make_key
from securenet.foundation.testca.profiles import Person, Profile

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANONG = Person("Anong Test", "anong@bank.example", "0994000162243")

Issue = Callable[..., x509.Certificate]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("hierarchy") / "ca"
    return Hierarchy.create(directory, DEMO_CAS, base_url="http://127.0.0.1:8445/", at=AT).directory


@pytest.fixture
def hierarchy(made_once: Path, tmp_path: Path) -> Hierarchy:
    return Hierarchy.open(shutil.copytree(made_once, tmp_path / "ca"))


@pytest.fixture
def issue_to_anong(hierarchy: Hierarchy) -> Issue:
    def make(
        ca: str = "demo-ca", key: Certifiable | None = None, profile: Profile = Profile.PERSON
    ) -> x509.Certificate:
        return issue(
            hierarchy,
            ca,
            key or make_key("p-256").public_key(),
            ANONG,
            profile,
            not_before=AT,
            not_after=AT + timedelta(days=365),
        )

    return make
