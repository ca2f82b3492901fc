"""The second operator: three tiers with the organization first, and two of the owner's people."""

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import NotYourTurn, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.entitlements.grants import SelfGrant, grant_function
from securenet.domain.entitlements.models import Role, Status
from securenet.domain.entitlements.queries import organization_desk
from tests.cast import AT, MERIDIA, as_actor, confirm, decide, last_mail, note_papers, register, right_of
from tests.domain.entitlements.meridia import MERIDIAN, PORT_BANK, meridian_right, meridian_staff

pytestmark = [pytest.mark.rule("R24a", "R86"), pytest.mark.django_db]


@pytest.fixture
def people(settings, db):
    settings.PROFILE_PATH = MERIDIA
    return meridian_staff()


@pytest.fixture
def mira(people):
    """The first Organization Admin of Port Bank."""
    submission = register("mira", meridian_right(), **MERIDIAN)
    confirm(submission)
    return approve_by_operator(submission, *people)


def approve_by_operator(submission, helper, first, second):
    note_papers(submission, helper)
    case = submission.cases.get()
    assert decide(case, Verb.ENDORSE, helper) is State.SERVICE_OWNER_REVIEW
    assert decide(case, Verb.APPROVE, first) is State.SERVICE_OWNER_REVIEW
    assert decide(case, Verb.APPROVE, second) is State.APPROVED
    return User.objects.get(pk=submission.applicant_id)


def test_a_first_admin_of_an_unknown_organization_goes_straight_to_the_operator(people):
    submission = register("mira", meridian_right(), **MERIDIAN)
    confirm(submission)
    case = submission.cases.get()
    assert case.state_now is State.AWAITING_DOCUMENTS
    assert [stop.tier for stop in case.route.stops] == ["service_desk", "service_owner"]


def test_an_officer_of_a_known_organization_passes_its_admin_first(mira, people):
    submission = register("nils", meridian_right(Role.OFFICER), **MERIDIAN)
    confirm(submission)
    case = submission.cases.get()
    organization = right_of(mira).organization
    assert (case.state_now, case.desk) == (State.ORGANIZATION_REVIEW, organization_desk(organization.pk, case.service))
    for other in people:
        with pytest.raises(NotYourTurn):
            decide(case, Verb.ENDORSE, other)
    assert decide(case, Verb.ENDORSE, mira) is State.AWAITING_DOCUMENTS
    nils = approve_by_operator(Submission.objects.get(pk=submission.pk), *people)
    assert nils.is_admitted
    assert right_of(nils).status == Status.ACTIVE
    assert last_mail("case-approved").language == "en"


def test_an_admin_of_another_organization_does_not_speak_for_this_one(mira, people):
    other = register("olga", meridian_right(organization_number="M654321", organization_name="Hill Bank"), **MERIDIAN)
    confirm(other)
    olga = approve_by_operator(other, *people)
    submission = register("nils", meridian_right(Role.OFFICER), **MERIDIAN)
    confirm(submission)
    with pytest.raises(NotYourTurn):
        decide(submission.cases.get(), Verb.ENDORSE, olga)


@pytest.mark.rule("R32")
def test_one_owner_is_not_two(people):
    helper, first, _second = people
    submission = register("mira", meridian_right(), **MERIDIAN)
    confirm(submission)
    note_papers(submission, helper)
    case = submission.cases.get()
    decide(case, Verb.ENDORSE, helper)
    decide(case, Verb.APPROVE, first)
    with pytest.raises(SamePerson):
        decide(case, Verb.APPROVE, first)
    assert not User.objects.get(username="mira").is_admitted


@pytest.mark.rule("R22b")
def test_its_strict_rule_lets_nobody_grant_to_themself(mira):
    today = AT.date()
    with pytest.raises(SelfGrant):
        grant_function(right_of(mira), function="announce_visits", from_date=today, until_date=None, by=as_actor(mira))
    assert right_of(mira).organization_name == PORT_BANK[1]
