"""Documents carry their text, and reach for nothing outside the package."""

import http.server
import threading

import pytest
from django.template import TemplateDoesNotExist
from PIL import Image

from securenet.foundation.documents.assets import AssetFetcher, ForeignAddress
from securenet.foundation.documents.pdf import render_pdf, render_set
from tests.foundation.documents.filled import fill
from tests.foundation.documents.reading import fonts, lines, reader, text

HEAD = '<!doctype html><html lang="{{ language }}"><link rel="stylesheet" href="asset:page.css">'
THAI = "น้ำ กำ ค่ำ ป้ำ ช้ำ ปำ ดำเนินการ ที่ปฏิบัติ ผู้จัดการสิทธิ์ ญี่ปุ่น กู้ ฐานะ กฎ ฎีกา ญู จำนวน ฤๅ ฝ่าย ปู่ เป็น ๑๒๓ ฯ ๆ ฿"
STACKED = "ปิ่น ฝั่ง ฟื้น ปั้น ฬี่"


@pytest.fixture
def render(settings, tmp_path):
    """Return a function that renders a page written in the test."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}, *settings.TEMPLATES[1:]]

    def render_page(body, language="th", **context):
        (tmp_path / "page.html").write_text(HEAD + body, encoding="utf-8")
        return render_pdf("page.html", context, language=language)

    return render_page


@pytest.fixture
def listener():
    """Return a web server on this machine and the list of what it was asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("weight", [400, 700])
def test_copied_thai_is_what_was_written(render, weight):
    words = THAI.split()
    pages = "".join(f'<p style="font-weight: {weight}">{word}' for word in words)
    assert lines(render(pages)) == words


def test_stacked_marks_are_copied_in_their_order(render):
    assert text(render("{{ words }}", words=STACKED)) == STACKED.replace(" ", "")


def test_every_word_is_drawn_with_the_fonts_of_the_package(render):
    pdf = render(f"<p>{THAI} {STACKED}<p>Łukasz Müller, Nguyễn & Søn – “ok” · 5 € <b>ตัวหนา</b>")
    assert fonts(pdf) == {"Sarabun", "Sarabun-Bold"}


def test_data_is_text_and_never_markup(render):
    evil = "<script>x</script><img src='file:///etc/hostname'>&amp;"
    assert text(render("{{ name }}", name=evil)) == evil.replace(" ", "")


def test_title_author_and_language_are_told(render):
    made = reader(render('<title>คำขอ</title><meta name="author" content="ธนาคาร"><p>x', language="th"))
    assert (made.metadata.title, made.metadata.author) == ("คำขอ", "ธนาคาร")
    assert made.trailer["/Root"]["/Lang"] == "th"
    assert made.metadata.creation_date is None


def test_the_document_is_tagged_for_those_who_listen(render):
    assert reader(render("<h1>x</h1>")).trailer["/Root"]["/MarkInfo"]["/Marked"].value


def test_the_same_context_gives_the_same_bytes(render):
    assert render("<p>{{ words }}", words=THAI) == render("<p>{{ words }}", words=THAI)


def test_a_template_that_is_not_there_is_refused():
    with pytest.raises(TemplateDoesNotExist):
        render_pdf("forms/nothing.html", {}, language="th")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x.png",
        "https://example.org/x.css",
        "ftp://127.0.0.1/x",
        "file:///etc/hostname",
        "data:text/plain,x",
        "asset:",
        "asset:pdf.py",
        "asset:../pdf.py",
        "asset:fonts/Sarabun-Regular.ttf",
        "asset:page.css?x",
        "page.css",
    ],
)
def test_nothing_but_the_package_s_own_assets_is_fetched(address):
    with pytest.raises(ForeignAddress):
        AssetFetcher().fetch(address)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{{ web }}/x.png">',
        '<img src="{{ file }}">',
        '<object data="{{ file }}"></object>',
        '<div style="background: url({{ file }}); width: 5cm; height: 5cm"></div>',
        '<style>@import "{{ web }}/x.css"; @font-face { font-family: X; src: url("{{ web }}/x.ttf") }</style>',
        '<link rel="stylesheet" href="{{ web }}/x.css">',
        '<link rel="attachment" href="{{ file }}">',
        '<svg width="9"><image href="{{ file }}" width="9" height="9"/><use href="{{ web }}/x.svg#y"/></svg>',
    ],
)
def test_a_document_reaches_neither_network_nor_files(render, listener, tmp_path, markup):
    web, asked = listener
    Image.new("RGB", (9, 9), "red").save(tmp_path / "secret.png")

    made = reader(render(markup + "<p>x", web=web, file=(tmp_path / "secret.png").as_uri()))

    assert asked == []
    assert made.attachments == {}
    assert [list(page.images) for page in made.pages] == [[]]
    assert b"1 0 0 rg" not in made.pages[0].get_contents().get_data()


def test_an_asset_is_served_by_its_name():
    assert AssetFetcher().fetch("asset:page.css").content_type == "text/css"
    assert AssetFetcher().fetch("asset:Sarabun-Bold.ttf").read(4) == b"\x00\x01\x00\x00"


def test_a_set_is_one_document_in_which_each_paper_counts_its_own_pages():
    parts = [(f"forms/{form}.en.html", fill(form)) for form in ("cover", "letter_of_intent", "identity_copy")]
    made = reader(render_set(parts, language="en"))

    assert [page.extract_text().count("Page 1 of 1") for page in made.pages] == [1, 1, 1]
    assert "Letter of intent" in made.pages[1].extract_text()
    assert made.metadata.title == "Cover sheet for the papers of a request 2818"
