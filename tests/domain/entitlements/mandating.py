"""Beta Bank, whose admin is Ekachai, mandates Alpha, where Boonmee administers and Anong works."""

from datetime import date, timedelta

from securenet.domain.approvals.flow import Verb
from securenet.domain.entitlements.assignments import assign_officer
from securenet.domain.entitlements.mandates import MandateWish, decide_mandate, request_mandate
from securenet.domain.entitlements.models import Mandate
from securenet.domain.organizations.models import Organization
from tests.cast import ALPHA, AT, BETA, as_actor, note_papers, right_of

TODAY = date(2026, 2, 2)
ONE = timedelta(days=1)
BOTH = ("register_persons", "submit")
SPAN = {"from_date": TODAY, "until_date": date(2026, 12, 31)}


def wish(**changes):
    facts = {
        "service": "bmsid",
        "principal": Organization.objects.get(number=BETA[0]),
        "agent_number": ALPHA[0],
        "agent_country": "TH",
        "functions": BOTH,
        "centres": ("central", "north"),
        **SPAN,
    }
    return MandateWish(**(facts | changes))


def ask(by, *, at=AT, draft_key="", **changes):
    return request_mandate(wish(**changes), draft_key=draft_key, by=as_actor(by, at=at))


def approve(submission, dara, *, at=AT):
    note_papers(submission, dara, at)
    case = submission.cases.get()
    case.refresh_from_db()
    decide_mandate(case, verb=Verb.APPROVE, by=as_actor(dara, at=at))
    return Mandate.objects.get(case=case)


def mandate(ekachai, dara, *, at=AT, **changes):
    """Return Beta's mandate for Alpha, in force."""
    return approve(ask(ekachai, at=at, **changes), dara, at=at)


def assign(mandate, officer, by, functions=("submit",), at=AT):
    return assign_officer(mandate, right_of(officer), functions=functions, by=as_actor(by, at=at))
