"""Who had what, on any day, as it was then."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securenet.domain.entitlements.grants import grant_function, withdraw_function
from securenet.domain.entitlements.holdings import Wanted, acting, holdings, moment_of, places_of
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.mandate_life import end_mandate
from securenet.domain.entitlements.models import Entitlement, Status
from securenet.foundation.refusal import Refusal
from tests.cast import AT, DAY, as_actor, right_of
from tests.domain.entitlements.mandating import ONE, TODAY, assign, mandate

pytestmark = [pytest.mark.rule("R22"), pytest.mark.django_db]
LAST = 9
NOW = AT + (LAST + 1) * DAY


def told(user, day, **wanted):
    """Return status and functions that somebody is told to have had, None for nothing."""
    right = holdings(None, moment_of(day, NOW), Wanted(**wanted)).filter(member=user).first()
    return (right.status_then, {grant.function for grant in right.grants_then}) if right else None


def act(deed, function, right, by):
    right.refresh_from_db()
    if deed == "grant":
        grant_function(right, function=function, from_date=by.at.date(), until_date=None, by=by)
    elif deed == "withdraw":
        withdraw_function(right, function=function, by=by)
    else:
        change_status(right, {"suspend": Status.SUSPENDED, "resume": Status.ACTIVE, "end": Status.ENDED}[deed], by=by)


def naive(before, deed, function):
    """Return what a right has after a deed that was not refused."""
    status, functions = before
    if deed == "grant":
        return status, functions | {function}
    if deed == "withdraw":
        return status, functions - {function}
    if deed == "end":
        return None
    return ("suspended" if deed == "suspend" else "active"), functions


DEEDS = st.tuples(
    st.integers(0, LAST),
    st.sampled_from(["suspend", "resume", "grant", "withdraw", "grant", "withdraw", "end"]),
    st.sampled_from(["submit", "see_reports"]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(DEEDS, max_size=12))
def test_any_past_day_is_told_as_it_was_then(story, anong, boonmee):
    with transaction.atomic():
        right, now, days = right_of(anong), ("active", set()), {}
        for day in range(LAST + 1):
            for number, (_day, deed, function) in enumerate(each for each in story if each[0] == day):
                by = as_actor(boonmee, at=AT + day * DAY + timedelta(minutes=number))
                try:
                    with transaction.atomic():
                        act(deed, function, right, by)
                except Refusal:
                    continue
                now = naive(now, deed, function)
            days[day] = now
        assert {day: told(anong, TODAY + day * ONE) for day in days} == days
        transaction.set_rollback(True)


def test_before_the_first_day_after_the_last_and_without_an_account_there_is_nothing(anong):
    assert told(anong, TODAY - ONE) is None
    assert told(anong, TODAY) == ("active", set())
    Entitlement.objects.filter(member=anong).update(until_date=TODAY + 2 * ONE)
    assert [told(anong, TODAY + day * ONE) is None for day in (2, 3)] == [False, True]
    type(anong).objects.filter(pk=anong.pk).update(closed_at=AT + DAY)
    assert [told(anong, TODAY + day * ONE) is None for day in (0, 1)] == [False, True]


def test_today_is_told_as_of_now_and_a_day_to_come_as_today():
    assert moment_of(date(2026, 2, 2), AT).at == AT
    assert moment_of(date(2030, 1, 1), AT) == moment_of(date(2026, 2, 2), AT)
    assert moment_of(date(2026, 2, 1), AT).at < AT


def test_an_admin_finds_the_people_of_their_places_only(anong, boonmee, ekachai):
    def found(who):
        return {right.member for right in holdings(places_of(who, TODAY), moment_of(TODAY, AT), Wanted())}

    assert found(boonmee) == {anong, boonmee}
    assert found(ekachai) == {ekachai}
    assert found(anong) == set()


def test_name_function_and_status_narrow_it(anong, boonmee):
    grant_function(right_of(anong), function="submit", from_date=TODAY, until_date=None, by=as_actor(boonmee))
    change_status(right_of(boonmee), Status.SUSPENDED, by=as_actor(at=AT))

    def found(**wanted):
        return {right.member.username for right in holdings(None, moment_of(TODAY, AT), Wanted(**wanted))}

    assert found() == {"anong", "boonmee"}
    assert found(text="อนงค์") == found(function="submit") == found(status="active") == {"anong"}
    assert found(function="submit", text="boonmee") == found(function="see_reports") == set()


@pytest.mark.rule("R22d")
def test_both_sides_find_who_acted_under_a_mandate_on_a_day(ekachai, boonmee, dara, anong):
    held = mandate(ekachai, dara)
    assign(held, anong, boonmee, at=AT + DAY)
    held.refresh_from_db()
    end_mandate(held, reason="Over.", by=as_actor(boonmee, at=AT + 3 * DAY))
    days = {}
    for who in (ekachai, boonmee, anong):
        places = places_of(who, TODAY)
        found = (acting(places, moment_of(TODAY + day * ONE, NOW), Wanted()).count() for day in range(5))
        days[who.username] = list(found)
    assert days == {"ekachai": [0, 1, 1, 0, 0], "boonmee": [0, 1, 1, 0, 0], "anong": [0] * 5}
