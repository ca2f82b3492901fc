"""The cast's beginning, told once: what comes back in a later test is what the actions wrote in an earlier one."""

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.models import Entitlement
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import chai, dara, member, staff
from tests.tools.story import story

__all__ = ["chai", "dara"]
pytestmark = pytest.mark.django_db
TOLD = []


def left_behind():
    return [
        list(rows.order_by("pk").values())
        for rows in (User.objects, Entitlement.objects, AuditEntry.objects, Mail.objects)
    ]


@pytest.mark.parametrize("time", ["told", "brought back"])
def test_what_comes_back_is_row_for_row_what_was_written(time, chai, dara):
    member("orapin", chai=chai, dara=dara)
    TOLD.append(left_behind())
    assert TOLD[0] == TOLD[-1]
    assert not story.strayed


def test_what_is_written_after_it_stands_behind_it(chai, dara):
    orapin = member("orapin", chai=chai, dara=dara)
    assert member("orawan", chai=chai, dara=dara).pk > orapin.pk
    assert AuditEntry.objects.filter(about=orapin.about).exists()


def test_after_anything_else_the_actions_are_called(chai, dara):
    User.objects.create(username="somebody", kind="member", created_at=chai.created_at)
    assert story.strayed
    late = member("orapin", chai=chai, dara=dara)
    assert late.pk > User.objects.get(username="somebody").pk
    assert staff("orn", ("administrator", "")).pk > late.pk
