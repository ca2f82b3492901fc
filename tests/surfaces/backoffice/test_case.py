"""A submission on one page: who sees it, what is noted, and what is decided (R24a, R30, R32)."""

import pytest
from django.utils import timezone

from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.models import Case, ChecklistItem, Step
from securenet.domain.entitlements.models import Role
from securenet.domain.organizations.actions import admit_organization
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import OWNER, SERVICE_DESK, as_actor, decide, national_id
from tests.surfaces.backoffice.conftest import move_desk, picks

pytestmark = pytest.mark.rule("R30")
NUMBER = national_id("anong")


def send(browser, submission, choice, ticked=None, **words):
    ticked = picks(submission) if ticked is None else ticked
    return browser.post(f"/cases/{submission.number}/decide/", {"pick": ticked, "choice": choice, **words})


def states(submission):
    return list(Case.objects.filter(submission=submission).order_by("pk").values_list("state", flat=True))


def test_another_desks_request_is_not_found(ready, dara, sign_in):
    browser = sign_in(dara)

    assert browser.get(f"/cases/{ready.number}/").status_code == 404
    assert send(browser, ready, "agree").status_code == 404
    assert browser.post(f"/cases/{ready.number}/identity/").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "9" * 25])
def test_a_number_that_is_nobodys_is_not_found(chai, sign_in, number):
    assert sign_in(chai).get(f"/cases/{number}/").status_code == 404


@pytest.mark.rule("R85")
def test_the_identity_number_is_shown_only_on_demand_and_the_look_is_written_down(ready, chai, sign_in):
    browser = sign_in(chai)
    assert NUMBER not in browser.get(f"/cases/{ready.number}/").content.decode()
    assert browser.get(f"/cases/{ready.number}/identity/").status_code == 405

    assert NUMBER in browser.post(f"/cases/{ready.number}/identity/").content.decode()

    entry = AuditEntry.objects.get(event="identity-document.shown")
    assert (entry.actor, entry.about) == ("chai", "account anong")
    assert NUMBER not in str(entry.facts)


def test_an_auditor_reads_and_decides_nothing(ready, adisak, sign_in):
    browser = sign_in(adisak)
    page = browser.get(f"/cases/{ready.number}/").content.decode()

    assert "Anong Jaidee" in page
    assert "Save the decision" not in page
    assert send(browser, ready, "agree").status_code == 403
    assert browser.post(f"/cases/{ready.number}/identity/").status_code == 403
    item = ready.papers.first()
    assert browser.post(f"/cases/{ready.number}/papers/{item.pk}/", {"do": "note"}).status_code == 403


def test_a_service_owner_notes_no_papers(ready, chai, dara, sign_in):
    decide(ready.cases.get(), Verb.ENDORSE, chai, timezone.now())
    item = ready.papers.first()

    answer = sign_in(dara).post(f"/cases/{ready.number}/papers/{item.pk}/", {"do": "take-back"})

    assert answer.status_code == 409, "the papers of rights are not at the owner's desk"
    assert ChecklistItem.objects.get(pk=item.pk).received_at is not None


def test_a_paper_of_another_request_is_not_noted_here(ask, chai, sign_in):
    first, second = ask("anong1"), ask("anong2")
    item = second.papers.first()

    assert sign_in(chai).post(f"/cases/{first.number}/papers/{item.pk}/", {"do": "note"}).status_code == 404


def test_a_paper_noted_twice_is_told(ask, chai, sign_in):
    submission, browser = ask(), sign_in(chai)
    address = f"/cases/{submission.number}/papers/{submission.papers.first().pk}/"
    assert browser.post(address, {"do": "note"}).status_code == 302

    answer = browser.post(address, {"do": "note"})

    assert answer.status_code == 409
    assert "Someone else changed this request" in answer.content.decode()


@pytest.mark.rule("R24a")
def test_the_last_required_paper_starts_the_check(ask, chai, sign_in):
    submission, browser = ask(), sign_in(chai)
    for item in submission.papers.filter(required=True):
        assert states(submission) == ["awaiting_documents"]
        browser.post(f"/cases/{submission.number}/papers/{item.pk}/", {"do": "note", "undated": "on"})

    assert states(submission) == ["service_desk_review"]
    page = browser.get(f"/cases/{submission.number}/").content.decode()
    assert "All required documents are here" in page
    assert "All required documents received" in page


def test_a_note_made_by_mistake_is_taken_back(ask, chai, sign_in):
    submission, browser = ask(), sign_in(chai)
    item = submission.papers.first()
    address = f"/cases/{submission.number}/papers/{item.pk}/"
    browser.post(address, {"do": "note"})

    browser.post(address, {"do": "take-back"})

    assert ChecklistItem.objects.get(pk=item.pk).received_at is None


@pytest.mark.parametrize("choice", ["return", "reject"])
@pytest.mark.parametrize("words", ["", "   ", "1234567890121"])
def test_nothing_is_refused_or_returned_without_a_reason(ready, chai, sign_in, choice, words):
    answer = send(sign_in(chai), ready, choice, question=words, reason=words)

    assert answer.status_code == 422
    assert "Write the reason" in answer.content.decode()
    assert states(ready) == ["service_desk_review"]


@pytest.mark.parametrize("choice", ["", "approve", "withdraw", "expire", "<b>"])
def test_only_the_offered_decisions_are_taken(ready, chai, sign_in, choice):
    assert send(sign_in(chai), ready, choice).status_code == 422
    assert states(ready) == ["service_desk_review"]


def test_nothing_is_decided_before_the_papers_are_there(ask, chai, sign_in):
    submission, browser = ask(), sign_in(chai)

    assert "Save the decision" not in browser.get(f"/cases/{submission.number}/").content.decode()
    assert send(browser, submission, "agree").status_code == 422
    assert states(submission) == ["awaiting_documents"]


@pytest.mark.parametrize("ticked", [[], ["x"], ["999999:0"], [""]])
def test_nothing_is_decided_when_nothing_of_it_is_ticked(ready, chai, sign_in, ticked):
    assert send(sign_in(chai), ready, "agree", ticked).status_code == 422
    assert states(ready) == ["service_desk_review"]


def test_whoever_decides_second_is_told(ready, chai, chuan, sign_in):
    first, second = sign_in(chai), sign_in(chuan)
    shown = picks(ready)
    assert send(first, ready, "agree", shown).status_code == 302

    answer = send(second, ready, "reject", shown, reason="The letter is not signed.")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone else changed this request a moment ago" in page
    assert "Nothing has been changed." in page
    assert states(ready) == ["service_owner_review"]


def test_a_page_that_is_out_of_date_keeps_what_was_typed(ready, chai, sign_in):
    shown = picks(ready)
    Case.objects.filter(submission=ready).update(revision=99)

    answer = send(sign_in(chai), ready, "reject", shown, reason="The letter is not signed.")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The letter is not signed." in page
    assert f'value="{picks(ready)[0]}"' in page
    assert states(ready) == ["service_desk_review"]


@pytest.mark.rule("R32")
def test_no_one_decides_at_both_tiers(ready, chai, sign_in):
    browser = sign_in(chai)
    send(browser, ready, "agree")
    move_desk(chai, *OWNER)

    answer = send(browser, ready, "agree")

    assert answer.status_code == 409
    assert "Another person has to decide here" in answer.content.decode()
    assert states(ready) == ["service_owner_review"]


@pytest.mark.rule("R32")
def test_no_one_decides_their_own(ready, chai, sign_in):
    ready.applicant = chai
    ready.save()

    assert send(sign_in(chai), ready, "agree").status_code == 409
    assert states(ready) == ["service_desk_review"]


@pytest.mark.rule("R24a")
def test_the_cases_of_a_submission_are_decided_together_or_not_at_all(ask, complete, chai, chuan, sign_in):
    submission = complete(ask("anong", Role.OFFICER, Role.ORGANIZATION_ADMIN), chuan)
    _first, second = submission.cases.order_by("pk")
    Step.objects.create(
        case=second,
        verb="endorse",
        before="organization_review",
        after="service_desk_review",
        person=chai,
        at=submission.submitted_at,
    )

    answer = send(sign_in(chai), submission, "agree")

    assert answer.status_code == 409
    assert states(submission) == ["service_desk_review"] * 2


@pytest.mark.rule("R24a")
def test_the_desk_can_pick_one_of_the_cases(ask, complete, chai, sign_in):
    submission = complete(ask("anong", Role.OFFICER, Role.ORGANIZATION_ADMIN), chai)

    send(sign_in(chai), submission, "agree", picks(submission)[:1] * 2)

    assert states(submission) == ["service_owner_review", "service_desk_review"]


@pytest.mark.rule("R24a", "R31")
def test_a_request_goes_from_desk_to_owner_to_its_applicant(ready, chai, dara, sign_in):
    desk, owner = sign_in(chai), sign_in(dara)
    assert send(desk, ready, "agree").url == f"/cases/{ready.number}/"
    assert "Checked and passed on" in desk.get(f"/cases/{ready.number}/").content.decode()

    send(owner, ready, "agree")

    assert states(ready) == ["approved"]
    ready.applicant.refresh_from_db()
    assert ready.applicant.is_admitted
    assert owner.get(f"/cases/{ready.number}/").status_code == 200
    assert Mail.objects.filter(template="case-approved", to=ready.applicant.email).count() == 1


@pytest.mark.rule("R24b")
def test_a_question_goes_to_the_applicant(ready, chai, sign_in):
    send(sign_in(chai), ready, "return", question="Please send\nthe second page.")

    assert states(ready) == ["returned"]
    assert Mail.objects.filter(template="case-returned").count() == 1


def test_what_the_applicant_wrote_is_text_and_nothing_else(ask, complete, chai, sign_in):
    submission = complete(ask("anong", email="anong@alpha.example"), chai)
    Case.objects.filter(submission=submission).update(organization_name="<img src=x onerror=alert(1)>")
    submission.applicant.name_en = "<script>alert(1)</script>"
    submission.applicant.save()
    browser = sign_in(chai)

    for page in (browser.get(f"/cases/{submission.number}/"), browser.get("/cases/")):
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


@pytest.mark.rule("R2")
def test_the_same_document_on_another_account_is_a_fact_on_the_page(ready, ask, chai, sign_in):
    other = ask("anong2", identity_number=NUMBER)

    page = sign_in(chai).get(f"/cases/{other.number}/").content.decode()

    assert "The same identity document stands on the account anong (Anong Jaidee), not admitted." in page


def test_a_name_that_differs_from_the_register_is_a_fact_on_the_page(ready, chai, sign_in):
    browser = sign_in(chai)
    address = f"/cases/{ready.number}/"
    assert "No organization with this number" in browser.get(address).content.decode()

    admit_organization(number="0105561000011", number_type="x", country="TH", name="อีกชื่อหนึ่ง", by=as_actor(chai))

    assert "registered here under another name: อีกชื่อหนึ่ง" in browser.get(address).content.decode()


def test_a_desk_still_sees_what_it_passed_on(ready, chai, chuan, sign_in):
    decide(ready.cases.get(), Verb.ENDORSE, chai, timezone.now())
    browser = sign_in(chuan)

    page = browser.get(f"/cases/{ready.number}/")

    assert page.status_code == 200
    assert "Save the decision" not in page.content.decode()
    assert SERVICE_DESK[1] in chuan.staff_roles.values_list("desk", flat=True)


def test_a_page_of_ten_rights_stays_within_its_queries(ask, complete, chai, sign_in, django_assert_max_num_queries):
    submission = complete(ask("anong", Role.OFFICER, Role.ORGANIZATION_ADMIN), chai)
    browser = sign_in(chai)

    with django_assert_max_num_queries(12):
        assert browser.get(f"/cases/{submission.number}/").status_code == 200
