"""Organizations merged, ended and reopened, and their chain kept, at the back office (R30a, R22a, R22f)."""

import pytest
from django.utils import timezone

from securenet.domain.approvals.flow import State
from securenet.domain.entitlements.models import Entitlement, Role, Shortage
from securenet.domain.organizations.models import Appointment, Organization
from tests.cast import ALPHA, BETA, walk

pytestmark = pytest.mark.rule("R30a")
DAY = {"from_date_day": "1", "from_date_month": "3", "from_date_year": "2026"}
SIGNATORY = {"rung": "signatory", "holder_name": "Somchai Namdee", "appointed_by": "Somsri Namdee"} | DAY


@pytest.fixture
def alpha(ask, chai, dara):
    """Alpha with Boonmee as its Organization Admin."""
    at = timezone.now()
    walk(ask("boonmee", Role.ORGANIZATION_ADMIN, confirmed=False), State.APPROVED, chai=chai, dara=dara, at=at)
    return Organization.objects.get(number=ALPHA[0])


@pytest.fixture
def beta(ask, chai, dara):
    at = timezone.now()
    sent = ask("ekachai", Role.ORGANIZATION_ADMIN, confirmed=False, organization=BETA)
    walk(sent, State.APPROVED, chai=chai, dara=dara, at=at)
    return Organization.objects.get(number=BETA[0])


def send(browser, organization, what, **words):
    return browser.post(f"/organizations/{organization.pk}/{what}/", {"revision": organization.revision, **words})


def test_auditors_see_no_way_to_change_an_organization(alpha, adisak, sign_in):
    browser = sign_in(adisak)
    page = browser.get(f"/organizations/{alpha.pk}/").content.decode()
    for what in ("merge", "end", "reopen", "appointments/add"):
        assert f"/organizations/{alpha.pk}/{what}/" not in page
        assert send(browser, alpha, what, reason="x").status_code == 403


@pytest.mark.parametrize("what", ["end", "merge"])
def test_nothing_ends_without_a_reason(alpha, beta, chai, sign_in, what):
    answer = send(sign_in(chai), alpha, what, reason="", number=BETA[0], country="TH", do="merge")
    assert answer.status_code == 422
    assert Organization.objects.get(pk=alpha.pk).ended_at is None


@pytest.mark.parametrize("number", ["0105561000038", "x", ALPHA[0]])
def test_an_organization_is_merged_into_one_that_is_registered(alpha, chai, sign_in, number):
    words = {"reason": "Amalgamated", "number": number, "country": "TH"}
    answer = send(sign_in(chai), alpha, "merge", do=f"merge-{alpha.pk}", **words)
    assert answer.status_code == 422


def test_a_merger_that_was_not_shown_is_not_done(alpha, beta, chai, sign_in):
    words = {"reason": "Amalgamated", "number": BETA[0], "country": "TH"}
    answer = send(sign_in(chai), alpha, "merge", do=f"merge-{alpha.pk}", **words)
    assert "This cannot be taken back." in answer.content.decode()
    assert Organization.objects.get(pk=alpha.pk).ended_at is None


def test_a_merger_is_shown_before_it_is_done(alpha, beta, chai, sign_in):
    browser, words = sign_in(chai), {"reason": "Amalgamated", "number": BETA[0], "country": "th"}

    shown = send(browser, alpha, "merge", do="show", **words)

    assert shown.status_code == 200
    assert "This cannot be taken back." in shown.content.decode()
    assert Organization.objects.get(pk=alpha.pk).ended_at is None
    assert send(browser, alpha, "merge", do=f"merge-{beta.pk}", **words).status_code == 302
    assert Organization.objects.get(pk=alpha.pk).merged_into == beta
    assert "Merged into" in browser.get(f"/organizations/{alpha.pk}/").content.decode()
    assert ALPHA[1] in browser.get(f"/organizations/{beta.pk}/").content.decode()


def test_an_end_says_whom_it_concerns_and_is_taken_back_if_it_was_a_mistake(alpha, orn, sign_in):
    browser = sign_in(orn)
    assert "Boonmee Srisuk" in browser.get(f"/organizations/{alpha.pk}/end/").content.decode()

    assert send(browser, alpha, "end", reason="Licence withdrawn").status_code == 302

    assert Entitlement.objects.get().status == "ended"
    alpha.refresh_from_db()
    assert "Licence withdrawn" in browser.get(f"/organizations/{alpha.pk}/").content.decode()
    assert send(browser, alpha, "reopen", reason="A mistake").status_code == 302
    assert Organization.objects.get().ended_at is None


@pytest.mark.rule("R30")
def test_the_case_page_says_when_the_organization_has_ended(alpha, ask, chai, sign_in):
    waiting, browser = ask("anong"), sign_in(chai)
    page = browser.get(f"/cases/{waiting.number}/").content.decode()
    assert "No appointment of the organization is on record." in page
    browser.post(f"/organizations/{alpha.pk}/appointments/add/", SIGNATORY)
    assert "chain of authority is on record" in browser.get(f"/cases/{waiting.number}/").content.decode()

    send(browser, alpha, "end", reason="Dissolved")

    assert "has ended in our register" in browser.get(f"/cases/{waiting.number}/").content.decode()


@pytest.mark.rule("R22a")
def test_a_letter_is_recorded_and_drawn(alpha, chai, sign_in):
    record_letters(alpha, sign_in(chai))


def record_letters(alpha, browser):
    """Record the signatory's letter and the Organization Admin's below it."""
    address = f"/organizations/{alpha.pk}/appointments/add/"
    assert browser.post(address, SIGNATORY | {"holder_name": ""}).status_code == 422
    assert browser.post(address, SIGNATORY).status_code == 302
    signatory = Appointment.objects.get()
    right = Entitlement.objects.get(organization=alpha)
    admin = {"rung": "organization_admin", "holder": str(right.pk), "above": str(signatory.pk)} | DAY
    assert browser.post(address, admin).status_code == 302

    page = browser.get(f"/organizations/{alpha.pk}/").content.decode()

    assert "Somchai Namdee" in page
    appointed = Appointment.objects.get(above=signatory)
    assert (appointed.member, appointed.submission) == (right.member, right.case.submission)


@pytest.mark.rule("R22a")
def test_what_hangs_below_is_listed_before_an_appointment_ends(alpha, beta, chai, sign_in):
    browser = sign_in(chai)
    record_letters(alpha, browser)
    signatory = Appointment.objects.get(rung="signatory")
    address = f"/organizations/{alpha.pk}/appointments/{signatory.pk}/end/"
    assert browser.get(f"/organizations/{beta.pk}/appointments/{signatory.pk}/end/").status_code == 404
    assert "Boonmee Srisuk" in browser.get(address).content.decode()
    assert browser.post(address, {"reason": "", "below": "end"}).status_code == 422
    assert browser.post(address, {"reason": "Left", "below": "999"}).status_code == 422

    assert browser.post(address, {"reason": "Left", "below": "end"}).status_code == 302

    assert Entitlement.objects.get(organization=alpha).status == "ended"


@pytest.mark.rule("R22f")
def test_the_desk_sees_where_nobody_is_left(alpha, chai, adisak, sign_in):
    Shortage.objects.create(
        organization=alpha, service="bmsid", kind="vacancy", since=timezone.now(), due_date=timezone.now().date()
    )
    for who in (chai, adisak):
        browser = sign_in(who)
        assert ALPHA[1] in browser.get("/organizations/vacancies/").content.decode()
        assert "Nobody is left" in browser.get(f"/organizations/{alpha.pk}/").content.decode()
