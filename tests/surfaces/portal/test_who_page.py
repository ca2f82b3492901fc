"""Who has what, on a page and in a file, today and on a day in the past (R22, R22d)."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from securenet.domain.entitlements.grants import grant_function
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import Status
from securenet.foundation.audit.models import AuditEntry
from tests.cast import ALPHA, AT, BETA, DAY, as_actor, right_of
from tests.domain.entitlements.mandating import assign, mandate
from tests.surfaces.portal.visitor import faults, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22")]
SECOND = {"day_day": "2", "day_month": "2", "day_year": "2569"}


@pytest.fixture
def later(anong, boonmee, clock):
    """Three days on, Anong's right having been suspended on the second."""
    grant_function(right_of(anong), function="submit", from_date=AT.date(), until_date=None, by=as_actor(boonmee))
    change_status(right_of(anong), Status.SUSPENDED, reason="On leave.", by=as_actor(boonmee, at=AT + DAY))
    clock.move_to(AT + 3 * DAY)


def rows(page):
    return {row["username"]: (row["functions"], row["status"]) for row in page.context["rows"]}


def test_today_and_a_day_in_the_past_are_told_apart(sign_in, later, boonmee):
    visitor = sign_in(boonmee)
    today, then = visitor.get("/rights/who/"), visitor.get("/rights/who/", SECOND)
    assert rows(today)["anong"][1] != rows(then)["anong"][1] == rows(then)["boonmee"][1]
    assert rows(then)["anong"][0] == ["ส่งขออนุมัติ"]
    assert "2 กุมภาพันธ์ 2569" in text_of(then)


@pytest.mark.rule("R80")
def test_in_english_the_day_is_of_the_common_era(sign_in, later, boonmee):
    page = sign_in(boonmee, "en").get("/rights/who/", SECOND | {"day_year": "2026"})
    assert rows(page)["anong"] == (["Submit for approval"], "Active")


@pytest.mark.rule("R82")
@pytest.mark.parametrize(
    "typed",
    [{"day_day": "31"}, {"day_year": "2600"}, {"day_year": "1"}, {"day_day": "x"}, {"day_month": ""}],
)
def test_a_day_that_is_none_or_to_come_is_told_at_its_field(sign_in, boonmee, typed):
    page = sign_in(boonmee).get("/rights/who/", SECOND | typed)
    assert page.status_code == 422
    assert set(faults(page)) == {"day"}
    assert page.context["rows"] == []


def test_nobody_finds_people_of_another_organization(sign_in, anong, boonmee, ekachai):
    assert set(rows(sign_in(ekachai).get("/rights/who/"))) == {"ekachai"}
    visitor = sign_in(anong)
    assert visitor.get("/rights/who/").status_code == 404
    assert visitor.post("/rights/who/file/").status_code == 404


@pytest.mark.rule("R22d")
def test_the_bank_sees_every_officer_who_acts_for_it(sign_in, anong, boonmee, ekachai, dara):
    assign(mandate(ekachai, dara), anong, boonmee)
    for somebody in (ekachai, boonmee):
        page = sign_in(somebody).get("/rights/who/?show=mandates")
        assert [(row["username"], row["principal"], row["agent"]) for row in page.context["rows"]] == [
            ("anong", BETA[1], ALPHA[1])
        ]


def test_the_file_says_the_same_with_real_dates_and_is_recorded(sign_in, later, anong, boonmee):
    type(anong).objects.filter(pk=anong.pk).update(name_th="=HYPERLINK(1)")
    answer = sign_in(boonmee).post("/rights/who/file/", SECOND)
    assert 'filename="who-has-what-2026-02-02.xlsx"' in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    found = {row[1]: row for row in book.get_sheet_by_index(0).to_python()}
    assert found["anong"][0] == "=HYPERLINK(1)"
    assert found["anong"][5] == "ส่งขออนุมัติ"
    assert found["anong"][6] == date(2026, 2, 2)
    assert set(found) - {"anong", "boonmee"} == {"ชื่อผู้ใช้งาน"} or len(found) == 3
    assert len(book.sheet_names) == 2
    entry = AuditEntry.objects.get(event="who-has-what.exported")
    assert entry.facts["day"] == "2026-02-02"


def test_no_file_is_made_of_a_day_to_come(sign_in, boonmee):
    tomorrow = AT + timedelta(days=1)
    typed = {"day_day": str(tomorrow.day), "day_month": "2", "day_year": "2569"}
    assert sign_in(boonmee).post("/rights/who/file/", typed).status_code == 404
    assert not AuditEntry.objects.filter(event="who-has-what.exported").exists()
