"""The pages to read in a real browser: no fault that axe finds, nothing beside the screen (R81)."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.surfaces.portal.content_reader import PAGES, Reader, accept_demo_cas, anong
from tests.surfaces.shared.browser import STATIC, _Pages, chromium

pytestmark = [pytest.mark.rule("R81"), pytest.mark.journey, pytest.mark.django_db]


@pytest.fixture
def site(settings, tmp_path: Path) -> Iterator[str]:
    """Every page as a visitor of the demo sees it, and two as a member does, served under the pages' policy."""
    settings.DEMO = True
    accept_demo_cas()
    user = anong()
    folder = tmp_path / "site"
    shutil.copytree(STATIC, folder / "static")
    for language in ("th", "en"):
        visitor, member = Reader(language), Reader(language)
        member.sign_in(user)
        for address in PAGES:
            name = address.strip("/").replace("/", "-") or "home"
            (folder / f"{name}.{language}.html").write_text(visitor.page(address))
        for name, address in (("member", "/"), ("member-service", "/services/bmsid/")):
            (folder / f"{name}.{language}.html").write_text(member.page(address))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(("language", "width"), [("th", 320), ("en", 1280)])
def test_every_page_is_accessible_and_fits(site: str, tmp_path: Path, language: str, width: int) -> None:
    faults = {}
    with chromium() as started:
        page = started.new_page(viewport={"width": width, "height": 900})
        for name in sorted(path.name for path in tmp_path.glob(f"site/*.{language}.html")):
            page.goto(f"{site}/{name}")
            violations = [fault["id"] for fault in Axe().run(page).response["violations"]]
            needed = page.evaluate("document.documentElement.scrollWidth")
            if violations or needed > width:
                faults[name] = violations, needed

    assert faults == {}
