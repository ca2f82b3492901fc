"""Tables that somebody hands in: what is read of them, and what no file can make us do."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securenet.foundation.tables import refusals
from securenet.foundation.tables.reading import Caps, Cell, Kind, read_table
from securenet.foundation.tables.writing import table_file

pytestmark = pytest.mark.rule("R30a")
CAPS = Caps(rows=5, columns=4)
PATIENT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), min_size=1, max_size=20)
TEXTS = WORDS.map(str.strip).filter(lambda text: text and text[0] not in "=@")


def book(*rows, sheets=1, write="write"):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        for _number in range(sheets):
            sheet = workbook.add_worksheet()
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    getattr(sheet, write)(row, column, value)
    return made.getvalue()


def repacked(data, **changed):
    """Return a package with some members in other words."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for old_words, new_words in changed.get("sheet", ()) if "worksheets/sheet" in name else ():
                assert old_words in content
                content = content.replace(old_words, new_words)
            new.writestr(name, content)
        for name, content in changed.get("more", ()):
            new.writestr(name, content)
    return made.getvalue()


def texts(table):
    return [[cell.text for cell in row.cells] for row in (table.header, *table.rows)]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", refusals.NothingInside),
        (b"\r\n,,\r\n", refusals.NothingInside),
        (b'a,b\n1,"2', refusals.WrongQuotes),
        (b"a\n" * 7, refusals.TooManyRows),
        (b"a,b,c,d,e", refusals.TooManyColumns),
        ("number,name".encode("utf-16"), refusals.UnknownEncoding),
        (b"a\0b", refusals.UnknownEncoding),
        (b"a,\xfc\xfd\xfe\xff", refusals.UnknownEncoding),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", refusals.OldOrLocked),
        (b"PK\x03\x04", refusals.NotATable),
        (b"%PDF-1.7\n\0", refusals.UnknownEncoding),
        (b"x" * 5_000_001, refusals.TooLarge),
    ],
)
def test_what_is_no_table_is_refused(data, refusal):
    with pytest.raises(refusal):
        read_table(data, CAPS)


def test_a_workbook_with_several_sheets_is_refused():
    with pytest.raises(refusals.SeveralSheets):
        read_table(book(["number"], sheets=2), CAPS)


@pytest.mark.parametrize("rows", [[["a"]] * 7, [["a", "b", "c", "d", "e"]]])
def test_a_workbook_beyond_the_caps_is_refused(rows):
    with pytest.raises((refusals.TooManyRows, refusals.TooManyColumns)):
        read_table(book(*rows), CAPS)


def test_a_cell_far_away_is_refused_before_anything_is_unfolded():
    far = repacked(book(["number"], ["x"]), sheet=[(b'r="A2"', b'r="XFD1048576"')])
    with pytest.raises((refusals.TooManyRows, refusals.TooManyColumns)):
        read_table(far, CAPS)


def test_a_package_that_unfolds_to_more_than_the_cap_is_refused():
    bomb = repacked(book(["number"]), more=[("xl/extra.xml", b"<a>" + b" " * 3_000_000 + b"</a>")])
    assert len(bomb) < 20_000
    with pytest.raises(refusals.TooMuchInside):
        read_table(bomb, CAPS)
    with pytest.raises(refusals.TooMuchInside):
        read_table(bomb, Caps(rows=5, unpacked=100_000, ratio=10_000))


def test_a_package_with_thousands_of_members_is_refused():
    with pytest.raises(refusals.TooMuchInside):
        read_table(repacked(book(["a"]), more=[(f"{number}.xml", b"<a/>") for number in range(600)]), CAPS)


def test_entities_are_refused():
    declared = b'<!DOCTYPE a [<!ENTITY b "b">]><a/>'
    with pytest.raises(refusals.NotATable):
        read_table(repacked(book(["a"]), more=[("xl/extra.xml", declared)]), CAPS)


def test_some_other_package_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    with pytest.raises(refusals.NotATable):
        read_table(made.getvalue(), CAPS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_thai_is_read_in_every_encoding_that_office_programs_write(encoding, delimiter):
    text = f"เลขทะเบียน{delimiter}ชื่อ\r\n0105561000011{delimiter}บริษัท ตัวอย่าง จำกัด\r\n"
    table = read_table(text.encode(encoding), CAPS)
    assert texts(table) == [["เลขทะเบียน", "ชื่อ"], ["0105561000011", "บริษัท ตัวอย่าง จำกัด"]]


def test_rows_keep_the_numbers_that_office_programs_show():
    table = read_table(b"\n\na,b\n\n1,2\n", CAPS)
    assert (table.header.number, [row.number for row in table.rows]) == (3, [5])
    table = read_table(book([], ["a"], [], ["b"]), CAPS)
    assert (table.header.number, [row.number for row in table.rows]) == (2, [4])


def test_a_number_written_as_text_in_a_csv_file_keeps_its_zeros():
    assert read_table(b'n\n"=""0105"""', CAPS).rows[0].cells == (Cell("0105"),)


@pytest.mark.parametrize("data", [b"n\n=A1", b"n\n@SUM(A1)", book(["n"], ["=A1"])])
def test_a_formula_is_told(data):
    assert read_table(data, CAPS).rows[0].cells[0].kind is Kind.FORMULA


def test_a_formula_that_says_nothing_is_told_too():
    assert read_table(book(["n", "m"], ["x", "=A9"]), CAPS).rows[0].cells[1].kind is Kind.FORMULA


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (105561000011, Cell("105561000011", Kind.NUMBER)),
        (1.5, Cell("1.5", Kind.OTHER)),
        (True, Cell("True", Kind.OTHER)),
        ("0105", Cell("0105")),
    ],
)
def test_what_a_cell_of_a_workbook_holds(value, cell):
    assert read_table(book(["n"], [value]), CAPS).rows[0].cells == (cell,)


@PATIENT
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_what_is_written_as_a_table_is_read_again(rows):
    read = read_table(table_file(rows[0], rows[1:]), CAPS)
    assert texts(read) == rows


@PATIENT
@given(st.binary(max_size=300).flatmap(lambda tail: st.sampled_from([tail, b"PK\x03\x04" + tail])))
def test_whatever_the_bytes_are_a_table_or_a_refusal_comes_back(data):
    with contextlib.suppress(refusals.UnreadableTable):
        read_table(data, CAPS)


SAMPLE = book(["number", "name"], ["0105561000011", "บริษัท"], [105561000011, "=A1"])


@PATIENT
@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_a_table_or_a_refusal(place, damage):
    with contextlib.suppress(refusals.UnreadableTable):
        read_table(SAMPLE[:place] + damage + SAMPLE[place + len(damage) :], CAPS)
