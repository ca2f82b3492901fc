"""One spelling for each text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.text import normalise, search_key, unprintable

pytestmark = pytest.mark.rule("R2", "R80")
texts = st.one_of(st.text(), st.text(alphabet=st.characters(min_codepoint=0x0E00, max_codepoint=0x0E7F)))
NIKHAHIT, AA, AM, TONE = "\u0e4d", "\u0e32", "\u0e33", "\u0e49"


@given(texts)
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once


@given(texts)
def test_what_is_normalised_is_composed_and_trimmed(text):
    once = normalise(text)
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "  " not in once


@given(texts)
def test_decomposed_text_is_the_same_text(text):
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "typed",
    [
        f"น{TONE}{NIKHAHIT}{AA}",
        f"น{NIKHAHIT}{TONE}{AA}",
        f"น{AM}{TONE}",
        f"น{TONE}{AM}",
        f"\u00a0น{TONE}{AM} \n",
    ],
)
def test_water_is_spelt_one_way(typed):
    assert normalise(typed) == f"น{TONE}{AM}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("\u0e40\u0e40ดง", "แดง"), ("ก่ี", "กี่"), ("กุ่", "กุ่"), ("กุ่", "กุ่"), ("สมชาย   ใจดี", "สมชาย ใจดี"), ("e\u0301", "é")],
)
def test_what_looks_the_same_is_the_same(typed, meant):
    assert normalise(typed) == meant


def test_lines_stay_where_they_are_meant():
    assert normalise(" หนึ่ง  สอง \r\n\r\n\r\n\nสาม\n", lines=True) == "หนึ่ง สอง\n\nสาม"
    assert normalise("หนึ่ง\nสอง") == "หนึ่ง สอง"


@given(texts)
def test_normalising_lines_twice_changes_nothing_more(text):
    once = normalise(text, lines=True)
    assert normalise(once, lines=True) == once


@pytest.mark.parametrize(
    "character",
    [
        *("\0", "\x07", "\x7f", "\x85", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u2028"),
        *(
            "\ud800",
            "\ue000",
            "\U0001f600",
            "\U0001f1f9",
            "\ufe0f",
            "\u20e3",
            "\u3164",
            "\u034f",
            "\U000e0041",
            "\u0378",
        ),
    ],
)
def test_what_no_text_needs_is_named(character):
    assert unprintable(f"สม{character}ชาย") == {character}


@pytest.mark.parametrize(
    "text", ["น้ำใจ ณ อยุธยา", "Ångström-O'Brien Jr.", "฿1,000 ± 5 °C © บริษัท (มหาชน)", "ญี่ปุ่น 日本", "a+b=c"]
)
def test_ordinary_text_has_nothing_to_refuse(text):
    assert not unprintable(text)


def test_line_breaks_are_refused_in_a_line_and_good_in_lines():
    assert unprintable("หนึ่ง\nสอง") == {"\n"}
    assert not unprintable("หนึ่ง\r\n\tสอง", lines=True)
    assert unprintable("หนึ่ง\n\0", lines=True) == {"\0"}


@given(texts)
def test_a_search_key_is_its_own_key(text):
    assert search_key(search_key(text)) == search_key(text)


@given(texts)
def test_a_text_is_found_whatever_its_normalisation(text):
    forms = {search_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {search_key(text)}


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [
        ("Straße", "STRASSE"),
        ("ＡＢＣ", "abc"),
        ("ปี ๒๕๖๓", "ปี 2563"),
        (f"น{TONE}{NIKHAHIT}{AA}ใจ", f"น{TONE}{AM}ใจ"),
    ],
)
def test_what_people_look_for_is_what_others_wrote(written, looked_for):
    assert search_key(written) == search_key(looked_for)
