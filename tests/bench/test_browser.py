"""The browser of the measurements keeps cookies, finds forms, and follows redirects."""

import pytest

from securenet.bench.browser import Answer, Browser, Straight, Unexpected

PAGE = """<form action="/language/"><input type="hidden" name="next" value="/login/"></form>
<form method="post"><input type="hidden" name="next" value="/a?b=1&amp;c=2"><input name="password"></form>"""


def application(environ, start_response):
    """Set a cookie at /in/, delete it at /out/, and echo what came elsewhere."""
    cookie = {"/in/": "seen=yes; Secure", "/out/": 'seen=""; Max-Age=0'}.get(environ["PATH_INFO"])
    status, fields = "200 OK", [("Set-Cookie", cookie)] if cookie else []
    if environ["PATH_INFO"] == "/away/":
        status, fields = "302 Found", [("Location", "/end/")]
    if environ["PATH_INFO"] == "/nowhere/":
        status = "404 Not Found"
    start_response(status, fields)
    body = environ["wsgi.input"].read()
    return [f"{environ['REQUEST_METHOD']} {environ.get('HTTP_COOKIE', '')} {body.decode()}".encode()]


@pytest.fixture
def browser():
    return Browser(Straight(application))


def test_a_cookie_goes_back_to_its_host_alone(browser):
    browser.get("https://a.localhost/in/")
    assert browser.get("https://a.localhost:444/").text == "GET seen=yes "
    assert browser.get("https://b.localhost/").text == "GET  "


def test_a_deleted_cookie_is_gone(browser):
    browser.get("https://a.localhost/in/")
    browser.get("https://a.localhost/out/")
    assert browser.get("https://a.localhost/").text == "GET  "


def test_a_closed_browser_has_forgotten_everything(browser):
    browser.get("https://a.localhost/in/")
    browser.close()
    assert browser.get("https://a.localhost/").text == "GET  "


def test_a_form_is_sent_as_forms_are(browser):
    assert browser.post("https://a.localhost/", {"name": "é &"}).text == "POST  name=%C3%A9+%26"


def test_redirects_lead_to_a_page(browser):
    assert browser.follow(browser.get("https://a.localhost/away/")).url == "https://a.localhost/end/"


def test_a_journey_that_ends_at_no_page_is_told(browser):
    with pytest.raises(Unexpected):
        browser.follow(browser.get("https://a.localhost/nowhere/"))


def test_hidden_fields_are_those_of_the_form_that_is_meant():
    page = Answer("https://a.localhost/", 200, [], PAGE.encode())
    assert page.hidden('name="password"') == {"next": "/a?b=1&c=2"}
    with pytest.raises(Unexpected):
        page.hidden('name="code"')
