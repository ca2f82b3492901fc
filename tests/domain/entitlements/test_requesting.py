"""More rights, asked for by a member who is signed in."""

from functools import partial

import pytest

from securenet.domain.approvals.actions import NotYourTurn, Overtaken
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Submission
from securenet.domain.approvals.queries import sent_before
from securenet.domain.entitlements.actions import (
    AskedTwice,
    NothingAsked,
    activate_right,
    decide_right,
    request_rights,
    withdraw_rights_request,
)
from securenet.domain.entitlements.models import Entitlement, Role, Status
from securenet.domain.entitlements.queries import functions_of
from securenet.domain.profile.models import ServiceNotConnected, UnknownRole, UnknownService
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import (
    ALPHA,
    AT,
    BETA,
    DAY,
    OWNER,
    SERVICE_DESK,
    as_actor,
    asked,
    member,
    note_papers,
    right_of,
    staff,
)

pytestmark = [pytest.mark.rule("R20"), pytest.mark.django_db]


def ask(who, *rights, key="", at=AT):
    return request_rights(who, list(rights), kind="rights", confirmed=True, draft_key=key, by=as_actor(who, at=at))


def test_at_least_one_right_is_asked_for(anong):
    with pytest.raises(NothingAsked):
        ask(anong)


def test_a_right_that_one_holds_is_not_asked_for_again(anong):
    with pytest.raises(AskedTwice):
        ask(anong, asked())


def test_a_right_that_is_still_being_decided_is_not_asked_for_again(anong):
    ask(anong, asked(organization=BETA))
    with pytest.raises(AskedTwice):
        ask(anong, asked(Role.ORGANIZATION_ADMIN), asked(organization=BETA))
    assert Submission.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"service": "emcs"}, UnknownRole),
        ({"service": "nothing"}, UnknownService),
        ({"role": "administrator"}, UnknownRole),
    ],
)
def test_what_the_catalogue_does_not_offer_is_refused(changes, refusal, anong):
    with pytest.raises(refusal):
        ask(anong, asked(**({"role": Role.OFFICER, "organization": BETA} | changes)))
    assert Entitlement.objects.count() == 1


def test_a_service_that_is_not_connected_is_refused_whatever_its_roles(anong):
    assert issubclass(ServiceNotConnected, Exception)
    with pytest.raises((UnknownRole, ServiceNotConnected)):
        ask(anong, asked(service="emcs"))


def test_a_request_has_a_number_and_its_own_papers_and_no_mail_to_confirm(anong):
    submission = ask(anong, asked(Role.ORGANIZATION_ADMIN))
    assert submission.state() is State.AWAITING_DOCUMENTS
    assert "signatory_appointment" in set(submission.papers.values_list("key", flat=True))
    assert Mail.objects.filter(template="registration-confirm").count() == 1, "the one of the registration"


def test_both_roles_in_one_request_are_decided_each_by_itself(anong, chai, dara):
    submission = ask(anong, asked(organization=BETA), asked(Role.ORGANIZATION_ADMIN, BETA))
    note_papers(submission, chai)
    for case in submission.cases.all():
        decide_right(case, verb=Verb.ENDORSE, by=as_actor(chai))
    officer, admin = submission.cases.order_by("pk")
    decide_right(officer, verb=Verb.APPROVE, by=as_actor(dara))
    decide_right(admin, verb=Verb.REJECT, by=as_actor(dara), reason="The letter names somebody else.")
    assert (officer.entitlement.status, admin.entitlement.status) == (Status.ACTIVE, Status.REFUSED)
    assert [each.organization_number for each in functions_of(anong, "bmsid", AT.date())] == [ALPHA[0], BETA[0]]


def test_what_was_refused_can_be_asked_for_again(anong, chai):
    submission = ask(anong, asked(organization=BETA))
    note_papers(submission, chai)
    decide_right(submission.cases.get(), verb=Verb.REJECT, by=as_actor(chai), reason="No letter.")
    assert ask(anong, asked(organization=BETA), at=AT + DAY) != submission


def test_a_member_withdraws_their_own_request_only(anong, ekachai):
    submission = ask(anong, asked(organization=BETA))
    with pytest.raises(NotYourTurn):
        withdraw_rights_request(submission, by=as_actor(ekachai))
    withdraw_rights_request(submission, by=as_actor(anong))
    assert right_of(anong).status == Status.REFUSED
    assert AuditEntry.objects.filter(event="entitlement.refused").count() == 1


@pytest.mark.rule("R5")
class TestOnce:
    """Two clicks, two tabs, two members."""

    def test_a_second_click_finds_the_first_request(self, anong):
        first = ask(anong, asked(organization=BETA), key="one draft")
        assert ask(anong, asked(organization=BETA), key="one draft") == first
        assert sent_before("one draft") == first
        assert sent_before("") is None

    def test_of_the_browsers_key_only_a_hash_is_kept(self, anong):
        assert ask(anong, asked(organization=BETA), key="one draft").draft_key != "one draft"

    @pytest.mark.django_db(transaction=True)
    def test_two_posts_at_the_same_moment_make_one_request(self, at_once):
        anong = member("anong", chai=staff("chai", SERVICE_DESK), dara=staff("dara", OWNER))
        one, other = at_once(*[partial(ask, anong, asked(organization=BETA), key="one draft")] * 2)
        assert one == other
        assert (
            Submission.objects.filter(kind="rights").count() == Entitlement.objects.filter(status="requested").count()
        )
        assert Submission.objects.filter(kind="rights").count() == 1


def test_a_right_is_activated_once(anong):
    with pytest.raises(Overtaken):
        activate_right(right_of(anong), by=as_actor())
