"""Uploads become page pictures that carry nothing but what is seen; what is no paper is refused (R7a, R85)."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter

from securenet.foundation.documents import scans
from securenet.foundation.documents.codes import document_code
from securenet.foundation.documents.pdf import render_set
from securenet.foundation.documents.rendering import LONGEST, Unfit, kind_of
from securenet.foundation.documents.scans import (
    EmptyScan,
    NotAScan,
    ScanAnimated,
    ScanDamaged,
    ScanEncrypted,
    ScanMixed,
    ScansBusy,
    ScanTooHeavy,
    ScanTooLarge,
    TooManyPages,
    TooManyPixels,
    read_scan,
)
from securenet.foundation.refusal import Refusal
from tests.foundation.documents.filled import fill
from tests.foundation.documents.uploads import animated, archive, blank_pdf, pdf_drawing, picture, stream, written

pytestmark = [pytest.mark.rule("R7a", "R85")]
MB = 1_000_000


def read(data, most_bytes=10 * MB, most_pages=30):
    return read_scan(data, most_bytes=most_bytes, most_pages=most_pages)


@pytest.fixture(scope="module")
def signed_set():
    parts = [(f"forms/{form}.th.html", fill(form)) for form in ("letter_of_intent", "identity_copy")]
    return render_set(parts, language="th")


def test_each_page_of_a_pdf_becomes_a_picture_with_its_codes(signed_set):
    pages = read(signed_set)
    assert [page.codes for page in pages] == [
        (document_code(2818, form),) for form in ("letter_of_intent", "identity_copy")
    ]
    for page in pages:
        large, small = Image.open(io.BytesIO(page.large)), Image.open(io.BytesIO(page.small))
        assert (large.format, large.size) == ("JPEG", (page.width, page.height))
        assert max(small.size) == 320


@pytest.mark.parametrize("turned", [90, 178])
def test_codes_are_found_on_a_photograph_that_lies_on_its_side(signed_set, turned):
    photo = Image.open(io.BytesIO(read(signed_set)[0].large)).rotate(turned, expand=True, fillcolor="white")
    content = io.BytesIO()
    photo.save(content, "PNG")
    assert read(content.getvalue())[0].codes == (document_code(2818, "letter_of_intent"),)


@pytest.mark.parametrize("data", [picture("JPEG"), picture("PNG"), picture("PNG", mode="P", colour=1)])
def test_what_is_inside_decides(data):
    assert [(page.width, page.height) for page in read(data)] == [(300, 200)]


def test_what_is_transparent_is_white_as_paper():
    page = Image.open(io.BytesIO(read(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)))[0].large))
    assert page.getpixel((10, 10)) == (255, 255, 255)


def test_nothing_is_left_of_what_a_picture_carried():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "13.7563 N 100.5018 E", 6
    page = read(picture("JPEG", exif=exif, comment=b"hidden words"))[0]
    assert (page.width, page.height) == (200, 300), "turned as the camera was"
    made = Image.open(io.BytesIO(page.large))
    assert not made.getexif()
    assert not {"comment", "exif", "xmp", "icc_profile"} & made.info.keys()
    assert b"100.5018" not in page.large + page.small


def test_large_pages_are_drawn_no_larger_than_they_are_read():
    for data in (picture("JPEG", (5000, 4000)), blank_pdf(width=14_000, height=9_000)):
        assert max(read(data)[0].width, 0) == LONGEST


def test_what_behind_a_photograph_belongs_to_the_camera_is_dropped():
    assert read(picture() + b"\0\0\x01\x0aImage_UTC_Data1700000000000SEFT")[0].width == 300


REFUSED = {
    "nothing": (b"", EmptyScan),
    "a text": (b"hello", NotAScan),
    "a web page": (b"<html><script>alert(1)</script>", NotAScan),
    "a drawing with scripts": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', NotAScan),
    "a GIF": (picture("GIF", mode="P", colour=1), NotAScan),
    "a TIFF": (picture("TIFF"), NotAScan),
    "an archive": (archive(), NotAScan),
    "a PDF behind something": (b"\n" * 10 + blank_pdf(), NotAScan),
    "a PDF of no pages": (blank_pdf(0), ScanDamaged),
    "a PDF with a password": (blank_pdf(password="secret"), ScanEncrypted),
    "the start of a PDF": (blank_pdf()[:200], ScanDamaged),
    "noise that begins as a PDF": (b"%PDF-1.7\n" + Random(1).randbytes(5000) + b"%%EOF", ScanDamaged),
    "the start of a JPEG": (picture(size=(900, 900))[:-700], ScanDamaged),
    "the start of a PNG": (picture("PNG", size=(900, 900))[:-40], ScanDamaged),
    "noise that begins as a JPEG": (b"\xff\xd8\xff" + Random(2).randbytes(5000) + b"\xff\xd9", ScanDamaged),
    "an animation": (animated(), ScanAnimated),
    "a picture and an archive": (picture() + archive(), ScanMixed),
    "a PDF and an archive": (blank_pdf() + archive(), ScanMixed),
    "a picture and a PDF": (picture() + blank_pdf(), ScanMixed),
    "a picture with a script in it": (picture(comment=b"<SCRIPT>alert(1)</SCRIPT>"), ScanMixed),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_paper_is_refused_and_said_why(name):
    data, refusal = REFUSED[name]
    with pytest.raises(refusal) as refused:
        read(data)
    assert type(refused.value) is refusal
    assert refused.value.field == "file"
    assert str(refused.value)


def test_a_pdf_that_only_restricts_printing_is_read():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(blank_pdf())))
    writer.encrypt("", "owner", algorithm="AES-256")
    assert len(read(written(writer))) == 1


def test_more_than_the_operator_takes_is_refused():
    translation.activate("en")
    with pytest.raises(ScanTooLarge, match="2 MB"):
        read(b"%PDF-" + bytes(2 * MB), most_bytes=2 * MB)
    with pytest.raises(TooManyPages, match=r"\(3\)"):
        read(blank_pdf(4), most_pages=3)
    assert len(read(blank_pdf(3), most_pages=3)) == 3


def test_a_small_file_of_too_many_pixels_is_refused():
    bomb = picture("PNG", size=(10_000, 9_000), mode="1", colour=1)
    assert len(bomb) < MB
    with pytest.raises(TooManyPixels):
        read(bomb)


def test_a_bomb_inside_a_pdf_takes_neither_memory_nor_time(monkeypatch):
    side = 60_000
    colours = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB" % (side, side)
    image = stream(bytes(64 * MB), colours)
    monkeypatch.setattr(scans, "CPU_SECONDS", 10)
    try:
        pages = read(pdf_drawing(stream(b"q 500 0 0 500 0 0 cm /I Do Q"), image=image))
    except Refusal:
        return
    assert len(pages) == 1, "drawn without what was too large"


def test_a_page_that_takes_too_long_to_draw_is_given_up(monkeypatch):
    monkeypatch.setattr(scans, "CPU_SECONDS", 1)
    lines = b"0 0 m 595 842 l 1 w 0.3 0.4 0.5 RG 300 400 200 100 50 60 c S\n" * 1_000_000
    with pytest.raises(ScanTooHeavy):
        read(pdf_drawing(stream(lines)))


def test_a_process_that_does_not_come_back_is_ended(monkeypatch, signed_set):
    monkeypatch.setattr(scans, "WALL_SECONDS", 0.01)
    with pytest.raises(ScanTooHeavy):
        read(signed_set)


def test_too_little_memory_is_a_refusal_and_no_fault(monkeypatch):
    monkeypatch.setattr(scans, "MEMORY", 80 * MB)
    with pytest.raises((ScanTooHeavy, ScanDamaged)):
        read(picture("PNG", size=(5_000, 5_000)))


@pytest.mark.parametrize("act", ["open('/etc/passwd')", "socket.socket()", "os.pipe()"])
def test_the_process_can_open_nothing(act):
    program = (
        "import os, socket\nfrom securenet.foundation.documents.rendering import give_up\n"
        "give_up({'memory': 2**30, 'seconds': 5, 'output': 1000})\n"
        f"try:\n    {act}\nexcept OSError as error:\n    raise SystemExit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert done.returncode == 7, done.stderr


def test_when_too_many_are_read_the_next_one_is_asked_to_wait(monkeypatch, signed_set):
    monkeypatch.setattr(scans, "PATIENCE", 0)
    with scans._turn(), scans._turn(), pytest.raises(ScansBusy):
        read(signed_set)
    assert len(read(signed_set)) == 2


def test_two_people_upload_at_once(signed_set):
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(read, [signed_set, picture(), signed_set]))
    assert [len(pages) for pages in found] == [2, 1, 2]


@pytest.mark.parametrize(
    "answer",
    [
        {"pages": []},
        {"pages": [{"large": 3, "small": 3, "width": 9, "height": 9}]},
        {"pages": [{"large": 3, "small": 3, "width": 99_999, "height": 9, "codes": []}]},
        {"pages": [{"large": 2, "small": 3, "width": 9, "height": 9, "codes": []}]},
        {"pages": "many"},
        {},
        {"unfit": "anything"},
    ],
)
def test_an_overpowered_process_is_not_believed(monkeypatch, answer):
    monkeypatch.setattr(scans, "_remade", lambda _data, _most: (answer, b"\xff\xd8\xff" * 2))
    with pytest.raises(ScanDamaged):
        read(b"x")


@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_content_is_of_a_kind_or_unfit(data, start):
    with suppress(Unfit):
        assert kind_of(start + data) in {"PDF", "JPEG", "PNG"}


@settings(max_examples=4, deadline=None)
@given(st.sampled_from(["pdf", "jpeg", "png"]), st.integers(0, 2**32))
def test_whatever_is_wrong_with_a_file_it_is_pages_or_a_refusal(signed_set, kind, seed):
    random = Random(seed)
    data = bytearray({"pdf": signed_set, "jpeg": picture(size=(200, 200)), "png": picture("PNG")}[kind])
    for _change in range(random.randint(1, 20)):
        place = random.randrange(8, len(data))
        data[place : place + random.randint(0, 3)] = random.randbytes(random.randint(0, 3))
    with suppress(Refusal):
        assert read(bytes(data))
