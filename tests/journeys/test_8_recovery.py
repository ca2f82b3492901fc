"""Journey 8: Somwang forgets his user name, then his password, and helps himself by mail."""

import re

import pytest

from securenet.domain.demo.cast import crowd
from tests.journeys.conftest import Meet
from tests.journeys.flows import SUBMIT, open_mail, say_who_one_is, sign_in

SOMWANG = next(person for person in crowd() if person.seat == 218)
NEW = "Khao-Soi-2570"


@pytest.mark.rule("R10")
def test_a_forgotten_user_name_comes_by_mail(meet: Meet) -> None:
    somwang = meet()
    somwang.go("portal", "/login/")
    somwang.press("main a[href='/recover/username/']", "/recover/username/")
    somwang.see("forgotten-user-name")
    say_who_one_is(somwang, SOMWANG)
    somwang.press(SUBMIT, "/recover/username/sent/")
    somwang.see("forgotten-user-name-sent")

    assert SOMWANG.username in open_mail(somwang, SOMWANG.email, "ชื่อผู้ใช้งาน")


@pytest.mark.rule("R11", "R12")
def test_a_forgotten_password_is_replaced_by_a_link_that_hides_itself(meet: Meet) -> None:
    somwang = meet()
    somwang.go("portal", "/recover/password/")
    somwang.page.locator("[name=username]").fill(SOMWANG.username)
    say_who_one_is(somwang, SOMWANG)
    somwang.see("forgotten-password")
    somwang.press(SUBMIT, "/recover/password/sent/")
    text = open_mail(somwang, SOMWANG.email, "ตั้งรหัสผ่านใหม่")
    token = re.search(r"/recover/password/([\w-]{40,})/", text)
    assert token

    somwang.press("main a[href*='/recover/password/']", "/recover/password/new/")
    somwang.see("new-password")
    assert token[1] not in somwang.page.url + somwang.page.evaluate("document.referrer") + somwang.page.content()
    somwang.page.locator("[name=password]").fill(NEW)
    somwang.page.locator("[name=password_confirm]").fill(NEW)
    somwang.press(SUBMIT, "/recover/password/done/")
    somwang.see("password-changed")
    open_mail(somwang, SOMWANG.email, "รหัสผ่านของท่านถูกเปลี่ยนแล้ว")
    somwang.go("portal", f"/recover/password/{token[1]}/")
    somwang.see("used-link")
    assert somwang.heading == "ลิงก์นี้ใช้ไม่ได้แล้ว"

    sign_in(somwang, SOMWANG.username, NEW)
    assert "/me/" in somwang.page.url
