"""The life of a right: one place changes its status, and any past day can be told from what it writes."""

from datetime import date, timedelta
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.life import CHANGES, RightChanged, change_status
from securenet.domain.entitlements.models import FunctionGrant, Period, Role, Status
from securenet.domain.entitlements.queries import administered_rights, rights_on
from securenet.foundation.audit.models import AuditEntry
from tests.cast import AT, DAY, HOUR, OWNER, SERVICE_DESK, as_actor, member, register, right_of, staff

pytestmark = [pytest.mark.rule("R21", "R22"), pytest.mark.django_db]
TODAY = date(2026, 2, 2)
ONE = timedelta(days=1)


def change(right, to, at=AT, reason="", by=None):
    change_status(right, to, by=as_actor(by, at=at), reason=reason)


def periods(right):
    return [(each.status, each.from_at, each.until_at) for each in right.periods.all()]


def test_a_right_that_is_asked_for_begins_its_history(registration):
    assert periods(right_of(registration.applicant)) == [(Status.REQUESTED, AT, None)]


def test_every_change_closes_a_period_and_opens_the_next(anong, boonmee):
    right = right_of(anong)
    change(right, Status.SUSPENDED, AT + DAY, "On leave", boonmee)
    change(right, Status.ACTIVE, AT + 2 * DAY)
    change(right, Status.ENDED, AT + 3 * DAY)
    assert periods(right) == [
        (Status.REQUESTED, AT, AT),
        (Status.ACTIVE, AT, AT + DAY),
        (Status.SUSPENDED, AT + DAY, AT + 2 * DAY),
        (Status.ACTIVE, AT + 2 * DAY, AT + 3 * DAY),
        (Status.ENDED, AT + 3 * DAY, None),
    ]
    suspended = right.periods.get(status=Status.SUSPENDED)
    assert (suspended.reason, suspended.person) == ("On leave", boonmee)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_a_change_that_is_not_in_the_table_does_not_happen(before, after, anong):
    right = right_of(anong)
    type(right).objects.filter(pk=right.pk).update(status=before)
    right.refresh_from_db()
    if (before, after) in CHANGES:
        change(right, after)
        assert right.status == after
    else:
        with pytest.raises(RightChanged):
            change(right, after)
        assert right.periods.filter(until_at=None).get().status == Status.ACTIVE


def test_who_looks_at_an_old_row_changes_nothing(anong):
    old, right = right_of(anong), right_of(anong)
    change(right, Status.SUSPENDED)
    with pytest.raises(RightChanged):
        change(old, Status.ENDED)
    assert right_of(anong).status == Status.SUSPENDED


def test_a_right_has_one_present_period(anong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(entitlement=right_of(anong), status=Status.ACTIVE, from_at=AT)


def test_the_end_of_a_right_ends_its_functions(anong, boonmee):
    right = right_of(anong)
    grant_function(right, function="submit", from_date=TODAY, until_date=None, by=as_actor(boonmee))
    change(right, Status.SUSPENDED)
    assert FunctionGrant.objects.filter(ended_at=None).count() == 1
    change(right, Status.ENDED, AT + DAY)
    assert FunctionGrant.objects.get().ended_at == AT + DAY


def test_the_ledger_names_each_change_and_no_identity_number(anong):
    change(right_of(anong), Status.SUSPENDED, reason="See 1103702345679")
    entry = AuditEntry.objects.get(event="entitlement.suspended")
    assert (entry.facts["before"], entry.facts["after"]) == ("active", "suspended")
    assert "1103702345679" not in str(entry.facts)


@pytest.mark.rule("R22e")
def test_who_had_what_is_known_of_each_past_day(anong, alpha, boonmee):
    right = right_of(anong)
    by = as_actor(boonmee, at=AT + DAY)
    grant_function(right, function="submit", from_date=TODAY + ONE, until_date=None, by=by)
    change(right, Status.SUSPENDED, AT + 3 * DAY)
    change(right, Status.ENDED, AT + 5 * DAY)

    def held(day):
        found = {each.member.username: each for each in rights_on(alpha, day)}
        return found.get("anong") and [grant.function for grant in found["anong"].grants_then]

    days = [held(TODAY + number * ONE) for number in range(-1, 7)]
    assert days == [None, [], ["submit"], ["submit"], ["submit"], None, None, None]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_right_at_the_same_moment_one_is_told(at_once):
    chai, dara = staff("chai", SERVICE_DESK), staff("dara", OWNER)
    anong = member("anong", chai=chai, dara=dara)
    changes = [partial(change, right_of(anong), to) for to in (Status.SUSPENDED, Status.ENDED)]
    outcomes = at_once(*changes)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [RightChanged]
    assert right_of(anong).periods.filter(until_at=None).count() == 1


class TestWhatWasThereBefore:
    """The migration gives each right that is there the period it is in."""

    write = staticmethod(import_module("securenet.domain.entitlements.migrations.0002_periods").write_present_periods)

    def test_a_right_has_its_status_since_its_decision_and_a_request_since_it_was_sent(self, anong, boonmee):
        waiting = right_of(register("aree", at=AT + HOUR).applicant)
        bare = right_of(boonmee)
        type(bare).objects.filter(pk=bare.pk).update(case=None)
        Period.objects.all().delete()

        self.write(apps, None)

        assert periods(right_of(anong)) == [(Status.ACTIVE, AT, None)]
        assert periods(waiting) == [(Status.REQUESTED, AT + HOUR, None)]
        assert [status for status, _from, _until in periods(bare)] == [Status.ACTIVE]


class TestFindingPeople:
    """An Organization Admin finds whom they administer, also those whose right rests."""

    def test_by_a_part_of_a_name_in_either_language_or_the_user_name(self, anong, boonmee, ekachai):
        def found(text):
            return [right.member.username for right in administered_rights(boonmee, TODAY, text=text)]

        assert found("jaid") == found("อนงค์") == found("ANONG") == ["anong"]
        assert found("nobody") == found("Ekachai") == []
        assert found("") == ["anong", "boonmee"]

    def test_a_suspended_right_stays_in_the_list_and_an_ended_one_does_not(self, anong, boonmee):
        change(right_of(anong), Status.SUSPENDED)
        assert right_of(anong) in administered_rights(boonmee, TODAY)
        change(right_of(anong), Status.ENDED)
        assert right_of(anong) not in administered_rights(boonmee, TODAY)

    def test_an_admin_of_two_organizations_sees_both(self, boonmee, ekachai, anong):
        right = right_of(ekachai)
        right.pk, right.case, right.member = None, None, boonmee
        right.save()
        assert {each.member for each in administered_rights(boonmee, TODAY)} == {anong, boonmee, ekachai}
        assert Role.ORGANIZATION_ADMIN in {each.role for each in administered_rights(boonmee, TODAY)}
