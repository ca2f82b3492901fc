"""Journey 9: the year is over, and the bank's Organization Admin goes through everybody's rights."""

import pytest

from securenet.domain.demo.cast import BANK, EKACHAI, SUDA, crowd
from tests.journeys.conftest import Meet
from tests.journeys.flows import SUBMIT, open_mail, see_everywhere, sign_in
from tests.journeys.world import Demo, Visit, move

SISUK = next(person for person in crowd() if person.seat == 217)
HELD_SINCE = (
    "UPDATE entitlements_entitlement SET from_date = ?"
    " WHERE member_id = (SELECT id FROM accounts_user WHERE username = ?)"
)


@pytest.fixture(scope="module")
def at_sudas(meet: Meet, demo: Demo) -> Visit:
    """A review has been opened; Suda, whom the mail has told, is at its page."""
    suda = meet()
    move(demo, "entitlements.watch-reviews", (HELD_SINCE, "2020-01-01", SUDA.username))
    open_mail(suda, SUDA.email, "โปรดทบทวนสิทธิ์")
    sign_in(suda, SUDA.username, demo.password(SUDA.username))
    suda.go("portal", "/rights/")
    suda.press("main a[href='/rights/reviews/']", "/rights/reviews/")
    suda.see("reviews")
    suda.press(f"main tbody a:has-text('{BANK.name}')", "/rights/reviews/")
    suda.see("review")
    review = suda.page.url
    suda.press("form[action$='/keep/'] button", "/keep/")
    see_everywhere(suda, "keep-all")
    suda.page.goto(review)
    return suda


def row(username: str) -> str:
    return f"main tbody tr:has-text('{username}')"


@pytest.mark.rule("R22e")
def test_one_right_is_kept_and_another_removed_with_a_reason_that_its_holder_reads(at_sudas: Visit) -> None:
    at_sudas.press(f"{row(SISUK.username)} button[value=keep]", "/rights/reviews/")
    at_sudas.see("kept")
    at_sudas.press(f"{row(EKACHAI.username)} a[href$='/remove/']", "/remove/")
    at_sudas.press(SUBMIT, "/remove/")
    assert at_sudas.page.locator(".es").is_visible(), "a reason belongs to it"
    at_sudas.see("removal-unexplained")
    at_sudas.page.locator("[name=reason]").fill("ย้ายไปปฏิบัติงานที่หน่วยงานอื่น")
    at_sudas.press(SUBMIT, "/rights/reviews/")
    at_sudas.see("removed")

    for person in (SISUK, EKACHAI):
        assert at_sudas.page.locator(f"{row(person.username)} form").count() == 0, "it has its answer"
    assert "ย้ายไปปฏิบัติงาน" in open_mail(at_sudas, EKACHAI.email, "has been removed")
