"""The queue: what it shows to whom, how it is searched, sorted, paged, and work taken from it (R30)."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from securenet.domain.accounts.models import User
from securenet.domain.approvals.models import Case
from securenet.domain.entitlements.models import Role
from securenet.foundation.audit.models import AuditEntry
from securenet.foundation.documents.codes import document_code
from securenet.surfaces.backoffice.words import figure
from securenet.surfaces.shared import paging
from tests.cast import BETA, OWNER
from tests.surfaces.backoffice.conftest import move_desk, picks

pytestmark = pytest.mark.rule("R30")
ROW = re.compile(r'<a class="nw num" href="/cases/(\d+)/">')


def numbers(answer):
    return [int(number) for number in ROW.findall(answer.content.decode())]


@pytest.fixture
def crowd(ask):
    """Seven requests, a day apart, the newest last."""
    first = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
    return [ask(f"anong{day}", at=first + timedelta(days=day)).number for day in range(7)]


def test_a_request_at_another_desk_is_not_in_the_queue(ready, dara, sign_in):
    assert numbers(sign_in(dara).get("/cases/")) == []


def test_an_administrator_has_no_members_requests_in_the_queue(ready, orn, sign_in):
    assert numbers(sign_in(orn).get("/cases/")) == []


def test_a_request_is_shown_with_everything_the_desk_needs(ready, chai, sign_in):
    page = sign_in(chai).get("/cases/").content.decode()

    for words in (
        "Anong Jaidee",
        "Alpha Cash Transport Co., Ltd.",
        "0105561000011",
        "BMS ID – Officer",
        "5 business days left",
    ):
        assert words in page


def test_an_auditor_sees_every_desk_and_can_take_nothing(ready, adisak, sign_in):
    browser = sign_in(adisak)
    answer = browser.get("/cases/")

    assert numbers(answer) == [ready.number]
    assert 'name="pick"' not in answer.content.decode()
    assert browser.get("/cases/assign/", {"pick": picks(ready)}).status_code == 403


@pytest.mark.parametrize("text", ["อนงค์", "anong jai", "0105561000011", "0-1055-61000-01-1", "cash trans", "anong"])
def test_a_request_is_found_by_name_and_number(ready, ask, chai, sign_in, text):
    ask("boonmee", name_th="บุญมี", name_en="Boonmee", organization=BETA, confirmed=True)
    Case.objects.exclude(submission=ready).update(organization_name="ธนาคารตัวอย่าง")

    assert numbers(sign_in(chai).get("/cases/", {"q": text})) == [ready.number]


def test_a_request_is_found_by_its_number(crowd, chai, sign_in):
    assert numbers(sign_in(chai).get("/cases/", {"q": str(crowd[3])})) == [crowd[3]]


@pytest.mark.parametrize(
    "text",
    ["' OR 1=1 --", "%", "_", "<script>alert(1)</script>", "\\", "'; DROP TABLE x", "9" * 90, "๑๒๓", "\u202e", "()[]*"],
)
def test_hostile_searches_find_nothing_and_break_nothing(ready, chai, sign_in, text):
    answer = sign_in(chai).get("/cases/", {"q": text})

    assert answer.status_code in {200, 422}
    assert "<script>alert" not in answer.content.decode()
    if answer.status_code == 200:
        assert numbers(answer) == []


@pytest.mark.rule("R82")
@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=a&q=b&q=" + "x" * 3000,
        "state=nonsense",
        "asked=bmsid:emperor",
        "due_day=31&due_month=2&due_year=2026",
        "due_day=1&due_month=1&due_year=1",
        "due_day=1",
        "%FF=%FF&q=%FF",
    ],
)
def test_bad_filters_are_told_kindly(ready, chai, sign_in, query):
    assert sign_in(chai).get(f"/cases/?{query}").status_code in {200, 422}


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=~",
        "after=2026-11-23~1",
        "after=9999-12-31T23:59:59%2B00:00~1",
        "after=0001-01-01T00:00:00%2B14:00~1",
        "before=2026-11-23T00:00:00%2B00:00~" + "9" * 40,
        "sort=number&after=99999999999999999999999~1",
        "sort=number&after=๑~1",
        "sort=nonsense&page=999999999999",
        "sort=-due&sort=due&after=1~1&before=1~1",
    ],
)
def test_a_cursor_that_nobody_was_given_leads_to_the_first_page(ready, chai, sign_in, query):
    answer = sign_in(chai).get(f"/cases/?{query}")

    assert answer.status_code == 200


@pytest.mark.parametrize("order", ["due", "-due", "number", "-number", "received", "-received"])
def test_paging_by_key_shows_every_request_once_in_order(crowd, chai, sign_in, order, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 3)
    browser = sign_in(chai)
    seen, address = [], f"/cases/?sort={order}"
    back = ""
    while address:
        page = browser.get(address)
        seen.append(numbers(page))
        older = re.search(r'href="([^"]+)" rel="next"', page.content.decode())
        newer = re.search(r'href="([^"]+)" rel="prev"', page.content.decode())
        back = newer[1].replace("&amp;", "&") if newer else back
        address = "/cases/" + older[1].replace("&amp;", "&") if older else ""

    expected = sorted(crowd, reverse=order.startswith("-"))
    assert [number for page in seen for number in page] == expected
    assert [len(page) for page in seen] == [3, 3, 1]
    assert numbers(browser.get("/cases/" + back)) == seen[1]


def test_the_tiles_count_what_they_say(ask, complete, chai, sign_in, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), tick=False)
    late, soon, fresh = (complete(ask(name), chai) for name in ("anong1", "anong2", "anong3"))
    ask("anong4")
    Case.objects.filter(submission=late).update(due_at=datetime(2026, 11, 20, 16, 59, tzinfo=UTC))
    Case.objects.filter(submission=soon).update(due_at=datetime(2026, 11, 24, 16, 59, tzinfo=UTC))
    browser = sign_in(chai)

    page = browser.get("/cases/").content.decode()

    assert re.findall(r"<b>([^<]+)</b>", page) == ["4", "1", "1", "3"]
    assert "1 business day late" in page
    assert numbers(browser.get("/cases/?state=overdue")) == [late.number]
    assert numbers(browser.get("/cases/?state=soon")) == [soon.number]
    assert set(numbers(browser.get("/cases/?state=ready"))) == {late.number, soon.number, fresh.number}


def test_counts_are_exact_up_to_a_thousand():
    assert (figure(0), figure(1000), figure(1001)) == ("0", "1,000", "1,000+")


def test_filters_by_right_and_day(ask, chai, sign_in):
    officer, admin = ask("anong"), ask("boonmee", Role.ORGANIZATION_ADMIN, organization=BETA)
    browser = sign_in(chai)

    assert numbers(browser.get("/cases/?asked=bmsid:organization_admin")) == [admin.number]
    assert numbers(browser.get("/cases/?asked=certificate")) == []
    assert numbers(browser.get("/cases/?due_day=1&due_month=1&due_year=2026")) == []
    assert set(numbers(browser.get("/cases/?due_day=1&due_month=1&due_year=2399"))) == {officer.number, admin.number}


@pytest.mark.rule("R7a")
def test_the_bar_code_of_a_form_opens_its_request(ready, chai, sign_in):
    answer = sign_in(chai).get("/cases/", {"q": document_code(ready.number, "letter_of_intent")})

    assert answer.url == f"/cases/{ready.number}/#paper-letter_of_intent"


def test_nothing_is_taken_from_another_desk(ready, dara, sign_in):
    assert sign_in(dara).post("/cases/assign/", {"pick": picks(ready), "to": dara.pk}).url == "/cases/"
    assert Case.objects.get(submission=ready).assigned_to is None


def test_nothing_is_assigned_to_somebody_of_another_desk(ready, chai, dara, sign_in):
    answer = sign_in(chai).post("/cases/assign/", {"pick": picks(ready), "to": dara.pk})

    assert answer.status_code == 422
    assert Case.objects.get(submission=ready).assigned_to is None


@pytest.mark.parametrize("pick", ["", "x", "1:", ":1", "1:1:1", "-1:0", "9" * 30 + ":0", "๑:๐"])
def test_odd_ticks_lead_back_to_the_queue(chai, sign_in, pick):
    assert sign_in(chai).get("/cases/assign/", {"pick": pick}).url == "/cases/"


def test_what_a_colleague_changed_meanwhile_is_reported_and_the_rest_is_assigned(crowd, chai, chuan, sign_in):
    cases = list(Case.objects.filter(submission__in=crowd[:3]).order_by("pk"))
    ticked = [f"{case.pk}:{case.revision}" for case in cases]
    Case.objects.filter(pk=cases[1].pk).update(revision=cases[1].revision + 1)
    browser = sign_in(chai)
    assert browser.get("/cases/assign/", {"pick": ticked}).status_code == 200

    answer = browser.post("/cases/assign/", {"pick": ticked, "to": chuan.pk}, follow=True)

    page = answer.content.decode()
    assert "2 items were done" in page
    assert "Someone else changed this request a moment ago" in page
    assert [case.assigned_to for case in Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk")] == [
        chuan,
        None,
        chuan,
    ]
    assert AuditEntry.objects.filter(event="case.assigned", actor="chai").count() == 2


def test_somebody_takes_a_request_for_themself(ready, chai, sign_in):
    answer = sign_in(chai).post("/cases/assign/", {"pick": picks(ready), "to": chai.pk}, follow=True)

    assert "was assigned to Chai Mankong" in answer.content.decode()
    assert Case.objects.get(submission=ready).assigned_to == chai


def test_the_queue_follows_the_desk(ready, chai, sign_in):
    browser = sign_in(chai)
    assert numbers(browser.get("/cases/")) == [ready.number]

    move_desk(chai, *OWNER)

    assert numbers(browser.get("/cases/")) == []


def test_fifty_rows_cost_no_more_queries_than_one(ask, chai, sign_in, django_assert_max_num_queries):
    for number in range(50):
        ask(f"anong{number:02}")
    User.objects.filter(kind="member").update(language="en")
    browser = sign_in(chai)

    with django_assert_max_num_queries(12):
        assert len(numbers(browser.get("/cases/?q=anong&state=awaiting_documents"))) == 50
