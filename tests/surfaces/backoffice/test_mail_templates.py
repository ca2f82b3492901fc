"""Every mail, filled in with its sample (R83)."""

import pytest

from securenet.foundation.mail.samples import mail_names

pytestmark = pytest.mark.rule("R83")


def test_every_mail_is_listed_in_both_languages(chai, sign_in):
    page = sign_in(chai).get("/mail/templates/").content.decode()

    for name in mail_names():
        assert f"/mail/templates/{name}/th/" in page
        assert f"/mail/templates/{name}/en/" in page


@pytest.mark.parametrize("language", ["th", "en"])
def test_one_is_shown_as_text_and_as_html_that_can_do_nothing(chai, sign_in, language):
    browser = sign_in(chai)

    text = browser.get(f"/mail/templates/case-approved/{language}/")
    html = browser.get(f"/mail/templates/case-approved/{language}/html/")

    assert "2818" in text.content.decode()
    assert html.content.decode().startswith("<!DOCTYPE html>")
    assert html.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("path", ["no-such-mail/th", "case-approved/de", "case-approved/xx/html"])
def test_what_there_is_not_is_not_found(chai, sign_in, path):
    assert sign_in(chai).get(f"/mail/templates/{path}/").status_code == 404


def test_owners_do_not_see_them(dara, sign_in):
    assert sign_in(dara).get("/mail/templates/").status_code == 403
