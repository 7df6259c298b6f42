"""Take the tables out of a ledger's workbook: visible cells, heads that are merged over several rows, rows of requests.

In: the bytes of an .xlsx, of what LibreOffice makes one of (.xls, .et), of a .csv in any Chinese encoding, or rows that were
pasted. Out: ``Sheet`` by ``Sheet`` with its heads and rows; hidden sheets, columns and rows are left out and counted. A formula
whose result the workbook does not keep is a ``NoResult``, never a blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from toolkit.importing.limits import LIMITS, CannotImport
from toolkit.importing.readers.delimited import read_rows
from toolkit.importing.readers.encoding import decode_page
from toolkit.importing.readers.office import convert, locked
from toolkit.importing.readers.opc import open_package
from toolkit.importing.readers.xlsx.reading import open_workbook
from toolkit.importing.wording import one_line

MOST_HEAD_ROWS = 3
_SEARCHED = 15  # rows from the top in which the heads are looked for
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_ABOVE = re.compile(r"(?<!\d)(20\d\d)\s*年(?!\s*\d{1,2}\s*月\s*\d)")  # no day on which the table was made
_CONVERTED = (".xls", ".xlsb", ".et", ".ods")
_COMPOUND = b"\xd0\xcf\x11\xe0"  # how an old .xls begins, and a workbook with a password
READ = (".xlsx", ".xlsm", *_CONVERTED, ".csv", ".txt", ".tsv")
_SUMS = re.compile(r"^(合计|小计|总计|共计|累计|本页合计|合 +计)")


@dataclass(frozen=True, slots=True)
class NoResult:
    """A formula without a kept result."""

    formula: str


@dataclass(frozen=True)
class Sheet:
    """One table of a ledger: ``heads`` by column number, ``rows`` as (number of the row, values by column number)."""

    name: str
    heads: Mapping[int, str]
    rows: tuple[tuple[int, Mapping[int, Any]], ...]
    year: int | None
    notes: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> str:
        """A cell as Excel calls it."""
        return f"{self.name}!{get_column_letter(column)}{row}"


def read_sheets(raw: bytes, name: str, knows: Callable[[str], bool]) -> list[Sheet]:
    """The tables of a workbook whose heads are known.

    Args:
        raw: the bytes of the file.
        name: what messages call it.
        knows: whether a head means something.

    Raises:
        CannotImport: no workbook, damaged, encrypted, or too large.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in (".csv", ".txt", ".tsv"):
        return sheets_of_rows(_delimited(raw, name), PurePath(name).stem, knows)
    if locked(raw):
        raise CannotImport(name, "文件加了密码，打不开；请在 Excel 或 WPS 中去掉密码，另存以后再导入")
    if raw.startswith(_COMPOUND) or suffix == ".ods" or (suffix in _CONVERTED and not raw.startswith(b"PK")):
        raw = convert(raw, suffix if suffix in _CONVERTED else ".xls", "xlsx", name)  # whatever the name says
    values, formulas = open_workbook(open_package(raw, name, LIMITS), raw)
    sheets = []
    for sheet in values.worksheets:
        table = _Table(sheet, formulas[sheet.title])
        read = table.read(knows)
        if read is not None and sheet.sheet_state != "visible":
            read = Sheet(sheet.title, {}, (), None, (f"工作表“{sheet.title}”是隐藏的，没有读",))
        if read is not None:
            sheets.append(read)
        elif sheet.sheet_state == "visible" and not table.is_empty:
            sheets.append(Sheet(sheet.title, {}, (), None, (f"工作表“{sheet.title}”里没有认出台账的列名，没有读",)))
    return sheets


def sheets_of_rows(rows: Iterable[Sequence[str]], name: str, knows: Callable[[str], bool]) -> list[Sheet]:
    """The table of rows of text, as of a sheet without merged or hidden cells; empty when no heads are known."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            kept = ILLEGAL_CHARACTERS_RE.sub("", text).strip()
            if kept:
                cell = sheet.cell(at, column, kept)
                cell.data_type = "s"  # "=B2" is text here, as the browser or the file gives it
    sheet.title = INVALID_TITLE_REGEX.sub(" ", name)[:31].strip("' ") or "台账"
    read = _Table(sheet, sheet).read(knows)
    return [read] if read is not None else []


def _delimited(raw: bytes, name: str) -> list[list[str]]:
    """The rows of a .csv; Excel in China writes it in GBK."""
    text, _ = decode_page(raw)
    return [[cell.removeprefix('="').removesuffix('"') if cell.startswith('="') else cell for cell in row]
            for row in read_rows(text, name)]  # fmt: skip


class _Table:
    """The visible cells of one sheet."""

    def __init__(self, sheet: Any, formulas: Any) -> None:
        self._sheet, self._formulas = sheet, formulas
        self._merged = {
            (row, column): (area.min_row, area.min_col)
            for area in sheet.merged_cells.ranges
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }
        self._hidden = _hidden_columns(sheet)
        self._columns = [column for column in range(1, sheet.max_column + 1) if column not in self._hidden]

    @property
    def is_empty(self) -> bool:
        """Whether the sheet has no cell that is shown."""
        return not any(self._value(row, column) not in (None, "") for row in range(1, min(self._sheet.max_row, 50) + 1)
                       for column in self._columns)  # fmt: skip

    def read(self, knows: Callable[[str], bool]) -> Sheet | None:
        """The table below the heads; ``None`` for a sheet without heads that are known."""
        start, depth, heads = self._heads(knows)
        if not heads:
            return None
        above = " ".join(str(self._value(row, column) or "") for row in range(1, start) for column in self._columns)
        years = set(_YEAR.findall(self._sheet.title)) or set(_YEAR_ABOVE.findall(above))
        rows, notes = self._rows(start + depth)
        if self._hidden:
            notes.append(f"工作表“{self._sheet.title}”隐藏的 {len(self._hidden)} 列没有读")
        return Sheet(self._sheet.title, heads, tuple(rows), int(years.pop()) if len(years) == 1 else None, tuple(notes))

    def _heads(self, knows: Callable[[str], bool]) -> tuple[int, int, dict[int, str]]:
        """Where the heads begin, over how many rows, and what they say: the choice by which most heads are known, and of those
        the one with the fewest rows, so that a title above is no part of them."""
        best: tuple[int, int, dict[int, str]] = (0, 0, {})
        most = 2
        for start in range(1, min(_SEARCHED, self._sheet.max_row) + 1):
            for depth in range(1, MOST_HEAD_ROWS + 1):
                heads = {column: self._head(start, depth, column, knows) for column in self._columns}
                matches = len({head for head in heads.values() if knows(head)})
                if matches > most or (matches == most and 0 < depth < best[1]):
                    best, most = (start, depth, {column: head for column, head in heads.items() if head}), matches
        return best

    def _head(self, start: int, depth: int, column: int, knows: Callable[[str], bool]) -> str:
        """The head of a column: group and name joined, or the name alone when only that is known."""
        parts = list(dict.fromkeys(text for row in range(start, start + depth) if (text := self._text(row, column))))
        joined = "".join(parts)
        return next((text for text in (joined, *parts[::-1]) if knows(text)), joined)

    def _rows(self, first: int) -> tuple[list[tuple[int, dict[int, Any]]], list[str]]:
        rows, sums, hidden = [], 0, 0
        for row in range(first, self._sheet.max_row + 1):
            values = {column: value for column in self._columns if (value := self._value(row, column)) not in (None, "")}
            texts = [one_line(str(value)) for value in values.values()]
            if self._sheet.row_dimensions[row].hidden:
                hidden += bool(values)
            elif any(_SUMS.match(text) for text in texts[:3]):
                sums += 1
            elif any(texts):
                rows.append((row, values))
        notes = [f"工作表“{self._sheet.title}”隐藏的 {hidden} 行没有读"] * bool(hidden)
        return rows, notes + [f"工作表“{self._sheet.title}”的 {sums} 行合计没有读"] * bool(sums)

    def _value(self, row: int, column: int) -> Any:
        """What a cell shows; a cell of a merged area shows what its first cell does."""
        row, column = self._merged.get((row, column), (row, column))
        value = self._sheet.cell(row, column).value
        if value is None and isinstance(formula := self._formulas.cell(row, column).value, str) and formula.startswith("="):
            return NoResult(formula)
        return value

    def _text(self, row: int, column: int) -> str:
        value = self._value(row, column)
        return "" if value is None or isinstance(value, NoResult) else one_line(str(value))


def _hidden_columns(sheet: Any) -> set[int]:
    """The numbers of hidden columns; one record of a workbook may cover several."""

    def covered(dimension: Any) -> Iterator[int]:
        yield from range(dimension.min or dimension.index, (dimension.max or dimension.index) + 1)

    return {
        column for dimension in sheet.column_dimensions.values() if dimension.hidden or dimension.width == 0
        for column in covered(dimension) if column <= sheet.max_column
    }  # fmt: skip
