"""The main pages in both languages, on a phone and on a desk: readable by everybody, never wider than the window."""

import pytest

from tests.journeys.conftest import Meet
from tests.journeys.flows import Applicant, open_bms_id, sign_in
from tests.journeys.world import NARROW, WIDE, Visit

pytestmark = pytest.mark.rule("R80")
FOR_EVERYBODY = (
    "/",
    "/services/bmsid/",
    "/register/",
    "/login/",
    "/login/certificate/",
    "/recover/password/",
    "/help/",
    "/help/certificate/",
    "/contacts/",
    "/trust/",
    "/no-such-page/",
)
FOR_MEMBERS = ("/me/", "/rights/", "/rights/add/", "/certificates/", "/certificates/add/")


def walk(at: Visit, surface: str, paths: tuple[str, ...]) -> None:
    for language in ("th", "en"):
        at.go(surface)
        if at.page.locator("html").get_attribute("lang") != language:
            at.press(f"header button[value={language}]", "localhost")
        for path in paths:
            at.go(surface, path)
            assert at.page.locator("html").get_attribute("lang") == language
            for size in (WIDE, NARROW):
                at.page.set_viewport_size(size)
                at.see(f"{surface}{path}")


def test_what_everybody_sees(meet: Meet) -> None:
    walk(meet(), "portal", FOR_EVERYBODY)


def test_what_members_see(certified: tuple[int, int], registered: int, meet: Meet, anong: Applicant) -> None:
    visit = meet()
    sign_in(visit, anong.username, anong.password)
    walk(visit, "portal", (*FOR_MEMBERS, f"/case/{registered}/", f"/case/{certified[0]}/"))


def test_what_members_see_at_bms_id(granted: Visit, meet: Meet, anong: Applicant) -> None:
    visit = meet()
    open_bms_id(visit, anong.username, anong.password)
    walk(visit, "bms_id", ("/",))


def test_what_an_organization_admin_sees(granted: Visit) -> None:
    walk(granted, "portal", ("/rights/",))


def test_what_the_service_desk_sees(certified: tuple[int, int], registered: int, at_chais: Visit) -> None:
    walk(at_chais, "backoffice", ("/cases/", f"/cases/{registered}/", f"/cases/{certified[1]}/", "/mail/"))


def test_what_the_service_owner_sees(admitted: str, at_daras: Visit) -> None:
    walk(at_daras, "backoffice", ("/bmsid/approvals/",))


def test_what_is_in_the_mailbox(meet: Meet) -> None:
    visit = meet()
    visit.go("mailbox", "/mailbox/")
    for size in (WIDE, NARROW):
        visit.page.set_viewport_size(size)
        visit.see("mailbox")
