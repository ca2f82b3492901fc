"""Requests that lie with an organization: its admins are reminded and told of lateness, each once (R24a, R34)."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.authority import limit_admin
from securenet.domain.entitlements.jobs import remind_admins
from securenet.domain.entitlements.reminding import escalate_request, remind_admins_of_request
from securenet.foundation.actor import system
from securenet.foundation.mail.models import Mail
from tests.cast import DAY, as_actor, confirm, decide, last_mail, register, right_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R24a", "R32a", "R34")]
DUE, LATE = "request-due-for-admins", "request-late-for-admins"


@pytest.fixture
def case(boonmee, bua, change_profile):
    """Aree's registration as an officer of Alpha waits for Boonmee or Bua."""
    change_profile("rights = [\n", 'rights = [\n    { tier = "organization" },\n')
    submission = register("aree")
    confirm(submission)
    return submission.cases.get()


def told(template):
    """Return who got a mail."""
    return sorted(Mail.objects.filter(template=template).values_list("to", flat=True))


def watch(*moments):
    for at in moments:
        remind_admins(at=at)


def test_every_admin_is_reminded_once_before_the_deadline(case, boonmee, bua):
    watch(case.since)
    assert told(DUE) == []
    watch(case.due_at - DAY, case.due_at - DAY / 2)
    assert told(DUE) == [boonmee.email, bua.email]
    assert f"/rights/requests/{case.pk}/" in last_mail(DUE).text


def test_lateness_is_told_once_to_every_admin_and_to_the_operators_desk(case, boonmee, bua):
    watch(case.due_at - timedelta(seconds=1))
    assert told(LATE) == told("work-overdue") == []
    watch(case.due_at, case.due_at + DAY)
    assert told(LATE) == [boonmee.email, bua.email]
    assert told("work-overdue") == ["service-desk@bank-of-thailand.example"]


def test_an_admin_limited_to_some_functions_decides_no_requests_and_hears_of_none(case, boonmee, bua):
    limit_admin(right_of(bua), functions=[], by=as_actor(boonmee))
    watch(case.due_at - DAY, case.due_at)
    assert told(DUE) == told(LATE) == [boonmee.email]


def test_an_admin_elsewhere_hears_nothing(case, ekachai):
    watch(case.due_at - DAY, case.due_at)
    assert not {ekachai.email} & {*told(DUE), *told(LATE)}


def test_what_the_admins_decided_meanwhile_is_neither_reminded_nor_escalated(case, boonmee):
    stale = Case.objects.select_related("submission").get(pk=case.pk)
    decide(case, Verb.ENDORSE, boonmee)
    by = system("deadlines", stale.due_at)
    assert not remind_admins_of_request(stale, by=by)
    assert not escalate_request(stale, by=by)
    assert told(DUE) == told(LATE) == []
