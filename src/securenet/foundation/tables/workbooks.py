"""Workbooks for office programs: text stays text, dates are dates, and long lists take little memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL, LONGEST_NAME = 32_767, 31
DATE_FORMATS = {"th": "[$-107041E]d mmm yyyy", "en": "d mmm yyyy"}
"""How a date is shown: in the Buddhist era for readers of Thai. What is stored is the same day."""
OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
Cell = str | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, the headings with the width of each column in characters, and the rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]


def workbook(sheets: Iterable[Sheet], *, language: str) -> bytes:
    """Return an XLSX file. The rows are read once and written as they come."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": DATE_FORMATS[language], "align": "left", "valign": "top"})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        for each in sheets:
            _write(book.add_worksheet(each.name[:LONGEST_NAME]), each, bold=bold, day=day, text=text)
    return made.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, content: Sheet, **formats: xlsxwriter.format.Format) -> None:
    sheet.freeze_panes(1, 0)
    for column, (heading, width) in enumerate(content.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, formats["bold"])
    for number, row in enumerate(content.rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, formats["day"])
            elif value:
                sheet.write_string(number, column, value[:LONGEST_CELL], formats["text"])
