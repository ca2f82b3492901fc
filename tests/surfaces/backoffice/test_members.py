"""Members at the service desk: found, looked at, and recovered by two persons."""

import pytest
from django.utils import timezone

from securenet.domain.accounts.models import AssistedRecovery, User
from securenet.domain.approvals.flow import State
from securenet.domain.approvals.models import Case, Submission
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import as_actor, confirm, last_mail, national_id, register, staff
from tests.surfaces.backoffice.conftest import picks

pytestmark = pytest.mark.rule("R14")
NUMBER = national_id("anong")
WANTED = {
    "email": "new@alpha.example",
    "identity_type": "passport",
    "identity_country": "GB",
    "identity_number": "ab 123456",
    "identified": "She came in person with the passport.",
    "reason": "The mailbox of her former employer is closed.",
}


@pytest.fixture
def anong(ask):
    return ask().applicant


def page(browser, address, **typed):
    answer = browser.get(address, typed)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def propose(browser, member, **changes):
    return browser.post(f"/members/{member.pk}/recover/", WANTED | changes)


@pytest.fixture
def proposed(anong, chai, sign_in):
    answer = propose(sign_in(chai), anong)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Submission.objects.get(kind="recovery")


def test_nobody_is_listed_without_a_search(anong, chai, sign_in):
    browser = sign_in(chai)
    assert "Anong Jaidee" not in page(browser, "/members/")
    assert browser.get("/members/", {"q": "an"}).status_code == 422
    assert browser.get("/members/", {"q": ""}).status_code == 422
    assert "Nobody fits" in page(browser, "/members/", q="somebody else")


@pytest.mark.parametrize("wish", ["anong", "JAIDEE", "ใจดี", "number"])
def test_a_member_is_found_by_name_or_number(anong, chai, sign_in, wish):
    text = str(anong.submissions.get().number).zfill(3) if wish == "number" else wish
    assert f"/members/{anong.pk}/" in page(sign_in(chai), "/members/", q=text)


def test_a_long_list_is_cut(chai, sign_in):
    User.objects.bulk_create(
        User(username=f"somebody{number}", kind="member", name_en="Some Body", created_at=timezone.now())
        for number in range(25)
    )
    found = page(sign_in(chai), "/members/", q="somebody")
    assert found.count('href="/members/') - found.count('href="/members/"') == 20
    assert "More than 20 fit" in found


@pytest.mark.rule("R85")
def test_the_number_of_the_document_is_masked_and_looks_are_written_down(anong, chai, sign_in):
    browser = sign_in(chai)
    assert NUMBER not in page(browser, f"/members/{anong.pk}/")
    assert browser.get(f"/members/{anong.pk}/identity/").status_code == 405
    assert NUMBER in browser.post(f"/members/{anong.pk}/identity/").content.decode()
    entry = AuditEntry.objects.get(event="identity-document.shown")
    assert (entry.actor, entry.about) == ("chai", "account anong")


def test_a_mail_that_cannot_be_delivered_is_seen_at_the_member(anong, chai, sign_in):
    Mail.objects.filter(addressee="account anong").update(state="failed", last_error="550 no such mailbox")
    seen = page(sign_in(chai), f"/members/{anong.pk}/")
    assert "Not deliverable" in seen
    assert "550 no such mailbox" in seen


def test_an_auditor_looks_and_does_nothing(anong, adisak, sign_in):
    browser = sign_in(adisak)
    seen = page(browser, f"/members/{anong.pk}/")
    assert "Propose a recovery" not in seen
    assert "Show the number" not in seen
    assert propose(browser, anong).status_code == 403
    assert browser.post(f"/members/{anong.pk}/identity/").status_code == 403


def test_service_owners_and_administrators_find_nobody(anong, dara, orn, sign_in):
    for somebody in (dara, orn):
        browser = sign_in(somebody)
        assert browser.get("/members/", {"q": "anong"}).status_code == 403
        assert browser.get(f"/members/{anong.pk}/").status_code == 403
        assert propose(browser, anong).status_code == 403


def test_staff_accounts_are_not_found_there(chai, chuan, sign_in):
    browser = sign_in(chai)
    assert browser.get(f"/members/{chuan.pk}/").status_code == 404
    assert propose(browser, chuan).status_code == 404


def test_a_proposal_is_decided_by_a_colleague_on_the_cases_page(anong, proposed, chuan, sign_in):
    browser = sign_in(chuan)
    address = f"/cases/{proposed.number}/"
    seen = page(browser, address)
    for told in ("anong@alpha.example", "new@alpha.example", "Anong Jaidee", "Chai Mankong", WANTED["reason"]):
        assert told in seen
    assert "AB123456" not in seen
    assert "Ask the applicant" not in seen
    assert "Documents of the request" not in seen

    answer = browser.post(f"{address}decide/", {"pick": picks(proposed), "choice": "agree"})
    assert answer.status_code == 302
    anong.refresh_from_db()
    assert (anong.email, anong.identity_number) == ("new@alpha.example", "AB123456")
    assert last_mail("password-link").to == "new@alpha.example"
    assert "new@alpha.example" in page(browser, address)


def test_the_new_number_is_shown_on_demand_and_the_look_is_about_the_member(proposed, chuan, sign_in):
    seen = sign_in(chuan).post(f"/cases/{proposed.number}/identity/").content.decode()
    assert "AB123456" in seen
    assert NUMBER in seen
    assert AuditEntry.objects.get(event="identity-document.shown").about == "account anong"


@pytest.mark.rule("R32")
def test_the_proposer_does_not_decide(anong, proposed, chai, sign_in):
    answer = sign_in(chai).post(f"/cases/{proposed.number}/decide/", {"pick": picks(proposed), "choice": "agree"})
    assert answer.status_code == 409
    assert Case.objects.get(submission=proposed).state_now is State.SERVICE_DESK_REVIEW
    anong.refresh_from_db()
    assert anong.email == "anong@alpha.example"


def test_a_refusal_tells_colleagues_why_and_changes_nothing(anong, proposed, chuan, sign_in):
    browser = sign_in(chuan)
    sent = {"pick": picks(proposed), "choice": "reject", "reason": "Call her back first."}
    assert browser.post(f"/cases/{proposed.number}/decide/", sent).status_code == 302
    assert "Call her back first." in page(browser, f"/cases/{proposed.number}/")
    anong.refresh_from_db()
    assert anong.email == "anong@alpha.example"


def test_the_queue_shows_the_member_and_what_it_is(proposed, chai, chuan, sign_in):
    browser = sign_in(chuan)
    seen = page(browser, "/cases/", asked="recovery")
    assert "Anong Jaidee" in seen
    assert "Recovery of an account" in seen
    assert "Waits for another person" in seen
    assert f"/cases/{proposed.number}/" in page(browser, "/cases/", q="jaidee", state="ready")


def test_one_proposal_at_a_time_and_the_page_leads_to_it(anong, proposed, chuan, sign_in):
    browser = sign_in(chuan)
    assert propose(browser, anong).status_code == 422
    assert f"/cases/{proposed.number}/" in page(browser, f"/members/{anong.pk}/")
    assert AssistedRecovery.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nowhere"}, "email"),
        ({"mobile_phone": "12"}, "mobile_phone"),
        ({"office_extension": "x"}, "office_extension"),
        ({"identity_number": ""}, "identity_number"),
        ({"identity_type": ""}, "identity_type"),
        ({"identity_country": ""}, "identity_country"),
        ({"identity_type": "national_id", "identity_number": "1234567890123"}, "identity_number"),
        ({"reason": "", "identified": "12"}, "identified"),
    ],
    ids=str,
)
def test_wrong_input_is_said_at_its_field(anong, chai, sign_in, change, field):
    answer = propose(sign_in(chai), anong, **change)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not AssistedRecovery.objects.exists()


def test_a_proposal_of_nothing_is_refused(anong, chai, sign_in):
    nothing = {"email": "", "identity_type": "", "identity_country": "", "identity_number": ""}
    answer = propose(sign_in(chai), anong, **nothing)
    assert answer.status_code == 422
    assert "Nothing would change" in answer.content.decode()


def test_an_unconfirmed_registration_is_not_recovered(chai, sign_in):
    somebody = register("boonmee").applicant
    assert propose(sign_in(chai), somebody).status_code == 422
    assert "Propose a recovery" not in page(sign_in(chai), f"/members/{somebody.pk}/")


def test_the_pages_need_few_queries(anong, proposed, chai, sign_in, django_assert_max_num_queries):
    for number in range(12):
        confirm(register(f"many{number}", name_en="Anong Many"))
    staff("chom", ("service_desk", "service-desk"))
    browser = sign_in(chai)
    for address in ("/members/?q=anong", f"/members/{anong.pk}/", f"/members/{anong.pk}/recover/", "/cases/"):
        with django_assert_max_num_queries(12):
            page(browser, address)
    assert as_actor(chai).desks == {"service-desk"}
