"""Journey 9: the bank mandates the carrier, whose officer then acts for the bank at BMS ID."""

import pytest

from securenet.domain.demo.cast import BANK, BOONMEE, CARRIER, MALEE, SUDA
from tests.journeys.conftest import Meet
from tests.journeys.flows import SUBMIT, open_mail, see_everywhere, sign_in, type_password
from tests.journeys.staff_flows import agree, note_papers
from tests.journeys.world import Demo, Visit

pytestmark = pytest.mark.rule("R22d")


@pytest.fixture(scope="module")
def asked(meet: Meet, demo: Demo) -> int:
    """The number of the request for a mandate, which Suda has sent for the bank."""
    suda = meet()
    sign_in(suda, SUDA.username, demo.password(SUDA.username))
    suda.go("portal", "/rights/")
    suda.press("main a[href='/rights/mandates/']", "/rights/mandates/")
    suda.press("main a[href='/rights/mandates/new/']", "/rights/mandates/new/")
    suda.page.locator("[name=agent_number]").fill(CARRIER.number)
    suda.page.locator("[name=functions][value=announce_visits]").check()
    suda.page.locator("[name=centres]").first.check()
    suda.see("mandate-new")
    suda.press(SUBMIT, "/case/")
    suda.see("mandate-asked")
    return int(suda.page.url.rstrip("/").rpartition("/")[2])


@pytest.fixture(scope="module")
def given(asked: int, at_daras: Visit) -> Visit:
    """The service owner has the letter of mandate and has approved."""
    at_daras.go("backoffice", f"/cases/{asked}/")
    at_daras.see("mandate-request")
    note_papers(at_daras)
    agree(at_daras)
    return at_daras


@pytest.fixture(scope="module")
def at_boonmees(given: Visit, meet: Meet, demo: Demo) -> Visit:
    """Boonmee has been told, and has chosen Malee to act for the bank; he is at the page of the mandate."""
    boonmee = meet()
    open_mail(boonmee, BOONMEE.email, "มอบอำนาจให้", BANK.name)
    sign_in(boonmee, BOONMEE.username, demo.password(BOONMEE.username))
    boonmee.go("portal", "/rights/mandates/")
    boonmee.see("mandates")
    boonmee.press("main tbody a", "/rights/mandates/")
    boonmee.press("main a[href$='/officers/']", "/officers/")
    boonmee.page.locator("[name=q]").fill(MALEE.username)
    boonmee.press("form[role=search] button", f"q={MALEE.username}")
    boonmee.see("officers")
    boonmee.press("main tbody a", "/officers/")
    boonmee.see("officer-chosen")
    boonmee.press(SUBMIT, "/rights/mandates/")
    return boonmee


def test_the_carriers_admin_chooses_who_acts_for_the_bank(at_boonmees: Visit) -> None:
    at_boonmees.see("mandate")
    assert MALEE.username in at_boonmees.page.locator("main tbody").inner_text()


@pytest.mark.rule("R91")
def test_the_carriers_officer_finds_the_bank_at_bms_id(at_boonmees: Visit, meet: Meet, demo: Demo) -> None:
    malee = meet()
    malee.go("bms_id")
    type_password(malee, MALEE.username, demo.password(MALEE.username), leads_to="/oidc/authorize/")
    see_everywhere(malee, "acting-for")
    malee.page.get_by_label(BANK.name).check()
    malee.press(SUBMIT, demo.url("bms_id"))
    malee.see("bms-id-under-a-mandate")

    facts = malee.page.locator("main dl").inner_text()
    assert BANK.name in facts
    assert CARRIER.name in facts, "it is told to whom the mandate was given"
