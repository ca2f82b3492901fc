"""Journey 1: Anong registers in six steps, confirms by mail, and downloads her forms."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.journeys.conftest import Meet
from tests.journeys.flows import (
    SUBMIT,
    Applicant,
    confirm,
    fetch,
    fill_in_registration,
    open_mail,
    register,
    request_number,
)
from tests.journeys.world import Visit


@pytest.mark.rule("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R9")
def test_anong_registers_in_six_steps_and_her_forms_are_filled_in(
    registered: int, at_anongs: Visit, anong: Applicant
) -> None:
    at_anongs.go("portal", "/register/documents/")
    forms = PdfReader(BytesIO(fetch(at_anongs, "a[href$='/all.pdf']")))
    text = "".join(page.extract_text() for page in forms.pages)

    assert f"คำขอเลขที่ {registered}" in text
    assert anong.name_th in text
    assert anong.identity_number[-4:] in text
    assert anong.identity_number not in text
    assert "บริษัท ตัวอย่างขนส่งเงินสด จำกัด" in text, "she typed its number only"


@pytest.mark.rule("R2", "R3", "R4", "R5", "R6")
def test_it_goes_the_same_way_without_scripts(meet: Meet, anong: Applicant) -> None:
    somsri = replace(anong, username="somsri", identity_number="1109900003028", email="somsri@company.example")
    visit = meet(java_script_enabled=False)
    number = register(visit, somsri)
    confirm(visit, somsri.email, number)

    assert str(number) in visit.heading
    visit.press("main nav a, .back", "/register/confirmation/")
    assert request_number(visit) == number


@pytest.mark.rule("R5")
def test_two_tabs_that_send_the_review_make_one_request(meet: Meet, anong: Applicant) -> None:
    somying = replace(anong, username="somying", identity_number="1109900003010", email="somying@company.example")
    first = meet()
    fill_in_registration(first, somying)
    second = first.elsewhere(first.page.context.new_page())
    second.go("portal", "/register/review/")
    second.page.locator("[name=certified]").check()

    for tab in (first, second):
        tab.press(SUBMIT, "/register/confirmation/")

    assert request_number(first) == request_number(second)
    open_mail(second, somying.email, str(request_number(second)))
    second.go("mailbox", f"/mailbox/?to={somying.email}")
    assert second.page.locator("tbody a").count() == 1
