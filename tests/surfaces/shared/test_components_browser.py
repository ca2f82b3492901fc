"""The components in a real browser: no fault that axe finds, room for every finger, nothing beside the screen (R81)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.backends.django import DjangoTemplates
from playwright.sync_api import Browser, Page

from tests.surfaces.shared.browser import chromium, served

pytestmark = [pytest.mark.rule("R81"), pytest.mark.journey]

PHONE, DESK = {"width": 320, "height": 800}, {"width": 1280, "height": 900}
SMALL = """[...document.querySelectorAll('a,button,input,select,textarea,summary')]
  .filter(e => e.offsetParent && !e.closest('p,dd,td,tbody th,.skip'))
  .filter(e => e.getBoundingClientRect().height < 43.9 || e.getBoundingClientRect().width < 43.9)
  .map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def gallery(engine: DjangoTemplates, tmp_path: Path) -> Iterator[str]:
    with served(engine, tmp_path / "gallery") as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport=DESK)
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()
    assert said == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["step", "queue", "parts"])
def test_every_component_is_accessible_fits_and_has_room_for_a_finger(
    gallery: str, page: Page, name: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{gallery}/{name}.html")

    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(SMALL) == []


def test_errors_take_the_focus_and_lead_to_their_fields(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/step.html")
    assert page.evaluate("document.activeElement.id") == "errors"

    page.click("a[href='#id_email']")

    assert page.evaluate("document.activeElement.id") == "id_email"


def test_a_password_is_shown_on_demand_and_its_rules_tick_while_it_is_typed(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/step.html")

    page.fill("#id_password", "Siampitak")
    page.click("[data-reveal=id_password]")

    assert page.get_attribute("#id_password", "type") == "text"
    assert page.locator(".rules .ok").count() == 3
    page.fill("#id_password", "Siampitak1")
    assert page.locator(".rules .ok").count() == 4


def test_only_the_chosen_radio_keeps_its_panel_open(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/step.html")
    assert page.is_visible("#id_identity_number")
    assert not page.is_visible("#id_identity_country")

    page.check("[value=passport]")

    assert page.is_visible("#id_identity_country")
    assert not page.is_visible("#id_identity_number")


def test_rows_are_picked_one_by_one_and_all_at_once(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/queue.html")
    assert page.inner_text(".picked") == "1"

    page.check(".pick-all")
    assert page.inner_text(".picked") == "4"

    page.uncheck(".pick-all")
    assert page.is_disabled(".bulk button[value=assign]")


def test_a_form_is_sent_once_with_the_button_that_was_pressed(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/step.html")
    sent: list[str] = []
    page.route("**/step.html", lambda route: sent.append(route.request.post_data or "") or route.abort())

    page.eval_on_selector("[name=later]", "button => { button.click(); button.click(); }")
    page.wait_for_timeout(300)

    assert len(sent) == 1
    assert "later=1" in sent[0]


def test_everything_is_there_without_a_script(gallery: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{gallery}/step.html")

    assert plain.is_visible("#id_identity_country")
    assert not plain.is_visible("[data-reveal=id_password]")
    context.close()


@pytest.mark.parametrize("name", ["step", "queue", "parts"])
def test_the_focus_is_seen_on_everything_that_takes_it(gallery: str, page: Page, name: str) -> None:
    page.goto(f"{gallery}/{name}.html")

    unseen = page.evaluate(
        """[...document.querySelectorAll('a,button,input,select,textarea,summary')]
          .filter(e => !e.disabled && e.checkVisibility())
          .filter(e => { e.focus({ focusVisible: true }); const s = getComputedStyle(e);
            return ![s.backgroundColor, s.outlineColor].includes('rgb(255, 210, 63)'); })
          .map(e => e.outerHTML.slice(0, 90))"""
    )

    assert unseen == []


def test_parts_that_arrive_later_work_as_well(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}/parts.html")

    page.evaluate("htmx.ajax('GET', '/step.html', { target: '#main', swap: 'outerHTML', select: '#main' })")
    page.wait_for_selector("#id_password")
    page.click("[data-reveal=id_password]")

    assert page.get_attribute("#id_password", "type") == "text"
    assert not page.is_visible("#id_identity_country")
