"""Tables for office programs. Every cell is text: no formula, and no number that loses its zeros."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 28


def table_file(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an XLSX file with one sheet of text."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
        sheet.set_column(0, max(0, len(headings) - 1), WIDTH, text)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value, text)
    return made.getvalue()
