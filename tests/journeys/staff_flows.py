"""What the operator's staff do in the journeys, at the back office."""

import re

from tests.journeys.flows import SUBMIT, type_password
from tests.journeys.world import Visit

MISSING = "ul.check li:not(:has(.opt)) button[name=do][value=note]"
DATED = "ul.check li:not(.ok):not(:has(.opt)) a[href*='/papers/']"
"""The papers that must not be too old are noted on a page of their own, where their date is asked for."""


def enter(at: Visit, username: str) -> None:
    """With password and the code of the second factor."""
    at.go("backoffice")
    at.see("staff-login")
    type_password(at, username, at.demo.password(username), leads_to="/second-factor/")
    at.page.locator("[name=code]").fill(at.demo.code(username))
    at.see("second-factor")
    at.press(SUBMIT, at.demo.url("backoffice"))


def open_request(at: Visit, number: int) -> None:
    """From the queue, by its number."""
    at.go("backoffice", "/cases/")
    at.see("queue")
    at.page.locator("[name=q]").fill(str(number))
    at.press("#filter button", f"q={number}")
    at.press(f"a[href='/cases/{number}/']", f"/cases/{number}/")
    at.see("request")


def note_papers(at: Visit) -> None:
    """Note every required paper of the request that is open as received."""
    while at.page.locator(MISSING).count():
        at.press(MISSING, "/cases/")
    while at.page.locator(DATED).count():
        at.press(DATED, "/papers/")
        at.page.locator("[name=undated]").check()
        at.see("paper")
        at.press("main button[name=do][value=note]", "/cases/")
    at.see("papers-noted")


def agree(at: Visit) -> None:
    """Approve the request that is open, or pass it on to the next tier."""
    at.page.locator("[name=choice][value=agree]").check()
    at.see("decision")
    at.press("form[action$='/decide/'] .acts button", "/cases/")
    at.see("decided")


def pick_row(at: Visit, number: int) -> None:
    """Tick a row of the owner's list and go on to the page that asks once more."""
    at.go("backoffice", "/approvals/")
    at.page.locator("tbody tr").filter(has=at.page.locator(f"a[href='/cases/{number}/']")).locator(".pick").check()
    at.see("approvals")
    at.press("[name=do][value=agree]", "/confirm/")
    at.see("approval-asked")


def approve_picked(at: Visit) -> None:
    at.press(SUBMIT, "/outcomes/")
    at.see("approved")


def waiting_rows(at: Visit) -> list[int]:
    """The numbers in the owner's list."""
    at.go("backoffice", "/approvals/")
    found = [link.get_attribute("href") or "" for link in at.page.locator("tbody th a").all()]
    return [int(number[1]) for href in found if (number := re.search(r"/cases/(\d+)/", href))]


def send_back(at: Visit, question: str) -> None:
    """Return the request that is open to its applicant, with a question."""
    at.page.locator("[name=choice][value=return]").check()
    at.page.locator("[name=question]").fill(question)
    at.see("question")
    at.press("form[action$='/decide/'] .acts button", "/cases/")
    at.see("sent-back")
