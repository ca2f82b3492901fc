"""Correcting what was returned: the person, the organization, the details, with the answer, all or nothing (R24b)."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from securenet.domain.accounts.models import User
from securenet.domain.approvals.actions import NotAllowed, NotYourTurn, Overtaken, ReasonMissing, TooLate
from securenet.domain.approvals.flow import State, Verb
from securenet.domain.approvals.models import Correction
from securenet.domain.entitlements.actions import AskedTwice, request_rights
from securenet.domain.entitlements.correcting import RightCorrected
from securenet.domain.entitlements.models import Entitlement, Role
from securenet.domain.profile.queries import profile
from securenet.domain.registration.correcting import NotCorrectable, PersonCorrected, answer_with_corrections
from securenet.domain.registration.papers import print_all
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import (
    ALPHA,
    AT,
    BETA,
    DAY,
    HOUR,
    as_actor,
    asked,
    confirm,
    decide,
    national_id,
    note_papers,
    register,
    walk,
)

pytestmark = [pytest.mark.rule("R24b"), pytest.mark.django_db]
ANSWER = "แก้ไขแล้ว"


@pytest.fixture
def returned(registration, chai, dara):
    """Anong's registration, returned by the service desk."""
    walk(registration, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    decide(registration.cases.get(), Verb.RETURN, chai, reason="ชื่อไม่ตรง")
    return registration


def person_of(user, **changes):
    """Return the person as sent, with some facts corrected."""
    names = [*PersonCorrected.__dataclass_fields__]
    return replace(PersonCorrected(**{name: getattr(user, name) for name in names}), **changes)


def right_of(case, **changes):
    names = [*RightCorrected.__dataclass_fields__]
    return replace(RightCorrected(**{name: getattr(case.entitlement, name) for name in names}), **changes)


def correct(submission, *, answer=ANSWER, person=None, by=None, at=AT + HOUR, **changes):
    """Correct the rights of every returned case and answer."""
    cases = [case for case in submission.cases.order_by("pk") if case.state_now is State.RETURNED]
    rights = {case.pk: right_of(case, **changes) for case in cases if changes}
    actor = as_actor(by or submission.applicant, at=at)
    answer_with_corrections(submission, cases, answer=answer, person=person, rights=rights, by=actor)


def entry():
    return AuditEntry.objects.filter(event="submission.corrected").latest("pk")


def test_names_phones_and_organization_are_corrected_and_the_case_goes_on(returned):
    person = person_of(returned.applicant, name_th="อนงค์นาถ ใจดี", mobile_phone="+66899999999")
    correct(returned, person=person, organization_name="Alpha Cash Transport (Thailand) Co., Ltd.")
    user, case = User.objects.get(username="anong"), returned.cases.get()
    assert (user.name_th, user.mobile_phone) == ("อนงค์นาถ ใจดี", "+66899999999")
    assert case.state_now is State.SERVICE_DESK_REVIEW
    assert case.organization_name == case.entitlement.organization_name == "Alpha Cash Transport (Thailand) Co., Ltd."
    assert case.steps.latest("pk").reason == ANSWER


@pytest.mark.rule("R84")
def test_before_and_after_are_kept_for_the_desk_and_the_ledger(returned):
    correct(returned, person=person_of(returned.applicant, name_en="Anongnat Jaidee"))
    row = Correction.objects.get()
    assert (row.field, row.before, row.after, row.case) == ("name_en", "Anong Jaidee", "Anongnat Jaidee", None)
    assert entry().facts["corrected"] == [["name_en", "Anong Jaidee", "Anongnat Jaidee"]]


@pytest.mark.rule("R84")
def test_another_document_is_kept_masked_and_found_by_its_index(returned):
    number = national_id("somebody else")
    correct(returned, person=person_of(returned.applicant, identity_number=number))
    user = User.objects.get(username="anong")
    assert user.identity_number == number
    told = f"{entry().facts} {[(row.before, row.after) for row in Correction.objects.all()]}"
    assert number not in told
    assert national_id("anong") not in told
    assert number[-4:] in told
    assert register("boonmee", identity_number=number).applicant.identity_index == user.identity_index


@pytest.mark.rule("R2")
def test_the_holder_of_an_account_with_the_corrected_document_is_told(returned, boonmee):
    correct(returned, person=person_of(returned.applicant, identity_number=national_id("boonmee")))
    assert Mail.objects.filter(template="document-registered-again", to=boonmee.email).count() == 1


def test_a_number_with_the_same_end_still_counts_as_another(returned):
    passport = {"identity_type": "passport", "identity_country": "LA"}
    correct(returned, person=person_of(returned.applicant, **passport, identity_number="PA1234567"))
    decide(returned.cases.get(), Verb.RETURN, User.objects.get(username="chai"), AT + 2 * HOUR, reason="อีกครั้ง")
    returned.refresh_from_db()
    again = person_of(User.objects.get(username="anong"), identity_number="PB1234567")
    submission = type(returned).objects.get(pk=returned.pk)
    correct(submission, person=again, at=AT + 3 * HOUR)
    assert User.objects.get(username="anong").identity_number == "PB1234567"
    assert Correction.objects.latest("pk").after[-1] == "≠"


def test_the_forms_printed_afterwards_carry_the_corrected_data(returned):
    correct(
        returned,
        person=person_of(returned.applicant, name_th="อนงค์นาถ ใจดี"),
        organization_name="บริษัท อัลฟาขนส่ง จำกัด",
    )
    submission = type(returned).objects.get(pk=returned.pk)
    pages = PdfReader(BytesIO(print_all(submission, language="th"))).pages
    text = "".join(page.extract_text() for page in pages)
    assert "อนงค์นาถ" in text
    assert "อัลฟาขนส่ง" in text
    assert ALPHA[1] not in text


def test_sending_the_same_again_notes_nothing(returned):
    correct(returned, person=person_of(returned.applicant), organization_name=ALPHA[1])
    assert not Correction.objects.exists()
    assert not AuditEntry.objects.filter(event="submission.corrected").exists()
    assert returned.cases.get().state_now is State.SERVICE_DESK_REVIEW


def test_a_case_that_was_not_returned_keeps_what_it_has(chai, dara):
    submission = register("anong", asked(Role.OFFICER), asked(Role.OFFICER, BETA))
    walk(submission, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    first, second = submission.cases.order_by("pk")
    decide(first, Verb.RETURN, chai, reason="ชื่อไม่ตรง")
    before = (second.revision, second.due_at, second.state, second.organization_name)
    papers = list(submission.papers.values_list("received_at", flat=True))
    correct(submission, organization_name="Alpha (Thailand) Co., Ltd.")
    second.refresh_from_db()
    assert (second.revision, second.due_at, second.state, second.organization_name) == before
    assert list(submission.papers.values_list("received_at", flat=True)) == papers


@pytest.mark.rule("R24a", "R30a")
def test_another_organization_is_asked_before_the_operator(returned, alpha, ekachai, monkeypatch, chai):
    beta = ekachai.entitlements.get().organization
    _ask_organizations(monkeypatch)
    correct(returned, organization_number=BETA[0], organization_name=BETA[1])
    case = returned.cases.get()
    assert case.state_now is State.ORGANIZATION_REVIEW
    assert case.desk == f"organization-{beta.pk}-bmsid"
    assert case.entitlement.organization == beta


@pytest.mark.rule("R24a")
def test_an_organization_that_is_unknown_has_no_tier_and_no_way_round_the_papers(monkeypatch, boonmee, chai, dara):
    _ask_organizations(monkeypatch)
    submission = register("anong")
    confirm(submission)
    decide(submission.cases.get(), Verb.RETURN, boonmee, reason="ไม่ใช่พนักงานของเรา")
    correct(submission, organization_number="0105561000038", organization_name="Gamma Co., Ltd.")
    case = submission.cases.get()
    assert case.state_now is State.AWAITING_DOCUMENTS
    assert [stop.desk for stop in case.route.stops] == ["service-desk", "owner-bmsid"]
    assert case.due_at > AT + 16 * DAY


def _ask_organizations(monkeypatch):
    """Let officers of BMS ID be confirmed by their organization first, as another operator's profile may say."""
    facts = profile()
    tiers = facts.route_for("registration", "bmsid")
    first = tiers[0].model_copy(update={"tier": "organization", "desk": None, "quorum": 1, "escalate_to": None})
    monkeypatch.setattr(type(facts), "route_for", lambda _self, _kind, _service="": (first, *tiers))


def test_nobody_corrects_the_request_of_another(returned, ekachai):
    with pytest.raises(NotYourTurn):
        correct(returned, by=ekachai, organization_name="x")
    assert not Correction.objects.exists()


def test_what_is_not_returned_cannot_be_corrected(registration, chai, dara):
    walk(registration, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    case = registration.cases.get()
    rights = {case.pk: right_of(case, organization_name="x")}
    with pytest.raises(NotAllowed):
        answer_with_corrections(registration, [case], answer=ANSWER, rights=rights, by=as_actor(registration.applicant))
    assert registration.cases.get().organization_name == ALPHA[1]


@pytest.mark.rule("R34")
def test_past_the_deadline_nothing_is_corrected_also_before_the_job_has_come_round(returned):
    late = returned.cases.get().due_at + HOUR
    with pytest.raises(TooLate):
        correct(returned, person=person_of(returned.applicant, name_en="Other Name"), at=late, organization_name="x")
    assert User.objects.get(username="anong").name_en == "Anong Jaidee"
    assert not Correction.objects.exists()


def test_a_second_tab_is_told_and_changes_nothing(returned):
    cases = list(returned.cases.all())
    correct(returned)
    with pytest.raises(Overtaken):
        answer_with_corrections(
            returned,
            cases,
            answer=ANSWER,
            rights={case.pk: right_of(case, organization_name="x") for case in cases},
            by=as_actor(returned.applicant),
        )
    assert returned.cases.get().organization_name == ALPHA[1]


def test_without_an_answer_nothing_is_corrected(returned):
    with pytest.raises(ReasonMissing):
        correct(returned, answer=" ", person=person_of(returned.applicant, name_en="Other"), organization_name="x")
    assert User.objects.get(username="anong").name_en == "Anong Jaidee"
    assert Entitlement.objects.get(member=returned.applicant).organization_name == ALPHA[1]


@pytest.mark.rule("R20")
def test_the_right_of_another_case_is_not_asked_for_twice(chai, dara):
    submission = register("anong", asked(), asked(Role.OFFICER, BETA))
    walk(submission, State.SERVICE_DESK_REVIEW, chai=chai, dara=dara)
    decide(submission.cases.earliest("pk"), Verb.RETURN, chai, reason="เลขไม่ถูก")
    with pytest.raises(AskedTwice):
        correct(submission, organization_number=BETA[0], organization_name=BETA[1])


def test_a_member_corrects_the_right_but_not_the_person(anong, chai):
    submission = request_rights(anong, [asked(Role.OFFICER, BETA)], kind="rights", confirmed=True, by=as_actor(anong))
    note_papers(submission, chai)
    decide(submission.cases.get(), Verb.RETURN, chai, reason="เลขไม่ถูก")
    with pytest.raises(NotCorrectable):
        correct(submission, person=person_of(anong, name_en="Other"))
    correct(submission, organization_name="Beta Notes (Thailand) Co., Ltd.", answers={"position": "Chief"})
    right = submission.cases.get().entitlement
    assert (right.organization_name, right.answers) == ("Beta Notes (Thailand) Co., Ltd.", {"position": "Chief"})


def test_with_the_first_right_approved_the_person_stays(chai, dara):
    submission = register("anong", asked(), asked(Role.OFFICER, BETA))
    walk(submission, State.SERVICE_OWNER_REVIEW, chai=chai, dara=dara)
    first, second = submission.cases.order_by("pk")
    decide(first, Verb.APPROVE, dara)
    decide(second, Verb.RETURN, dara, reason="ชื่อไม่ตรง")
    submission = type(submission).objects.get(pk=submission.pk)
    with pytest.raises(NotCorrectable):
        correct(submission, person=person_of(submission.applicant, name_en="Other"))


@pytest.mark.rule("R84")
def test_an_identity_number_typed_where_none_belongs_is_masked(returned):
    number = national_id("anong")
    correct(returned, organization_name=number, answers={"employee_number": number})
    assert number not in f"{entry().facts} {list(Correction.objects.values_list('after', flat=True))}"
