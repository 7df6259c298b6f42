"""Read a table saved as CSV: from Excel or WPS, with commas, semicolons or tabs, in any Chinese encoding.

In: the text. Out: a ``Source`` with one grid, as of a sheet whose merged cells were taken apart.

Source: RFC 4180; what Excel writes (``="275"`` keeps a figure as text).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.importing.limits import CannotImport, Limits, TooLarge
from toolkit.importing.readers.sheet import Sheet, SheetCell, sheet_pieces
from toolkit.importing.readers.shown import Fragment, has_digit, shown_cell
from toolkit.importing.source import Source

_WIDEST = 60  # columns; a form has fifteen
_AS_TEXT = re.compile(r'="(.*)"\Z', re.DOTALL)
_FORMULA = "这一格是公式，不是结果"
_SPLIT = "这一行的格数比别的行多，可能有数字被逗号拆成了两格"
_NO_VALUE = frozenset(("", "nan", "none", "null", "<na>", "nat"))  # what programs write for a blank
_FEWEST_MARKS, _MOSTLY = 4, 0.6
_LINES_IN_CELL = 3  # with marks between cells in them: a quote that is not closed swallows rows


def read_delimited(text: str, name: str, notes: tuple[str, ...], limits: Limits) -> Source:
    """The pieces of a CSV file.

    Raises:
        CannotImport: not to be read as rows of cells.
        TooLarge: over a limit.
    """
    rows = dict(enumerate(read_rows(text, name), 1))
    if sum(map(len, rows.values())) > limits.cells:
        raise TooLarge(name, f"表格超过 {limits.cells} 格")
    split = _split_rows(rows) if _delimiter(text) == "," else set()
    filled = {
        row: {
            column: _cell(value, doubted=row in split)
            for column, value in enumerate(cells[:_WIDEST], 1)
            if value.strip().lower() not in _NO_VALUE
        }
        for row, cells in rows.items()
    }
    sheet = Sheet({row: cells for row, cells in filled.items() if cells}, tuple(rows))
    return Source("csv", tuple(sheet_pieces(sheet, "", 1)), notes=notes)


def is_table(text: str) -> bool:
    """Whether a plain text is a sheet: most of its lines have the same number of tabs (Unicode 文本 of Excel) or commas."""
    lines = [line for line in text.split("\n") if line]
    counts = Counter(line.count("\t" if "\t" in text else ",") for line in lines)
    return any(count >= _FEWEST_MARKS and many > _MOSTLY * len(lines) for count, many in counts.items())


def read_rows(text: str, name: str) -> Iterator[list[str]]:
    """The rows of a CSV file.

    Raises:
        CannotImport: not to be read as rows of cells.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r'"?sep=(.)"?', first.strip())  # what Excel understands as the mark between cells
    text, mark = (rest, declared[1]) if declared else (text, _delimiter(text))
    reader = csv.reader(io.StringIO(text), delimiter=mark, skipinitialspace=True)
    before = 0
    try:
        for row in reader:
            if any(_swallowed_rows(cell, mark) for cell in row):
                line = before + 1 + (declared is not None)
                raise CannotImport(name, f"第 {line} 行起有一个引号没有成对，后面的行读不出来；请补上引号或另存为 .xlsx")
            before = reader.line_num
            yield row
    except csv.Error as error:
        raise CannotImport(name, "CSV 文件读不出表格；请在 Excel 或 WPS 中另存为 .xlsx") from error


def _swallowed_rows(cell: str, mark: str) -> bool:
    return cell.count("\n") >= _LINES_IN_CELL and sum(line.count(mark) > 1 for line in cell.split("\n")) >= _LINES_IN_CELL


def _delimiter(text: str) -> str:
    """The mark between cells: the one that most lines have."""
    lines = text.split("\n")
    return max(",\t;|", key=lambda mark: sum(mark in line for line in lines))


def _split_rows(rows: Mapping[int, Sequence[str]]) -> set[int]:
    """The rows in which a figure with marks between thousands may have become two cells.

    They are longer than the other rows. Where rows end at their last figure, any two cells that could be one are doubted, unless
    the file writes thousands without marks elsewhere.
    """
    lengths = Counter(len(cells) for cells in rows.values() if len(cells) > 1)
    usual, often = max(lengths.items(), key=lambda item: item[1], default=(0, 0))
    if often > _MOSTLY * lengths.total():
        return set(_longer_than_heads(rows, usual))
    if any(re.fullmatch(r"-?\d{4,}", cell.strip()) for cells in rows.values() for cell in cells):
        return set()
    return {row for row, cells in rows.items() if _looks_split(cells)}


def _longer_than_heads(rows: Mapping[int, Sequence[str]], usual: int) -> Iterator[int]:
    """The rows of figures with more cells than most rows have and than the row of heads above them has."""
    heads = 0
    for row, cells in rows.items():
        if not any(map(has_digit, cells)):
            heads = len(cells)
        elif len(cells) > max(usual, heads):
            yield row


def _looks_split(cells: Sequence[str]) -> bool:
    """Whether a cell of three digits could be the end of the one before."""
    pairs = pairwise(cell.strip() for cell in cells)
    return any(re.fullmatch(r"-?[1-9]\d{0,2}", before) and re.fullmatch(r"\d{3}", cell) for before, cell in pairs)


def _cell(value: str, *, doubted: bool) -> SheetCell:
    cell = _as_shown(value)
    return replace(cell, doubtful=cell.doubtful or _SPLIT) if doubted and has_digit(cell.text) else cell


def _as_shown(value: str) -> SheetCell:
    as_text = _AS_TEXT.match(value.strip())
    if as_text:
        return SheetCell(as_text[1].replace('""', '"'))
    text, doubt = shown_cell([Fragment(re.sub(r"^\s*'(?=[-+0-9])", "", value))])  # the sign by which Excel keeps digits as text
    return SheetCell(text, _FORMULA if text.startswith("=") else doubt)
