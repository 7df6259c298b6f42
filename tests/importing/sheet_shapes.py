"""Workbooks for tests, one sheet for the whole report; the markup of single cells is what the tests change."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter

from tests.importing.shapes import preamble, printed
from toolkit.forms import PrintedCell
from toolkit.report import Report

# writes one cell: workbook, sheet, row, column, the cell of the form, its text
Write = Callable[[Any, Any, int, int, PrintedCell, str], None]


def plain(book: Any, sheet: Any, row: int, column: int, cell: PrintedCell, text: str) -> None:
    """Figures as numbers, labels as text."""
    if cell.address and text:
        sheet.write_number(row, column, float(text))
    elif text:
        sheet.write_string(row, column, text)


def rows_of_report(of: Report) -> list[tuple[str, list[tuple[PrintedCell, str]]]]:
    """The lines of the sheet: a text, or the cells of a row."""
    out: list[tuple[str, list[tuple[PrintedCell, str]]]] = [(of.title, []), (preamble(of), [])]
    for part in of.form.parts:
        out += [(part.heading, [])] if part.heading else []
        out += [(line, []) for line in getattr(of.narrative, part.key, "").splitlines()]
        out += [("", row) for row in printed(of, part.key)] if part.tables else []
    return out


def workbook(of: Report, write: Write = plain, finish: Callable[[Any, Any], None] | None = None, *, merged: bool = True) -> bytes:
    """The report on one sheet; ``finish`` is called with workbook and sheet at the end."""
    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True})
    sheet = book.add_worksheet("年报")
    for row, (text, cells) in enumerate(rows_of_report(of)):
        if text:
            sheet.write_string(row, 0, text)
        for cell, shown in cells:
            if merged and (cell.rowspan > 1 or cell.colspan > 1):
                last = row + cell.rowspan - 1, cell.column + cell.colspan - 1
                sheet.merge_range(row, cell.column, *last, "")
            write(book, sheet, row, cell.column, cell, shown)
    if finish:
        finish(book, sheet)
    book.close()
    return raw.getvalue()


def place_of(of: Report, text: str) -> tuple[int, int]:
    """Row and column of the first cell with this text, from 0."""
    return next((row, cell.column) for row, (_, cells) in enumerate(rows_of_report(of)) for cell, shown in cells if shown == text)
