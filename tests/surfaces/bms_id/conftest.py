"""A member's browser, BMS ID connected to its provider."""

import pytest
import time_machine
from django.conf import settings as live

from securenet.domain.oidc import transport
from securenet.domain.oidc.connecting import connect_surface
from securenet.surfaces.bms_id.provider import PROVIDER
from securenet.surfaces.shared import middleware
from tests.domain.oidc.cast import alpha, anong, beta, bms_id, boonmee, ekachai
from tests.domain.oidc.world import NOON, actor
from tests.surfaces.bms_id.site import Member, wire

__all__ = ["alpha", "anong", "beta", "bms_id", "boonmee", "ekachai"]


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def connected(db, monkeypatch, settings, noon):
    """Connect BMS ID, and return its record at the provider."""
    settings.BMS_ID_CLIENT_SECRET = "a-secret-of-bms-id-0123456789-0123456789-0123456789"
    party = connect_surface("bms_id", client_id=live.BMS_ID_CLIENT_ID, secret=settings.BMS_ID_CLIENT_SECRET, by=actor())
    monkeypatch.setitem(middleware.URLCONFS, "portal", "tests.surfaces.portal.oidc.site")
    monkeypatch.setattr(transport, "send", wire)
    PROVIDER.__init__()
    return party


@pytest.fixture
def member(connected):
    return Member()
