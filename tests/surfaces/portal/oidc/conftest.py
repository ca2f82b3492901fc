"""A browser at the provider."""

import pytest

from securenet.surfaces.shared import middleware
from tests.domain.oidc.cast import alpha, anong, beta, bms_id, boonmee, ekachai
from tests.surfaces.portal.oidc.site import Browser

__all__ = ["alpha", "anong", "beta", "bms_id", "boonmee", "ekachai"]


@pytest.fixture
def visitor(db, monkeypatch):
    monkeypatch.setitem(middleware.URLCONFS, "portal", "tests.surfaces.portal.oidc.site")
    return Browser()
