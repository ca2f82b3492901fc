"""Every right has its end, which is told in time and can be put off (R22c)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.domain.calendar.days import months_later
from securenet.domain.entitlements.actions import AskedTwice, request_rights
from securenet.domain.entitlements.authority import LimitedAdmin, NotTheirAdmin, OwnRight, limit_admin
from securenet.domain.entitlements.grants import SelfGrant, grant_function, prolong_function
from securenet.domain.entitlements.jobs import keep_dates
from securenet.domain.entitlements.life import RightChanged
from securenet.domain.entitlements.models import Entitlement, FunctionGrant, Role, Status
from securenet.domain.entitlements.queries import functions_of
from securenet.domain.entitlements.renewing import (
    EndsLater,
    NotOver,
    end_expired_grant,
    end_expired_right,
    endings_to_remind,
    remind_of_ends,
    renew_right,
)
from securenet.foundation.actor import system
from securenet.foundation.mail.models import Mail
from tests.cast import ALPHA, AT, DAY, Verb, as_actor, asked, decide, last_mail, note_papers, right_of

pytestmark = [pytest.mark.rule("R22c"), pytest.mark.django_db]
TODAY = date(2026, 2, 2)
END = date(2028, 2, 1)
ONE = timedelta(days=1)


def before_end(days):
    """Return the moment so many days before the last day of a right that began today."""
    return AT + (END - TODAY - days * ONE)


def grant(right, by, until=None, start=TODAY, at=AT):
    return grant_function(right, function="submit", from_date=start, until_date=until, by=as_actor(by, at=at))


def told(template, to):
    return Mail.objects.filter(template=template, to=to).count()


def test_a_right_lasts_as_long_as_the_services_policy_says(anong):
    assert (right_of(anong).from_date, right_of(anong).until_date) == (TODAY, END)
    assert functions_of(anong, "bmsid", END)
    assert functions_of(anong, "bmsid", END + ONE) == []


@given(start=st.dates(date(1990, 1, 1), date(2200, 1, 1)), months=st.integers(0, 600))
def test_a_term_of_months_ends_in_the_right_month_and_never_later_in_it(start, months):
    later = months_later(start, months)
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later.day < start.day and (later + ONE).day == 1)


class TestReminding:
    """Holder and Organization Admins read of the end in time, once each."""

    def test_on_each_of_the_profiles_days_once(self, anong, boonmee):
        counts = []
        for days in (61, 60, 60, 59, 30, 7, 6, 0):
            keep_dates(at=before_end(days))
            counts.append((told("right-ends", anong.email), told("rights-end", boonmee.email)))
        assert [one for one, _two in counts] == [0, 1, 1, 1, 2, 3, 3, 3]
        assert [two for _one, two in counts] == [0, 1, 1, 1, 2, 3, 3, 3]

    def test_a_reminder_that_was_missed_is_made_up_for_once(self, anong):
        keep_dates(at=before_end(25))
        keep_dates(at=before_end(24))
        assert told("right-ends", anong.email) == 1

    def test_an_admin_reads_one_mail_about_many_and_none_about_their_own(self, boonmee, bua, anong, ekachai):
        keep_dates(at=before_end(60))
        text = Mail.objects.get(template="rights-end", to=boonmee.email).text
        assert "อนงค์ ใจดี" in text
        assert "บุญมี" not in text.split("\n\n", 1)[1].replace("เรียน", "")
        assert told("rights-end", ekachai.email) == 0

    def test_the_end_of_a_function_is_told_too(self, anong, boonmee):
        grant(right_of(anong), boonmee, until=TODAY + 100 * ONE)
        keep_dates(at=AT + 40 * DAY)
        assert "ส่งขออนุมัติ" in last_mail("right-ends", anong.email).subject
        assert "ส่งขออนุมัติ" in last_mail("rights-end", boonmee.email).text

    def test_a_function_of_a_few_days_is_not_reminded_of_before_it_began(self, anong, boonmee):
        grant(right_of(anong), boonmee, until=TODAY + 5 * ONE)
        keep_dates(at=AT)
        keep_dates(at=AT + 3 * DAY)
        assert told("right-ends", anong.email) == 0

    @pytest.mark.parametrize("away", [{"status": Status.SUSPENDED}, {"status": Status.ENDED}, {"until_date": None}])
    def test_of_what_is_not_in_force_nobody_is_reminded(self, away, anong):
        Entitlement.objects.filter(pk=right_of(anong).pk).update(**away)
        keep_dates(at=before_end(60))
        assert told("right-ends", anong.email) == 0

    def test_two_workers_remind_once(self, anong, boonmee):
        by = system("dates", before_end(60))
        first, second = list(endings_to_remind(by.at)), list(endings_to_remind(by.at))
        assert [remind_of_ends(endings, by=by) for endings in (*first, *second)] == [2, 0]


class TestRenewing:
    """One click of an Organization Admin lets a right go on."""

    def test_it_goes_on_for_another_term_from_that_day(self, anong, boonmee):
        renew_right(right_of(anong), by=as_actor(boonmee, at=before_end(60)))
        assert right_of(anong).until_date == months_later(END - 60 * ONE, 24) - ONE
        assert last_mail("right-renewed", anong.email)

    def test_before_the_first_reminder_there_is_nothing_to_renew(self, anong, boonmee):
        with pytest.raises(EndsLater):
            renew_right(right_of(anong), by=as_actor(boonmee, at=before_end(61)))

    def test_a_second_click_renews_nothing(self, anong, boonmee):
        old, by = right_of(anong), as_actor(boonmee, at=before_end(10))
        renew_right(right_of(anong), by=by)
        with pytest.raises(EndsLater):
            renew_right(right_of(anong), by=by)
        with pytest.raises(RightChanged):
            renew_right(old, by=by)

    def test_nobody_else_renews(self, anong, boonmee, ekachai, chai):
        for other in (anong, ekachai, chai, None):
            with pytest.raises(NotTheirAdmin):
                renew_right(right_of(anong), by=as_actor(other, at=before_end(10)))

    def test_an_admins_own_right_is_renewed_by_another_admin(self, boonmee, bua):
        with pytest.raises(OwnRight):
            renew_right(right_of(boonmee), by=as_actor(boonmee, at=before_end(10)))
        renew_right(right_of(boonmee), by=as_actor(bua, at=before_end(10)))

    def test_a_limited_admin_does_not_renew(self, anong, boonmee, bua):
        limit_admin(right_of(bua), functions=["submit"], by=as_actor(boonmee))
        with pytest.raises(LimitedAdmin):
            renew_right(right_of(anong), by=as_actor(bua, at=before_end(10)))

    def test_what_is_suspended_or_over_is_not_renewed(self, anong, boonmee):
        Entitlement.objects.filter(pk=right_of(boonmee).pk).update(until_date=None)
        with pytest.raises(RightChanged):
            renew_right(right_of(anong), by=as_actor(boonmee, at=before_end(-1)))
        Entitlement.objects.filter(pk=right_of(anong).pk).update(status=Status.SUSPENDED)
        with pytest.raises(RightChanged):
            renew_right(right_of(anong), by=as_actor(boonmee, at=before_end(10)))

    def test_a_function_goes_on_as_long_as_its_right(self, anong, boonmee):
        grant(right_of(anong), boonmee, until=TODAY + 100 * ONE)
        with pytest.raises(EndsLater):
            prolong_function(right_of(anong), function="submit", by=as_actor(boonmee))
        prolong_function(right_of(anong), function="submit", by=as_actor(boonmee, at=AT + 90 * DAY))
        assert FunctionGrant.objects.get(ended_at=None).until_date == END

    def test_where_one_may_not_grant_to_oneself_one_prolongs_nothing_for_oneself(self, boonmee, two_person):
        grant(right_of(boonmee), boonmee, until=TODAY + 5 * ONE)
        two_person("min_admins = 1")
        with pytest.raises(SelfGrant):
            prolong_function(right_of(boonmee), function="submit", by=as_actor(boonmee))


class TestAskingAgain:
    """The only admin asks the operator for the right that is about to end."""

    @staticmethod
    def ask(user, at):
        wish = asked(Role.ORGANIZATION_ADMIN)
        return request_rights(user, [wish], kind="rights", confirmed=True, by=as_actor(user, at=at))

    def test_before_that_it_is_asked_twice(self, boonmee):
        with pytest.raises(AskedTwice):
            self.ask(boonmee, before_end(61))

    def test_the_new_right_takes_the_old_ones_place_with_its_functions(self, boonmee, chai, dara):
        grant(right_of(boonmee), boonmee)
        old, at = right_of(boonmee), before_end(20)
        submission = self.ask(boonmee, at)
        with pytest.raises(AskedTwice):
            self.ask(boonmee, at)
        walk_from_papers(submission, chai, dara, at)
        old.refresh_from_db()
        new = right_of(boonmee)
        assert (old.status, new.status, new.from_date) == (Status.ENDED, Status.ACTIVE, END - 20 * ONE)
        [acting] = functions_of(boonmee, "bmsid", END + ONE)
        assert (acting.organization_number, acting.functions) == (ALPHA[0], ("submit",))


def walk_from_papers(submission, chai, dara, at):
    note_papers(submission, chai, at)
    for who, verb in ((chai, Verb.ENDORSE), (dara, Verb.APPROVE)):
        decide(submission.cases.get(), verb, who, at)


class TestEnding:
    """Past its last day a right ends, and a function too."""

    def test_a_right_ends_after_its_last_day_and_not_on_it(self, anong, boonmee):
        keep_dates(at=before_end(0))
        assert right_of(anong).status == Status.ACTIVE
        keep_dates(at=before_end(-1))
        keep_dates(at=before_end(-2))
        assert right_of(anong).status == Status.ENDED
        assert told("right-expired", anong.email) == 1

    def test_a_suspended_right_ends_too(self, anong):
        Entitlement.objects.filter(pk=right_of(anong).pk).update(status=Status.SUSPENDED)
        keep_dates(at=before_end(-1))
        assert right_of(anong).status == Status.ENDED

    def test_a_function_ends_after_its_last_day(self, anong, boonmee):
        grant(right_of(anong), boonmee, until=TODAY + ONE)
        keep_dates(at=AT + DAY)
        assert FunctionGrant.objects.get().ended_at is None
        keep_dates(at=AT + 2 * DAY)
        assert FunctionGrant.objects.get().ended_at == AT + 2 * DAY

    def test_nothing_ends_before_its_time(self, anong, boonmee):
        given_now = grant(right_of(anong), boonmee, until=TODAY)
        with pytest.raises(NotOver):
            end_expired_right(right_of(anong), by=system("dates", before_end(0)))
        with pytest.raises(NotOver):
            end_expired_grant(given_now, by=system("dates", AT))

    def test_what_was_renewed_meanwhile_does_not_end(self, anong, boonmee):
        old = right_of(anong)
        renew_right(right_of(anong), by=as_actor(boonmee, at=before_end(1)))
        with pytest.raises(RightChanged):
            end_expired_right(old, by=system("dates", before_end(-1)))


def test_the_end_frees_the_way_for_a_new_request(anong, chai, dara):
    keep_dates(at=before_end(-1))
    at = before_end(-2)
    submission = request_rights(anong, [asked()], kind="rights", confirmed=True, by=as_actor(anong, at=at))
    walk_from_papers(submission, chai, dara, at)
    assert right_of(anong).from_date == END + 2 * ONE
