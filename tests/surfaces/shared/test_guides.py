"""Guides and manual: every journey has its chapter, every picture is there, and both languages say the same (R60)."""

from __future__ import annotations

import io
import re

import pytest
from book import BOOKS, print_book
from camera import GUIDES, NAMED, names
from django.template import Context, Template
from django.utils.translation import override
from PIL import Image
from pypdf import PdfReader

from securenet.surfaces.backoffice import guides as staff
from securenet.surfaces.portal import guides as members
from securenet.surfaces.shared import pictures
from securenet.surfaces.shared.pictures import FOLDER, TITLE, picture_of
from securenet.surfaces.shared.templatetags import figures

pytestmark = pytest.mark.rule("R60")
LANGUAGES = ("th", "en")
CHAPTERS_FOR = {
    "the landing page": "start",
    "registration": "register",
    "documents": "documents",
    "states of a request": "states",
    "signing in": "login",
    "recovery of user name and password": "recovery",
    "the personal page": "personal-page",
    "rights": "rights",
    "Organization Admins": "organization",
    "BMS ID": "bms-id",
    "getting a certificate": "getting-a-certificate",
    "exporting it": "export",
    "registering it": "registering",
    "signing in with it": "certificate",
    "encrypting files with it": "encryption",
    "the trust store": "trust",
    "installing the authorities": "install",
    "browsers and tokens": "browsers",
    "terms": "terms",
    "privacy": "privacy",
}
STEPS = {"terms", "person", "rights", "details", "review", "confirmation", "confirm", "documents"}
TAG = re.compile(r"<(h2|h3|li|dt|dd|p|a|table)\b")
LOGIC = re.compile(r"{[{%].*?[}%]}")
WORDS = re.compile(r"(?<=>)[^<{]*(?=<)|%}[^{<]*{%")
HEAVIEST = 100_000


def pictures_in(guide):
    return [name for name, _caption in NAMED.findall(guide.read_text())]


def facts(guide):
    return sorted(LOGIC.findall(WORDS.sub("", guide.read_text())))


@pytest.mark.parametrize("subject", CHAPTERS_FOR)
def test_every_journey_has_its_chapter(subject):
    assert CHAPTERS_FOR[subject] in members.TITLES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_the_registration_is_shown(language):
    guide = next(guide for guide in GUIDES if guide.name == f"register.{language}.html")

    assert set(pictures_in(guide)) >= STEPS


def test_every_guide_for_the_staff_is_written_in_both_languages():
    written = {guide.name for guide in GUIDES if "backoffice" in guide.parts}

    assert written == {f"{topic}.{language}.html" for topic in staff.TITLES for language in LANGUAGES}


@pytest.mark.rule("R80")
@pytest.mark.parametrize(
    "guide", [guide for guide in GUIDES if guide.name.endswith(".th.html")], ids=lambda path: path.name
)
def test_both_languages_show_the_same(guide):
    other = guide.with_name(guide.name.replace(".th.", ".en."))

    assert pictures_in(guide) == pictures_in(other)
    assert TAG.findall(guide.read_text()) == TAG.findall(other.read_text())
    assert facts(guide) == facts(other)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_picture_says_what_is_to_be_seen(guide):
    captions = [caption for _name, caption in NAMED.findall(guide.read_text())]

    assert all(len(caption) > 9 and "{" not in caption and "<" not in caption for caption in captions)
    assert guide.read_text().count("{% picture") == len(captions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_that_guides_name_are_there_and_no_others(language):
    assert {file.stem for file in (FOLDER / language).glob("*")} == names()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_small_and_know_what_they_show(language):
    for file in (FOLDER / language).iterdir():
        with Image.open(file) as image:
            assert (image.format, image.mode) == ("PNG", "P"), file.name
            assert image.info[TITLE].strip(), file.name
        assert file.stat().st_size <= HEAVIEST, file.name


def show(name, **context):
    return Template(f'{{% picture "{name}" %}}The <b>form</b>.{{% endpicture %}}').render(Context(context))


def test_a_picture_has_an_alternative_and_its_size():
    with override("en"):
        page = show("person")
        title = picture_of("person", "en").title

    assert f'src="/static/manual/en/person.png" alt="Screen: {title}"' in page
    assert re.search(r'width="\d+" height="\d+" loading="lazy"', page)
    assert "<figcaption>The <b>form</b>.</figcaption>" in page


def test_a_picture_that_was_not_taken_leaves_no_gap():
    assert show("no-such-picture") == ""


def test_no_name_of_a_picture_leads_out_of_the_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    assert picture_of.__wrapped__("person", "en") is None


@pytest.fixture
def without_pictures(monkeypatch):
    monkeypatch.setattr(figures, "picture_of", lambda name, language: None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_has_a_title_contents_and_chapters(language, without_pictures):
    surface, guides = BOOKS["staff"]
    book = PdfReader(io.BytesIO(print_book("staff", surface, guides, language)))
    cover, contents = (book.pages[place].extract_text() for place in (0, 1))

    with override(language):
        titles = [str(title) for title in staff.TITLES.values()]
    assert book.metadata.title.endswith({"th": "สำหรับเจ้าหน้าที่", "en": "For the operator's staff"}[language])
    assert "SecureNet" in cover
    assert re.search(r"\b20\d\d\b|\b25\d\d\b", cover)
    assert len(re.findall(r"(?:\. ?){3,} ?\d+", contents)) == len(titles)
    assert all(title in str(book.outline) for title in titles)


def test_links_of_the_manual_lead_to_its_own_chapters_only(without_pictures):
    surface, guides = BOOKS["staff"]
    book = PdfReader(io.BytesIO(print_book("staff", surface, guides, "en")))
    links = [note.get_object() for page in book.pages for note in page.get("/Annots", [])]

    addresses = {link["/A"]["/URI"] for link in links if "/A" in link and "/URI" in link["/A"]}
    assert all(address.startswith(("tel:", "mailto:")) for address in addresses)
