"""The chain of authority on record, and what hangs below whom (R22a)."""

from datetime import timedelta
from functools import partial

import pytest

from securenet.domain.entitlements.chain import end_appointment, hanging_below
from securenet.domain.entitlements.jobs import watch_appointments
from securenet.domain.organizations.actions import RegisterOvertaken, WhyMissing
from securenet.domain.organizations.chain import Letter, NoHolder, WrongAppointer, WrongDates, record_appointment
from securenet.domain.organizations.models import Appointment, Organization, Rung
from securenet.domain.organizations.tree import chain_of
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, BETA, DAY, as_actor, right_of

pytestmark = [pytest.mark.rule("R22a"), pytest.mark.django_db]
TODAY = AT.date()


def appoint(organization, rung, name, above=None, member=None, **changes):
    facts = {"from_date": TODAY, "service": "bmsid", "appointed_by": "Somsri Namdee"} | changes
    letter = Letter(rung=rung, holder_name=name, **facts)
    return record_appointment(organization, letter, above=above, member=member, by=as_actor())


@pytest.fixture
def signatory(alpha):
    return appoint(alpha, Rung.SIGNATORY, "Somchai Namdee")


@pytest.fixture
def admin(alpha, signatory, boonmee):
    return appoint(alpha, Rung.ADMIN, "Boonmee Srisuk", signatory, boonmee)


@pytest.fixture
def officer(alpha, admin, anong):
    return appoint(alpha, Rung.OFFICER, "Anong Jaidee", admin, anong)


def end(appointment, successor=None, reason="Left the company"):
    end_appointment(appointment, reason=reason, successor=successor, by=as_actor())


def test_each_step_is_appointed_by_the_one_above(alpha, signatory, admin):
    for rung, above in (
        (Rung.ADMIN, None),
        (Rung.ADMIN, admin),
        (Rung.OFFICER, signatory),
        (Rung.SIGNATORY, signatory),
    ):
        with pytest.raises(WrongAppointer):
            appoint(alpha, rung, "Somebody", above)


def test_another_organizations_signatory_appoints_nobody_here(alpha, ekachai):
    other = appoint(Organization.objects.get(number=BETA[0]), Rung.SIGNATORY, "Somebody Else")
    with pytest.raises(WrongAppointer):
        appoint(alpha, Rung.ADMIN, "Boonmee Srisuk", other)


def test_an_appointment_has_a_holder_and_sensible_dates(alpha):
    with pytest.raises(NoHolder):
        appoint(alpha, Rung.SIGNATORY, " 1 ")
    with pytest.raises(WrongDates):
        appoint(alpha, Rung.SIGNATORY, "Somchai", until_date=TODAY - timedelta(days=1))


def test_an_end_has_a_reason_and_happens_once(signatory):
    with pytest.raises(WhyMissing):
        end(signatory, reason="-")
    stale = Appointment.objects.get()
    end(signatory)
    with pytest.raises(RegisterOvertaken):
        end(stale)


def test_what_hangs_below_is_shown(signatory, admin, officer):
    assert hanging_below(signatory) == [admin, officer]
    [node] = chain_of(signatory.organization)
    assert (node.appointment, [inner.appointment for inner in node.below]) == (signatory, [admin])
    assert node.below[0].officers == 1


def test_the_end_of_a_signatory_ends_what_hangs_below_with_its_rights(signatory, admin, officer, boonmee, anong):
    end(signatory)

    assert not Appointment.objects.filter(ended_at=None).exists()
    assert {right_of(who).status for who in (boonmee, anong)} == {"ended"}
    assert set(Mail.objects.filter(template="right-ended").values_list("to", flat=True)) == {boonmee.email, anong.email}
    assert AuditEntry.objects.filter(event="appointment.ended").count() == 3


def test_what_hangs_below_is_appointed_anew_in_one_act(alpha, signatory, admin, officer, boonmee):
    successor = appoint(alpha, Rung.SIGNATORY, "Somying Namdee")
    end(signatory, successor)

    admin.refresh_from_db()
    assert (admin.above, admin.ended_at) == (successor, None)
    assert right_of(boonmee).status == "active"


def test_nothing_is_hung_under_what_cannot_hold_it(alpha, signatory, admin):
    gone = appoint(alpha, Rung.SIGNATORY, "Somying Namdee")
    end(gone)
    for successor in (admin, gone, signatory):
        with pytest.raises(WrongAppointer):
            end(signatory, successor)
    assert Appointment.objects.get(pk=signatory.pk).ended_at is None


def test_the_desk_is_told_once_before_and_once_after_the_last_day(alpha, admin):
    last = TODAY + timedelta(days=40)
    brief = appoint(alpha, Rung.SIGNATORY, "Somying Namdee", until_date=last)
    for days in (1, 11, 12, 40, 41, 42):
        watch_appointments(at=AT + days * DAY)

    assert Mail.objects.filter(template="appointment-ending").count() == 1
    assert Mail.objects.filter(template="appointment-lapsed").count() == 1
    assert Appointment.objects.get(pk=brief.pk).ended_at == AT + 41 * DAY


def test_what_hangs_below_a_lapsed_appointment_waits_for_the_desk(alpha, boonmee):
    brief = appoint(alpha, Rung.SIGNATORY, "Somying Namdee", until_date=TODAY)
    admin = appoint(alpha, Rung.ADMIN, "Boonmee Srisuk", brief, boonmee)
    watch_appointments(at=AT + DAY)
    assert right_of(boonmee).status == "active"
    assert [node.appointment for node in chain_of(alpha)] == [brief]

    end(Appointment.objects.get(pk=brief.pk), appoint(alpha, Rung.SIGNATORY, "Somchai Namdee"))

    assert Appointment.objects.get(pk=admin.pk).above.holder_name == "Somchai Namdee"


@pytest.mark.django_db(transaction=True)
def test_two_staff_end_an_appointment_once(signatory, admin, at_once, boonmee):
    at_once(*(partial(end, Appointment.objects.get(pk=signatory.pk)) for _ in range(2)))
    assert AuditEntry.objects.filter(event="appointment.ended").count() == 2
    assert Mail.objects.filter(template="right-ended", to=boonmee.email).count() == 1
