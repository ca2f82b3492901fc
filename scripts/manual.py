"""`make manual`: walk through two fresh demos in a browser, one in Thai and one in English, and write the manual.

The pictures go beside the style sheet of the pages, for the guides; the PDFs too; docs/manual shows all pictures.
"""

import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from book import write_books, write_gallery  # noqa: E402  the settings come first
from camera import Camera  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from walk import Walk  # noqa: E402

from securenet.surfaces.shared.pictures import FOLDER  # noqa: E402
from tests.journeys.world import Demo, running_demo  # noqa: E402
from tests.tools.chromium import Profile, install_policy  # noqa: E402

LANGUAGES = ("th", "en")


def take_pictures(language: str, demo: Demo, folder: Path) -> list[str]:
    """Walk through the demo, and return the pictures that nobody came to see."""
    camera = Camera(language)
    home = Profile.create(folder / f"home-{language}", trusted=demo.authority)
    with sync_playwright() as playwright, home.open(playwright) as browser:
        Walk(playwright, demo, browser, camera, folder / language).walk()
    return sorted(camera.waiting)


def main() -> None:
    """Raise SystemExit where a picture was never seen."""
    install_policy()
    for language in LANGUAGES:
        shutil.rmtree(FOLDER / language, ignore_errors=True)
        (FOLDER / language).mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as name,
        ExitStack() as running,
        ProcessPoolExecutor(mp_context=get_context("spawn")) as walkers,
    ):
        folder = Path(name)
        demos = [running.enter_context(running_demo(folder / f"demo-{language}")) for language in LANGUAGES]
        walks = [walkers.submit(take_pictures, *each, folder) for each in zip(LANGUAGES, demos, strict=True)]
        missing = [walk.result() for walk in walks]
    if any(missing):
        raise SystemExit(f"Never seen: {missing}")
    write_books()
    write_gallery()


if __name__ == "__main__":
    main()
