"""Every form is complete in Thai and in English, fits its page, and a scan of it is recognised."""

import re
from functools import cache

import pytest
from django.template import engines

from securenet.foundation.documents.codes import document_code, read_document_code
from securenet.foundation.documents.pdf import render_pdf
from tests.foundation.documents.filled import APPLICANT, CERTIFICATE, MANDATE, ORGANIZATION, PAPERS, REQUEST, fill
from tests.foundation.documents.reading import fonts, reader, scanned, text, widest

pytestmark = [pytest.mark.rule("R7", "R7a")]

TITLES = {
    "cover": "ใบนำส่งเอกสารประกอบคำขอใช้บริการ",
    "letter_of_intent": "หนังสือแสดงความจำนงขอใช้บริการ",
    "signatory_appointment": "หนังสือแต่งตั้งผู้มีอำนาจลงนามแต่งตั้งผู้จัดการสิทธิ์",
    "officer_appointment": "หนังสือแต่งตั้งผู้ใช้งานของนิติบุคคล",
    "letter_of_mandate": "หนังสือมอบอำนาจระหว่างนิติบุคคล",
    "identity_copy": "สำเนาเอกสารยืนยันตัวตน",
    "certificate_registration": "ใบสมัครขอลงทะเบียนใบรับรองอิเล็กทรอนิกส์เพื่อยืนยันตัวบุคคล",
}
BOTH = [(form, language) for form in TITLES for language in ("th", "en")]
BY_HAND = {"cover", "signatory_appointment", "letter_of_mandate"}
"""Forms that do not print the applicant's identity number."""
MARGIN = 0.91  # 20 mm of 210
LONG = "บริษัท" + "เจริญโภคภัณฑ์น้ำมันปาล์มและการขนส่งระหว่างประเทศ" * 4 + " จำกัด (มหาชน)"

every_form = pytest.mark.parametrize(("form", "language"), BOTH)
both_languages = pytest.mark.parametrize("language", ["th", "en"])


def very_long():
    request = {**REQUEST, "organization_name": LONG, "service": "x" * 120, "capacity": "ผู้รับมอบอำนาจช่วง" * 6}
    applicant = {
        **APPLICANT,
        "name_th": "อนงค์" + "นาถสกุลยาวมาก" * 9,
        "name_en": "Anong " + "Nathsakunyaomak" * 9,
        "email": "a" * 64 + "@" + "very-long-name." * 12 + "example",
    }
    return {
        "applicant": applicant,
        "requests": [request] * 3,
        "organization": {"name": LONG, "number": "0105556000014", "country": "ไทย"},
        "mandate": {**MANDATE, "agent": {**MANDATE["agent"], "name": LONG}, "functions": ["ลงทะเบียน" * 9] * 9},
        "papers": [{"name": LONG, "form": True, "required": False}] * 9,
    }


def render(form, language, **changes):
    return render_pdf(f"forms/{form}.{language}.html", fill(form, **changes), language=language)


everyday = cache(render)


@every_form
def test_a_form_is_one_page_in_our_fonts(form, language, caplog):
    pdf = render(form, language)
    assert len(reader(pdf).pages) == 1
    assert fonts(pdf) == {"Sarabun", "Sarabun-Bold"}
    assert [record.message for record in caplog.records if record.name == "weasyprint"] == []


@pytest.mark.parametrize("form", TITLES)
def test_a_slanted_scan_of_a_form_finds_its_request_and_paper(form):
    code = document_code(2818, form)
    assert scanned(everyday(form, "th"), dpi=200, turned=2) == {"QRCode": code, "Code128": code}
    assert read_document_code(code) == (2818, form)


@pytest.mark.parametrize("form", TITLES)
def test_a_poor_scan_still_finds_its_request(form):
    assert scanned(everyday(form, "th"), dpi=100)["QRCode"] == document_code(2818, form)


@pytest.mark.parametrize("form", TITLES)
def test_a_thai_form_has_its_known_title_and_a_thai_date(form):
    pdf = everyday(form, "th")
    assert TITLES[form] in text(pdf)
    assert reader(pdf).metadata.title == f"{TITLES[form]} 2818"
    assert reader(pdf).metadata.author == "ธนาคารแห่งประเทศไทย"
    assert "2026" not in text(pdf)


@pytest.mark.parametrize("form", TITLES)
def test_an_english_form_says_nothing_in_thai(form):
    template = engines["django"].get_template(f"forms/{form}.en.html").template
    assert re.findall(r"[ก-๛]+", template.source) == []


@every_form
def test_very_long_names_stay_on_the_paper(form, language, tmp_path):
    pdf = render(form, language, **very_long())
    assert widest(pdf, tmp_path) <= MARGIN
    assert len(reader(pdf).pages) <= 3


@pytest.mark.parametrize(
    ("form", "promise"),
    [
        ("letter_of_intent", "up to date"),
        ("signatory_appointment", "binds the organization"),
        ("officer_appointment", "is personal"),
        ("letter_of_mandate", "counts as done by the principal"),
        ("identity_copy", "agrees with the original"),
        ("certificate_registration", "counts as done by me"),
    ],
)
def test_nobody_signs_on_a_page_of_its_own(form, promise):
    pages = [" ".join(page.extract_text().split()) for page in reader(render(form, "en", **very_long())).pages]
    assert [promise in page for page in pages] == ["Signed" in page for page in pages]


@both_languages
@pytest.mark.parametrize("form", ["letter_of_intent", "certificate_registration"])
def test_markup_in_the_data_is_printed_as_it_is(form, language):
    evil = {"name": "<b>x</b>&amp;<img src=x>", "number": "1", "country": "ไทย"}
    assert "<b>x</b>&amp;<imgsrc=x>" in text(render(form, language, organization=evil))


@every_form
def test_the_identity_number_is_printed_only_in_part(form, language):
    assert ("xxxxxxxxx1234" in text(everyday(form, language))) == (form not in BY_HAND)


@both_languages
def test_the_cover_lists_every_paper_the_address_and_the_last_day(language):
    printed = text(everyday("cover", language))
    for paper in PAPERS:
        assert "".join(paper["name"].split()) in printed
    assert "273ถนนสามเสนแขวงวัดสามพระยา" in printed
    assert {"th": "20กรกฎาคม2569", "en": "20July2026"}[language] in printed


@both_languages
def test_the_sheet_for_the_signatory_s_copy_leaves_the_name_to_the_hand(language):
    sheet = render("identity_copy", language, holder="signatory")
    assert "Namchaingam" not in text(sheet)
    assert "น้ำใจงาม" not in text(sheet)
    assert len(reader(sheet).pages) == 1


@both_languages
@pytest.mark.rule("R22a")
@pytest.mark.parametrize("form", ["signatory_appointment", "officer_appointment"])
def test_a_letter_of_appointment_has_its_dates_and_two_signatures(form, language):
    printed = text(everyday(form, language))
    assert {"th": "ระยะเวลาที่มีผล", "en": "Inforce"}[language] in printed
    assert printed.count({"th": "ลงชื่อ", "en": "Signed"}[language]) == 2


@both_languages
@pytest.mark.rule("R22d")
def test_a_letter_of_mandate_names_both_sides_the_functions_the_centres_and_the_days(language):
    printed = text(everyday("letter_of_mandate", language))
    for name in (ORGANIZATION["name"], *MANDATE["agent"].values(), *MANDATE["functions"], *MANDATE["centres"]):
        assert "".join(name.split()) in printed
    assert {"th": "31ธันวาคม2569", "en": "31December2026"}[language] in printed
    assert printed.count({"th": "ลงชื่อ", "en": "Signed"}[language]) == 2


@both_languages
@pytest.mark.rule("R42")
def test_the_certificate_is_described_as_it_was_uploaded(language):
    printed = text(everyday("certificate_registration", language))
    for key in ("subject", "issuer", "serial", "sha1", "sha256", "public_key"):
        assert "".join(CERTIFICATE[key].split()) in printed
    assert {"th": "5ม.ค.256910:00", "en": "5Jan202610:00"}[language] in printed
