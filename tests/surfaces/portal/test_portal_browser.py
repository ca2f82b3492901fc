"""Every page of the portal in a real browser, wide and narrow: nothing for axe-core to find, nothing too wide (R81).

The pages come from the test client, through the whole middleware; the browser gets what it answered.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Route, sync_playwright

from securenet.domain.accounts.models import User
from tests.cast import AT
from tests.journeys.eyes import Eyes
from tests.journeys.world import NARROW, WIDE
from tests.surfaces.portal.test_pages import everything
from tests.surfaces.portal.visitor import heading
from tests.tools.chromium import EXECUTABLE, FLAGS

pytestmark = [pytest.mark.django_db, pytest.mark.journey, pytest.mark.rule("R81")]
POLICY = "Content-Security-Policy"


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_that_no_link_leads_to_is_readable_by_everybody(language, clock, boonmee, anong, pki, chai):
    answers = [page for page in everything(language, boonmee, pki, chai) if not linked(page)]
    assert len(answers) > 25
    look_at(answers)


def linked(answer):
    """Whether the journeys' sweep finds the page by itself."""
    asked = answer.request
    rare = asked["PATH_INFO"].endswith("/correct/") or asked["PATH_INFO"].startswith(("/oidc/", "/terms/"))
    return asked["REQUEST_METHOD"] == "GET" and answer.status_code == 200 and not rare


def look_at(answers):
    """Show answers to axe-core on a phone and on a desk, and let the test fail for what it finds."""
    eyes = Eyes()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        context = eyes.watch(browser.new_context())
        context.route("**/*", lambda route: serve(route, answers))
        page = context.new_page()
        for place, answer in enumerate(answers):
            page.goto(f"https://portal.localhost/{place}")
            for size in (NARROW, WIDE):
                page.set_viewport_size(size)
                eyes.look(page, f"{answer.request['PATH_INFO']} {answer.status_code} {heading(answer)} {place}")
        browser.close()
    assert not eyes.complaints, "\n".join(dict.fromkeys(eyes.complaints))


def serve(route: Route, answers) -> None:
    """Give the browser a recorded answer, or one of our own static files."""
    path = route.request.url.split("localhost/", 1)[1]
    if path.startswith("static/"):
        file = Path(finders.find(path.removeprefix("static/")))
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file)[0] or "font/woff2")
        return
    answer = answers[int(path)]
    headers = {POLICY: answer.headers[POLICY]}
    route.fulfill(status=200, body=answer.content, content_type="text/html; charset=utf-8", headers=headers)


def test_a_user_name_is_checked_while_typing(anyone):
    User.objects.create(username="taken", kind="member", name_en="Taken", created_at=AT)
    anyone.accept_terms()
    answers = [anyone.get("/register/person/")]
    said = {name: anyone.get("/register/username/", {"username": name}) for name in ("taken", "anong2", "ab")}
    eyes = Eyes()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        context = eyes.watch(browser.new_context())
        context.route("**/*", lambda route: serve(route, answers))
        context.route("**/register/username/?username=*", lambda route: tell(route, said))
        page = context.new_page()
        page.goto("https://portal.localhost/0")
        for name, kind in (("taken", "no"), ("anong2", "ok"), ("ab", "no")):
            page.fill("#id_username", name)
            page.locator("#id_username").blur()
            page.wait_for_selector(f"#username_state.{kind}:not([hidden])")
        assert page.locator("#username_state").count() == 1
        browser.close()
    assert not eyes.complaints, eyes.complaints


@pytest.mark.rule("R3")
def test_enter_in_a_field_goes_on_and_presses_no_button_beside_it(anyone):
    anyone.fill_in(until="rights")
    person, rights = anyone.get("/register/person/"), anyone.get("/register/rights/")
    sent = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(FLAGS))
        page = browser.new_context(java_script_enabled=False).new_page()
        page.route("**/*", lambda route: take(route, [person, rights], sent))
        for place, field in ((0, "#id_username"), (1, "#id_organization_number")):
            page.goto(f"https://portal.localhost/{place}")
            page.press(field, "Enter")
        browser.close()
    assert [form.get("action") for form in sent] == [None, ["next"]]
    assert "check" not in sent[0]


def take(route: Route, answers, sent) -> None:
    """Keep what a form sends, and serve the rest."""
    if route.request.method == "POST":
        sent.append(parse_qs(route.request.post_data))
        route.fulfill(status=204)
    else:
        serve(route, answers)


def tell(route: Route, said) -> None:
    """Give the browser what the portal says to the name that was typed."""
    answer = said[route.request.url.rpartition("=")[2]]
    route.fulfill(status=answer.status_code, body=answer.content, content_type="text/html; charset=utf-8")
