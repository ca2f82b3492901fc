"""Journey 3: Anong logs in to BMS ID with user name and password, through the portal's OpenID Connect provider."""

import pytest

from tests.journeys.conftest import Meet
from tests.journeys.flows import Applicant, open_bms_id, sign_out
from tests.journeys.world import Visit


@pytest.mark.rule("R70", "R90", "R91")
def test_anong_sees_her_organization_role_and_functions(granted: Visit, meet: Meet, anong: Applicant) -> None:
    visit = meet()
    open_bms_id(visit, anong.username, anong.password)

    shown = visit.page.locator("main").inner_text()
    assert "บริษัท ตัวอย่างขนส่งเงินสด จำกัด" in shown
    assert "ผู้ปฏิบัติงาน" in shown
    assert visit.page.locator(".tiles li").count() == 2
    sign_out(visit, "bms-id")
    visit.go("portal", "/me/")
    assert "/login/" in visit.page.url, "signing out at a service signs out at the portal too"
