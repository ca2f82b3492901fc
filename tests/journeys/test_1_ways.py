"""Journey 1 by other ways: with a passport, in English; sent back and corrected; past its deadline."""

from dataclasses import replace

import pytest

from tests.journeys.conftest import Meet
from tests.journeys.flows import (
    NEXT,
    SUBMIT,
    Applicant,
    answer_questions,
    ask_for_right,
    begin_registration,
    confirm,
    fill_in_person,
    open_mail,
    register,
    request_number,
    see_state,
    sign_in,
)
from tests.journeys.staff_flows import note_papers, open_request, send_back
from tests.journeys.world import LONG_AGO, Demo, Visit, move

EXPIRE, CLEAN_UP = "entitlements.expire-requests", "registration.clean-up"


@pytest.fixture(scope="module")
def khamla(anong: Applicant) -> Applicant:
    """She comes from Laos and registers with her passport."""
    names = {"name_th": "คำหล้า แสนสุข", "name_en": "Khamla Saensouk"}
    return replace(anong, username="khamla", email="khamla@company.example", identity_number="PA1234567", **names)


@pytest.fixture(scope="module")
def at_khamlas(meet: Meet) -> Visit:
    return meet(locale="en-GB")


@pytest.fixture(scope="module")
def with_passport(at_khamlas: Visit, khamla: Applicant) -> int:
    """The number of Khamla's registration, which she has confirmed."""
    page = at_khamlas.page
    begin_registration(at_khamlas)
    fill_in_person(at_khamlas, khamla)
    page.locator("[name=identity_type][value=passport]").check()
    page.locator("[name=identity_country]").select_option("LA")
    at_khamlas.see("person-with-passport")
    at_khamlas.press("header #language button", "/register/person/")
    assert page.locator("[name=name_en]").input_value() == khamla.name_en, "typed, not saved, and still there"
    assert page.locator("[name=identity_country]").input_value() == "LA"
    at_khamlas.press("header #language button", "/register/person/")
    for name in ("password", "password_confirm"):
        page.locator(f"[name={name}]").fill(khamla.password)
    at_khamlas.press(SUBMIT, "/register/rights/")
    ask_for_right(at_khamlas, khamla)
    page.locator("#organization_state.ok").wait_for()
    assert page.locator("[name=organization_name]").input_value() == "บริษัท ตัวอย่างขนส่งเงินสด จำกัด"
    at_khamlas.see("organization-found")
    at_khamlas.press(NEXT, "/register/details/")
    answer_questions(at_khamlas)
    at_khamlas.press(SUBMIT, "/register/review/")
    assert "Lao" in page.locator("main").inner_text()
    page.locator("[name=certified]").check()
    at_khamlas.press(SUBMIT, "/register/confirmation/")
    number = request_number(at_khamlas)
    confirm(at_khamlas, khamla.email, number)
    return number


@pytest.mark.rule("R2", "R3", "R80")
def test_a_passport_and_english_lead_to_the_same_documents(with_passport: int, at_khamlas: Visit) -> None:
    assert at_khamlas.heading == f"Documents for request {with_passport}"


@pytest.mark.rule("R24b")
def test_what_comes_back_is_corrected_and_the_desk_sees_before_and_after(
    with_passport: int, at_khamlas: Visit, at_chais: Visit, khamla: Applicant
) -> None:
    open_request(at_chais, with_passport)
    note_papers(at_chais)
    send_back(at_chais, "The passport has another number.")
    open_mail(at_khamlas, khamla.email, str(with_passport), "correct")
    sign_in(at_khamlas, khamla.username, khamla.password)
    at_khamlas.go("portal", f"/case/{with_passport}/")
    at_khamlas.see("returned")
    at_khamlas.press("a[href$='/correct/']", "/correct/")
    at_khamlas.see("correct")
    at_khamlas.page.locator("[name=identity_number]").fill("PA7654321")
    at_khamlas.press(SUBMIT, "/correct/")
    assert at_khamlas.page.locator(".es").is_visible(), "an answer belongs to it"
    at_khamlas.see("correct-with-errors")
    at_khamlas.page.locator("[name=answer]").fill("I had mistyped it.")
    at_khamlas.press(SUBMIT, f"/case/{with_passport}/")
    at_khamlas.see("corrected")

    open_request(at_chais, with_passport)

    table = at_chais.page.locator("#corrections + table").inner_text()
    assert "4567" in table
    assert "4321" in table
    assert "PA7654321" not in table
    at_chais.see("corrections")


@pytest.mark.rule("R34", "R8", "R2")
def test_past_its_deadline_a_registration_ends_and_its_user_name_is_free_again(
    meet: Meet, demo: Demo, anong: Applicant
) -> None:
    late = replace(anong, username="saithong", identity_number="1109900003036", email="saithong@company.example")
    visit = meet()
    number = register(visit, late)
    move(demo, EXPIRE, ("UPDATE approvals_case SET due_at = ? WHERE submission_id = ?", LONG_AGO, number))
    open_mail(visit, late.email, str(number), "พ้นกำหนด")
    assert see_state(visit, late.email, number) == "ยกเลิกเนื่องจากพ้นกำหนด"

    ended = ("UPDATE approvals_case SET since = ? WHERE submission_id = ?", LONG_AGO, number)
    begun = ("UPDATE accounts_user SET created_at = ? WHERE username = ?", LONG_AGO, late.username)
    move(demo, CLEAN_UP, ended, begun)
    begin_registration(visit)
    visit.page.locator("[name=username]").fill(late.username)
    for _look in range(60):
        visit.press("[name=check]", "/register/person/")
        if visit.page.locator("#username_state.ok").is_visible():
            break
        visit.page.wait_for_timeout(500)
    assert visit.page.locator("#username_state.ok").is_visible()
