"""Who looks at every page that the journeys pass: axe-core, the content security policy, errors, and the width."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
"""WCAG 2.2 AA with the size of targets, which axe-core leaves out unless it is named, and its advice beyond that."""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`).slice(0, 5);
}"""


class Eyes:
    """Look at a page with `look`, at all pages of a context with `watch`; nothing may have been found at the end."""

    def __init__(self) -> None:
        self.axe, self.axe_again = Axe(), Axe(axe_script="")
        self.complaints: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Note what the browser says against any page of the context: policy violations, errors of scripts."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        return context

    def look(self, page: Page, what: str) -> None:
        """Note what axe-core finds, and whether the page is wider than the window; each sight once."""
        language = page.locator("html").get_attribute("lang") or ""
        width = (page.viewport_size or {"width": 0})["width"]
        sight = (what, language, width)
        if sight in self.seen:
            return
        self.seen.add(sight)
        where = f"{what} ({language}, {width} px) {page.url.split('?')[0]}"
        axe = self.axe_again if page.evaluate("'axe' in window") else self.axe  # half a megabyte, read once a page
        found = axe.run(page, options=WCAG)
        if found.violations_count:
            self.complaints.append(f"{where}: {found.generate_report()}")
        if too_wide := page.evaluate(TOO_WIDE):
            self.complaints.append(f"{where} is too wide: {too_wide}")

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"{self._page(message)}: {message.text}")

    @staticmethod
    def _page(message: ConsoleMessage) -> str:
        try:
            return message.page.url if message.page else ""
        except Error:
            return ""
