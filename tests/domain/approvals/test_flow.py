"""The table of transitions: every state, verb and condition, allowed or refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.approvals.actions import NotAllowed, move_case
from securenet.domain.approvals.flow import (
    APPLICANTS_TURN,
    ENDED,
    OPEN,
    REVIEWS,
    TABLE,
    Goto,
    Route,
    State,
    Stop,
    Tier,
    Verb,
    When,
    target,
)
from securenet.domain.approvals.models import Step
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import as_actor
from tests.domain.approvals import drawing
from tests.domain.approvals.cases import DESK, LETTER, ORGANIZATION, TWO_OWNERS, open_case, put

pytestmark = pytest.mark.rule("R24", "R24a")
PAPERS, EMAIL = State.AWAITING_DOCUMENTS, State.AWAITING_EMAIL
ORGANIZATION_REVIEW, DESK_REVIEW, OWNER_REVIEW = (tier.review for tier in Tier)
STAFF = st.sampled_from([Tier.SERVICE_DESK, Tier.SERVICE_OWNER])


def documented(state, verb, when):
    """Say by the specification's words, not by the code's table, where a verb leads; None where nowhere."""
    if verb is Verb.WITHDRAW:
        return State.WITHDRAWN if state in OPEN else None
    if verb is Verb.CLOSE:
        return State.REJECTED if state in OPEN else None
    if verb is Verb.EXPIRE:
        return State.EXPIRED if state in {EMAIL, PAPERS, State.RETURNED} else None
    if state in {ORGANIZATION_REVIEW, DESK_REVIEW, OWNER_REVIEW}:
        return {
            (Verb.ENDORSE, When.BELOW_QUORUM): Goto.STAY,
            (Verb.ENDORSE, When.TIER_DONE): Goto.NEXT,
            (Verb.APPROVE, When.LAST_TIER_BELOW_QUORUM): Goto.STAY,
            (Verb.APPROVE, When.LAST_TIER_DONE): State.APPROVED,
        }.get((verb, when)) or {Verb.RETURN: State.RETURNED, Verb.REJECT: State.REJECTED}.get(verb)
    if (state, verb) == (State.RETURNED, Verb.ANSWER):
        return {When.BY_OPERATOR: Goto.FIRST_OPERATOR, When.BY_ORGANIZATION: Goto.FIRST}.get(when)
    return Goto.NEXT if (state, verb) in {(EMAIL, Verb.CONFIRM), (PAPERS, Verb.COMPLETE)} else None


def test_the_states_are_those_of_the_specification():
    assert [str(state) for state in State] == [
        *("awaiting_email", "awaiting_documents", "organization_review", "service_desk_review"),
        *("service_owner_review", "returned", "approved", "rejected", "expired", "withdrawn"),
    ]
    assert {EMAIL, PAPERS, State.RETURNED} == APPLICANTS_TURN
    assert set(State) == OPEN | ENDED
    assert not OPEN & ENDED
    assert {tier.review for tier in Tier} == REVIEWS


def test_every_pair_of_state_and_verb_leads_where_the_specification_says_or_nowhere():
    for state, verb, when in product(State, Verb, When):
        assert target(state, verb, when) == documented(state, verb, when), (state, verb, when)


def test_the_table_has_no_row_twice():
    assert len({(row.state, row.verb, row.when) for row in TABLE}) == len(TABLE)


def test_nothing_leaves_an_ended_state():
    assert [row for row in TABLE if row.state in ENDED] == []


def test_the_page_of_states_is_drawn_from_the_table():
    assert drawing.PAGE.read_text() == drawing.page(), "python -m tests.domain.approvals.drawing"


FIRST_VOICE = {
    (EMAIL, Verb.CONFIRM): ORGANIZATION_REVIEW,
    (PAPERS, Verb.COMPLETE): DESK_REVIEW,
    (State.RETURNED, Verb.ANSWER): DESK_REVIEW,
    (ORGANIZATION_REVIEW, Verb.ENDORSE): PAPERS,
    (DESK_REVIEW, Verb.ENDORSE): OWNER_REVIEW,
    (OWNER_REVIEW, Verb.APPROVE): OWNER_REVIEW,
    **{(state, Verb.RETURN): State.RETURNED for state in REVIEWS},
    **{(state, Verb.REJECT): State.REJECTED for state in REVIEWS},
    **{(state, Verb.WITHDRAW): State.WITHDRAWN for state in OPEN},
    **{(state, Verb.CLOSE): State.REJECTED for state in OPEN},
    **{(state, Verb.EXPIRE): State.EXPIRED for state in APPLICANTS_TURN},
}
"""Where a first voice leads in a route of three tiers whose last one wants two, with a paper missing."""


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_a_case_moves_as_the_table_says_and_stays_whole_where_it_says_nothing(state, chai):
    case = open_case(Route([ORGANIZATION, DESK, TWO_OWNERS]), papers=[LETTER])
    by = as_actor(chai)
    for verb in Verb:
        put(case, state, returned_by_operator=True)
        before = case.revision, Step.objects.count(), AuditEntry.objects.count(), Mail.objects.count()
        if after := FIRST_VOICE.get((state, verb)):
            assert move_case(case, verb, by=by) is after, (state, verb)
            assert case.state_now is after
            assert case.revision == before[0] + 1
            Step.objects.filter(case=case).delete()
            continue
        with pytest.raises(NotAllowed):
            move_case(case, verb, by=by)
        case.refresh_from_db()
        assert case.state_now is state
        assert (case.revision, Step.objects.count(), AuditEntry.objects.count(), Mail.objects.count()) == before


@pytest.mark.parametrize(
    "stops",
    [
        [],
        [DESK, DESK],
        [DESK, ORGANIZATION],
        [Stop(Tier.SERVICE_DESK, "service-desk", quorum=0)],
    ],
    ids=["no tier", "a tier twice", "the organization after the operator", "nobody needed"],
)
def test_a_route_that_makes_no_sense_is_refused(stops):
    with pytest.raises(ValueError):  # noqa: PT011  each of its sentences
        Route(stops)


@st.composite
def routes(draw):
    tiers = draw(st.lists(STAFF, min_size=1, max_size=2, unique=True))
    tiers = [*([Tier.ORGANIZATION] if draw(st.booleans()) else []), *tiers]
    return Route([Stop(tier, f"desk-{tier}", draw(st.integers(1, 3))) for tier in tiers])


@given(routes())
def test_a_route_survives_being_stored(route):
    assert Route.of(route.rows()).stops == route.stops


@given(routes(), st.booleans())
def test_every_route_passes_each_tier_once_in_order_and_papers_before_the_operator(route, complete):
    way, state = [], EMAIL
    while not way or not route.is_last(way[-1]):
        state = route.next_after(state, papers_complete=complete)
        way.append(state)
    assert [state for state in way if state in REVIEWS] == [stop.tier.review for stop in route.stops]
    assert (PAPERS in way) is not complete
    if not complete:
        assert way[way.index(PAPERS) + 1] is route.first_operator.tier.review


@given(routes())
def test_a_route_has_one_last_tier_and_a_first_one_of_the_operator(route):
    assert [stop for stop in route.stops if route.is_last(stop.tier.review)] == [route.stops[-1]]
    assert route.first_operator.tier.is_operator
    assert route.stop_at(PAPERS) is None
