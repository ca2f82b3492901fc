"""The way of the manual: the people of the journeys, each at a browser of their own."""

from pathlib import Path

from camera import WINDOW, Camera
from playwright.sync_api import Browser, Playwright

from tests.journeys import flows, staff_flows
from tests.journeys.world import Demo, Visit, anongs_token, faulty_certificate, only_page, own_browser

FAULTS = ("none", "unregistered", "pending", "revoked", "suspended")
PATIENCE = 60_000
"""Milliseconds after which a page does not come any more: two walks and two demos share the machine."""
LOCALES = {"th": "th-TH", "en": "en-GB"}
APPROVED = {"th": "อนุมัติ", "en": "approved"}


class Walk:
    """Everybody walks through one demo, in one language; the camera looks wherever there is something to see."""

    def __init__(self, playwright: Playwright, demo: Demo, browser: Browser, camera: Camera, folder: Path) -> None:
        self.playwright, self.demo, self.browser, self.camera, self.folder = playwright, demo, browser, camera, folder
        self.language = camera.folder.name
        self.locale = LOCALES[self.language]
        self.who = flows.Applicant(username="anong", password="Nam-Prik-2569", **demo.facts["newcomer"])  # noqa: S106
        folder.mkdir()

    def meet(self) -> Visit:
        """Somebody else at a browser."""
        context = self.browser.new_context(locale=self.locale, viewport=WINDOW)
        context.set_default_timeout(PATIENCE)
        return Visit(self.demo, context.new_page(), self.camera.look)

    def walk(self) -> None:
        """All the journeys."""
        token = anongs_token(self.demo, self.folder / "token")
        with own_browser(self.playwright, self.demo, self.folder / "anong", token=token, locale=self.locale) as context:
            context.set_default_timeout(PATIENCE)
            at_anongs, at_chais = Visit(self.demo, only_page(context, WINDOW), self.camera.look), self.meet()
            number = flows.register(at_anongs, self.who)
            flows.confirm(at_anongs, self.who.email, number)
            self._approve(at_anongs, at_chais, number)
            flows.open_bms_id(self.meet(), self.who.username, self.who.password)
            self._certify(at_anongs, at_chais)
            flows.sign_out(at_anongs)
            flows.open_bms_id_with_certificate(at_anongs)
        for state in FAULTS:
            self._fail(state)
        self._read()

    def _approve(self, at_anongs: Visit, at_chais: Visit, number: int) -> None:
        staff_flows.enter(at_chais, "chai")
        self._decide(at_chais, number)
        at_daras, at_boonmees = self.meet(), self.meet()
        staff_flows.enter(at_daras, "dara")
        staff_flows.pick_row(at_daras, number)
        staff_flows.approve_picked(at_daras)
        flows.open_mail(at_anongs, self.who.email, str(number), APPROVED[self.language], shows="mail-of-the-result")
        flows.sign_in(at_boonmees, "boonmee", self.demo.password("boonmee"))
        flows.grant(at_boonmees, self.who.username, "submit", "see_reports")

    def _certify(self, at_anongs: Visit, at_chais: Visit) -> None:
        flows.sign_in(at_anongs, self.who.username, self.who.password)
        file = self.demo.certificate("unregistered", "cer")
        for number in (flows.upload_certificate(at_anongs, file), flows.register_token(at_anongs)):
            staff_flows.open_request(at_chais, number)
            at_chais.see("certificate-at-the-desk")
            staff_flows.note_papers(at_chais)
            staff_flows.agree(at_chais)
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
        with own_browser(self.playwright, self.demo, folder, bundle=bundle, locale=self.locale) as context:
            flows.present_certificate(Visit(self.demo, only_page(context, WINDOW), self.camera.look), state)

    def _read(self) -> None:
        """What is there to read, for everybody and for the staff."""
        visitor = self.meet()
        for what, path in {"contacts": "/contacts/", "trust": "/trust/", "guides": "/help/"}.items():
            visitor.go("portal", path)
            visitor.see(what)
        auditor = self.meet()
        staff_flows.enter(auditor, "orawan")
        for what, path in {"outbox": "/mail/", "audit": "/audit/"}.items():
            auditor.go("backoffice", path)
            auditor.see(what)
