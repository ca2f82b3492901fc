"""A browser at the provider."""

import pytest

from securenet.surfaces.shared import middleware
from tests.surfaces.portal.oidc_site import Browser


@pytest.fixture
def visitor(db, monkeypatch):
    monkeypatch.setitem(middleware.URLCONFS, "portal", "tests.surfaces.portal.oidc_site")
    return Browser()
