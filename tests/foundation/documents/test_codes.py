"""The codes on a form name its request and its paper, and a misread one is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.documents.codes import UnreadableCode, bar_svg, document_code, qr_svg, read_document_code

pytestmark = pytest.mark.rule("R7a")

NUMBERS = st.integers(1, 9_999_999_999)
ITEMS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)


@given(NUMBERS, ITEMS)
def test_what_is_written_is_read_back(number, item):
    assert read_document_code(document_code(number, item)) == (number, item)


@given(NUMBERS, ITEMS, st.data())
def test_one_misread_character_is_noticed(number, item, data):
    code = document_code(number, item)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFabcxyz_:").filter(lambda character: character != code[place]))
    with pytest.raises(UnreadableCode):
        read_document_code(code[:place] + other + code[place + 1 :])


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text):
    with pytest.raises(UnreadableCode):
        read_document_code(text)


@pytest.mark.parametrize(
    "text",
    ["", "2818", "SN1:2818:cover", "SN1:02818:cover:0000", "SN1:๒๘๑๘:cover:0000", "SN2:2818:cover:0000", " SN1:1:a:0"],
)
def test_a_foreign_code_is_refused(text):
    with pytest.raises(UnreadableCode):
        read_document_code(text)


@pytest.mark.parametrize("change", [str.lower, lambda code: code + "\n", lambda code: " " + code])
def test_a_code_is_read_exactly(change):
    with pytest.raises(UnreadableCode):
        read_document_code(change(document_code(2818, "cover")))


@pytest.mark.parametrize(
    ("number", "item"),
    [(0, "cover"), (-1, "cover"), (1, ""), (1, "Cover"), (1, "a:b"), (1, "หนังสือ"), (10**10, "cover")],
)
def test_what_cannot_be_written_is_refused(number, item):
    with pytest.raises(ValueError, match="positive number"):
        document_code(number, item)


@pytest.mark.parametrize("draw", [qr_svg, bar_svg])
def test_a_drawing_holds_only_lines_and_its_name(draw):
    drawing = draw(document_code(2818, "cover"))
    assert drawing.startswith("<svg ")
    assert 'aria-label="SN1:2818:cover:' in drawing
    assert drawing.count("<path ") == 1


@pytest.mark.parametrize("draw", [qr_svg, bar_svg])
def test_what_is_drawn_cannot_break_out_of_its_name(draw):
    assert "<b>" not in draw('"><b>')
