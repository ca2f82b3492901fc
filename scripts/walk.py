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
PASSWORD = {"th": "รหัสผ่าน", "en": "password"}
STAFF_PAGES = {
    "chai": {"organizations": "/organizations/", "organizations-import": "/organizations/import/"},
    "apinya": {"trust-store": "/trust/"},
    "orawan": {"outbox": "/mail/", "audit": "/audit/"},
}
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
            flows.sign_out(at_anongs, "bms_id")
            self._read(at_anongs, number)
        for state in FAULTS:
            self._fail(state)
        self._recover()

    def _approve(self, at_anongs: Visit, at_chais: Visit, number: int) -> None:
        staff_flows.enter(at_chais, "chai")
        self._decide(at_chais, number)
        at_daras, at_boonmees = self.meet(), self.meet()
        staff_flows.enter(at_daras, "dara")
        staff_flows.pick_row(at_daras, number)
        staff_flows.approve_picked(at_daras)
        flows.open_mail(at_anongs, self.who.email, str(number), APPROVED[self.language], shows="mail-of-the-result")
        flows.sign_in(at_boonmees, "boonmee", self.demo.password("boonmee"))
        self._show(at_boonmees, "portal", {"hub": "/rights/"})
        flows.grant(at_boonmees, self.who.username, "submit", "see_reports")
        at_sudas = self.meet()
        flows.sign_in(at_sudas, "suda", self.demo.password("suda"))
        self._show(at_sudas, "portal", {"who": "/rights/who/", "mandate-new": "/rights/mandates/new/"})

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

    def _recover(self) -> None:
        """Up to the page for the new password."""
        visitor, who = self.meet(), self.who
        self._show(visitor, "portal", {"recover-password": "/recover/password/"})
        for name in ("username", "email", "identity_number"):
            visitor.page.locator(f"[name={name}]").fill(getattr(who, name))
        visitor.page.locator("[name=identity_type][value=national_id]").check()
        visitor.press(flows.SUBMIT, "/sent/")
        visitor.see("recover-sent")
        flows.open_mail(visitor, who.email, PASSWORD[self.language], shows="mail-of-recovery")
        visitor.press("main a[href*='/recover/password/']", "/recover/password/")
        visitor.see("recover-new-password")

    def _read(self, at_anongs: Visit, number: int) -> None:
        """What is there to read, for everybody, for members, and for the staff."""
        self._show(self.meet(), "portal", {"contacts": "/contacts/", "trust": "/trust/", "status": "/status/"})
        flows.sign_in(at_anongs, self.who.username, self.who.password)
        self._show(at_anongs, "portal", {"case": f"/case/{number}/", "my-sessions": "/me/sessions/"})
        at_anongs.go("portal", "/certificates/")
        at_anongs.press("a[href$='/suspend/']", "/suspend/")
        at_anongs.see("certificate-suspend")
        for username, pages in STAFF_PAGES.items():
            clerk = self.meet()
            staff_flows.enter(clerk, username)
            self._show(clerk, "backoffice", pages)

    @staticmethod
    def _show(visit: Visit, surface: str, pages: dict[str, str]) -> None:
        for what, path in pages.items():
            visit.go(surface, path)
            visit.see(what)
