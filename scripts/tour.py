"""`make tour`: walk through a fresh demo in a browser, and write a picture of each step with the story to docs/tour."""

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from tour_scenes import CHAPTERS, story

from tests.journeys import flows, staff_flows
from tests.journeys.world import (
    TO_ANSWER,
    WIDE,
    Demo,
    Visit,
    anongs_token,
    faulty_certificate,
    only_page,
    own_browser,
    running_demo,
)
from tests.tools.chromium import Profile, install_policy

TARGET = Path(__file__).parent.parent / "docs" / "tour"
TALLEST, HEAVIEST = 1500, 150_000
SHOW = """(part) => {
  document.activeElement?.blur();
  part ? document.querySelector(part).scrollIntoView({ behavior: "instant" }) : scrollTo(0, 0);
}"""
FAULTS = ("none", "unregistered", "pending", "revoked", "suspended")


class Camera:
    """Takes a picture of each scene, the first time for the first scene of that word, and so on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting = [scene for chapter in CHAPTERS for scene in chapter.scenes]

    def look(self, page: Page, what: str) -> None:
        scene = next((scene for scene in self.waiting if scene.what == what), None)
        if scene is None:
            return
        self.waiting.remove(scene)
        page.evaluate(SHOW, scene.part)
        picture = page.screenshot(full_page=not scene.part, animations="disabled")
        (self.folder / scene.file).write_bytes(smaller(picture))
        print(scene.file, flush=True)


def smaller(picture: bytes) -> bytes:
    """Return the top of the picture in as many colours as fit into HEAVIEST bytes."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    for colours in (128, 64, 32, 16):
        content = BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
        if content.tell() <= HEAVIEST:
            break
    return content.getvalue()


class Tour:
    """The people of the journeys, each at a browser of their own."""

    def __init__(self, playwright: Playwright, demo: Demo, browser: Browser, camera: Camera, folder: Path) -> None:
        self.playwright, self.demo, self.browser, self.camera, self.folder = playwright, demo, browser, camera, folder
        self.who = flows.Applicant(username="anong", password="Nam-Prik-2569", **demo.facts["newcomer"])  # noqa: S106

    def meet(self) -> Visit:
        context = self.browser.new_context(locale="th-TH", viewport=WIDE)
        context.set_default_timeout(TO_ANSWER)
        return Visit(self.demo, context.new_page(), self.camera.look)

    def walk(self) -> None:
        """All five journeys."""
        token = anongs_token(self.demo, self.folder / "token")
        with own_browser(self.playwright, self.demo, self.folder / "anong", token=token) as context:
            at_anongs, at_chais = Visit(self.demo, only_page(context), self.camera.look), self.meet()
            number = flows.register(at_anongs, self.who)
            flows.confirm(at_anongs, self.who.email, number)
            self._approve(at_anongs, at_chais, number)
            flows.open_bms_id(self.meet(), self.who.username, self.who.password)
            self._certify(at_anongs, at_chais)
            flows.sign_out(at_anongs)
            flows.open_bms_id_with_certificate(at_anongs)
        for state in FAULTS:
            self._fail(state)

    def _approve(self, at_anongs: Visit, at_chais: Visit, number: int) -> None:
        staff_flows.enter(at_chais, "chai")
        self._decide(at_chais, number)
        at_daras, at_boonmees = self.meet(), self.meet()
        staff_flows.enter(at_daras, "dara")
        staff_flows.pick_row(at_daras, number)
        staff_flows.approve_picked(at_daras)
        flows.open_mail(at_anongs, self.who.email, str(number), "อนุมัติ")
        flows.sign_in(at_boonmees, "boonmee", self.demo.password("boonmee"))
        flows.grant(at_boonmees, self.who.username, "submit", "see_reports")

    def _certify(self, at_anongs: Visit, at_chais: Visit) -> None:
        flows.sign_in(at_anongs, self.who.username, self.who.password)
        file = self.demo.certificate("unregistered", "cer")
        for number in (flows.upload_certificate(at_anongs, file), flows.register_token(at_anongs)):
            self._decide(at_chais, number)
        at_anongs.go("portal", "/certificates/")
        at_anongs.see("certificates")

    @staticmethod
    def _decide(at_chais: Visit, number: int) -> None:
        staff_flows.open_request(at_chais, number)
        staff_flows.note_papers(at_chais)
        staff_flows.agree(at_chais)

    def _fail(self, state: str) -> None:
        folder = self.folder / state
        folder.mkdir()
        bundle = faulty_certificate(self.demo, state, folder)
        with own_browser(self.playwright, self.demo, folder, bundle=bundle) as context:
            flows.present_certificate(Visit(self.demo, only_page(context), self.camera.look), state)


def main() -> None:
    """Raise SystemExit where a scene was never seen."""
    install_policy()
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    camera = Camera(TARGET)
    with (
        tempfile.TemporaryDirectory() as name,
        running_demo(Path(name) / "demo") as demo,
        sync_playwright() as playwright,
    ):
        home = Profile.create(Path(name) / "home", trusted=demo.authority)
        with home.open(playwright) as browser:
            Tour(playwright, demo, browser, camera, Path(name)).walk()
    if camera.waiting:
        raise SystemExit(f"Never seen: {[scene.file for scene in camera.waiting]}")
    (TARGET / "README.md").write_text(story())


if __name__ == "__main__":
    main()
