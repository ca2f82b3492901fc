"""Journey 9: rights asked for, given up, and decided by an Organization Admin."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from securenet.domain.demo.cast import BANK, BOONMEE, CARRIER, MALEE, Person
from securenet.foundation.text.dates import thai_date
from tests.journeys.conftest import Meet
from tests.journeys.flows import (
    NEXT,
    SUBMIT,
    Applicant,
    answer_questions,
    ask_for_right,
    fill_in_person,
    open_mail,
    sign_in,
)
from tests.journeys.world import Demo, Visit

NIPHA = Person("nipha", "นิภา ลองใช้", "Nipha Longchai", 301, CARRIER)
BUDDHIST_ERA = 543


@pytest.fixture(scope="module")
def at_boonmees(meet: Meet, demo: Demo) -> Visit:
    visit = meet()
    sign_in(visit, BOONMEE.username, demo.password(BOONMEE.username))
    return visit


@pytest.fixture(scope="module")
def at_malees(meet: Meet, demo: Demo) -> Visit:
    visit = meet()
    sign_in(visit, MALEE.username, demo.password(MALEE.username))
    return visit


@pytest.fixture(scope="module")
def nipha(anong: Applicant) -> Applicant:
    names = {"name_th": NIPHA.name_th, "name_en": NIPHA.name_en}
    return replace(anong, username="nipha", email=NIPHA.email, identity_number=NIPHA.identity_number, **names)


@pytest.mark.rule("R22")
def test_an_officer_is_invited_and_finds_organization_and_role_filled_in(
    at_boonmees: Visit, meet: Meet, nipha: Applicant
) -> None:
    at_boonmees.go("portal", "/rights/")
    at_boonmees.press("main a[href='/rights/invitations/']", "/rights/invitations/")
    at_boonmees.press("main a[href='/rights/invitations/add/']", "/rights/invitations/add/")
    at_boonmees.page.locator("[name=email]").fill(nipha.email)
    at_boonmees.see("invite")
    at_boonmees.press(SUBMIT, "/rights/invitations/")
    at_boonmees.see("invitations")
    assert nipha.email in at_boonmees.page.locator("main tbody").inner_text()

    visit = meet()
    open_mail(visit, nipha.email, "เชิญท่าน", CARRIER.name)
    visit.press("main a[href*='/invitation/']", "/invitation/")
    visit.see("invitation")
    visit.press(SUBMIT, "/register/")
    visit.page.locator("[name=accepted]").check()
    visit.press(SUBMIT, "/register/person/")
    fill_in_person(visit, nipha)
    visit.press(SUBMIT, "/register/rights/")
    visit.see("invited-right")
    card = visit.page.locator("main .card").inner_text()
    assert CARRIER.name in card
    assert "ผู้ปฏิบัติงาน" in card


@pytest.mark.rule("R22")
def test_a_function_is_granted_until_a_day_and_withdrawn(at_boonmees: Visit) -> None:
    page, last = at_boonmees.page, datetime.now(UTC).date() + timedelta(days=30)
    at_boonmees.go("portal", f"/rights/?q={MALEE.username}")
    at_boonmees.press("a[href^='/rights/people/']", "/rights/people/")
    at_boonmees.see("officer")
    at_boonmees.press("a[href$='/functions/']", "/functions/")
    page.locator("[name=functions][value=see_reports]").check()
    page.locator("[name=until_date_day]").fill(str(last.day))
    page.locator("[name=until_date_month]").select_option(str(last.month))
    page.locator("[name=until_date_year]").fill(str(last.year + BUDDHIST_ERA))
    at_boonmees.see("grant-until-a-day")
    at_boonmees.press(SUBMIT, "/rights/people/")
    at_boonmees.see("granted-until-a-day")
    granted = page.locator("main tbody tr").filter(has_text="ดูรายงาน")
    assert thai_date(last, "short") in granted.inner_text()
    address = page.url
    open_mail(at_boonmees, MALEE.email, "ดูรายงาน")

    page.goto(address)
    at_boonmees.press("form[action$='/functions/see_reports/withdraw/'] button", "/rights/people/")
    at_boonmees.see("withdrawn")
    assert granted.count() == 0


@pytest.mark.rule("R20")
def test_a_member_asks_for_a_further_right_and_sees_it(at_malees: Visit, anong: Applicant) -> None:
    at_malees.go("portal", "/rights/")
    at_malees.press("main a[href='/rights/add/']", "/rights/add/")
    ask_for_right(at_malees, replace(anong, organization_number=BANK.number))
    at_malees.see("further-right")
    at_malees.press(NEXT, "/rights/add/details/")
    answer_questions(at_malees)
    at_malees.press(SUBMIT, "/rights/add/review/")
    at_malees.page.locator("[name=certified]").check()
    at_malees.see("further-right-reviewed")
    at_malees.press(SUBMIT, "/case/")
    at_malees.see("further-right-asked")
    address = at_malees.page.url
    assert BANK.name in at_malees.page.locator("main").inner_text()

    at_malees.go("portal", "/me/")

    assert at_malees.page.locator(f"main a[href='{address.removeprefix(at_malees.demo.url('portal', ''))}']").count()


@pytest.mark.rule("R21")
def test_a_member_gives_up_a_right_after_being_asked(at_malees: Visit) -> None:
    at_malees.go("portal", "/rights/")
    right = at_malees.page.locator("main section[aria-labelledby=own] tbody tr").filter(has_text=CARRIER.name)
    assert right.count() == 1
    at_malees.press(f"tr:has-text('{CARRIER.name}') a[href$='/give-up/']", "/give-up/")
    at_malees.see("give-up")
    at_malees.press(SUBMIT, "/rights/")
    at_malees.see("given-up")

    assert right.count() == 0
    open_mail(at_malees, BOONMEE.email, "สละสิทธิ์")
