"""The service owner's list: a row per right, decided one by one or many at once (R31, R32)."""

import re

import pytest
from django.utils import timezone

from securenet.domain.accounts.models import StaffRole
from securenet.domain.approvals.flow import Verb
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.models import Role
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.mail.models import Mail
from tests.cast import OWNER, decide, national_id, staff
from tests.surfaces.backoffice.conftest import picks

pytestmark = pytest.mark.rule("R31")
LIST, CONFIRM = "/bmsid/approvals/", "/bmsid/approvals/confirm/"
TICK = re.compile(r'class="cb pick" type="checkbox" name="pick" value="(\d+:\d+)"')


@pytest.fixture
def endorse(ask, complete, chai):
    """Return a function that brings a registration to the service owner."""

    def endorsed(username="anong", *roles, desk=chai, **changes):
        submission = complete(ask(username, *roles, **changes), desk)
        for case in submission.cases.all():
            decide(case, Verb.ENDORSE, desk, timezone.now())
        return submission

    return endorsed


def states(*submissions):
    return [case.state for one in submissions for case in one.cases.order_by("pk")]


@pytest.mark.parametrize("page", [LIST, CONFIRM, "/approvals/"])
def test_the_list_is_the_owners_alone(endorse, page, chai, adisak, orn, sign_in):
    endorse()

    assert [sign_in(user).get(page).status_code for user in (chai, adisak, orn)] == [403] * 3


@pytest.mark.parametrize("service", ["nonsense", "cases", "e-service", "b" * 60])
def test_a_service_that_one_does_not_own_is_not_found(dara, sign_in, service):
    assert sign_in(dara).get(f"/{service}/approvals/").status_code == 404


def test_an_owner_of_another_service_finds_no_list(endorse, sign_in):
    stranger = staff("ekachai", ("service_owner", "owner-nothing"))
    browser = sign_in(stranger)

    assert browser.get("/approvals/").status_code == 404
    assert browser.get(LIST).status_code == 404
    assert browser.post(CONFIRM, {"pick": picks(endorse()), "do": "agree"}).status_code == 404


def test_what_is_still_at_the_desk_is_not_on_the_list_and_cannot_be_ticked(ready, dara, sign_in):
    browser = sign_in(dara)

    assert TICK.findall(browser.get(LIST).content.decode()) == []
    assert browser.get(CONFIRM, {"pick": picks(ready), "do": "agree"}).url == LIST
    assert browser.post(CONFIRM, {"pick": picks(ready), "do": "agree"}).url == LIST
    assert states(ready) == ["service_desk_review"]


def test_a_row_for_each_right_with_the_columns_that_owners_know(endorse, dara, sign_in):
    endorse("anong", Role.OFFICER, Role.ORGANIZATION_ADMIN)
    browser = sign_in(dara)
    assert browser.get("/approvals/").url == LIST

    page = browser.get(LIST).content.decode()

    assert len(TICK.findall(page)) == 2
    for words in ("anong", "อนงค์ ใจดี", "Anong Jaidee", "Officer", "Organization Admin", "Showing 1 to 2 of 2 entries"):
        assert words in page


def test_the_list_shows_ten_rows_unless_told_otherwise(endorse, dara, sign_in):
    for number in range(12):
        endorse(f"anong{number:02}")
    browser = sign_in(dara)

    first, second = browser.get(LIST).content.decode(), browser.get(f"{LIST}?page=2").content.decode()

    assert (len(TICK.findall(first)), len(TICK.findall(second))) == (10, 2)
    assert "Showing 1 to 10 of 12 entries" in first
    assert "Showing 11 to 12 of 12 entries" in second
    assert len(TICK.findall(browser.get(f"{LIST}?show=25").content.decode())) == 12
    assert len(TICK.findall(browser.get(f"{LIST}?page=999999999999&q=anong0").content.decode())) == 10


@pytest.mark.rule("R82")
@pytest.mark.parametrize(
    "query", ["show=7", "show=x", "page=-1", "page=x", "q=%00", "q='--", "show=10&show=50", "q=%25"]
)
def test_odd_addresses_break_nothing(endorse, dara, sign_in, query):
    endorse()

    assert sign_in(dara).get(f"{LIST}?{query}").status_code in {200, 422}


def test_nothing_is_decided_by_looking_at_the_confirmation(endorse, dara, sign_in):
    submission = endorse()

    page = sign_in(dara).get(CONFIRM, {"pick": picks(submission), "do": "agree"}).content.decode()

    assert "Approve 1 right" in page
    assert states(submission) == ["service_owner_review"]


@pytest.mark.parametrize("reason", ["", "  ", "1234567890121", "\x00"])
def test_nothing_is_refused_without_a_reason(endorse, dara, sign_in, reason):
    submission = endorse()

    answer = sign_in(dara).post(CONFIRM, {"pick": picks(submission), "do": "reject", "reason": reason})

    assert answer.status_code == 422
    assert states(submission) == ["service_owner_review"]


def test_many_are_approved_at_once_each_by_itself(endorse, dara, sign_in):
    first, second = endorse("anong"), endorse("boonmee", Role.OFFICER, Role.ORGANIZATION_ADMIN)

    answer = sign_in(dara).post(CONFIRM, {"pick": picks(first) + picks(second), "do": "agree"}, follow=True)

    page = answer.content.decode()
    assert "It is done" in page
    assert "3 items were done" in page
    assert states(first, second) == ["approved"] * 3
    assert Mail.objects.filter(template="case-approved").count() == 3


@pytest.mark.rule("R32")
def test_what_is_barred_or_overtaken_is_reported_by_name_and_the_rest_goes_on(endorse, dara, chai, chuan, sign_in):
    own, changed, free = endorse("anong1", desk=chuan), endorse("anong2"), endorse("anong3")
    StaffRole.objects.filter(user=chuan).update(role=OWNER[0], desk=OWNER[1])
    ticked = picks(own) + picks(changed) + picks(free)
    Case.objects.filter(submission=changed).update(revision=77)

    answer = sign_in(chuan).post(CONFIRM, {"pick": ticked, "do": "reject", "reason": "Not needed."}, follow=True)

    page = answer.content.decode()
    assert "Not everything could be done" in page
    assert "Another person has to decide here" in page
    assert "Someone else changed this request a moment ago" in page
    assert states(own, changed, free) == ["service_owner_review", "service_owner_review", "rejected"]
    assert AuditEntry.objects.filter(event="attempt.refused", actor="chuan").count() == 2


def test_what_a_colleague_decided_first_is_reported(endorse, dara, sign_in):
    submission, colleague = endorse(), staff("duang", OWNER)
    ticked = picks(submission)
    sign_in(colleague).post(CONFIRM, {"pick": ticked, "do": "agree"})

    answer = sign_in(dara).post(CONFIRM, {"pick": ticked, "do": "reject", "reason": "Not needed."}, follow=True)

    assert "Someone else changed this request a moment ago" in answer.content.decode()
    assert states(submission) == ["approved"]


@pytest.mark.rule("R2")
def test_a_second_account_for_one_document_is_not_admitted_and_stays_undecided(endorse, dara, sign_in):
    first, second = endorse("anong"), endorse("anong2", identity_number=national_id("anong"))

    page = sign_in(dara).post(CONFIRM, {"pick": picks(first) + picks(second), "do": "agree"}, follow=True)

    assert "Another account was admitted with the same identity document" in page.content.decode()
    assert sorted(states(first, second)) == ["approved", "service_owner_review"]


@pytest.mark.parametrize("sent", [{}, {"pick": "x"}, {"pick": ["1:1"] * 150}, {"pick": "9" * 40}])
def test_ticking_nothing_leads_back(dara, sign_in, sent):
    browser = sign_in(dara)

    assert browser.get(CONFIRM, sent).url == LIST
    assert browser.post(CONFIRM, sent | {"do": "agree"}).url == LIST


def test_fifty_rows_stay_within_their_queries(endorse, dara, sign_in, django_assert_max_num_queries):
    for number in range(50):
        endorse(f"anong{number:02}")
    browser = sign_in(dara)

    with django_assert_max_num_queries(12):
        page = browser.get(f"{LIST}?show=50&q=anong").content.decode()
    assert len(TICK.findall(page)) == 50
    with django_assert_max_num_queries(12):
        browser.get(CONFIRM, {"pick": TICK.findall(page), "do": "agree"})
