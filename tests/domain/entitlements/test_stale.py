"""What has changed since it was looked at is not changed again (R21, R22c, R22d)."""

import pytest

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.life import RightChanged, change_status
from securenet.domain.entitlements.mandate_life import end_mandate
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Mandate, Status
from securenet.domain.entitlements.renewing import end_expired_grant
from securenet.foundation.actor import system
from tests.cast import AT, DAY, as_actor, right_of
from tests.domain.entitlements.mandating import mandate

pytestmark = [pytest.mark.rule("R21", "R22c"), pytest.mark.django_db]


def test_a_right_is_not_suspended_twice_by_two_who_saw_it_in_force(anong, boonmee):
    stale = Entitlement.objects.get(pk=right_of(anong).pk)
    change_status(right_of(anong), Status.SUSPENDED, by=as_actor(boonmee), reason="On leave.")
    with pytest.raises(RightChanged):
        change_status(stale, Status.SUSPENDED, by=as_actor(boonmee), reason="On leave.")


def test_a_grant_that_has_ended_meanwhile_does_not_end_again(anong, boonmee):
    day = AT.date()
    grant_function(right_of(anong), function="submit", from_date=day, until_date=day, by=as_actor(boonmee))
    one, other = FunctionGrant.objects.get(), FunctionGrant.objects.get()
    end_expired_grant(one, by=system("dates", AT + DAY))
    with pytest.raises(RightChanged):
        end_expired_grant(other, by=system("dates", AT + 2 * DAY))
    assert FunctionGrant.objects.get().ended_at == AT + DAY


@pytest.mark.rule("R22d")
def test_a_mandate_that_the_other_side_has_ended_meanwhile_does_not_end_again(ekachai, boonmee, dara):
    one = mandate(ekachai, dara)
    stale = Mandate.objects.get(pk=one.pk)
    end_mandate(one, reason="The contract is over.", by=as_actor(ekachai))
    with pytest.raises(Overtaken):
        end_mandate(stale, reason="The contract is over.", by=as_actor(boonmee))
    assert Mandate.objects.get().ended_by == ekachai
