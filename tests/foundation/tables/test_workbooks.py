"""Workbooks are read back as they were written, and nothing in them is computed."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from securenet.foundation.tables.workbooks import LONGEST_CELL, Sheet, workbook

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=30)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def read(content, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


@settings(deadline=None, max_examples=30)
@given(rows=st.lists(st.tuples(TEXT, DAYS), max_size=5))
def test_text_stays_text_and_a_day_the_same_day(rows):
    content = workbook([Sheet("ชื่อ", [("ชื่อ-สกุล", 20), ("ถึง", 12)], rows)], language="th")
    found = read(content)
    assert found[0] == ["ชื่อ-สกุล", "ถึง"]
    assert [(text, day) for text, day in found[1:]] == rows


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "https://example.test/", "0812345678", "a" * 40_000])
def test_nothing_becomes_a_formula_a_link_or_a_number(text):
    content = workbook([Sheet("A", [("A", 10)], [[text]])], language="en")
    assert read(content)[1] == [text[:LONGEST_CELL]]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_the_heading_stays_in_view_and_readers_of_thai_see_their_era():
    content = workbook([Sheet("A", [("A", 10)], [[date(2026, 2, 2)]])], language="th")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert 'state="frozen"' in parts.read("xl/worksheets/sheet1.xml").decode()
        assert "[$-107041E]" in parts.read("xl/styles.xml").decode()
