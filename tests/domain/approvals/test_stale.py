"""What somebody acts on as it was some time ago is refused, and what makes no route is none (R24a, R30)."""

import pytest

from securenet.domain.approvals.actions import Overtaken
from securenet.domain.approvals.assigning import assign_case
from securenet.domain.approvals.flow import Route, State, Stop, Tier
from tests.cast import SERVICE_DESK, as_actor, staff
from tests.domain.approvals.cases import DESK, ORGANIZATION, OWNER, TWO_TIERS, endorse, fresh, open_case

pytestmark = [pytest.mark.rule("R30", "R24a"), pytest.mark.django_db]


def test_a_case_is_not_decided_as_it_was_when_a_colleague_has_written_since(chai):
    case = open_case(TWO_TIERS)
    stale, chuan = fresh(case), staff("chuan", SERVICE_DESK)
    assign_case(case, to=chai, by=as_actor(chuan))
    with pytest.raises(Overtaken):
        endorse(stale, as_actor(chai))
    assert fresh(case).state_now is State.SERVICE_DESK_REVIEW


def test_a_case_is_not_given_away_as_it_was_when_a_colleague_has_taken_it_since(chai):
    case = open_case(TWO_TIERS)
    stale, chuan = fresh(case), staff("chuan", SERVICE_DESK)
    assign_case(case, to=chai, by=as_actor(chai))
    with pytest.raises(Overtaken):
        assign_case(stale, to=chuan, by=as_actor(chuan))
    assert fresh(case).assigned_to == chai


@pytest.mark.parametrize(
    ("stops", "sentence"),
    [
        ([], "at most once"),
        ([DESK, DESK], "at most once"),
        ([Stop(Tier.SERVICE_DESK, "service-desk", quorum=0)], "quorum"),
        ([DESK, ORGANIZATION, OWNER], "before the operator"),
    ],
)
def test_a_route_that_leads_nowhere_is_none(stops, sentence):
    with pytest.raises(ValueError, match=sentence):
        Route(stops)
