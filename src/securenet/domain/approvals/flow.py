"""The table of transitions (R24–R24b): which verb moves a case from which state to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    """States of a request, as members see them (R24)."""

    AWAITING_EMAIL = "awaiting_email"
    AWAITING_DOCUMENTS = "awaiting_documents"
    ORGANIZATION_REVIEW = "organization_review"
    SERVICE_DESK_REVIEW = "service_desk_review"
    SERVICE_OWNER_REVIEW = "service_owner_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Return the state's name in the active language."""
        return str(LABELS[self])


LABELS = {
    State.AWAITING_EMAIL: _("Waiting for the e-mail address to be confirmed"),
    State.AWAITING_DOCUMENTS: _("Waiting for documents"),
    State.ORGANIZATION_REVIEW: _("With the Organization Admin"),
    State.SERVICE_DESK_REVIEW: _("Documents being checked"),
    State.SERVICE_OWNER_REVIEW: _("With the department that owns the service"),
    State.RETURNED: _("Returned for correction"),
    State.APPROVED: _("Approved"),
    State.REJECTED: _("Refused"),
    State.EXPIRED: _("Cancelled: the deadline passed"),
    State.WITHDRAWN: _("Withdrawn by the applicant"),
}


class Verb(StrEnum):
    """What can be done to a case."""

    CONFIRM = "confirm"
    COMPLETE = "complete"
    ENDORSE = "endorse"
    APPROVE = "approve"
    RETURN = "return"
    ANSWER = "answer"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    CLOSE = "close"


DECISIONS = frozenset({Verb.ENDORSE, Verb.APPROVE, Verb.RETURN, Verb.REJECT})


class Tier(StrEnum):
    """A desk's place in a route. Each has its review state, `<tier>_review`."""

    ORGANIZATION = "organization"
    SERVICE_DESK = "service_desk"
    SERVICE_OWNER = "service_owner"

    @property
    def review(self) -> State:
        """Return the state in which this tier decides."""
        return State(f"{self}_review")

    @property
    def is_operator(self) -> bool:
        """Tell whether the operator stands here, who wants the papers first."""
        return self is not Tier.ORGANIZATION


REVIEWS = frozenset(tier.review for tier in Tier)
APPLICANTS_TURN = frozenset({State.AWAITING_EMAIL, State.AWAITING_DOCUMENTS, State.RETURNED})
OPEN = REVIEWS | APPLICANTS_TURN
ENDED = frozenset(State) - OPEN


class When(StrEnum):
    """Conditions of the table's rows."""

    ALWAYS = "always"
    BELOW_QUORUM = "more decisions of this tier are needed"
    TIER_DONE = "quorum met, another tier follows"
    LAST_TIER_BELOW_QUORUM = "the last tier, more decisions are needed"
    LAST_TIER_DONE = "the last tier, quorum met"
    BY_OPERATOR = "an operator's tier had returned it"
    BY_ORGANIZATION = "the organization had returned it"


class Goto(StrEnum):
    """Targets that depend on the route."""

    STAY = "stays"
    NEXT = "the next in the route"
    FIRST_OPERATOR = "the route's first operator tier"
    FIRST = "the first in the route"


@dataclass(frozen=True, slots=True)
class Row:
    """One allowed transition."""

    state: State
    verb: Verb
    when: When
    target: State | Goto


def _review_rows(state: State) -> tuple[Row, ...]:
    return (
        Row(state, Verb.ENDORSE, When.BELOW_QUORUM, Goto.STAY),
        Row(state, Verb.ENDORSE, When.TIER_DONE, Goto.NEXT),
        Row(state, Verb.APPROVE, When.LAST_TIER_BELOW_QUORUM, Goto.STAY),
        Row(state, Verb.APPROVE, When.LAST_TIER_DONE, State.APPROVED),
        Row(state, Verb.RETURN, When.ALWAYS, State.RETURNED),
        Row(state, Verb.REJECT, When.ALWAYS, State.REJECTED),
    )


TABLE: tuple[Row, ...] = (
    Row(State.AWAITING_EMAIL, Verb.CONFIRM, When.ALWAYS, Goto.NEXT),
    Row(State.AWAITING_DOCUMENTS, Verb.COMPLETE, When.ALWAYS, Goto.NEXT),
    Row(State.RETURNED, Verb.ANSWER, When.BY_OPERATOR, Goto.FIRST_OPERATOR),
    Row(State.RETURNED, Verb.ANSWER, When.BY_ORGANIZATION, Goto.FIRST),
    *(row for tier in Tier for row in _review_rows(tier.review)),
    *(Row(state, Verb.EXPIRE, When.ALWAYS, State.EXPIRED) for state in sorted(APPLICANTS_TURN)),
    *(Row(state, Verb.WITHDRAW, When.ALWAYS, State.WITHDRAWN) for state in sorted(OPEN)),
    *(Row(state, Verb.CLOSE, When.ALWAYS, State.REJECTED) for state in sorted(OPEN)),
)
_ROWS = {(row.state, row.verb, row.when): row.target for row in TABLE}


@dataclass(frozen=True, slots=True)
class Stop:
    """One tier of a route: the desk that decides there, and how many of its people must agree.

    The desk is reminded `remind` business days before the case is due; past that, `escalate_to` is told.
    """

    tier: Tier
    desk: str
    quorum: int = 1
    remind: int = 1
    escalate_to: str = ""


class Route:
    """An ordered choice of tiers, each at most once, fixed when the case is submitted."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        tiers = [stop.tier for stop in stops]
        if not tiers or len(set(tiers)) != len(tiers):
            raise ValueError("a route needs tiers, each at most once")
        if any(stop.quorum < 1 for stop in stops):
            raise ValueError("a quorum is at least one")
        if Tier.ORGANIZATION in tiers[1:]:
            raise ValueError("the organization speaks before the operator")
        self.stops = tuple(stops)

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]]) -> Route:
        """Return the route stored by `rows()`."""
        return cls([Stop(**(row | {"tier": Tier(row["tier"])})) for row in rows])

    def rows(self) -> list[dict[str, Any]]:
        """Return the route as plain values."""
        return [asdict(stop) | {"tier": str(stop.tier)} for stop in self.stops]

    def stop_at(self, state: State) -> Stop | None:
        """Return the stop that decides in `state`, or None where nobody decides."""
        return next((stop for stop in self.stops if stop.tier.review is state), None)

    @property
    def first_operator(self) -> Stop:
        """Return the first stop of the operator, which also watches while the applicant has the turn.

        Where the organization decides alone, as its RA does (R40), it is the organization's.
        """
        return next((stop for stop in self.stops if stop.tier.is_operator), self.stops[0])

    def is_last(self, state: State) -> bool:
        """Tell whether the tier of `state` is the one that approves."""
        return self.stops[-1].tier.review is state

    def next_after(self, state: State, *, papers_complete: bool) -> State:
        """Return where a case goes from `state`: the papers stand before the first operator tier (R24a)."""
        stations: list[State] = []
        for stop in self.stops:
            if stop is self.first_operator:
                stations.append(State.AWAITING_DOCUMENTS)
            stations.append(stop.tier.review)
        following = stations[stations.index(state) + 1 :] if state in stations else stations
        if papers_complete and following[0] is State.AWAITING_DOCUMENTS:
            following = following[1:]
        return following[0]


def target(state: State, verb: Verb, when: When) -> State | Goto | None:
    """Return what the table says, None where it has no such row."""
    return _ROWS.get((state, verb, When.ALWAYS)) or _ROWS.get((state, verb, when))


def condition(route: Route, state: State, verb: Verb, *, agreed: int, returned_by_operator: bool) -> When:
    """Return the condition that holds; `agreed` counts the distinct persons of this tier, the present one included."""
    stop = route.stop_at(state)
    if stop is None:
        return When.BY_OPERATOR if returned_by_operator else When.BY_ORGANIZATION
    done = agreed >= stop.quorum
    if route.is_last(state):
        return When.LAST_TIER_DONE if done else When.LAST_TIER_BELOW_QUORUM
    return When.TIER_DONE if done else When.BELOW_QUORUM


def resolve(route: Route, state: State, goto: State | Goto, *, papers_complete: bool) -> State:
    """Return the state that a target means for this route."""
    if isinstance(goto, State):
        return goto
    if goto is Goto.STAY:
        return state
    if goto is Goto.FIRST_OPERATOR:
        return route.first_operator.tier.review
    return route.next_after(state, papers_complete=papers_complete)
