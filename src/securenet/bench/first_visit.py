"""How much travels at a first visit to the landing page: the page, and what it names, compressed as it is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from securenet.bench.browser import Browser, Door, Wire
from securenet.bench.figures import Figure, Target
from securenet.bench.installation import Installation
from securenet.bench.journeys import PORTAL, require_page

NAME = "first-visit"
MOST = Target(most=150.0, outright=True)
NAMED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
LOADED = re.compile(r'url\("?([^")]+)"?\)')


def measure(made: Installation) -> Iterator[Figure]:
    """Yield the kilobytes of all that a browser may load for the page, every font of the style sheets included."""
    with made.serving("portal") as (_process, port):
        browser = Browser(Wire({"portal.localhost:8440": Door(port)}))
        page = browser.get(f"{PORTAL}/")
        require_page(page, f"{PORTAL}/")
        found = {PORTAL + "/": len(page.body)}
        for name in NAMED.findall(page.text):
            _load(browser, urljoin(page.url, name), found)
        browser.close()
    fonts = sum(size for url, size in found.items() if url.endswith(".woff2"))
    whole = sum(found.values())
    yield Figure(NAME, "first visit, fonts aside", (whole - fonts) / 1000, unit="kB", database=made.database)
    yield Figure(NAME, "first visit, with every font", whole / 1000, target=MOST, unit="kB", database=made.database)


def _load(browser: Browser, url: str, found: dict[str, int]) -> None:
    if url in found:
        return
    answer = browser.get(url, **{"Accept-Encoding": "br, gzip"})
    require_page(browser.follow(answer), url)
    found[url] = len(answer.body)
    if url.partition("?")[0].endswith(".css"):
        for name in LOADED.findall(browser.get(url).text):
            _load(browser, urljoin(url, name), found)
