"""Thai and Latin names: their script, their order, and what is shown of a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securenet.foundation.text import is_latin_name, is_thai_name, mask, thai_sort_key

thai = st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E3A))


@pytest.mark.rule("R2")
@pytest.mark.parametrize("name", ["อนงค์ ใจดี", "ณ อยุธยา", "ม.ร.ว. คึกฤทธิ์", "เอก-ชัย", "โอ'ไบรอัน", "น้ำทิพย์"])
def test_a_thai_name_is_thai(name):
    assert is_thai_name(name)


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    "name",
    [
        *("", " อนงค์", "Anong", "อนงค์ Jaidee", "อนงค์1", "อนงค์๑", "-", ".", "ะะ", "่อนงค์", "อนงค์;", "อนงค์\n", "฿อนงค์"),
        "อนงค์\u200bใจดี",
    ],
)
def test_what_is_not_a_thai_name_is_refused(name):
    assert not is_thai_name(name)


@pytest.mark.rule("R2")
@pytest.mark.parametrize("name", ["Anong Jaidee", "José", "O'Brien-Smith Jr.", "Łukasz", "Nguyễn"])
def test_a_latin_name_is_latin(name):
    assert is_latin_name(name)


@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    "name", ["", " Anong", "อนงค์", "Anong ใจดี", "Anong1", "Аnong", "Αnong", "-", "Anong_J", "<b>", "Ａnong", "Anong\n"]
)
def test_what_is_not_a_latin_name_is_refused(name):
    assert not is_latin_name(name)


@given(thai, st.sampled_from("0123456789abcАα;<>@\n"))
def test_one_foreign_character_spoils_a_thai_name(name, foreign):
    assert not is_thai_name(name + foreign)


@pytest.mark.rule("R80")
@pytest.mark.parametrize(
    "in_order",
    [
        ["กก", "เก", "ขา", "เขา", "คน", "แคน", "งาน"],
        ["กา", "ก่า", "ก้า", "ก๊า", "ก๋า", "กาง"],
        ["ไก่", "ไก่ชน", "ขาว", "โขน", "ฮา"],
        ["ปา", "ป่า", "ป้า", "ปาน", "เป้", "แป้ง"],
        ["สมชาย ก", "สมชาย เจริญ", "สมชาย ใจดี"],
        ["abc", "ABD", "กขค"],
        ["Elan", "Élan", "Elbe"],
    ],
)
def test_thai_sorts_by_thai_rules(in_order):
    mixed = in_order[::-1]
    assert sorted(mixed, key=thai_sort_key) == in_order


@given(st.lists(st.text()))
def test_the_order_does_not_depend_on_where_one_starts(names):
    assert sorted(map(thai_sort_key, names)) == sorted(map(thai_sort_key, reversed(names)))


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x0E7F)))
def test_a_sort_key_can_be_stored(name):
    thai_sort_key(name).encode()
    assert "\0" not in thai_sort_key(name)


def test_a_masked_number_keeps_its_end():
    assert mask("1101700207030") == "•••••••••7030"
    assert mask("AB123456", keep=2) == "••••••56"


@given(st.text(), st.integers(0, 20))
def test_a_mask_never_shows_more_than_its_end(value, keep):
    shown = mask(value, keep)
    assert len(shown) == len(value)
    hidden = len(value) - keep if len(value) > keep else len(value)
    assert set(shown[:hidden]) <= {"•"}
    assert shown[hidden:] == value[hidden:]


@pytest.mark.parametrize("short", ["", "1", "7030"])
def test_a_mask_shows_nothing_of_what_is_short(short):
    assert mask(short) == "•" * len(short)
