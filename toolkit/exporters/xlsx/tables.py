"""One table of the report on one sheet: a Table in, the cells of a worksheet written.

Merged heads as printed, figures as numbers, totals as formulas. A total that is given and differs from its parts
keeps the number given and is marked: a formula would hide what the checks are there to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.core.text import printable
from toolkit.sections.blocks import Cell, Front, Table

TOP = 2  # rows above the table: its name, organ and year
_SHEET_WIDTH = 88  # of all columns together, in digits of the standard font: about what fits on A4 at full size
_SIDE_INCHES = 0.5  # margins left and right
_CELL_LIMIT = 32_767
_EXACT_DIGITS = 15  # what a double holds
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LINE_POINTS = 15.0
_MARKS: dict[str, dict[str, Any]] = {
    "total": {"bold": True},
    "wrong": {"bold": True, "bg_color": "#F8CBCB", "font_color": "#9D1C1C"},
}


class Formats:
    """The cell formats of one workbook; XlsxWriter ties a format to its book."""

    def __init__(self, book: Workbook) -> None:
        text: dict[str, Any] = {
            "font_name": "宋体",
            "font_scheme": "none",
            "font_size": 11,
            "valign": "vcenter",
            "text_wrap": True,
        }
        cell = {**text, "border": 1, "align": "center", "font_size": 10.5}
        head = {**cell, "font_name": "黑体", "bg_color": "#EFEBE4"}
        harmless = {"quote_prefix": True, "num_format": "@"}
        self.book = book
        self.title = book.add_format({**text, "font_name": "黑体", "font_size": 16, "align": "center"})
        self.subtitle = book.add_format({**text, "align": "right", "font_color": "#595959"})
        self.heading = book.add_format({**text, "font_name": "黑体"})
        self.stub = book.add_format({**text, "font_name": "黑体", "valign": "top"})
        self.link = book.add_format({**text, "font_color": "#0B4F9E", "underline": 1})
        self.text = book.add_format({**text, "valign": "top"})
        self.harmless = book.add_format({**text, **harmless, "valign": "top"})
        self.head = book.add_format(head)
        self._cell = cell
        self._made: dict[tuple[str, ...], Any] = {}
        self.harmless_cell = book.add_format({**cell, **harmless})

    def value(self, align: str, number_format: str = "General", mark: str = "") -> Any:
        """The format of a figure or a label; ``mark`` is "total" or "wrong"."""
        key = (align, number_format, mark)
        if key not in self._made:
            layout = {**self._cell, "align": align, "num_format": number_format, **_MARKS.get(mark, {})}
            self._made[key] = self.book.add_format(layout)
        return self._made[key]


@dataclass(frozen=True, slots=True)
class _Sum:
    """The parts of a total: its formula, the sum of its parts, and the difference to the given number."""

    formula: str
    value: Decimal
    stated: Decimal


def text_format(formats: Formats, text: str) -> Any:
    """The format for text: one that keeps text that begins like a formula.

    A spreadsheet turns ``=1+1`` into a formula as soon as someone edits the cell, or saves the sheet as CSV and opens
    that (OWASP, CSV injection); the quote prefix and the text format keep it literal.
    """
    return formats.harmless if text.startswith(_FORMULA_STARTS) else formats.text


def write_table(sheet: Worksheet, formats: Formats, table: Table, front: Front) -> None:
    """Fill one sheet with one table, ready to be read on screen and printed on A4."""
    widths = [max(6.5, round(_SHEET_WIDTH * share, 1)) for share in table.shares]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = max(table.columns - 1, 1)
    for row, text, style in (
        (0, table.caption or table.label, formats.title),
        (1, f"{front.author}　{front.year}年度", formats.subtitle),
    ):
        sheet.merge_range(row, 0, row, last, "", style)
        sheet.write_string(row, 0, printable(text)[:_CELL_LIMIT], style)
    sheet.set_row(0, 30)
    sums = dict(_sums(table))
    for cell in table.cells:
        _write_cell(sheet, formats, cell, sums.get(cell.address, ()) if cell.address else ())
    for row in range(table.rows):
        sheet.set_row(TOP + row, _height(table, row, widths))
    _set_view(sheet, table, front)


def _write_cell(sheet: Worksheet, formats: Formats, cell: Cell, sums: Sequence[_Sum]) -> None:
    row, column = TOP + cell.row, cell.column
    text = printable(cell.text)[:_CELL_LIMIT]
    style = _format(formats, cell, text, sums)
    if cell.rowspan > 1 or cell.colspan > 1:
        sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", style)
    wrong = [entry for entry in sums if entry.value != entry.stated]
    if not _is_number(cell):
        sheet.write_string(row, column, text, style) if text else sheet.write_blank(row, column, None, style)
    elif sums and not wrong:
        sheet.write_formula(row, column, sums[0].formula, style, _plain(sums[0].value))
    else:
        sheet.write_number(row, column, float(cell.number), style)
    if wrong:
        parts = "；".join(f"各项之和为 {entry.value}，相差 {abs(entry.value - entry.stated)}" for entry in wrong)
        sheet.write_comment(row, column, f"填报数为 {cell.number}，{parts}", {"author": "nianbao"})


def _format(formats: Formats, cell: Cell, text: str, sums: Sequence[_Sum]) -> Any:
    if cell.role in ("caption", "head", "corner"):
        return formats.head
    if not _is_number(cell):
        return formats.harmless_cell if text.startswith(_FORMULA_STARTS) else formats.value(cell.align)
    places = len(cell.number.partition(".")[2])
    wrong = any(entry.value != entry.stated for entry in sums)
    return formats.value(cell.align, f"0.{'0' * places}" if places else "0", "wrong" if wrong else "total" if sums else "")


def _is_number(cell: Cell) -> bool:
    """Whether the figure can be a number of a workbook; one with more digits than a double holds stays text."""
    digits = cell.number.lstrip("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and len(digits) <= _EXACT_DIGITS


def _sums(table: Table) -> Iterator[tuple[str, tuple[_Sum, ...]]]:
    """For each total, every sum (by row and by column) with all its parts; blank is not zero."""
    places = {cell.address: cell for cell in table.cells if cell.address and _is_number(cell)}
    sums: dict[str, list[_Sum]] = {}
    for total, parts in table.sums:
        if total in places and parts and all(part in places for part in parts):
            cells = [places[part] for part in parts]
            value = sum((Decimal(cell.number) for cell in cells), Decimal(0))
            sums.setdefault(total, []).append(_Sum(_formula(cells), value, Decimal(places[total].number)))
    yield from ((total, tuple(entries)) for total, entries in sums.items())


def _formula(cells: Sequence[Cell]) -> str:
    """``=SUM(D6:D26)``; adjacent cells become one range, so that an inserted row is counted."""
    spots = sorted((cell.row + TOP, cell.column, cell.colspan) for cell in cells)
    down = all(a[1] == b[1] for a, b in pairwise(spots))
    runs: list[list[tuple[int, int, int]]] = []
    for spot in spots:
        before = runs[-1][-1] if runs else None
        step = (before[0] + 1, before[1]) if before and down else (before[0], before[1] + before[2]) if before else None
        if step == spot[:2]:
            runs[-1].append(spot)
        else:
            runs.append([spot])
    return f"=SUM({','.join(_range(run) for run in runs)})"


def _range(run: Sequence[tuple[int, int, int]]) -> str:
    first, last = xl_rowcol_to_cell(*run[0][:2]), xl_rowcol_to_cell(*run[-1][:2])
    return first if first == last else f"{first}:{last}"


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _height(table: Table, row: int, widths: list[float]) -> float:
    """High enough for the wrapped labels of the row; a spreadsheet does not do this itself for merged cells."""
    lines = [1.0]
    for cell in table.cells:
        if cell.row <= row < cell.row + cell.rowspan:
            width = sum(widths[cell.column : cell.column + cell.colspan])
            needed = sum(1 if c < "\u2e80" else 2.2 for c in cell.text) / max(width - 1, 1)
            lines.append((int(needed) + 1 + cell.text.count("\n")) / cell.rowspan)
    return min(409.0, 6 + _LINE_POINTS * max(lines))


def _set_view(sheet: Worksheet, table: Table, front: Front) -> None:
    values = [cell.column for cell in table.cells if cell.role == "value"]
    sheet.freeze_panes(TOP + table.head_rows, min(values, default=0) if table.head_rows else 0)
    sheet.hide_gridlines(2)
    if table.columns > 10:
        sheet.set_landscape()
    sheet.center_horizontally()
    if table.head_rows:
        sheet.repeat_rows(TOP, TOP + table.head_rows - 1)
    set_print(sheet, front)


def set_print(sheet: Worksheet, front: Front) -> None:
    """A sheet as wide as an A4 page, with its number; a draft says so on each."""
    sheet.set_paper(9)
    sheet.set_margins(left=_SIDE_INCHES, right=_SIDE_INCHES)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")
    if front.draft:
        sheet.set_header('&R&"黑体"草稿（未定稿，不得公布）')
