"""Tables that somebody hands in, CSV or XLSX, read within caps of our own. Nothing in them is trusted."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from python_calamine import CalamineWorkbook

from securenet.foundation.tables.refusals import (
    NotATable,
    NothingInside,
    OldOrLocked,
    SeveralSheets,
    TooLarge,
    TooManyColumns,
    TooManyRows,
    UnknownEncoding,
    WrongQuotes,
)
from securenet.foundation.tables.unpacking import Unpacked, unpack

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = ",;\t"
AS_TEXT = re.compile(r'="([^"]*)"')
FORMULA = re.compile(r"[=@]")


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as text. A whole number is its digits, without the zeros in front that the program has dropped."""

    text: str = ""
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number in the file, counted as office programs do. Cells that end a row empty are left out."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        """Return a cell, counted from 0; an empty one beyond the row's end."""
        return self.cells[column] if column < len(self.cells) else Cell()


@dataclass(frozen=True, slots=True)
class Table:
    """The first row that is not empty, and those below it."""

    header: Row
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a table may be."""

    rows: int
    columns: int = 50
    size: int = 5_000_000
    unpacked: int = 60_000_000
    ratio: int = 200


def read_table(data: bytes, caps: Caps) -> Table:
    """Return the table in a file: XLSX with one sheet, or CSV in UTF-8, with or without a mark, or TIS-620.

    Raises a Refusal of `tables.refusals`, and nothing else whatever the bytes are.
    """
    if len(data) > caps.size:
        raise TooLarge(megabytes=caps.size // 1_000_000)
    if data.startswith(COMPOUND):
        raise OldOrLocked
    if data.startswith(ZIP):
        rows = _rows_of_workbook(unpack(data, unpacked=caps.unpacked, ratio=caps.ratio), caps)
    else:
        rows = _rows_of_text(_decoded(data), caps)
    filled = _filled(rows, caps)
    if not filled:
        raise NothingInside
    return Table(header=filled[0], rows=filled[1:])


def _filled(rows: Iterable[tuple[int, Sequence[Cell]]], caps: Caps) -> list[Row]:
    filled: list[Row] = []
    for number, cells in rows:
        last = max((place for place, cell in enumerate(cells, 1) if cell.text or cell.kind is not Kind.TEXT), default=0)
        if not last:
            continue
        if last > caps.columns:
            raise TooManyColumns(most=caps.columns)
        if len(filled) > caps.rows:  # the header comes on top
            raise TooManyRows(most=caps.rows)
        filled.append(Row(number, tuple(cells[:last])))
    return filled


def _decoded(data: bytes) -> str:
    if data.startswith(WIDE_MARKS) or b"\0" in data:
        raise UnknownEncoding
    for encoding in ("utf-8-sig", "cp874"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding


def _rows_of_text(text: str, caps: Caps) -> Iterator[tuple[int, Sequence[Cell]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise WrongQuotes(row=number) from error
        yield number, [_written(cell) for cell in cells]


def _written(text: str) -> Cell:
    """Return a cell of a CSV file: `="0105"` is how a text that looks like a number is written there."""
    text = text.strip()
    if as_text := AS_TEXT.fullmatch(text):
        return Cell(as_text[1].strip())
    return Cell(text, Kind.FORMULA if FORMULA.match(text) else Kind.TEXT)


def _rows_of_workbook(book: Unpacked, caps: Caps) -> Iterator[tuple[int, Sequence[Cell]]]:
    if book.columns > caps.columns:
        raise TooManyColumns(most=caps.columns)
    if book.rows > caps.rows + 1:
        raise TooManyRows(most=caps.rows)
    for number, values in enumerate(_values(book), 1):
        yield (
            number,
            [
                Cell("", Kind.FORMULA) if (number, place) in book.formulas else _cell(value)
                for place, value in enumerate(values, 1)
            ],
        )


def _values(book: Unpacked) -> list[list[Any]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(book.content)) as workbook:
            sheets = workbook.sheet_names
            values = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False) if len(sheets) == 1 else []
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise NotATable from error
    if len(sheets) != 1:
        raise SeveralSheets
    return values


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return Cell(value.strip())
    if isinstance(value, bool | date | datetime | time | timedelta):
        return Cell(str(value), Kind.OTHER)
    if isinstance(value, float) and not value.is_integer():
        return Cell(repr(value), Kind.OTHER)
    return Cell(str(int(value)), Kind.NUMBER)
