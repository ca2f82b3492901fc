"""Every page that a GET reaches, in both languages, on a phone and on a desk: readable by everybody, never too wide."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

import pytest

from securenet.domain.demo.cast import ANONG, BANK, BOONMEE, CARRIER, FAH, HAULIER, SUDA, Company, Person
from tests.journeys.conftest import Meet
from tests.journeys.flows import (
    LANGUAGES,
    NEXT,
    SUBMIT,
    Applicant,
    answer_questions,
    ask_for_right,
    fill_in_registration,
    open_bms_id,
    open_mail,
    request_number,
    say_who_one_is,
    see_state,
    sign_in,
    speak,
    type_password,
)
from tests.journeys.sweeping import Findings, crawl, sent, views
from tests.journeys.world import NARROW, WIDE, Visit

pytestmark = pytest.mark.rule("R80", "R81")
SOMJAI = Person("somjai", "สมใจ ลองใช้", "Somjai Longchai", 302, CARRIER)
ELSEWHERE = "anong@elsewhere.example"
RIGHTS, PORTAL = "tests/surfaces/portal/test_rights_browser.py", "tests/surfaces/portal/test_portal_browser.py"
FOR_MACHINES, LEADS_ON, TAKES = "for machines", "leads on to another page", "takes what a page sends, and leads on"
NOT_SWEPT: dict[str, dict[str, str]] = {
    "portal": {
        **dict.fromkeys(("healthz", "readyz", "register-username", "organization-name"), FOR_MACHINES),
        **dict.fromkeys(("oidc-configuration", "oidc-keys", "oidc-token", "oidc-userinfo"), FOR_MACHINES),
        **dict.fromkeys(("oidc-authorize", "oidc-logout", "check-done", "email-opened", "recover-link"), LEADS_ON),
        **dict.fromkeys(("certificate-login-done", "certificate-token-done"), LEADS_ON),
        **dict.fromkeys(("certificate-release-done", "certificate-renew-done"), LEADS_ON),
        **dict.fromkeys(("certificate-release", "certificate-renew"), TAKES),
        **dict.fromkeys(("case-scans", "register-scans", "my-email-cancel", "review-answer"), TAKES),
        "my-service-end": TAKES,
        **dict.fromkeys(("grant-withdraw", "grant-renew", "right-renew", "right-resume", "mandate-remove"), TAKES),
        **dict.fromkeys(("invitation-cancel", "invitation-resend"), TAKES),
        **dict.fromkeys(("case-form", "case-scan", "register-scan"), "a file"),
        **dict.fromkeys(("consent", "organization-request", "invitation", "right-limit"), RIGHTS),
        **dict.fromkeys(("ra", "ra-application"), "tests/journeys/test_5_application.py"),
        "oidc-choose": "tests/journeys/test_9_mandate.py",
        "review-keep": "tests/journeys/test_9_review.py",
        **dict.fromkeys(("oidc-again", "oidc-logout-confirm", "terms-again", "case-correct"), PORTAL),
    },
    "bms_id": {
        **dict.fromkeys(("healthz", "readyz", "oidc-backchannel-logout"), FOR_MACHINES),
        **dict.fromkeys(("login", "oidc-callback"), LEADS_ON),
    },
    "backoffice": {
        **dict.fromkeys(("healthz", "readyz"), FOR_MACHINES),
        "home": LEADS_ON,
        "case-scan": "a file",
        "case-letter": "tests/surfaces/backoffice/test_letters.py",
        "staff-password-link": LEADS_ON,
        **dict.fromkeys(("staff-password", "staff-reopen", "again"), "tests/surfaces/backoffice/test_staff.py"),
        **dict.fromkeys(("case-papers-tell", "appointment-end", "trust-exception-end"), TAKES),
        "mail-template-html": "a mail, as programs for mail show it",
        "outcomes": "shown once, after a decision: tests/journeys/test_2_approval.py",
    },
}
"""Views of which no page is looked at here, and why. A new view is looked at, or these tests fail."""


def look(at: Visit, surface: str, paths: list[str]) -> None:
    """Look at pages in both languages and widths, as who is signed in; every other one is loaded on a phone."""
    at.go(surface, paths[0])
    for language in LANGUAGES:
        speak(at, language)
        for path, other_size in zip(paths, cycle([NARROW, WIDE]), strict=False):
            at.go(surface, path)
            assert at.page.locator("html").get_attribute("lang") == language, path
            assert at.page.locator("h1").count() == 1, path
            assert at.page.title().strip(), path
            at.see(f"{surface}{path}")
            at.page.set_viewport_size(other_size)
            at.see(f"{surface}{path}")
        at.page.set_viewport_size(WIDE)
    speak(at, "th")  # a member's language is also that of their mails


def sweep(at: Visit, findings: Findings, *starts: str) -> None:
    """Look at what the findings do not have yet."""
    if found := crawl(at, findings, *starts):
        look(at, findings.surface, found)


def sweep_behind(at: Visit, findings: Findings, path: str) -> None:
    """Look at what the forms of a page lead to that are sent by GET."""
    at.go(findings.surface, path)
    if found := sent(at):
        sweep(at, findings, *found)


def what_applicants_see(visit: Visit, portal: Findings, somjai: Applicant) -> None:
    fill_in_registration(visit, somjai)
    steps = ("person", "rights", "details", "review")
    sweep(visit, portal, *(f"/register/{step}/" for step in steps))
    visit.go("portal", "/register/review/")
    visit.page.locator("[name=certified]").check()
    visit.press(SUBMIT, "/register/confirmation/")
    number = request_number(visit)
    sweep(visit, portal, "/register/confirmation/")
    open_mail(visit, somjai.email, str(number))
    visit.press("main a[href*='/register/confirm/']", "/register/confirm/")
    sweep(visit, portal, path_of(visit), "/register/documents/")
    visit.go("portal", "/login/")
    type_password(visit, somjai.username, somjai.password, leads_to="/me/unconfirmed/")
    sweep(visit, portal, "/me/unconfirmed/")
    see_state(visit, somjai.email, number)
    sweep(visit, portal, "/status/request/", "/status/code/")


def what_the_forgetful_see(visit: Visit, portal: Findings) -> None:
    visit.go("portal", "/recover/password/")
    visit.page.locator("[name=username]").fill(FAH.username)
    say_who_one_is(visit, FAH)
    visit.press(SUBMIT, "/recover/password/sent/")
    sweep(visit, portal, "/recover/password/sent/")
    open_mail(visit, FAH.email, "ตั้งรหัสผ่านใหม่")
    visit.press("main a[href*='/recover/password/']", "/recover/password/new/")
    sweep(visit, portal, "/recover/password/new/")


def pages_of(visit: Visit, officer: str) -> list[str]:
    """The page of an officer's rights, as their Organization Admin finds it."""
    visit.go("portal", f"/rights/?q={officer}")
    return [link.get_attribute("href") or "" for link in visit.page.locator("a[href^='/rights/people/']").all()]


def what_members_see(visit: Visit, portal: Findings, anong: Applicant) -> None:
    sign_in(visit, anong.username, anong.password)
    visit.go("portal", "/certificates/add/")
    visit.page.locator("[name=file]").set_input_files(visit.demo.certificate("valid", "cer"))
    visit.press("form[enctype] button[type=submit]", "/certificates/")
    sweep(visit, portal, "/certificates/confirm/")
    visit.go("portal", "/rights/add/")
    ask_for_right(visit, replace(anong, organization_number=BANK.number))
    visit.press(NEXT, "/rights/add/")
    answer_questions(visit)
    visit.press(SUBMIT, "/rights/add/review/")
    sweep(visit, portal, "/rights/add/", "/rights/add/details/", "/rights/add/review/")
    visit.go("portal", "/check/")
    visit.press(SUBMIT, "/check/result/")
    sweep(visit, portal, "/check/result/")
    visit.go("portal", "/me/email/")
    visit.page.locator("[name=email]").fill(ELSEWHERE)
    visit.press(SUBMIT, "/me/email/")
    open_mail(visit, ELSEWHERE)
    visit.press("main a[href*='/email/']", "/email/confirm/")
    sweep(visit, portal, "/email/confirm/", "/me/email/", "/me/again/?next=/me/", "/me/")


def path_of(visit: Visit, surface: str = "portal") -> str:
    return visit.page.url.removeprefix(visit.demo.url(surface, ""))


@pytest.fixture(scope="module")
def portal() -> Findings:
    """What the portal has shown so far: each looks at what nobody before has seen."""
    return Findings("portal", NOT_SWEPT["portal"])


@pytest.fixture(scope="module")
def public(meet: Meet, portal: Findings) -> list[str]:
    """The pages for everybody."""
    starts = ("/", "/signed-out/", "/register/terms/", "/recover/username/sent/", "/recover/password/done/")
    return [*crawl(meet(), portal, *starts), "/no-such-page/"]


@pytest.mark.parametrize("guides", [False, True], ids=["pages", "guides"])
def test_what_everybody_sees(meet: Meet, public: list[str], guides: bool) -> None:
    found = [path for path in public if path.startswith("/help/") is guides]
    assert len(found) > 10
    look(meet(), "portal", found)


def test_what_applicants_see(meet: Meet, portal: Findings, anong: Applicant) -> None:
    facts = {"username": SOMJAI.username, "identity_number": SOMJAI.identity_number, "email": SOMJAI.email}
    somjai = replace(anong, name_th=SOMJAI.name_th, name_en=SOMJAI.name_en, **facts)
    what_applicants_see(meet(), portal, somjai)


@pytest.mark.usefixtures("certified")
@pytest.mark.parametrize("person", [BOONMEE, SUDA], ids=lambda person: person.username)
def test_what_organization_admins_see(meet: Meet, portal: Findings, anong: Applicant, person: Person) -> None:
    visit = meet()
    sign_in(visit, person.username, visit.demo.password(person.username))
    of_anong = pages_of(visit, anong.username) if person is BOONMEE else []
    sweep(visit, portal, *of_anong, "/rights/", "/me/")


@pytest.mark.usefixtures("certified")
def test_what_members_see_and_that_nothing_of_the_portal_was_forgotten(
    meet: Meet, portal: Findings, anong: Applicant
) -> None:
    what_the_forgetful_see(meet(), portal)
    what_members_see(meet(), portal, anong)
    nothing_forgotten(portal)


def test_what_members_see_at_bms_id(granted: Visit, meet: Meet, anong: Applicant) -> None:
    visit, findings = meet(), Findings("bms_id", NOT_SWEPT["bms_id"])
    sweep(visit, findings, "/signed-out/")
    open_bms_id(visit, anong.username, anong.password)
    sweep(visit, findings, "/")
    look(visit, "bms_id", ["/no-such-page/"])
    nothing_forgotten(findings)


@pytest.fixture(scope="module")
def backoffice() -> Findings:
    """What the back office has shown so far."""
    return Findings("backoffice", NOT_SWEPT["backoffice"])


@pytest.mark.usefixtures("certified")
@pytest.mark.parametrize(
    ("username", "start"),
    [("chai", "/cases/"), ("dara", "/bmsid/approvals/"), ("apinya", "/mail/"), ("orawan", "/audit/")],
)
def test_what_the_staff_sees(username: str, start: str, registered: int, meet: Meet, backoffice: Findings) -> None:
    visit = signing_in(meet(), backoffice, username)
    if username == "chai":
        end_organization(visit, HAULIER)
        sweep(visit, backoffice, path_of(visit, "backoffice"))
    sweep(visit, backoffice, start, f"/cases/{registered}/", f"/members/?q={ANONG.username}")
    for listed in (start, "/papers/destroy/"):
        sweep_behind(visit, backoffice, listed)


def test_nothing_of_the_back_office_was_forgotten(backoffice: Findings) -> None:
    nothing_forgotten(backoffice)


def signing_in(visit: Visit, findings: Findings, username: str) -> Visit:
    """Somebody of the staff, who looks at the pages on the way in."""
    sweep(visit, findings, "/login/")
    visit.go("backoffice")
    type_password(visit, username, visit.demo.password(username), leads_to="/second-factor/")
    sweep(visit, findings, "/login/second-factor/")
    visit.page.locator("[name=code]").fill(visit.demo.code(username))
    visit.press(SUBMIT, visit.demo.url("backoffice"))
    return visit


def end_organization(visit: Visit, company: Company) -> None:
    visit.go("backoffice", f"/organizations/?q={company.number}")
    visit.press("main tbody a", "/organizations/")
    visit.press("main a[href$='/end/']", "/end/")
    visit.page.locator("[name=reason]").fill("กิจการเลิกแล้ว")
    visit.press(SUBMIT, "/organizations/")


def nothing_forgotten(findings: Findings) -> None:
    told = {view: findings.elsewhere.get(view, "never asked") for view in findings.missing()}
    assert not told, told
    assert set(findings.apart) <= views(findings.surface), "what is left alone exists"


def test_what_is_in_the_mailbox(meet: Meet) -> None:
    visit = meet()
    visit.go("mailbox", "/mailbox/")
    for size in (WIDE, NARROW):
        visit.page.set_viewport_size(size)
        visit.see("mailbox")
