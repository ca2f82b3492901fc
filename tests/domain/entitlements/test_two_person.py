"""The two-person rule of a service, loose and strict (R22b), and admins limited to some functions (R22c)."""

from datetime import date, timedelta
from functools import partial

import pytest

from securenet.domain.entitlements.authority import (
    Admitted,
    BeyondLimit,
    LastAdmin,
    LimitedAdmin,
    NotAnAdmin,
    NotTheirAdmin,
    OwnRight,
    Vouched,
    limit_admin,
)
from securenet.domain.entitlements.consent import confirm_grant, refuse_grant
from securenet.domain.entitlements.ending import remove_right, resume_right, suspend_right
from securenet.domain.entitlements.grants import (
    DatesReversed,
    GrantedAlready,
    ProposedAlready,
    RightNotActive,
    SelfGrant,
    grant_function,
    grant_functions,
    propose_grant,
    withdraw_function,
)
from securenet.domain.entitlements.life import NoReason, RightChanged
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, GrantProposal, Role, Status
from securenet.domain.entitlements.queries import functions_of, organization_desks
from securenet.domain.entitlements.renewing import renew_right
from securenet.domain.profile.models import UnknownFunction
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import (
    AT,
    DAY,
    OWNER,
    SERVICE_DESK,
    Verb,
    as_actor,
    confirm,
    decide,
    last_mail,
    member,
    note_papers,
    register,
    right_of,
    staff,
)

pytestmark = [pytest.mark.rule("R22b"), pytest.mark.django_db]
TODAY = date(2026, 2, 2)
ONE = timedelta(days=1)
ASKS_ADMIN_FIRST = 'rights = [\n    { tier = "organization" },\n'


def grant(right, by, function="submit", at=AT, **dates):
    dates = {"from_date": TODAY, "until_date": None} | dates
    return grant_function(right, function=function, by=as_actor(by, at=at), **dates)


def wish(admin, *functions, at=AT, until=None):
    by = as_actor(admin, at=at)
    return grant_functions(right_of(admin), functions=functions, from_date=TODAY, until_date=until, by=by)


def functions(user):
    return functions_of(user, "bmsid", TODAY)[0].functions


class TestConsent:
    """What an admin wants for themself waits for a second one, where the policy says so."""

    @pytest.fixture(autouse=True)
    def consent(self, boonmee, bua, two_person):
        two_person("self_grant = true")

    @pytest.fixture
    def proposal(self, boonmee):
        assert wish(boonmee, "submit") == 1
        return GrantProposal.objects.get()

    def test_it_waits_and_the_other_admin_is_told(self, proposal, boonmee, bua):
        assert functions(boonmee) == ()
        assert [mail.to for mail in Mail.objects.filter(template="grant-proposed")] == [bua.email]

    def test_the_other_admin_agrees_and_both_are_in_the_ledger(self, proposal, boonmee, bua):
        confirm_grant(proposal, by=as_actor(bua))
        assert functions(boonmee) == ("submit",)
        assert FunctionGrant.objects.get().granted_by == bua
        events = AuditEntry.objects.filter(event__startswith="function.").order_by("pk")
        assert [(entry.event, entry.facts.get("to_oneself")) for entry in events] == [
            ("function.proposed", None),
            ("function.consented", None),
            ("function.granted", False),
        ]

    def test_the_other_admin_does_not_agree_and_says_why(self, proposal, boonmee, bua):
        with pytest.raises(NoReason):
            refuse_grant(proposal, reason=" ", by=as_actor(bua))
        refuse_grant(proposal, reason="Not your task", by=as_actor(bua))
        assert functions(boonmee) == ()
        assert "Not your task" in last_mail("grant-refused", boonmee.email).text
        assert wish(boonmee, "submit") == 1

    def test_nobody_agrees_to_their_own_wish(self, proposal, boonmee):
        for act in (confirm_grant, partial(refuse_grant, reason="No")):
            with pytest.raises(OwnRight):
                act(proposal, by=as_actor(boonmee))

    def test_nobody_else_agrees(self, proposal, anong, ekachai, chai):
        for other in (anong, ekachai, chai, None):
            with pytest.raises(NotTheirAdmin):
                confirm_grant(proposal, by=as_actor(other))
        assert GrantProposal.objects.get().decided_at is None

    def test_it_is_decided_once(self, proposal, bua):
        confirm_grant(proposal, by=as_actor(bua))
        for act in (confirm_grant, partial(refuse_grant, reason="No")):
            with pytest.raises(RightChanged):
                act(proposal, by=as_actor(bua))

    def test_it_is_asked_once(self, proposal, boonmee, bua):
        with pytest.raises(ProposedAlready):
            wish(boonmee, "submit")
        confirm_grant(proposal, by=as_actor(bua))
        with pytest.raises(GrantedAlready):
            wish(boonmee, "submit")

    def test_days_that_passed_meanwhile_are_left_out(self, boonmee, bua):
        wish(boonmee, "submit", until=TODAY + ONE)
        proposal = GrantProposal.objects.get()
        with pytest.raises(DatesReversed):
            confirm_grant(proposal, by=as_actor(bua, at=AT + 2 * DAY))
        confirm_grant(proposal, by=as_actor(bua, at=AT + DAY))
        assert FunctionGrant.objects.get().from_date == TODAY + ONE

    def test_a_right_that_ended_meanwhile_gets_nothing(self, proposal, boonmee, bua):
        Entitlement.objects.filter(pk=right_of(boonmee).pk).update(status=Status.SUSPENDED)
        with pytest.raises(RightNotActive):
            confirm_grant(proposal, by=as_actor(bua))

    def test_what_needs_no_consent_is_not_proposed(self, anong, boonmee):
        with pytest.raises(SelfGrant):
            propose_grant(right_of(anong), function="submit", from_date=TODAY, until_date=None, by=as_actor(boonmee))
        assert grant(right_of(anong), boonmee)

    def test_where_nobody_grants_to_themself_there_is_nothing_to_agree_to(self, boonmee, two_person):
        two_person("self_grant = false")
        with pytest.raises(SelfGrant):
            wish(boonmee, "submit")
        assert not GrantProposal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_agree_and_refuse_at_the_same_moment_one_is_told(at_once, two_person):
    chai, dara = staff("chai", SERVICE_DESK), staff("dara", OWNER)
    admins = [member(name, Role.ORGANIZATION_ADMIN, chai=chai, dara=dara) for name in ("boonmee", "bua", "benja")]
    two_person("self_grant = true")
    wish(admins[0], "submit")
    proposal = GrantProposal.objects.get()
    outcomes = at_once(
        partial(confirm_grant, proposal, by=as_actor(admins[1])),
        partial(refuse_grant, proposal, reason="No", by=as_actor(admins[2])),
    )
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [RightChanged]


class TestVouching:
    """Who agreed to somebody's request neither grants functions to them nor administers them, where policy says so."""

    @pytest.fixture
    def endorsed(self, boonmee, bua, chai, dara, change_profile):
        """Anong's right, to whose request Boonmee agreed."""
        change_profile("rights = [\n", ASKS_ADMIN_FIRST)
        submission = register("anong")
        confirm(submission)
        case = submission.cases.get()
        decide(case, Verb.ENDORSE, boonmee)
        note_papers(submission, chai)
        case.refresh_from_db()
        decide(case, Verb.ENDORSE, chai)
        decide(case, Verb.APPROVE, dara)
        return right_of(submission.applicant)

    def test_the_loose_rule_lets_them(self, endorsed, boonmee):
        assert grant(endorsed, boonmee)

    def test_the_one_who_admits_is_not_the_one_who_grants(self, endorsed, boonmee, bua, two_person):
        two_person("administer_vouched = true")
        with pytest.raises(Admitted):
            grant(endorsed, boonmee)
        assert grant(endorsed, bua)
        suspend_right(endorsed, reason="On leave", by=as_actor(boonmee))
        resume_right(endorsed, reason="Back", by=as_actor(boonmee))

    def test_no_one_administers_whom_they_vouched_for(self, endorsed, boonmee, bua, two_person):
        two_person("admitter_grants = true")
        with pytest.raises(Vouched):
            grant(endorsed, boonmee)
        late = AT + (endorsed.until_date - TODAY - ONE)
        with pytest.raises(Vouched):
            renew_right(endorsed, by=as_actor(boonmee, at=late - DAY))
        suspend_right(endorsed, reason="On leave", by=as_actor(bua))
        with pytest.raises(Vouched):
            resume_right(endorsed, reason="Back", by=as_actor(boonmee))
        resume_right(endorsed, reason="Back", by=as_actor(bua))
        assert grant(endorsed, bua)

    def test_taking_away_is_always_possible(self, endorsed, boonmee, bua, two_person):
        two_person("")
        grant(endorsed, bua)
        withdraw_function(endorsed, function="submit", by=as_actor(boonmee))
        suspend_right(endorsed, reason="At once", by=as_actor(boonmee))
        remove_right(endorsed, reason="At once", by=as_actor(boonmee))

    def test_one_who_did_not_vouch_is_free(self, anong, boonmee, two_person):
        two_person("")
        assert grant(right_of(anong), boonmee)


@pytest.mark.rule("R22c")
class TestLimits:
    """An admin limited to some functions sees, grants and withdraws those only."""

    @pytest.fixture
    def limited(self, boonmee, bua):
        limit_admin(right_of(bua), functions=["submit", "see_reports"], by=as_actor(boonmee))
        return bua

    def test_the_limited_one_grants_and_withdraws_within_the_limit_only(self, anong, boonmee, limited):
        grant(right_of(anong), limited)
        grant(right_of(anong), boonmee, "register_persons")
        with pytest.raises(BeyondLimit):
            grant(right_of(anong), limited, "announce_visits")
        with pytest.raises(BeyondLimit):
            withdraw_function(right_of(anong), function="register_persons", by=as_actor(limited))
        withdraw_function(right_of(anong), function="submit", by=as_actor(limited))
        assert functions(anong) == ("register_persons",)

    def test_the_limited_one_decides_no_requests(self, limited, boonmee):
        assert organization_desks(limited, TODAY) == frozenset()
        assert organization_desks(boonmee, TODAY)

    def test_only_a_full_admin_of_the_place_limits(self, limited, boonmee, anong, ekachai):
        for other, refusal in ((limited, LimitedAdmin), (anong, NotTheirAdmin), (ekachai, NotTheirAdmin)):
            with pytest.raises(refusal):
                limit_admin(right_of(boonmee), functions=["submit"], by=as_actor(other))

    def test_nobody_limits_themself_an_officer_or_to_what_there_is_not(self, boonmee, bua, anong):
        with pytest.raises(OwnRight):
            limit_admin(right_of(boonmee), functions=["submit"], by=as_actor(boonmee))
        with pytest.raises(NotAnAdmin):
            limit_admin(right_of(anong), functions=["submit"], by=as_actor(boonmee))
        with pytest.raises(UnknownFunction):
            limit_admin(right_of(bua), functions=["fly"], by=as_actor(boonmee))

    def test_a_limit_is_taken_off_and_marked(self, limited, boonmee, anong):
        limit_admin(right_of(limited), functions=None, by=as_actor(boonmee))
        assert grant(right_of(anong), limited, "announce_visits")
        entry = AuditEntry.objects.filter(event="entitlement.limited").latest("pk")
        assert (entry.facts["before"], entry.facts["after"]) == (["see_reports", "submit"], None)

    def test_what_is_not_in_force_is_not_limited(self, boonmee, bua):
        old = right_of(bua)
        Entitlement.objects.filter(pk=old.pk).update(status=Status.SUSPENDED)
        with pytest.raises(RightChanged):
            limit_admin(old, functions=["submit"], by=as_actor(boonmee))


@pytest.mark.rule("R22c")
@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_limit_each_other_at_the_same_moment_one_stays_full(at_once):
    chai, dara = staff("chai", SERVICE_DESK), staff("dara", OWNER)
    one, two = [member(name, Role.ORGANIZATION_ADMIN, chai=chai, dara=dara) for name in ("boonmee", "bua")]
    outcomes = at_once(
        partial(limit_admin, right_of(two), functions=["submit"], by=as_actor(one)),
        partial(limit_admin, right_of(one), functions=["submit"], by=as_actor(two)),
    )
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert [type(outcome) in {LastAdmin, LimitedAdmin} for outcome in outcomes if outcome is not None] == [True]
