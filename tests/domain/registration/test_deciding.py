"""From the papers to the account that is admitted, and the ends without approval."""

from functools import partial

import pytest

from securenet.domain.accounts.actions import IdentityTaken
from securenet.domain.accounts.models import User
from securenet.domain.accounts.queries import is_username_free
from securenet.domain.approvals.actions import Overtaken, SamePerson
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.actions import withdraw_rights_request
from securenet.domain.entitlements.jobs import expire_requests
from securenet.domain.entitlements.models import Role, Status
from securenet.domain.entitlements.queries import functions_of
from securenet.domain.organizations.models import Organization
from securenet.domain.registration.actions import release_username
from securenet.domain.registration.jobs import clean_up
from securenet.domain.registration.queries import releasable
from securenet.foundation.audit.models import AuditEntry
from tests.cast import (
    ALPHA,
    AT,
    DAY,
    OWNER,
    SERVICE_DESK,
    as_actor,
    asked,
    decide,
    last_mail,
    national_id,
    register,
    right_of,
    staff,
    walk,
)

pytestmark = [pytest.mark.rule("R24a", "R2"), pytest.mark.django_db]
WAITING = State.SERVICE_OWNER_REVIEW


def account(name):
    return User.objects.get(username=name)


@pytest.mark.rule("R8", "R30a")
def test_the_first_approved_right_admits_the_account_and_the_organization(registration, chai, dara):
    walk(registration, WAITING, chai=chai, dara=dara)
    assert not account("anong").is_admitted
    assert not Organization.objects.exists()
    walk_on = decide(registration.cases.get(), Verb.APPROVE, dara, AT + DAY)
    assert walk_on is State.APPROVED
    assert account("anong").admitted_at == AT + DAY
    right = right_of(account("anong"))
    assert (right.status, right.from_date) == (Status.ACTIVE, (AT + DAY).date())
    assert (right.organization.number, right.organization.name) == ALPHA
    assert last_mail("case-approved").to == "anong@alpha.example"


def test_a_refused_right_admits_nobody(registration, chai, dara):
    walk(registration, WAITING, chai=chai, dara=dara)
    decide(registration.cases.get(), Verb.REJECT, dara, reason="Not in the letter.")
    assert not account("anong").is_admitted
    assert right_of(account("anong")).status == Status.REFUSED
    assert not Organization.objects.exists()


@pytest.mark.rule("R31")
def test_each_right_is_decided_by_itself_and_the_second_admits_no_second_time(chai, dara):
    submission = register("anong", asked(), asked(Role.ORGANIZATION_ADMIN))
    walk(submission, WAITING, chai=chai, dara=dara)
    officer, admin = submission.cases.order_by("pk")
    decide(officer, Verb.REJECT, dara, reason="Not an officer.")
    assert not account("anong").is_admitted
    decide(admin, Verb.APPROVE, dara, AT + DAY)
    assert account("anong").admitted_at == AT + DAY
    assert [right.status for right in account("anong").entitlements.order_by("pk")] == [Status.REFUSED, Status.ACTIVE]
    assert AuditEntry.objects.filter(event="account.admitted").count() == 1


@pytest.mark.rule("R32")
def test_who_endorsed_a_registration_does_not_approve_it(registration, dara):
    both = staff("chai", SERVICE_DESK, OWNER)
    walk(registration, WAITING, chai=both, dara=dara)
    with pytest.raises(SamePerson):
        decide(registration.cases.get(), Verb.APPROVE, both)
    assert not account("anong").is_admitted


def test_a_second_account_with_one_document_is_not_admitted(anong, chai, dara):
    again = register("anong2", identity_number=national_id("anong"))
    walk(again, WAITING, chai=chai, dara=dara)
    with pytest.raises(IdentityTaken):
        decide(again.cases.get(), Verb.APPROVE, dara)
    assert again.state() is WAITING, "the refusal undoes the decision"
    assert right_of(account("anong2")).status == Status.REQUESTED
    decide(again.cases.get(), Verb.REJECT, dara, reason="You have an account already.")
    assert not account("anong2").is_admitted


@pytest.mark.django_db(transaction=True)
def test_two_accounts_with_one_document_approved_at_the_same_moment_do_not_both_get_in(at_once):
    chai, dara, duan = staff("chai", SERVICE_DESK), staff("dara", OWNER), staff("duan", OWNER)
    number = national_id("anong")
    both = [register(name, identity_number=number) for name in ("anong", "anong2")]
    cases = [walk(each, WAITING, chai=chai, dara=dara).cases.get() for each in both]
    outcomes = at_once(partial(decide, cases[0], Verb.APPROVE, dara), partial(decide, cases[1], Verb.APPROVE, duan))
    assert sorted(str(outcome) for outcome in outcomes if not isinstance(outcome, IdentityTaken)) == ["approved"]
    assert User.objects.exclude(admitted_at=None).filter(kind="member").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_case_approved_in_two_windows_admits_once(at_once):
    chai, dara, duan = staff("chai", SERVICE_DESK), staff("dara", OWNER), staff("duan", OWNER)
    submission = walk(register("anong"), WAITING, chai=chai, dara=dara)
    copies = [Case.objects.get(submission=submission) for _window in range(2)]
    outcomes = at_once(partial(decide, copies[0], Verb.APPROVE, dara), partial(decide, copies[1], Verb.APPROVE, duan))
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Overtaken]
    assert AuditEntry.objects.filter(event__in=["account.admitted", "entitlement.activated"]).count() == 2


@pytest.mark.rule("R2", "R24b")
class TestEndsWithoutApproval:
    """What ends frees the document at once, and the username after thirty days."""

    def refuse(self, submission, chai, dara, at=AT):
        walk(submission, WAITING, chai=chai, dara=dara, at=at)
        decide(submission.cases.get(), Verb.REJECT, dara, at, reason="Not in the letter.")

    def test_the_document_is_free_at_once_and_the_username_is_not(self, registration, chai, dara):
        self.refuse(registration, chai, dara)
        assert not is_username_free("anong")
        again = register("anong2", identity_number=national_id("anong"))
        walk(again, State.APPROVED, chai=chai, dara=dara)
        assert account("anong2").is_admitted

    def test_the_username_is_free_thirty_days_after_the_end(self, registration, chai, dara):
        self.refuse(registration, chai, dara, AT + 3 * DAY)
        clean_up(at=AT + 32 * DAY)
        assert not is_username_free("anong")
        clean_up(at=AT + 33 * DAY + DAY / 24)
        assert is_username_free("anong")
        assert register("anong", at=AT + 34 * DAY).applicant.username == "anong"

    @pytest.mark.rule("R84")
    def test_what_is_freed_keeps_no_identity_number_and_cannot_be_used(self, registration, chai, dara):
        self.refuse(registration, chai, dara)
        clean_up(at=AT + 40 * DAY)
        user = User.objects.get(pk=registration.applicant.pk)
        assert (user.identity_number, user.identity_index, user.is_active) == (None, "", False)
        assert AuditEntry.objects.get(event="registration.username-released").about == "account anong"

    def test_a_username_is_released_once(self, registration, chai, dara):
        self.refuse(registration, chai, dara)
        late = as_actor(at=AT + 40 * DAY)
        for user in releasable(late.at) * 2:
            release_username(user, by=late)
        assert AuditEntry.objects.filter(event="registration.username-released").count() == 1

    def test_an_open_registration_keeps_its_username(self, registration):
        assert releasable(AT + 400 * DAY) == []

    def test_an_admitted_member_keeps_the_username(self, anong):
        clean_up(at=AT + 4000 * DAY)
        assert account("anong").is_active

    def test_a_withdrawn_registration_frees_it_too(self, registration):
        withdraw_rights_request(registration, by=as_actor(registration.applicant))
        clean_up(at=AT + 31 * DAY)
        assert is_username_free("anong")

    @pytest.mark.rule("R34", "R6")
    def test_a_registration_whose_papers_never_came_ends_once_and_is_told(self, registration):
        due = registration.papers_due_at
        expire_requests(at=due - DAY)
        assert registration.state() is State.AWAITING_EMAIL
        expire_requests(at=due)
        expire_requests(at=due + DAY)
        assert registration.state() is State.EXPIRED
        assert right_of(account("anong")).status == Status.REFUSED
        assert AuditEntry.objects.filter(event="entitlement.refused").count() == 1
        assert last_mail("case-expired").to == "anong@alpha.example"


@pytest.mark.rule("R24a", "R70")
def test_before_approval_nothing_is_open_and_after_it_the_right_is(registration, chai, dara):
    walk(registration, WAITING, chai=chai, dara=dara)
    assert functions_of(account("anong"), "bmsid", AT.date()) == []
    decide(registration.cases.get(), Verb.APPROVE, dara)
    acting = functions_of(account("anong"), "bmsid", AT.date())
    assert [(each.organization_number, each.roles, each.functions) for each in acting] == [(ALPHA[0], ("officer",), ())]
