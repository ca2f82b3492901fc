"""Who has what in one organization, for the service desk and auditors, on any past day (R22, R35)."""

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from securenet.domain.accounts.models import User
from securenet.domain.entitlements.holdings import places_in
from securenet.domain.entitlements.life import change_status
from securenet.domain.entitlements.models import Role, Status
from securenet.domain.organizations.models import Organization
from securenet.foundation.audit.models import AuditEntry
from tests.cast import ALPHA, AT, BETA, DAY, as_actor, member, right_of
from tests.domain.entitlements.mandating import assign, mandate

pytestmark = [pytest.mark.rule("R22", "R35")]
SECOND = {"day_day": "2", "day_month": "2", "day_year": "2026"}


@pytest.fixture
def alpha(chai, dara):
    """Boonmee and Anong act for Alpha, Ekachai for Beta; Anong's right was suspended on the second day."""
    for name, role, place in (
        ("boonmee", Role.ORGANIZATION_ADMIN, ALPHA),
        ("anong", Role.OFFICER, ALPHA),
        ("ekachai", Role.ORGANIZATION_ADMIN, BETA),
    ):
        member(name, role, place, chai=chai, dara=dara)
    return Organization.objects.get(number=ALPHA[0])


def user(name):
    return User.objects.get(username=name)


def place(organization, more=""):
    return f"/organizations/{organization.pk}/who/{more}"


def statuses(answer):
    return {row["username"]: row["status"] for row in answer.context["rows"]}


def test_everybody_of_the_organization_is_listed_and_nobody_of_another(alpha, chai, sign_in):
    change_status(right_of(user("anong")), Status.SUSPENDED, reason="On leave.", by=as_actor(chai, at=AT + DAY))
    desk = sign_in(chai)
    assert place(alpha) in desk.get(f"/organizations/{alpha.pk}/").content.decode()
    assert statuses(desk.get(place(alpha))) == {"anong": "Suspended", "boonmee": "Active"}
    assert statuses(desk.get(place(alpha), SECOND)) == {"anong": "Active", "boonmee": "Active"}


def test_a_day_that_is_to_come_is_told_at_its_field(alpha, adisak, sign_in):
    answer = sign_in(adisak).get(place(alpha), SECOND | {"day_year": "2099"})
    assert (answer.status_code, set(answer.context["form"].errors), answer.context["rows"]) == (422, {"day"}, [])


@pytest.mark.rule("R22d")
def test_who_acts_under_a_mandate_is_seen_on_both_sides(alpha, chai, dara, sign_in):
    ekachai, boonmee = user("ekachai"), user("boonmee")
    assign(mandate(ekachai, dara), user("anong"), boonmee)
    beta = Organization.objects.get(number=BETA[0])
    desk = sign_in(chai)
    for one in (alpha, beta):
        rows = desk.get(place(one), SECOND | {"show": "mandates"}).context["rows"]
        assert places_in(one) == [(one.pk, "bmsid")]
        assert [row["username"] for row in rows] == ["anong"]


def test_the_file_says_the_same_and_is_written_down(alpha, adisak, sign_in):
    answer = sign_in(adisak).post(place(alpha, "file/"), SECOND)
    assert 'filename="who-has-what-2026-02-02.xlsx"' in answer.headers["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {row[1]: row[6] for row in rows[1:]} == {"anong": date(2026, 2, 2), "boonmee": date(2026, 2, 2)}
    assert AuditEntry.objects.get(event="who-has-what.exported").about == alpha.about


def test_an_organization_that_nobody_acts_for_has_an_empty_list(alpha, chai, sign_in):
    empty = Organization.objects.create(number="1", number_type="tax_id", country="TH", name="Empty", created_at=AT)
    answer = sign_in(chai).get(place(empty))
    assert (answer.status_code, answer.context["rows"]) == (200, [])


@pytest.mark.parametrize("who", ["orn", "dara"])
def test_it_is_not_for_those_who_find_no_members(alpha, who, request, sign_in):
    browser = sign_in(request.getfixturevalue(who))
    assert browser.get(place(alpha)).status_code == 403
    assert browser.post(place(alpha, "file/")).status_code == 403
    assert not AuditEntry.objects.filter(event="who-has-what.exported").exists()


def test_an_unknown_organization_is_not_found(chai, sign_in):
    assert sign_in(chai).get("/organizations/4711/who/").status_code == 404
