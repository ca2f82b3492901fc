"""The hierarchy that the certificate tests share."""

import pytest

from tests.foundation.x509.world import World


@pytest.fixture(scope="session")
def world() -> World:
    return World()
