"""Cases under routes of every shape, opened directly."""

from securenet.domain.approvals.actions import decide_case, open_submission
from securenet.domain.approvals.flow import Route, Stop, Tier, Verb
from securenet.domain.approvals.models import Case, Kind
from securenet.domain.approvals.planning import Paper, Plan
from tests.cast import AT, as_actor, register

BOONMEES_DESK = "organization-7"
ORGANIZATION = Stop(Tier.ORGANIZATION, BOONMEES_DESK)
DESK = Stop(Tier.SERVICE_DESK, "service-desk", escalate_to="administration")
OWNER = Stop(Tier.SERVICE_OWNER, "owner-bmsid", escalate_to="administration")
TWO_OWNERS = Stop(Tier.SERVICE_OWNER, "owner-bmsid", quorum=2)
ONE_TIER, TWO_TIERS, THREE_TIERS = Route([DESK]), Route([DESK, OWNER]), Route([ORGANIZATION, DESK, OWNER])
LETTER = Paper(key="letter_of_intent", names={"th": "หนังสือ", "en": "Letter"}, required=True)
COPY = Paper(key="own_identity", names={"th": "สำเนา", "en": "Copy"}, required=True)
EXTRA = Paper(key="sub_power_of_attorney", names={"th": "มอบอำนาจ", "en": "Power"}, required=False)


def applicant():
    """Return Anong, who has registered."""
    return register("anong").applicant


def open_cases(*routes, papers=(), confirmed=True, at=AT, of=None):
    """Return a submission with a case for each route."""
    plans = [Plan(kind=Kind.RIGHTS, route=route, service="bmsid", role="officer") for route in routes]
    who = of or applicant()
    return open_submission(
        who, kind=Kind.RIGHTS, plans=plans, papers=papers, language="th", confirmed=confirmed, by=as_actor(who, at=at)
    )


def open_case(route=TWO_TIERS, **facts):
    """Return a case that is on its way."""
    return open_cases(route, **facts).cases.get()


def at_desk(user, desk, at=AT):
    """Return the actor for somebody who stands at a desk now, wherever they stood before."""
    return as_actor(user, at=at, desks=frozenset({desk}))


def endorse(case, by):
    return decide_case(case, verb=Verb.ENDORSE, by=by)


def approve(case, by):
    return decide_case(case, verb=Verb.APPROVE, by=by)


def send_back(case, by, reason="Which centre do you deal with?"):
    return decide_case(case, verb=Verb.RETURN, by=by, reason=reason)


def reject(case, by, reason="The letter is not signed."):
    return decide_case(case, verb=Verb.REJECT, by=by, reason=reason)


def put(case, state, **facts):
    """Place a case in a state of its route, as if it had come there."""
    stop = case.route.stop_at(state)
    desk = stop.desk if stop else case.route.first_operator.desk
    Case.objects.filter(pk=case.pk).update(state=state, desk=desk, **facts)
    case.refresh_from_db()
    return case


def fresh(case):
    """Return the case as somebody else reads it now."""
    return Case.objects.get(pk=case.pk)
