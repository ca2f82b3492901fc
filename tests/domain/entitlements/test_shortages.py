"""Too few Organization Admins, or none: noticed, told, and what follows once (R22b, R22f)."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import securenet.domain.profile as profile_room
from securenet.domain.approvals.flow import State
from securenet.domain.entitlements.actions import request_rights
from securenet.domain.entitlements.jobs import watch_shortages
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import Role, Shortage, Status
from securenet.domain.entitlements.queries import has_admin
from securenet.domain.entitlements.shortages import follow_shortages, settle_shortage
from securenet.domain.organizations.chain import Letter, record_appointment
from securenet.domain.organizations.models import Rung
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, asked, member, right_of

pytestmark = [pytest.mark.rule("R22f"), pytest.mark.django_db]
GRACE = timedelta(days=90)


@pytest.fixture
def vacancy(boonmee, anong):
    """Alpha's only Organization Admin has gone; Anong, an officer, is left."""
    change_status(right_of(boonmee), Status.ENDED, by=as_actor())
    watch_shortages(at=AT)
    return Shortage.objects.get()


@pytest.fixture
def strict(settings, tmp_path):
    """The reference profile, but with two Organization Admins wanted."""
    text = (Path(profile_room.__file__).parent / "bank-of-thailand.toml").read_text()
    file = tmp_path / "strict.toml"
    file.write_text(text.replace("min_admins = 1", "min_admins = 2"))
    settings.PROFILE_PATH = file


def mails(template):
    return set(Mail.objects.filter(template=template).values_list("to", flat=True))


def test_where_an_admin_is_there_nothing_is_missing(boonmee, anong):
    watch_shortages(at=AT)
    assert not Shortage.objects.exists()


def test_a_vacancy_begins_when_the_last_admin_is_gone_and_is_told_once(vacancy, anong):
    for _again in range(2):
        watch_shortages(at=AT)
    assert (vacancy.kind, vacancy.since, vacancy.due_date) == ("vacancy", AT, AT.date() + GRACE)
    assert mails("vacancy-began") == {anong.email, "service-desk@bank-of-thailand.example"}
    assert Mail.objects.filter(template="vacancy-began").count() == 2


def test_officers_go_on_until_the_grace_period_is_over(vacancy, anong):
    watch_shortages(at=AT + GRACE)
    assert right_of(anong).status == "active"
    assert mails("vacancy-ending") >= {anong.email}

    for _again in range(2):
        watch_shortages(at=AT + GRACE + DAY)

    assert right_of(anong).status == "suspended"
    assert Mail.objects.filter(template="vacancy-over", to=anong.email).count() == 1
    assert AuditEntry.objects.filter(event="shortage.settled").count() == 1
    assert Shortage.objects.get().ended_at is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_settle_a_vacancy_once(vacancy, anong, at_once):
    late = as_actor(at=AT + GRACE + DAY)
    assert sorted(at_once(*[partial(settle_shortage, vacancy, by=late)] * 2)) == [False, True]
    assert Mail.objects.filter(template="vacancy-over", to=anong.email).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_begin_a_vacancy_once(boonmee, anong, at_once):
    change_status(right_of(boonmee), Status.ENDED, by=as_actor())
    at_once(*[partial(follow_shortages, by=as_actor())] * 2)
    assert Shortage.objects.count() == 1
    assert Mail.objects.filter(template="vacancy-began", to=anong.email).count() == 1


def test_a_new_admin_ends_the_vacancy_and_nobody_is_suspended(vacancy, anong, chai, dara):
    member("bun", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara, at=AT + DAY)
    watch_shortages(at=AT + DAY)
    watch_shortages(at=AT + GRACE + DAY)
    assert Shortage.objects.get().ended_at == AT + DAY
    assert right_of(anong).status == "active"


def test_an_admin_whose_right_is_suspended_is_none(boonmee, anong):
    change_status(right_of(boonmee), Status.SUSPENDED, by=as_actor())
    watch_shortages(at=AT)
    assert Shortage.objects.get().kind == "vacancy"


@pytest.mark.rule("R32a")
def test_no_request_waits_for_admins_who_are_not_there(vacancy, anong):
    assert not has_admin(vacancy.organization, "bmsid")
    request = request_rights(anong, [asked(Role.ORGANIZATION_ADMIN)], kind="rights", confirmed=True, by=as_actor(anong))
    assert request.state() is State.AWAITING_DOCUMENTS


@pytest.mark.rule("R22b")
def test_too_few_admins_bring_a_countdown_and_mails_but_no_lock_out(strict, boonmee, anong, alpha):
    letter = Letter(
        rung=Rung.SIGNATORY,
        holder_name="Somchai Namdee",
        holder_email="somchai@alpha.example",
        appointed_by="Somsri Namdee",
        from_date=AT.date(),
    )
    record_appointment(alpha, letter, by=as_actor())
    watch_shortages(at=AT)
    shortage = Shortage.objects.get()
    assert (shortage.kind, shortage.due_date) == ("too_few", AT.date() + timedelta(days=60))
    assert mails("admins-began") == {boonmee.email, "somchai@alpha.example", "service-desk@bank-of-thailand.example"}

    for _again in range(2):
        watch_shortages(at=AT + timedelta(days=61))

    assert {right_of(who).status for who in (boonmee, anong)} == {"active"}
    assert Mail.objects.filter(template="admins-over").count() == 1


@pytest.mark.rule("R22b")
def test_a_second_admin_ends_the_countdown(strict, boonmee, chai, dara):
    watch_shortages(at=AT)
    member("bun", Role.ORGANIZATION_ADMIN, chai=chai, dara=dara, at=AT + DAY)
    watch_shortages(at=AT + DAY)
    assert Shortage.objects.get().ended_at == AT + DAY


def test_too_few_become_nobody(strict, boonmee, anong):
    watch_shortages(at=AT)
    change_status(right_of(boonmee), Status.ENDED, by=as_actor())
    watch_shortages(at=AT + DAY)
    kinds = list(Shortage.objects.order_by("pk").values_list("kind", "ended_at"))
    assert kinds == [("too_few", AT + DAY), ("vacancy", None)]
