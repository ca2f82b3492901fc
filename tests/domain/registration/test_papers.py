"""The list of papers for each role, and the forms with the applicant's data in them."""

import pytest

from securenet.domain.approvals.planning import papers_of
from securenet.domain.entitlements.models import Role
from securenet.domain.profile.queries import profile
from securenet.domain.registration.papers import NoSuchForm, form_keys, print_all, print_form
from securenet.foundation.documents.codes import document_code
from tests.cast import ALPHA, BETA, MERIDIA, asked, national_id, register
from tests.domain.entitlements.meridia import MERIDIAN, meridian_right
from tests.foundation.documents.reading import reader, scanned, text

pytestmark = [pytest.mark.rule("R7"), pytest.mark.django_db]
GENERAL = [
    *("letter_of_intent", "commercial_registration", "juristic_certificate", "sub_power_of_attorney"),
    *("signatory_identity", "staff_identity", "own_identity"),
]
ADMIN = [*GENERAL, "signatory_appointment", "appointing_signatory_identity", "admin_appointment"]
FORMS = {"letter_of_intent", "own_identity", "officer_appointment"}


def keys(submission):
    return list(submission.papers.values_list("key", flat=True))


def packed(words):
    return "".join(words.split())


def test_an_officer_is_asked_for_the_general_list_and_their_own_letter():
    assert keys(register("anong")) == [*GENERAL, "officer_appointment"]


def test_an_organization_admin_is_asked_for_the_letters_of_the_chain():
    assert keys(register("boonmee", asked(Role.ORGANIZATION_ADMIN))) == ADMIN


def test_who_asks_for_both_roles_is_asked_for_each_paper_once():
    both = keys(register("anong", asked(), asked(Role.ORGANIZATION_ADMIN)))
    assert len(both) == len(set(both))
    assert set(both) == {*ADMIN, "officer_appointment"}


def test_optional_papers_say_so(registration):
    optional = set(registration.papers.filter(required=False).values_list("key", flat=True))
    assert optional == {"sub_power_of_attorney", "officer_appointment"}


CERTIFICATE = ["own_identity", "certificate_registration"]
OF_ADMINS_ONLY = {"signatory_appointment", "appointing_signatory_identity", "admin_appointment"}


@pytest.mark.parametrize("kind", ["registration", "rights"])
@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["officer"], [*GENERAL, "officer_appointment"]),
        (["organization_admin"], ADMIN),
        (["officer", "organization_admin"], [*ADMIN, "officer_appointment"]),
        (["organization_admin", "officer"], [*ADMIN, "officer_appointment"]),
    ],
)
def test_the_list_follows_kind_role_and_service(kind, roles, expected):
    items = [item for role in roles for item in profile().checklist_for(kind, role, "bmsid")]
    asked_for = [paper.key for paper in papers_of(items)]
    assert sorted(asked_for) == sorted(expected)
    assert bool(OF_ADMINS_ONLY & set(asked_for)) == ("organization_admin" in roles)


def test_a_certificate_asks_for_its_form_and_ones_own_identity_only():
    assert [paper.key for paper in papers_of(profile().checklist_for("certificate"))] == CERTIFICATE


@pytest.mark.rule("R86")
def test_another_operator_asks_for_other_papers(settings):
    settings.PROFILE_PATH = MERIDIA
    submission = register("mira", meridian_right(), **MERIDIAN)
    assert keys(submission) == ["letter_of_intent", "licence"]


def test_only_what_the_operator_prefills_can_be_printed(registration):
    assert {paper for paper, _form in form_keys(registration)} == FORMS
    for paper in ("juristic_certificate", "signatory_appointment", "", "../letter_of_intent", "nothing"):
        with pytest.raises(NoSuchForm):
            print_form(registration, paper, language="th")


def test_an_admins_set_has_the_letter_that_names_the_appointing_signatory():
    submission = register("boonmee", asked(Role.ORGANIZATION_ADMIN))
    assert dict(form_keys(submission))["signatory_appointment"] == "signatory_appointment"
    printed = text(print_form(submission, "signatory_appointment", language="th"))
    assert packed(ALPHA[1]) in printed


@pytest.mark.rule("R84")
@pytest.mark.parametrize(("language", "name"), [("th", "อนงค์ ใจดี"), ("en", "Anong Jaidee")])
def test_the_letter_is_filled_in_and_shows_only_the_end_of_the_identity_number(registration, language, name):
    printed = text(print_form(registration, "letter_of_intent", language=language))
    facts = (name, *ALPHA, "BMS ID", "Officer", "anong@alpha.example", str(registration.number))
    assert [fact for fact in facts if packed(fact) not in printed] == []
    assert national_id("anong") not in printed
    assert national_id("anong")[-4:] in printed


@pytest.mark.rule("R7a")
def test_each_form_carries_its_requests_number_and_its_own_name_as_codes(registration):
    pdf = print_form(registration, "officer_appointment", language="th")
    code = document_code(registration.number, "officer_appointment")
    assert scanned(pdf) == {"QRCode": code, "Code128": code}


def test_the_whole_set_is_one_file_with_the_cover_first(registration):
    pdf = print_all(registration, language="th")
    printed = text(pdf)
    assert packed("ใบนำส่งเอกสารประกอบคำขอใช้บริการ") in packed(reader(pdf).pages[0].extract_text())
    assert len(reader(pdf).pages) == 1 + len(FORMS)
    assert national_id("anong") not in printed
    assert packed("273 ถนนสามเสน") in printed, "where to send it"
    assert packed("19 กุมภาพันธ์ 2569") in printed, "and until when"


def test_markup_in_a_name_of_an_organization_is_only_text():
    submission = register("anong", asked(organization=(BETA[0], "<b>Beta</b> & Co")))
    assert "<b>Beta</b>&Co" in text(print_form(submission, "letter_of_intent", language="en"))
