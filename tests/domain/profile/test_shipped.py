"""The two shipped profiles say what the specification says, and differ in everything that an operator decides."""

import re
from datetime import date
from pathlib import Path

import pytest

from securenet.domain.profile.text import Fact, Text

pytestmark = pytest.mark.rule("R86")
RESERVED = re.compile(r"\.(example|test|invalid|localhost)$")
THAI = re.compile(r"[\u0e01-\u0e5b]")


def facts_of(thing, kind):
    """Return every part of a profile that is of a kind."""
    if isinstance(thing, kind):
        return [thing]
    values = thing if isinstance(thing, tuple) else [value for _, value in thing] if isinstance(thing, Fact) else []
    return [found for value in values for found in facts_of(value, kind)]


def test_every_text_stands_in_both_languages(shipped):
    texts = facts_of(shipped, Text)

    assert len(texts) > 30
    assert all(not THAI.search(text.en) for text in texts)
    brands = {"BOT SecureNet", "BMS ID", "EMCS", "Thai Digital ID (TDID)"}
    assert all(THAI.search(text.th) for text in texts if text.th not in brands)


def test_no_address_belongs_to_anybody(shipped):
    words = facts_of(shipped, str)
    emails = [word for word in words if re.fullmatch(r"\S+@\S+", word)]

    assert len(emails) > 4
    assert all(RESERVED.search(email) for email in emails)


def test_no_secret_stands_in_a_profile(shipped):
    assert not [word for word in facts_of(shipped, str) if re.search(r"BEGIN |[A-Za-z0-9+/]{40,}", word)]


@pytest.mark.rule("R61")
def test_the_reference_desk_has_its_phone_and_address(reference):
    desk = reference.operator.service_desk

    assert desk.phone == "0 2283 5666"
    assert "10200" in desk.address[-1].th
    assert {contact.service for contact in reference.contacts} == {"bmsid", "emcs"}


@pytest.mark.rule("R24a")
def test_the_reference_routes_are_the_manuals(reference):
    tiers = [(tier.tier, tier.desk, tier.quorum) for tier in reference.route_for("rights", "bmsid")]

    assert tiers == [("service_desk", "service-desk", 1), ("service_owner", "owner-bmsid", 1)]
    assert [tier.tier for tier in reference.route_for("certificate")] == ["service_desk"]


@pytest.mark.rule("R71")
def test_bms_id_has_its_six_functions(reference):
    service = reference.service("bmsid")
    functions = [function.key for function in service.functions if not function.checks_applications]

    assert functions == [
        "register_persons",
        "register_vehicles",
        "submit",
        "announce_visits",
        "exchange_files",
        "see_reports",
    ]


@pytest.mark.rule("R4")
def test_bms_id_asks_position_department_number_and_centres(reference):
    questions = {question.key: question for question in reference.service("bmsid").questions}

    assert list(questions) == ["position", "department", "employee_number", "centres"]
    assert not questions["employee_number"].required
    assert reference.choices_of(questions["centres"]) == reference.banknote_centres != ()


GENERAL = [
    "letter_of_intent",
    "commercial_registration",
    "juristic_certificate",
    "sub_power_of_attorney",
    "signatory_identity",
    "staff_identity",
]


@pytest.mark.rule("R7")
@pytest.mark.parametrize("kind", ["registration", "rights"])
def test_the_papers_for_bms_id_are_the_manuals(reference, kind):
    officer = reference.checklist_for(kind, "officer", "bmsid")
    admin = reference.checklist_for(kind, "organization_admin", "bmsid")

    assert [item.key for item in officer][:7] == [*GENERAL, "own_identity"]
    assert [item.key for item in admin][7:9] == ["signatory_appointment", "appointing_signatory_identity"]
    assert [item.key for item in officer if item.max_age_months == 6] == ["juristic_certificate"]
    assert [item.key for item in officer if not item.required] == ["sub_power_of_attorney", "officer_appointment"]


@pytest.mark.rule("R22a")
def test_each_step_of_the_chain_of_authority_has_its_letter(reference):
    both = (reference.checklist_for("rights", role, "bmsid") for role in ("organization_admin", "officer"))
    forms = {item.form for items in both for item in items}

    assert {"signatory_appointment", "officer_appointment"} <= forms


@pytest.mark.rule("R42")
def test_a_certificate_needs_the_identity_document_and_the_form(reference):
    keys = [item.key for item in reference.checklist_for("certificate")]

    assert keys == ["own_identity", "certificate_registration"]


@pytest.mark.rule("R2")
def test_the_reference_password_is_the_manuals_and_the_default_is_nists(reference, meridia):
    assert reference.passwords.model_dump() == {
        "min_length": 8,
        "max_length": 64,
        "requires": ("upper", "lower", "digit"),
    }
    assert (type(reference.passwords)().min_length, type(reference.passwords)().requires) == (15, ())
    assert meridia.passwords.min_length == 16


@pytest.mark.rule("R5", "R6", "R7", "R24b")
def test_the_reference_deadlines_are_the_manuals(reference):
    deadlines = reference.deadlines

    assert (deadlines.confirmation_hours, deadlines.documents_days, deadlines.decision_business_days) == (72, 17, 5)
    assert (deadlines.returned_business_days, deadlines.least_resumed_days) == (10, 2)
    assert (deadlines.draft_hours, deadlines.username_release_days, deadlines.email_corrections) == (24, 30, 3)


@pytest.mark.rule("R9", "R33")
def test_staff_sessions_are_shorter_than_members(shipped):
    sessions = shipped.sessions

    assert sessions.staff.idle_minutes <= sessions.members.idle_minutes <= 15
    assert sessions.staff.absolute_hours < sessions.members.absolute_hours <= 8


@pytest.mark.rule("R50")
def test_the_trust_store_names_every_file(reference):
    files = {entry.file for entry in reference.trust_store.certificates}

    assert len(files) == 10
    assert {"TDID RCA3.cer", "THNRCA.cer", "THNRCAG2-test.cer", "TDID_CA-G3-test.cer"} <= files
    assert reference.certificate.unknown_revocation == "refuse"
    assert reference.certificate.reminder_days == (60, 30, 7, 0)


@pytest.mark.rule("R22b")
def test_without_its_one_line_bms_id_is_strict(reference, load_changed):
    line = "two_person = { min_admins = 1, self_grant = true, self_grant_consent = false,"
    line += " administer_vouched = true, admitter_grants = true }\n"
    strict = load_changed(line, "").service("bmsid").two_person.model_dump()

    assert reference.service("bmsid").two_person.self_grant
    assert strict == {
        "min_admins": 2,
        "self_grant": False,
        "self_grant_consent": True,
        "administer_vouched": False,
        "admitter_grants": False,
    }


@pytest.mark.rule("R34")
def test_the_closing_days_of_two_years_are_there_and_no_weekend(reference):
    days = [day.date for day in reference.closing_days]

    assert days == sorted(days)
    assert {day.year for day in days} == {2026, 2027}
    assert all(day.weekday() < 5 for day in days)
    assert date(2026, 4, 13) in days


@pytest.mark.rule("R24a", "R32a")
def test_the_invented_operator_is_really_another_one(reference, meridia):
    route = meridia.route_for("rights", "vault")

    assert [tier.tier for tier in route] == ["organization", "service_desk", "service_owner"]
    assert [tier.quorum for tier in route] == [1, 1, 2]
    assert meridia.operator.default_language == "en" != reference.operator.default_language
    for name in ("services", "desks", "deadlines", "passwords", "checklists", "closing_days", "trust_store"):
        assert getattr(meridia, name) != getattr(reference, name), name
    assert not meridia.limits.scans_allowed


def test_the_code_names_no_operator(reference):
    """Facts of an operator stand in its file only."""
    room = Path(__file__).parents[3] / "src/securenet/domain"
    names = ("Bank of Thailand", "ธนาคารแห่งประเทศไทย", "Meridia", reference.operator.service_desk.phone)
    code = [path for name in ("profile", "calendar") for path in sorted((room / name).glob("*.py"))]

    assert code
    assert not [(path.name, name) for path in code for name in names if name in path.read_text("utf-8")]
