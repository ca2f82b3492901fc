"""What a mail looks like."""

import pytest
from django.core.exceptions import ValidationError
from django.template import TemplateDoesNotExist
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.jobs.models import Job
from securenet.foundation.mail.models import Mail
from securenet.foundation.mail.rendering import NoSubject, _paragraph

pytestmark = [pytest.mark.rule("R80", "R83"), pytest.mark.django_db]


def test_a_mail_is_in_the_members_language(queue):
    thai, english = queue(), queue(language="en")
    assert thai.subject == "[SecureNet] ยืนยันคำขอ 2818"
    assert "ก่อน 20 กรกฎาคม 2563" in thai.text
    assert '<html lang="th">' in thai.html
    assert english.subject == "[SecureNet] Confirm 2818"
    assert "before 20 July 2020" in english.text
    assert '<html lang="en">' in english.html


def test_the_subject_is_not_in_the_text(queue):
    assert queue().text.startswith("เรียน คุณ อนงค์ ใจดี\n\n")


def test_a_link_alone_is_a_button_and_one_in_a_sentence_a_link(queue):
    html = queue().html
    button = '<a class="button" href="https://portal.example/confirm/?t=abc&amp;n=1">'
    assert button in html
    assert '<a href="https://help.example/a?b=1&amp;c=2">https://help.example/a?b=1&amp;c=2</a>. ขอบคุณ<br>' in html


def test_the_text_is_not_escaped_and_the_html_is(queue):
    mail = queue(name="<b>O'Brien</b> & co")
    assert "<b>O'Brien</b> & co" in mail.text
    assert "<b>" not in mail.html
    assert "&lt;b&gt;O&#x27;Brien&lt;/b&gt; &amp; co" in mail.html


@given(st.text(alphabet=st.sampled_from("https://a.b\"'<>&;: \n")))
def test_nothing_in_a_paragraph_becomes_markup(text):
    paragraph = _paragraph(text)
    rest = paragraph.html.replace("<br>\n", "").replace("</a>", "")
    for piece in rest.split('<a href="')[1:]:
        assert piece.startswith("https://")
    assert rest.count("<") == rest.count('<a href="https://')
    assert not set(paragraph.button) & set("\"'<> \n")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://example.com/", 'https://e.com/"onclick="x'])
def test_only_plain_https_links_are_linked(queue, link):
    html = queue(link=link).html
    assert "javascript" not in html.replace("<p>javascript:alert(1)</p>", "")
    assert 'href="http:' not in html
    assert 'onclick="' not in html.replace("&quot;", "")


@pytest.mark.parametrize("name", ["system_name", "number"])
@pytest.mark.parametrize(
    "breaks", ["\nBcc: ekachai@example.com", "\r\nBcc: ekachai@example.com", "\u2028Bcc: e@x.y", "\0"]
)
def test_nothing_can_be_smuggled_into_the_headers(queue, name, breaks):
    subject = queue(**{name: f"2818{breaks}"}).subject
    assert not set("\r\n\0\u2028") & set(subject)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "anong",
        "anong@example.com\nBcc: e@x.y",
        "a@example.com, b@example.com",
        "Anong <a@example.com>",
        "a@b@c.d",
        "a b@c.d",
    ],
)
def test_what_is_not_one_address_is_refused(queue, to):
    with pytest.raises(ValidationError):
        queue(to=to)
    assert not Mail.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("template", ["headless", "silent"])
def test_a_template_without_a_subject_is_found(queue, template):
    with pytest.raises(NoSubject):
        queue(template)


def test_a_missing_template_is_found(queue):
    with pytest.raises(TemplateDoesNotExist):
        queue("hello", language="fr")


def test_a_long_subject_fits(queue):
    assert len(queue(number="9" * 400).subject) == 250
