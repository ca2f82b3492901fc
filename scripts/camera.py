"""Takes the pictures that the guides name, while people walk through the journeys."""

import re
from io import BytesIO

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, ViewportSize

from securenet.surfaces.shared.pictures import FOLDER, TITLE

SURFACES = FOLDER.parent.parent.parent
GUIDES = sorted(SURFACES.glob("*/templates/*/help/*.html"))
NAMED = re.compile(r'{% picture "([\w-]+)" %}(.*?){% endpicture %}', re.DOTALL)
WINDOW: ViewportSize = {"width": 1040, "height": 800}
TALLEST, HEAVIEST, MARGIN = 1100, 90_000, 16
PARTS = {
    "landing": "body",
    "papers-noted": "#papers",
    "decision": "#decide",
    "certificate-at-the-desk": "h2[id^=item-]",
}
"""Where on the page a picture begins, where it is not at the top of what stands below the menus (CSS selectors)."""
FRAME = """(part) => {
  document.activeElement?.blur();
  scrollTo({top: 0, left: 0, behavior: "instant"});
  const shown = document.querySelector(part), whole = document.querySelector("main");
  const inside = shown.contains(whole) ? shown : whole, margin = inside === whole ? 12 : 0;
  const {left, width, bottom} = inside.getBoundingClientRect(), {top} = shown.getBoundingClientRect();
  return {x: left - margin, y: top + scrollY - margin, width: width + 2 * margin, height: bottom - top + margin};
}"""


def names() -> set[str]:
    """Return the pictures that guides name: the words by which journeys show what there is to see."""
    return {name for guide in GUIDES for name, _caption in NAMED.findall(guide.read_text())}


class Camera:
    """Takes a picture the first time that somebody sees what a guide names, in one language."""

    def __init__(self, language: str) -> None:
        self.folder = FOLDER / language
        self.waiting = names()

    def look(self, page: Page, what: str) -> None:
        """Take the picture, if it is wanted."""
        if what not in self.waiting:
            return
        self.waiting.remove(what)
        frame = page.evaluate(FRAME, PARTS.get(what, "main"))
        frame["height"] = min(frame["height"], TALLEST)
        picture = page.screenshot(full_page=True, clip=frame, animations="disabled")
        title = re.sub(r" – [^–]*$", "", page.title())
        (self.folder / f"{what}.png").write_bytes(smaller(picture, title))
        print(self.folder.name, what, flush=True)


def smaller(picture: bytes, title: str) -> bytes:
    """Return the picture without blank space below, in as many colours as fit into HEAVIEST bytes, with its title."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    drawn = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox() or (0, 0, *image.size)
    image = image.crop((0, 0, image.width, min(image.height, drawn[3] + MARGIN)))
    told = PngInfo()
    told.add_itxt(TITLE, title)
    for colours in (64, 32, 16):
        content = BytesIO()
        few = image.quantize(colours, dither=Image.Dither.NONE)
        few.save(content, "PNG", optimize=True, pnginfo=told)
        if content.tell() <= HEAVIEST:
            break
    return content.getvalue()
