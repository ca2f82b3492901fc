"""What applicants and members do in the journeys, page by page, by the names that the forms have for good."""

import base64
import re
import time
from dataclasses import dataclass
from pathlib import Path

from securenet.domain.demo.cast import Person
from tests.journeys.world import NARROW, TO_ARRIVE, WIDE, Visit

SUBMIT = "main form .acts button"
NEXT = "main form .acts [name=action][value=next]"
LANGUAGES = ("th", "en")
FETCH = """async (address) => {
  const content = new Uint8Array(await (await fetch(address)).arrayBuffer());
  return btoa(Array.from(content, (byte) => String.fromCharCode(byte)).join(""));
}"""


@dataclass(frozen=True)
class Applicant:
    """What somebody types into the registration."""

    username: str
    password: str
    name_th: str
    name_en: str
    identity_number: str
    email: str
    organization_number: str
    role: str = "officer"


def begin_registration(at: Visit) -> None:
    """From the landing page by way of the login to the terms, and on to step 1."""
    at.go("portal")
    at.see("landing")
    at.press("main a[href='/services/bmsid/']", "/services/bmsid/")
    at.see("service")
    at.press(".back", at.demo.url("portal"))
    at.press(f"main a[href^='{at.demo.url('bms_id')}']", "/login/")
    at.see("login-of-newcomers")
    at.press("main a[href='/register/']", "/register/")
    at.page.locator("[name=accepted]").check()
    at.see("terms")
    at.press(SUBMIT, "/register/person/")


def fill_in_person(at: Visit, who: Applicant) -> None:
    """Step 1."""
    page = at.page
    page.locator("[name=username]").fill(who.username)
    page.locator("[name=password]").fill(who.password)
    page.locator("[name=password_confirm]").fill(who.password)
    page.locator("[name=name_th]").fill(who.name_th)
    page.locator("[name=name_en]").fill(who.name_en)
    page.locator("[name=identity_type][value=national_id]").check()
    page.locator("[name=identity_number]").fill(who.identity_number)
    page.locator("[name=email]").fill(who.email)
    page.locator("[name=mobile_phone]").fill("081 234 5678")
    page.locator("[name=office_phone]").fill("0 2283 5353")
    page.locator("[name=office_extension]").fill("12")


def ask_for_right(at: Visit, who: Applicant) -> None:
    """Step 2; the organization's name is left out, since it is known."""
    page = at.page
    page.locator("[name=organization_number_type]").first.check()
    page.locator("[name=organization_number]").fill(who.organization_number)
    page.locator(f"[name=role][value={who.role}]").check()


def answer_questions(at: Visit) -> None:
    """Step 3."""
    page = at.page
    page.locator("[name=bmsid_position]").fill("เจ้าหน้าที่ปฏิบัติการ")
    page.locator("[name=bmsid_department]").fill("ฝ่ายขนส่ง")
    page.locator("[name=bmsid_centres]").first.check()


def fill_in_registration(at: Visit, who: Applicant) -> None:
    """Steps 1 to 4; everything is certified, and nothing is sent yet."""
    begin_registration(at)
    fill_in_person(at, who)
    at.see("person")
    at.press(SUBMIT, "/register/rights/")
    ask_for_right(at, who)
    at.see("rights")
    at.press(NEXT, "/register/details/")
    answer_questions(at)
    at.see("details")
    at.press(SUBMIT, "/register/review/")
    at.page.locator("[name=certified]").check()
    at.see("review")


def register(at: Visit, who: Applicant) -> int:
    """Steps 1 to 5, and return the request's number."""
    fill_in_registration(at, who)
    at.press(SUBMIT, "/register/confirmation/")
    at.see("confirmation")
    return request_number(at)


def request_number(at: Visit) -> int:
    """The number that the confirmation page shows."""
    return int(at.page.locator(".panel b").inner_text())


def open_mail(at: Visit, to: str, *words: str, shows: str = "mail") -> str:
    """Wait for the newest mail to somebody whose subject has all of the words, open it, and return its text."""
    until = time.monotonic() + TO_ARRIVE
    while time.monotonic() < until:
        at.go("mailbox", f"/mailbox/?to={to}")
        for row in at.page.locator("tbody a").all():
            if all(word in row.inner_text() for word in words):
                row.click()
                at.page.wait_for_url(re.compile(r"/mailbox/\d"))
                at.see(shows)
                return at.page.locator("main").inner_text()
        at.page.wait_for_timeout(300)
    raise AssertionError(f"no mail to {to} about {words}")


def confirm(at: Visit, to: str, number: int) -> None:
    """Follow the link in the mail, and press the button there: opening it alone confirms nothing."""
    open_mail(at, to, str(number))
    at.press("main a[href*='/register/confirm/']", "/register/confirm/")
    at.see("confirm")
    at.press(SUBMIT, "/register/documents/")
    at.see("documents")


def fetch(at: Visit, selector: str) -> bytes:
    """What a link of this page leads to, with the browser's cookies: its own viewer would keep a PDF to itself."""
    address = at.page.locator(selector).first.get_attribute("href")
    return base64.b64decode(at.page.evaluate(FETCH, address))


def speak(at: Visit, language: str) -> None:
    """Go on in a language, on the same page."""
    if at.page.locator("html").get_attribute("lang") != language:
        at.press(f"header button[value={language}]", "localhost")


def see_everywhere(at: Visit, what: str) -> None:
    """Look at a page to which no link leads, in both languages, on a desk and on a phone."""
    before = at.page.locator("html").get_attribute("lang") or ""
    for language in LANGUAGES:
        speak(at, language)
        for size in (NARROW, WIDE):
            at.page.set_viewport_size(size)
            at.see(what)
    speak(at, before)


def see_state(at: Visit, email: str, number: int) -> str:
    """What the page says that needs no login: the number, and the code from the mail."""
    at.go("portal", "/status/")
    at.page.locator("[name=number]").fill(str(number))
    at.see("status")
    at.press(SUBMIT, "/status/code/")
    at.see("status-code")
    code = re.search(r"(?<!\d)\d{8}(?!\d)", open_mail(at, email, "รหัส", str(number)))
    assert code
    at.go("portal", f"/status/code/?number={number}")
    at.page.locator("[name=code]").fill(code[0])
    at.press(SUBMIT, "/status/request/")
    at.see("status-shown")
    return at.page.locator("main .tag").first.inner_text()


def say_who_one_is(at: Visit, who: Person) -> None:
    """What recovery asks for besides the user name."""
    at.page.locator("[name=email]").fill(who.email)
    at.page.locator("[name=identity_type][value=national_id]").check()
    at.page.locator("[name=identity_number]").fill(who.identity_number)


def sign_in(at: Visit, username: str, password: str) -> None:
    """With user name and password, at the portal."""
    at.go("portal", "/login/")
    at.see("login")
    type_password(at, username, password, leads_to="/me/")
    at.see(f"personal-page-of-{username}")


def type_password(at: Visit, username: str, password: str, *, leads_to: str) -> None:
    at.page.locator("[name=username]").fill(username)
    at.page.locator("[name=password]").fill(password)
    at.press(SUBMIT, leads_to)


def sign_out(at: Visit, surface: str = "portal") -> None:
    at.press("header form[action='/logout/'] button", "/signed-out/")
    at.see(f"{surface}-signed-out")


def grant(at: Visit, to: str, *functions: str) -> None:
    """An Organization Admin lets somebody use functions."""
    at.go("portal", "/rights/")
    at.page.locator("[name=q]").fill(to)
    at.press("form[role=search] button", "/rights/")
    at.press("a[href^='/rights/people/']", "/rights/people/")
    at.see("person-rights")
    at.press("a[href$='/functions/']", "/functions/")
    for function in functions:
        at.page.locator(f"[name=functions][value={function}]").check()
    at.see("grant")
    at.press(SUBMIT, "/rights/people/")
    at.see("granted")


def open_bms_id(at: Visit, username: str, password: str) -> None:
    """By way of the portal, which asks for user name and password."""
    at.go("bms_id")
    at.see("login-for-bms-id")
    type_password(at, username, password, leads_to=at.demo.url("bms_id"))
    at.see("bms-id-by-password")


def open_bms_id_with_certificate(at: Visit) -> None:
    """By way of the portal and the certificate address; nothing is typed."""
    at.go("bms_id")
    at.press("a[href^='/login/certificate/']", "/login/certificate/")
    at.see("certificate-login")
    at.press(SUBMIT, at.demo.url("bms_id"))
    at.see("bms-id")


def present_certificate(at: Visit, state: str) -> None:
    """Try to sign in with a certificate that does not do, and see why."""
    at.go("portal", "/login/certificate/")
    at.press(SUBMIT, "cert.localhost")
    at.see(f"certificate-{state}")


def upload_certificate(at: Visit, file: Path) -> int:
    """Register a certificate from its file, and return the request's number."""
    at.go("portal", "/certificates/add/")
    at.page.locator("[name=file]").set_input_files(file)
    at.see("certificate-add")
    at.press("form[enctype] button[type=submit]", "/certificates/confirm/")
    at.see("certificate-from-file")
    return _send_certificate(at)


def register_token(at: Visit) -> int:
    """Register the certificate on the token by using it, and return the request's number."""
    at.go("portal", "/certificates/add/")
    at.press("form[action='/certificates/token/'] button", "/certificates/confirm/")
    at.see("certificate-from-token")
    return _send_certificate(at)


def _send_certificate(at: Visit) -> int:
    at.press(SUBMIT, "/case/")
    at.see("certificate-request")
    return int(at.page.url.rstrip("/").rpartition("/")[2])
