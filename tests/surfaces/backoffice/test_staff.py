"""The staff at the back office: administrators see and change accounts, everybody else finds nothing (R33, R35)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pyotp
import pytest
from django.utils import timezone

from securenet.domain.accounts.models import SecondFactor, StaffRole, User
from securenet.domain.accounts.queries import roles_of
from securenet.domain.accounts.staffing import add_staff, close_staff
from securenet.domain.approvals.actions import take_case
from securenet.domain.approvals.models import Case
from securenet.surfaces.shared import paging
from tests.cast import PASSWORD, SERVICE_DESK, as_actor, last_mail
from tests.surfaces.backoffice.conftest import fresh_browser
from tests.surfaces.portal.test_portal_browser import look_at

pytestmark = pytest.mark.rule("R33", "R35")
DESK, OWNER, ADMINISTRATOR = "service_desk:service-desk", "service_owner:owner-bmsid", "administrator:"
TYPED = {
    "name_en": "Wirat Tuayang",
    "name_th": "วิรัตน์ ตัวอย่าง",
    "username": "wirat",
    "email": "wirat@bank.example",
    "roles": [DESK, "auditor:"],
}
WHY = "Moves to another department."


def invite(orn):
    """Wirat has an account, and has not chosen a password yet."""
    by = as_actor(orn, at=timezone.now())
    facts = {name: TYPED[name] for name in ("name_en", "name_th", "username", "email")}
    return add_staff(**facts, roles=[SERVICE_DESK], by=by)


def link():
    return re.search(r"/password/[\w-]{20,}/", last_mail("staff-invited").text)[0]


def page(browser, address, **query):
    answer = browser.get(address, query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_nobody_but_administrators_sees_the_staff(chai, dara, adisak, ask, sign_in, visitor, orn):
    addresses = ["/staff/", "/staff/add/", *(f"/staff/{chai.pk}/{page}" for page in ("", "roles/", "close/", "link/"))]
    for somebody in (chai, dara, adisak):
        browser = sign_in(somebody)
        assert 'href="/staff/"' not in browser.get("/help/").content.decode()
        for address in addresses:
            assert browser.get(address).status_code == 403
            assert browser.post(address, {"reason": WHY, "roles": [ADMINISTRATOR]}).status_code in {403, 405}
    assert visitor.get("/staff/").url.startswith("/login/")
    ask()
    portal = fresh_browser("portal.localhost:8440")
    portal.post("/login/", {"username": "anong", "password": PASSWORD})
    assert portal.get("/staff/").status_code == 404, "a member's surface has no such page"
    assert roles_of(chai) == [SERVICE_DESK]


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 25, "member"])
def test_members_and_strangers_are_not_found_there(orn, ask, sign_in, pk):
    address = f"/staff/{ask().applicant.pk if pk == 'member' else pk}/"
    browser = sign_in(orn)
    for below in ("", "roles/", "close/", "reopen/", "link/"):
        assert browser.get(f"{address}{below}").status_code == 404


def test_the_list_says_who_may_do_what_and_who_has_signed_in(orn, chai, dara, sign_in):
    wirat = invite(orn)
    sign_in(chai)
    close_staff(dara, reason=WHY, by=as_actor(orn, at=timezone.now()))
    browser = sign_in(orn)
    seen = page(browser, "/staff/")
    for told in (
        *("Chai Mankong", "chai@bank-of-thailand.example", "Service desk (IT Service Team)", "Set up"),
        *("Wirat Tuayang", "Invited", "Closed", "no role", "Never", "Administrator"),
        "Banknote System Control Section",
    ):
        assert told in seen
    for query, found in (({"q": "wirat"}, wirat), ({"q": "วิรัตน์"}, wirat), ({"state": "closed"}, dara)):
        assert [row["person"] for row in browser.get("/staff/", query).context["rows"]] == [found]
    assert "Nobody fits" in page(browser, "/staff/", q="anong")


@pytest.mark.rule("R82")
@pytest.mark.parametrize("query", ["q=%00", "state=x", "after=1~1", "q=%25", "before=x~y"])
def test_odd_searches_break_nothing(orn, sign_in, query):
    assert sign_in(orn).get(f"/staff/?{query}").status_code in {200, 422}


def test_somebody_joins_chooses_a_password_and_sets_up_the_second_factor(orn, sign_in, visitor):
    browser = sign_in(orn)
    answer = browser.post("/staff/add/", TYPED)
    wirat = User.objects.get(username="wirat")
    assert answer.url == f"/staff/{wirat.pk}/"
    seen = page(browser, answer.url)
    assert "a mail with a link is on its way" in seen
    assert f"/staff/{wirat.pk}/link/" in seen

    assert visitor.get(link()).url == "/password/"
    assert "wirat" in page(visitor, "/password/")
    assert visitor.post("/password/", {"password": PASSWORD, "password_confirm": "x"}).status_code == 422
    assert visitor.post("/password/", {"password": "Ab1", "password_confirm": "Ab1"}).status_code == 422
    chosen = {"password": PASSWORD, "password_confirm": PASSWORD}
    assert visitor.post("/password/", chosen).url == "/login/"
    visitor.post("/login/", {"username": "wirat", "password": PASSWORD})
    assert "Set up the second factor" in page(visitor, "/login/second-factor/")
    code = pyotp.TOTP(SecondFactor.objects.get(user=wirat).secret).now()
    assert visitor.post("/login/second-factor/", {"code": code}).status_code == 302
    assert visitor.get("/cases/").status_code == 200

    assert "Password chosen" in page(browser, f"/staff/{wirat.pk}/")
    assert visitor.post("/password/", chosen).status_code == 410
    assert browser.post(f"/staff/{wirat.pk}/link/", {"email": "other@bank.example"}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "orn"}, "username"),
        ({"username": "w"}, "username"),
        ({"email": "ORN@bank-of-thailand.example"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"name_en": "วิรัตน์"}, "name_en"),
        ({"name_th": "Wirat"}, "name_th"),
        ({"roles": []}, "roles"),
        ({"roles": ["service_owner:owner-emcs"]}, "roles"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_lost(orn, sign_in, changes, field):
    answer = sign_in(orn).post("/staff/add/", TYPED | changes)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert not User.objects.filter(email="wirat@bank.example").exists()


def test_a_link_that_nobody_was_given_opens_nothing(orn, visitor):
    assert visitor.get("/password/").status_code == 410
    visitor.get(f"/password/{'x' * 43}/")
    assert visitor.post("/password/", {"password": PASSWORD, "password_confirm": PASSWORD}).status_code == 410


@pytest.mark.rule("R11")
def test_a_link_for_staff_opens_nothing_at_the_portal(orn):
    invite(orn)
    portal = fresh_browser("portal.localhost:8440")
    portal.get(link().replace("/password/", "/recover/password/"))
    assert portal.get("/recover/password/new/").status_code == 410


def test_who_loses_a_role_is_out_at_once_and_their_request_back_at_the_desk(orn, chai, ready, sign_in):
    take_case(ready.cases.get(), by=as_actor(chai, at=timezone.now()))
    desk, browser = sign_in(chai), sign_in(orn)
    shown = browser.get(f"/staff/{chai.pk}/roles/").context["form"]["shown"].value()
    typed = {"shown": shown, "roles": [OWNER], "reason": WHY}
    assert browser.post(f"/staff/{chai.pk}/roles/", typed | {"reason": "-"}).status_code == 422
    answer = browser.post(f"/staff/{chai.pk}/roles/", typed)
    seen = page(browser, answer.url)
    assert "1 open request went back to its desk." in seen
    assert "Service desk (IT Service Team) → Owner of BMS ID (Banknote System Control Section)" in seen
    assert desk.get("/cases/").url.startswith("/login/")
    assert Case.objects.get().assigned_to is None
    assert browser.post(f"/staff/{chai.pk}/roles/", typed).status_code == 422, "the roles are others by now"


def test_an_account_is_closed_and_reopened_from_its_page(orn, chai, sign_in):
    browser, address = sign_in(orn), f"/staff/{chai.pk}/"
    assert f"{address}reopen/" not in page(browser, address)
    browser.post(f"{address}close/", {"reason": WHY})
    seen = page(browser, address)
    assert WHY in seen
    assert f"{address}close/" not in seen
    assert browser.post(f"{address}close/", {"reason": WHY}).status_code == 422
    browser.post(f"{address}reopen/", {"roles": ["auditor:"], "reason": "Came back."})
    assert "Came back." in page(browser, address)
    assert (roles_of(chai), User.objects.get(pk=chai.pk).closed_at) == ([("auditor", "")], None)


def test_an_administrator_finds_no_way_to_change_themself(orn, sign_in):
    browser, address = sign_in(orn), f"/staff/{orn.pk}/"
    assert f"{address}roles/" not in page(browser, address)
    typed = {"shown": ADMINISTRATOR, "roles": [ADMINISTRATOR, DESK], "reason": WHY}
    assert browser.post(f"{address}roles/", typed).status_code == 422
    assert browser.post(f"{address}close/", {"reason": WHY}).status_code == 422
    assert roles_of(orn) == [("administrator", "")]


@pytest.mark.rule("R85")
def test_who_signed_in_a_while_ago_is_asked_for_the_password_first(orn, chai, sign_in, monkeypatch):
    browser, address = sign_in(orn), f"/staff/{chai.pk}/close/"
    monkeypatch.setattr("securenet.surfaces.shared.fresh.is_fresh", lambda _request: False)
    asked = browser.get(address).url
    assert asked == f"/again/?{urlencode({'next': address})}"
    assert 'type="password"' in page(browser, asked)
    assert browser.post(address, {"reason": WHY}).status_code == 200
    assert User.objects.get(pk=chai.pk).is_active
    browser.post(address, {"reason": WHY, "again-password": PASSWORD})
    assert not User.objects.get(pk=chai.pk).is_active


def test_a_large_staff_stays_within_its_queries(orn, chai, sign_in, django_assert_max_num_queries):
    at = timezone.now()
    made = User.objects.bulk_create(
        User(
            username=f"clerk{number}", kind="staff", name_en=f"C {number}", email=f"c{number}@b.example", created_at=at
        )
        for number in range(paging.SIZE + 5)
    )
    roles = (SERVICE_DESK, ("auditor", ""))
    StaffRole.objects.bulk_create(StaffRole(user=user, role=role, desk=desk) for user in made for role, desk in roles)
    browser = sign_in(orn)
    for address in ("/staff/", "/staff/?q=clerk", f"/staff/{chai.pk}/", f"/staff/{chai.pk}/roles/", "/staff/add/"):
        with django_assert_max_num_queries(12):
            assert browser.get(address).status_code == 200
    older = browser.get("/staff/?q=clerk").context["page"].older
    assert len(browser.get(f"/staff/{older}").context["rows"]) == 5


@pytest.mark.journey
@pytest.mark.rule("R81")
def test_the_pages_that_few_come_to_are_readable_by_everybody_and_never_too_wide(orn, chai, sign_in):
    browser, answers = sign_in(orn), []
    invite(orn)
    close_staff(chai, reason=WHY, by=as_actor(orn, at=timezone.now()))
    for language in ("th", "en"):
        browser.post("/language/", {"language": language, "next": "/staff/"})
        browser.get(link())
        answers += [browser.post("/password/", {"password": "Ab1", "password_confirm": "x"})]
        answers += [browser.get(f"/staff/{chai.pk}/reopen/"), browser.get("/again/")]
        browser.get(f"/password/{'x' * 43}/")
        answers.append(browser.get("/password/"))
    assert [answer.status_code for answer in answers[:4]] == [422, 200, 200, 410]
    look_at(answers)
