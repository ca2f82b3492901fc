"""Letters of appointment among a request's papers go on record with the approval, and off with the right (R22a)."""

from datetime import timedelta

import pytest

from securenet.domain.approvals.actions import NotYourTurn
from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.papers import note_paper
from securenet.domain.entitlements.appointing import NoSuchLetter, OnRecord, read_letter
from securenet.domain.entitlements.ending import give_up_right
from securenet.domain.entitlements.jobs import watch_appointments
from securenet.domain.entitlements.models import Role
from securenet.domain.organizations.chain import Letter, NoHolder, WrongDates, record_appointment
from securenet.domain.organizations.models import Appointment, Rung
from securenet.domain.organizations.tree import chain_of
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import AT, DAY, as_actor, asked, confirm, decide, note_papers, register, right_of

pytestmark = [pytest.mark.rule("R22a"), pytest.mark.django_db]
TODAY = AT.date()


def letter(rung=Rung.SIGNATORY, name="Somchai Namdee", **changes):
    facts = {"holder_name": name, "appointed_by": "Somsri Namdee", "from_date": TODAY} | changes
    return Letter(rung=rung, **facts)


def ask(username, role, chai, *, letters=True):
    """Return a case with all papers noted, the optional letters too where wanted."""
    submission = register(username, asked(role))
    confirm(submission)
    note_papers(submission, chai)
    for item in submission.papers.filter(received_at=None) if letters else ():
        note_paper(item, by=as_actor(chai))
    return submission.cases.get()


def approve(case, chai, dara):
    decide(case, Verb.ENDORSE, chai)
    decide(case, Verb.APPROVE, dara)


@pytest.fixture
def case(chai):
    """Bua asks to become Alpha's Organization Admin, whom nobody knows yet."""
    return ask("bua", Role.ORGANIZATION_ADMIN, chai)


@pytest.fixture
def admin(alpha, boonmee):
    """Boonmee is on record under a signatory."""
    above = record_appointment(alpha, letter(), by=as_actor())
    own = letter(Rung.ADMIN, "Boonmee Srisuk", service="bmsid")
    return record_appointment(alpha, own, above=above, member=boonmee, by=as_actor())


def test_the_letters_of_a_new_organization_go_on_record_with_its_first_approval(case, chai, dara):
    read_letter(case, letter(until_date=TODAY + 365 * timedelta(days=1)), by=as_actor(chai))
    assert not Appointment.objects.exists()

    approve(case, chai, dara)

    [signatory] = chain_of(right_of(case.submission.applicant).organization)
    assert signatory.appointment.holder_name == "Somchai Namdee"
    assert signatory.appointment.until_date == TODAY + timedelta(days=365)
    [admin] = signatory.below
    assert (admin.appointment.member, admin.appointment.service) == (case.submission.applicant, "bmsid")
    assert admin.appointment.submission == case.submission
    assert AuditEntry.objects.filter(event="appointment.recorded").count() == 2


def test_an_officers_letter_goes_on_record_without_a_word_typed(admin, chai, dara):
    case = ask("aree", Role.OFFICER, chai)
    approve(case, chai, dara)
    recorded = Appointment.objects.get(rung=Rung.OFFICER)
    assert (recorded.above, recorded.appointed_by, recorded.from_date) == (admin, "Boonmee Srisuk", TODAY)
    assert case.letters.get().appointment == recorded


def test_the_dates_of_an_officers_letter_are_those_that_were_read(admin, chai, dara):
    case = ask("aree", Role.OFFICER, chai)
    begin, end = TODAY - timedelta(days=3), TODAY + timedelta(days=90)
    read_letter(case, letter(Rung.OFFICER, from_date=begin, until_date=end), by=as_actor(chai))
    approve(case, chai, dara)
    recorded = Appointment.objects.get(rung=Rung.OFFICER)
    assert (recorded.from_date, recorded.until_date) == (begin, end)
    assert recorded.holder_name == case.submission.applicant.name_th, "the applicant, whoever was typed"


def test_a_letter_that_did_not_come_appoints_nobody(admin, chai, dara):
    approve(ask("aree", Role.OFFICER, chai, letters=False), chai, dara)
    assert not Appointment.objects.filter(rung=Rung.OFFICER).exists()


def test_a_refused_request_appoints_nobody(case, chai):
    read_letter(case, letter(), by=as_actor(chai))
    decide(case, Verb.REJECT, chai, reason="The letter is not signed.")
    assert not Appointment.objects.exists()
    with pytest.raises(NoSuchLetter):
        read_letter(case, letter(), by=as_actor(chai))


def test_where_nobody_could_have_appointed_nothing_is_recorded_until_somebody_can(case, chai, dara):
    approve(case, chai, dara)
    assert not Appointment.objects.exists()

    read_letter(case, letter(), by=as_actor(chai))

    assert set(Appointment.objects.values_list("rung", flat=True)) == {Rung.SIGNATORY, Rung.ADMIN}


def test_of_several_who_could_have_appointed_the_desk_says_which(admin, alpha, bua, chai, dara):
    other = record_appointment(
        alpha, letter(Rung.ADMIN, "Bua", service="bmsid"), above=admin.above, member=bua, by=as_actor()
    )
    case = ask("aree", Role.OFFICER, chai)
    approve(case, chai, dara)
    assert not Appointment.objects.filter(rung=Rung.OFFICER).exists()

    read_letter(case, letter(Rung.OFFICER), above=other, by=as_actor(chai))

    assert Appointment.objects.get(rung=Rung.OFFICER).above == other


def test_a_letter_is_put_on_record_once(case, chai, dara):
    read_letter(case, letter(), by=as_actor(chai))
    read_letter(case, letter(name="Somying Namdee"), by=as_actor(chai))
    approve(case, chai, dara)
    assert Appointment.objects.get(rung=Rung.SIGNATORY).holder_name == "Somying Namdee"
    with pytest.raises(OnRecord):
        read_letter(case, letter(), by=as_actor(chai))


def test_a_letter_is_read_by_the_service_desk_only(case, dara):
    with pytest.raises(NotYourTurn):
        read_letter(case, letter(), by=as_actor(dara))


def test_a_letter_that_the_request_does_not_have_is_not_read(admin, chai):
    officer = ask("aree", Role.OFFICER, chai)
    for rung in (Rung.SIGNATORY, Rung.ADMIN):
        with pytest.raises(NoSuchLetter):
            read_letter(officer, letter(rung), by=as_actor(chai))


def test_a_letter_has_a_holder_and_sensible_dates(case, chai):
    with pytest.raises(NoHolder):
        read_letter(case, letter(name="-"), by=as_actor(chai))
    with pytest.raises(WrongDates):
        read_letter(case, letter(until_date=TODAY - timedelta(days=1)), by=as_actor(chai))


def test_an_appointment_ends_with_its_right_and_the_desk_hears_what_hangs_below(admin, bua, boonmee, anong, chai):
    record_appointment(
        admin.organization, letter(Rung.OFFICER, "Anong", service="bmsid"), above=admin, member=anong, by=as_actor()
    )
    watch_appointments(at=AT)
    assert Appointment.objects.filter(ended_at=None).count() == 3, "what is in force stays"
    for who in (anong, boonmee):
        give_up_right(right_of(who), reason="Leaves", by=as_actor(who))
        watch_appointments(at=AT + DAY)

    assert Appointment.objects.get(ended_at=None).rung == Rung.SIGNATORY
    assert not Mail.objects.filter(template="appointment-lapsed").exists(), "nothing hung below Anong, nor Boonmee then"


def test_the_desk_hears_of_officers_whose_appointing_admin_left(admin, bua, boonmee, anong, chai):
    record_appointment(
        admin.organization, letter(Rung.OFFICER, "Anong", service="bmsid"), above=admin, member=anong, by=as_actor()
    )
    give_up_right(right_of(boonmee), reason="Leaves", by=as_actor(boonmee))
    watch_appointments(at=AT + DAY)
    watch_appointments(at=AT + DAY)
    assert Mail.objects.filter(template="appointment-lapsed").count() == 1
    assert Appointment.objects.get(member=anong).ended_at is None, "re-appointed or ended by the desk"
