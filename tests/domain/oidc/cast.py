"""Anong works for Alpha, Boonmee administers it, Ekachai belongs to another organization."""

import pytest

from securenet.domain.entitlements.models import Role
from tests.domain.oidc import world


@pytest.fixture
def alpha():
    return world.organization()


@pytest.fixture
def beta():
    return world.organization("0105561000029", "Beta Notes Co")


@pytest.fixture
def boonmee(alpha):
    boonmee = world.member("boonmee")
    world.right(boonmee, alpha, Role.ORGANIZATION_ADMIN)
    return boonmee


@pytest.fixture
def anong(alpha, boonmee):
    anong = world.member("anong")
    held = world.right(anong, alpha)
    world.function(held, "register_persons", boonmee)
    return anong


@pytest.fixture
def ekachai(beta):
    ekachai = world.member("ekachai")
    world.right(ekachai, beta)
    return ekachai


@pytest.fixture
def bms_id(db):
    return world.relying_party()[0]
