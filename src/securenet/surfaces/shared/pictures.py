"""Pictures of the running system, which `make manual` takes for the guides: `static/manual/<language>/<name>.png`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent / "static/manual"
TITLE = "Title"
"""The keyword of PNG under which a picture keeps the heading of the page that it shows."""


@dataclass(frozen=True)
class Picture:
    """One picture that is there."""

    path: str
    """Its address below that of the static files."""
    title: str
    width: int
    height: int


@cache
def picture_of(name: str, language: str) -> Picture | None:
    """Return a picture by the word that a guide uses; None where it has not been taken."""
    file = FOLDER / language / f"{name}.png"
    if not file.is_file():
        return None
    with Image.open(file) as image:
        return Picture(f"manual/{language}/{file.name}", str(image.info.get(TITLE, "")), image.width, image.height)
