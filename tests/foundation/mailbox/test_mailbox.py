"""The demo's mailbox: what is sent to it is kept whole, and shown without doing harm."""

import io
import json
import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from wsgiref.util import setup_testing_defaults

import pytest

from securenet.foundation.mailbox.page import linked, make_application
from securenet.foundation.mailbox.sink import make_controller
from securenet.foundation.mailbox.store import Store
from tests.commands.command import free_ports

AT = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)
LINK = "https://portal.localhost:8440/register/confirm/abc-_1/"
pytestmark = pytest.mark.rule("R83")


def mail(subject="ยืนยันคำขอ 2818", to="anong@company.example", html="<p>HTML</p>"):
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, to, "SecureNet <securenet@operator.example>"
    message.set_content(f"เรียน คุณอนงค์\n\n{LINK}\n\n<script>alert(1)</script>\n")
    message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "mailbox")


@pytest.fixture
def get(store, tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static/portal.css").write_text("p{}")
    application = make_application(str(store.folder), str(tmp_path / "static"), "Asia/Bangkok")

    def ask(path, query="", method="GET"):
        environ = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO()}
        setup_testing_defaults(environ)
        said = {}
        answer = application(environ, lambda status, headers: said.update(status=int(status[:3]), **dict(headers)))
        body = b"".join(answer).decode()
        if hasattr(answer, "close"):
            answer.close()
        return said, body

    return ask


def test_a_mail_that_is_sent_is_kept_whole(store):
    port = free_ports(1)
    controller = make_controller(store.folder, "127.0.0.1", port)
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.send_message(mail())
    finally:
        controller.stop()
    (letter,) = store.letters()
    assert (letter.subject, letter.to) == ("ยืนยันคำขอ 2818", "anong@company.example")
    assert letter.links == [LINK]
    assert letter.html.strip() == "<p>HTML</p>"


def test_the_newest_mail_comes_first_also_within_one_moment(store):
    for number, late in enumerate((0, 1, 1)):
        store.put(mail(subject=str(number)).as_bytes(), AT + timedelta(seconds=late))
    assert [letter.subject for letter in store.letters()] == ["2", "1", "0"]


def test_mails_are_found_by_their_address_as_json(store, get):
    store.put(mail().as_bytes(), AT)
    store.put(mail(to="boonmee@company.example").as_bytes(), AT)
    said, body = get("/api/mails", "to=ANONG%40")
    assert said["Content-Type"] == "application/json; charset=utf-8"
    (found,) = json.loads(body)
    assert found["to"] == "anong@company.example"
    assert found["links"] == [LINK]
    assert len(json.loads(get("/api/mails")[1])) == 2


def test_nothing_in_a_mail_becomes_part_of_the_page(store, get):
    name = store.put(mail(subject="<b>bold</b>").as_bytes(), AT)
    for path in ("/mailbox/", f"/mailbox/{name}/"):
        said, body = get(path)
        assert said["status"] == 200
        assert "&lt;b&gt;bold" in body
        assert "<script" not in body
        assert "default-src 'none'" in said["Content-Security-Policy"]
    assert f'<a href="{LINK}">' in body


def test_the_html_of_a_mail_is_shown_in_a_sandbox(store, get):
    name = store.put(mail(html="<script>alert(1)</script>").as_bytes(), AT)
    said, body = get(f"/mailbox/{name}/html/")
    assert "<script>" in body
    assert said["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/mailbox/nothing/", "/mailbox/../../etc/passwd", "/mailbox/00000000000000000000-000000/", "/elsewhere"]
)
def test_what_is_not_a_mail_is_not_found(get, path):
    assert get(path)[0]["status"] == 404


def test_an_empty_mailbox_says_so_and_the_root_leads_there(get):
    assert "No mail yet" in get("/mailbox/")[1]
    said, _ = get("/")
    assert (said["status"], said["Location"]) == (302, "/mailbox/")


def test_a_mailbox_takes_nothing_over_http(get):
    assert get("/mailbox/", method="POST")[0]["status"] == 405


def test_it_wears_the_portals_style(get):
    said, body = get("/static/portal.css")
    assert (said["status"], body) == (200, "p{}")


def test_links_end_before_the_sentence_does():
    assert str(linked("(see https://a.example/b?c=1&d=2).")) == (
        '(see <a href="https://a.example/b?c=1&amp;d=2">https://a.example/b?c=1&amp;d=2</a>).'
    )
