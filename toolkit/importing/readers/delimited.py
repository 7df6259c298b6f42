"""Read a table saved as CSV: from Excel or WPS, with commas, semicolons or tabs, in any Chinese encoding.

In: the text. Out: a ``Source`` with one grid, as of a sheet whose merged cells were taken apart.

Source: RFC 4180; what Excel writes (``="275"`` keeps a figure as text).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge
from toolkit.importing.readers.sheet import Sheet, SheetCell, sheet_pieces
from toolkit.importing.readers.shown import Fragment, shown_cell
from toolkit.importing.source import Source

_WIDEST = 60  # columns; a form has fifteen
_AS_TEXT = re.compile(r'="(.*)"\Z', re.DOTALL)
_FORMULA = "这一格是公式，不是结果"


def read_delimited(text: str, name: str, notes: tuple[str, ...] = (), limits: Limits = LIMITS) -> Source:
    """The pieces of a CSV file.

    Raises:
        CannotImport: not to be read as rows of cells.
        TooLarge: over a limit.
    """
    rows = dict(enumerate(read_rows(text, name), 1))
    if sum(map(len, rows.values())) > limits.cells:
        raise TooLarge(name, f"表格超过 {limits.cells} 格")
    filled = {
        row: {column: _cell(value) for column, value in enumerate(cells[:_WIDEST], 1) if value.strip()}
        for row, cells in rows.items()
    }
    sheet = Sheet({row: cells for row, cells in filled.items() if cells}, tuple(rows))
    return Source("csv", tuple(sheet_pieces(sheet, "", 1)), notes=notes)


def read_rows(text: str, name: str) -> Iterator[list[str]]:
    """The rows of a CSV file.

    Raises:
        CannotImport: not to be read as rows of cells.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r'"?sep=(.)"?', first.strip())  # what Excel understands as the mark between cells
    try:
        yield from csv.reader(io.StringIO(rest if declared else text), delimiter=declared[1] if declared else _delimiter(text))
    except csv.Error as error:
        raise CannotImport(name, "CSV 文件读不出表格；请在 Excel 或 WPS 中另存为 .xlsx") from error


def _delimiter(text: str) -> str:
    """The mark between cells: the one that most lines have."""
    lines = text.split("\n")
    return max(",\t;|", key=lambda mark: sum(mark in line for line in lines))


def _cell(value: str) -> SheetCell:
    kept = _AS_TEXT.match(value.strip())
    if kept:
        return SheetCell(kept[1].replace('""', '"'))
    text, doubt = shown_cell([Fragment(value)])
    return SheetCell(text, _FORMULA if text.startswith("=") else doubt)
