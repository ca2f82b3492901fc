"""Rights given up and taken away, suspended and resumed (R21, R22)."""

from datetime import date
from functools import partial

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.authority import LastAdmin, LimitedAdmin, NotTheirAdmin, OwnRight, limit_admin
from securenet.domain.entitlements.ending import (
    AdminsRight,
    NotOwnRight,
    give_up_right,
    remove_right,
    resume_right,
    suspend_right,
)
from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.life import NoReason, RightChanged
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Role, Status
from securenet.domain.entitlements.queries import functions_of
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import (
    AT,
    DAY,
    OWNER,
    SERVICE_DESK,
    as_actor,
    asked,
    confirm,
    last_mail,
    member,
    register,
    right_of,
    staff,
)

pytestmark = [pytest.mark.rule("R21"), pytest.mark.django_db]
TODAY = date(2026, 2, 2)
TAKEN = [remove_right, suspend_right, resume_right]


def grant(right, by):
    return grant_function(right, function="submit", from_date=TODAY, until_date=None, by=as_actor(by))


class TestGivingUp:
    """A member gives up a right of their own."""

    def test_it_ends_at_once_with_its_functions_and_the_admins_are_told(self, anong, boonmee, ekachai):
        grant(right_of(anong), boonmee)
        give_up_right(right_of(anong), reason="I change departments", by=as_actor(anong, at=AT + DAY))
        right = right_of(anong)
        assert (right.status, right.periods.latest("pk").reason) == (Status.ENDED, "I change departments")
        assert functions_of(anong, "bmsid", TODAY) == []
        assert FunctionGrant.objects.get().ended_at == AT + DAY
        mail = Mail.objects.get(template="right-given-up")
        assert mail.to == boonmee.email
        assert "I change departments" in mail.text

    def test_a_reason_is_not_asked_for(self, anong):
        give_up_right(right_of(anong), by=as_actor(anong))
        assert right_of(anong).status == Status.ENDED

    def test_nobody_gives_up_what_is_somebody_elses(self, anong, boonmee, ekachai, chai):
        for other in (boonmee, ekachai, chai, None):
            with pytest.raises(NotOwnRight):
                give_up_right(right_of(anong), by=as_actor(other))

    def test_a_request_is_not_given_up(self, registration):
        person = registration.applicant
        with pytest.raises(RightChanged):
            give_up_right(right_of(person), by=as_actor(person))

    def test_a_second_click_is_told(self, anong):
        old = right_of(anong)
        give_up_right(right_of(anong), by=as_actor(anong))
        with pytest.raises(RightChanged):
            give_up_right(old, by=as_actor(anong))

    def test_the_last_admin_stays_and_reads_whom_to_call(self, anong, boonmee):
        with pytest.raises(LastAdmin) as refused:
            give_up_right(right_of(boonmee), by=as_actor(boonmee))
        assert "0 2283 5666" in str(refused.value)
        assert right_of(boonmee).status == Status.ACTIVE

    def test_an_admin_leaves_where_another_one_stays_and_then_that_one_cannot(self, boonmee, bua):
        give_up_right(right_of(boonmee), by=as_actor(boonmee))
        with pytest.raises(LastAdmin):
            give_up_right(right_of(bua), by=as_actor(bua))

    @pytest.mark.parametrize(
        "away", [{"status": Status.SUSPENDED}, {"until_date": date(2026, 2, 1)}, {"limited_to": ["submit"]}]
    )
    def test_an_admin_who_cannot_act_in_full_is_no_other_admin(self, away, boonmee, bua):
        Entitlement.objects.filter(pk=right_of(bua).pk).update(**away)
        with pytest.raises(LastAdmin):
            give_up_right(right_of(boonmee), by=as_actor(boonmee))

    def test_an_admin_of_another_organization_is_no_other_admin(self, boonmee, ekachai):
        with pytest.raises(LastAdmin):
            give_up_right(right_of(boonmee), by=as_actor(boonmee))

    def test_the_last_admin_may_give_up_the_right_of_an_officer(self, chai, dara, boonmee):
        right = right_of(boonmee)
        right.pk, right.case, right.role = None, None, Role.OFFICER
        right.save()
        give_up_right(right, by=as_actor(boonmee))
        assert right.status == Status.ENDED


class TestTakingAway:
    """An Organization Admin ends, suspends and resumes the right of an officer."""

    def test_the_right_ends_at_once_and_the_member_reads_why(self, anong, boonmee):
        remove_right(right_of(anong), reason="Left the company", by=as_actor(boonmee))
        assert right_of(anong).status == Status.ENDED
        mail = last_mail("right-removed", anong.email)
        assert "Left the company" in mail.text
        entry = AuditEntry.objects.get(event="entitlement.ended")
        assert entry.facts["reason"] == "Left the company"

    @pytest.mark.rule("R22")
    def test_a_suspended_right_opens_nothing_until_it_is_resumed(self, anong, boonmee):
        grant(right_of(anong), boonmee)
        suspend_right(right_of(anong), reason="On leave", by=as_actor(boonmee))
        assert functions_of(anong, "bmsid", TODAY) == []
        assert last_mail("right-suspended", anong.email)
        resume_right(right_of(anong), reason="Back", by=as_actor(boonmee))
        assert functions_of(anong, "bmsid", TODAY)[0].functions == ("submit",)
        assert last_mail("right-resumed", anong.email)

    @pytest.mark.parametrize("act", TAKEN)
    def test_nobody_but_the_admin_does_it(self, act, anong, boonmee, ekachai, chai):
        before = {remove_right: Status.ACTIVE, suspend_right: Status.ACTIVE, resume_right: Status.SUSPENDED}[act]
        Entitlement.objects.filter(pk=right_of(anong).pk).update(status=before)
        for other in (ekachai, anong, chai, None):
            with pytest.raises(NotTheirAdmin):
                act(right_of(anong), reason="Because", by=as_actor(other))
        assert right_of(anong).status == before

    @pytest.mark.parametrize("act", [remove_right, suspend_right])
    def test_without_a_reason_nothing_happens(self, act, anong, boonmee):
        for reason in ("", "  \n"):
            with pytest.raises(NoReason):
                act(right_of(anong), reason=reason, by=as_actor(boonmee))
        assert right_of(anong).status == Status.ACTIVE

    @pytest.mark.parametrize("act", [remove_right, suspend_right])
    def test_admins_do_not_take_the_right_of_an_admin(self, act, boonmee, bua):
        with pytest.raises(AdminsRight):
            act(right_of(bua), reason="Because", by=as_actor(boonmee))

    @pytest.mark.parametrize("act", [remove_right, suspend_right])
    def test_ones_own_right_is_given_up_and_not_taken(self, act, boonmee):
        with pytest.raises(OwnRight):
            act(right_of(boonmee), reason="Because", by=as_actor(boonmee))

    @pytest.mark.rule("R22c")
    @pytest.mark.parametrize("act", [remove_right, suspend_right])
    def test_an_admin_limited_to_some_functions_does_neither(self, act, anong, boonmee, bua):
        limit_admin(right_of(bua), functions=["submit"], by=as_actor(boonmee))
        with pytest.raises(LimitedAdmin):
            act(right_of(anong), reason="Because", by=as_actor(bua))

    def test_resuming_approves_no_request_and_revives_nothing(self, boonmee):
        waiting = register("anong")
        confirm(waiting)
        for status in (Status.REQUESTED, Status.REFUSED, Status.ENDED):
            Entitlement.objects.filter(case__submission=waiting).update(status=status)
            with pytest.raises(RightChanged):
                resume_right(right_of(waiting.applicant), reason="Please", by=as_actor(boonmee))

    def test_a_right_that_ended_can_be_asked_for_again(self, anong, boonmee, chai, dara):
        remove_right(right_of(anong), reason="Left", by=as_actor(boonmee))
        again = right_of(anong)
        assert again.status == Status.ENDED
        assert asked().service == again.service
        assert User.objects.get(pk=anong.pk).is_admitted


@pytest.mark.django_db(transaction=True)
def test_of_two_last_admins_who_leave_at_the_same_moment_one_stays(at_once):
    chai, dara = staff("chai", SERVICE_DESK), staff("dara", OWNER)
    admins = [member(name, Role.ORGANIZATION_ADMIN, chai=chai, dara=dara) for name in ("boonmee", "bua")]
    leaving = [partial(give_up_right, right_of(admin), by=as_actor(admin)) for admin in admins]
    outcomes = at_once(*leaving)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [LastAdmin]
    assert Entitlement.objects.filter(role=Role.ORGANIZATION_ADMIN, status=Status.ACTIVE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_end_and_suspend_at_the_same_moment_one_is_told(at_once):
    chai, dara = staff("chai", SERVICE_DESK), staff("dara", OWNER)
    admins = [member(name, Role.ORGANIZATION_ADMIN, chai=chai, dara=dara) for name in ("boonmee", "bua")]
    anong = member("anong", chai=chai, dara=dara)
    acts = [
        partial(act, right_of(anong), reason="Left", by=as_actor(admin))
        for act, admin in zip((remove_right, suspend_right), admins, strict=True)
    ]
    outcomes = at_once(*acts)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [RightChanged]
    assert Mail.objects.filter(template__in=["right-removed", "right-suspended"]).count() == 1
