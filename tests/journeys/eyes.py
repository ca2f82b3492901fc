"""Who looks at every page that the journeys pass: axe-core, the content security policy, errors, and the width."""

from pathlib import Path
from typing import ClassVar

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

LOOKING = f"""(() => {{
const loadAxe = function () {{
{AXE_SCRIPT}
}};
{Path(__file__).with_name("looking.js").read_text()}
}})();"""


class Eyes:
    """Look at a page with `look`, at all pages of a context with `watch`; nothing may have been found at the end."""

    readable: ClassVar[set[str]] = set()
    """Looks of texts that were found readable: see `looking.js`."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Note what the browser says against any page of the context: policy violations, errors of scripts."""
        context.add_init_script(LOOKING)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        return context

    def look(self, page: Page, what: str) -> None:
        """Note what axe-core finds, and whether the page is wider than the window; each sight once."""
        language = page.evaluate("document.documentElement.lang")
        width = (page.viewport_size or {"width": 0})["width"]
        sight = (what, language, width)
        if sight in self.seen:
            return
        self.seen.add(sight)
        where = f"{what} ({language}, {width} px) {page.url.split('?')[0]}"
        fresh = [look for look in page.evaluate("eyes.findTexts()") if look not in self.readable]
        found = page.evaluate("fresh => eyes.look(fresh)", fresh)
        self.readable.update(found["readable"])
        if found["violations"]:
            self.complaints.append(f"{where}: {AxeResults(found).generate_report()}")
        if found["wide"]:
            self.complaints.append(f"{where} is too wide: {found['wide']}")

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"{self._page(message)}: {message.text}")

    @staticmethod
    def _page(message: ConsoleMessage) -> str:
        try:
            return message.page.url if message.page else ""
        except Error:
            return ""
