"""Take the tables out of a ledger's workbook: visible cells, heads that are merged over several rows, rows of requests.

In: the bytes of an .xlsx, of what LibreOffice makes one of (.xls, .et), of a .csv in any Chinese encoding, or rows that were
pasted. Out: ``Sheet`` by ``Sheet`` with its heads and rows; hidden sheets, columns and rows are left out and counted, and so are
rows that are struck out. A formula whose result the workbook does not keep is a ``NoResult``, a cell that is struck out or in the
colour of the paper is a ``HiddenCell``; neither is a blank.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from toolkit.core.dates import chinese_day
from toolkit.core.sniffing import COMPOUND, ZIP
from toolkit.importing.limits import LIMITS, CannotImport
from toolkit.importing.readers.delimited import read_rows
from toolkit.importing.readers.encoding import decode_page
from toolkit.importing.readers.office import convert, locked
from toolkit.importing.readers.opc import open_package
from toolkit.importing.readers.shown import HiddenFigures
from toolkit.importing.readers.xlsx.looks import SheetLooks, unescaped
from toolkit.importing.readers.xlsx.reading import looks_of, open_workbook
from toolkit.importing.wording import fold, one_line
from toolkit.register.ledger.values import FIRST_DAY, parts_years, year_below, year_of_sheet
from toolkit.register.ledger.words import tick_of_head

MOST_HEAD_ROWS = 3
_FEWEST_HEADS = 3
_SEARCHED = 15  # rows from the top in which the heads are looked for
_LONGEST_HEADING = 20  # characters
_NUMBER = re.compile(r"号|^[\W\d]*$|\d$")  # ends the number of a request, not a heading
_CONVERTED = (".xls", ".xlsb", ".et", ".ods")
READ = (".xlsx", ".xlsm", *_CONVERTED, ".csv", ".txt", ".tsv")
_SUMS = re.compile(
    r"(?:[第本上下全前]?[一二三四\d]{0,2}[年月季度页]*)?(?:合计|小计|总计|共计|累计)[:：]?(?:[(（].*[)）])?\d*件?[:：]?"
)
_PADDED = re.compile(r'(?:"([^"]*)")?(0{2,})(?:"([^"]*)")?')  # a format that shows 7 as 007, or as 竹溪007
_FOOT = re.compile(
    "(?:注|备注|说明|填表说明|制表人?|填表人?|填报人?|审核人?|复核人?|经办人?|负责人|单位负责人|联系电话|填表日期|制表日期)[:：]"
)
_OTHER_THAN_YEAR = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|[^ye]", re.IGNORECASE)  # what else a number format shows


@dataclass(frozen=True, slots=True)
class NoResult:
    """A formula without a kept result."""

    formula: str


@dataclass(frozen=True, slots=True)
class HiddenCell:
    """A cell that is struck out, or whose ink has the colour of the paper."""

    text: str


@dataclass(frozen=True, slots=True)
class DayOnly:
    """A day whose cell shows no year: Excel takes the year in which it was typed."""

    day: datetime

    def __str__(self) -> str:
        return chinese_day(self.day)


@dataclass(frozen=True)
class Sheet:
    """One table of a ledger: ``heads`` by column number, ``rows`` as (number of the row, values by column number)."""

    name: str
    heads: Mapping[int, str]
    rows: tuple[tuple[int, Mapping[int, Any]], ...]
    year: int | None
    notes: tuple[str, ...] = ()
    years: Mapping[int, int | None] = field(default_factory=dict)  # by row, below a heading that changes the year
    first_day: date = FIRST_DAY

    def year_of(self, row: int) -> int | None:
        """The year of the days in a row that name none."""
        return self.years.get(row, self.year)

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
    if raw.startswith(COMPOUND) or suffix == ".ods" or (suffix in _CONVERTED and not raw.startswith(ZIP)):
        raw = convert(raw, suffix if suffix in _CONVERTED else ".xls", "xlsx", name)  # whatever the name says
    package = open_package(raw, name, LIMITS)
    values, formulas = open_workbook(package)
    sheets: list[Sheet] = []
    for sheet in values.worksheets:
        table = _Table(sheet, formulas[sheet.title], looks_of(package, sheet, "", HiddenFigures()))
        read = table.read(knows)
        if read and sheet.sheet_state != "visible":
            read = [Sheet(sheet.title, {}, (), None, (f"工作表“{sheet.title}”是隐藏的，没有读",))]
        if not read and sheet.sheet_state == "visible" and not table.is_empty:
            read = [Sheet(sheet.title, {}, (), None, (f"工作表“{sheet.title}”里没有认出台账的列名，没有读",))]
        sheets += read
    return sheets


def sheets_of_rows(rows: Iterable[Sequence[str]], name: str, knows: Callable[[str], bool]) -> list[Sheet]:
    """The table of rows of text, as of a sheet without merged or hidden cells; empty when no heads are known."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            printable = ILLEGAL_CHARACTERS_RE.sub("", text).strip()
            if printable:
                cell = sheet.cell(at, column, printable)
                cell.data_type = "s"  # "=B2" is text here, as the browser or the file gives it
    sheet.title = INVALID_TITLE_REGEX.sub(" ", name)[:31].strip("' ") or "台账"
    return _Table(sheet, sheet, SheetLooks(sheet, "", HiddenFigures())).read(knows)


def _delimited(raw: bytes, name: str) -> list[list[str]]:
    """The rows of a .csv; Excel in China writes it in GBK."""
    text, _ = decode_page(raw)
    return [[cell.removeprefix('="').removesuffix('"') if cell.startswith('="') else cell for cell in row]
            for row in read_rows(text, name)]  # fmt: skip


class _Table:
    """The visible cells of one sheet."""

    def __init__(self, sheet: Any, formulas: Any, looks: SheetLooks) -> None:
        self._sheet, self._formulas, self._looks = sheet, formulas, looks
        self._gone: dict[int, bool] = {}  # by style
        self._merged = {
            (row, column): (area.min_row, area.min_col)
            for area in sheet.merged_cells.ranges
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }
        self._hidden = {column for column in self._looks.hidden_columns if column <= sheet.max_column}
        self._columns = [column for column in range(1, sheet.max_column + 1) if column not in self._hidden]

    @property
    def is_empty(self) -> bool:
        """Whether the sheet has no cell that is shown."""
        return not any(self._value(row, column) not in (None, "") for row in range(1, min(self._sheet.max_row, 50) + 1)
                       for column in self._columns)  # fmt: skip

    def read(self, knows: Callable[[str], bool]) -> list[Sheet]:
        """The table below the heads, and those below other heads further down; empty for a sheet without heads that are known."""
        start, depth, heads = self._heads(knows)
        if not heads:
            return []
        above = " ".join(self._text(row, column) for row in range(1, start) for column in self._columns)
        tables = [_Rows(self._sheet.title, heads, year_of_sheet(self._sheet.title, above))]
        for row in range(start + depth, self._sheet.max_row + 1):
            values = {column: value for column in self._columns if (value := self._value(row, column)) not in (None, "")}
            if _are_heads(values.values(), knows) and not tables[-1].repeats(values):
                heads = {column: one_line(str(value)) for column, value in values.items()}
                tables.append(tables[-1].below(heads))
            elif any(one_line(str(value)) for value in values.values()):
                tables[-1].take(row, values, hidden=row in self._looks.hidden_rows)
        epoch = self._sheet.parent.epoch.date()
        return [rows.sheet(0 if at else len(self._hidden), epoch) for at, rows in enumerate(tables)]

    def _heads(self, knows: Callable[[str], bool]) -> tuple[int, int, dict[int, str]]:
        """Where the heads begin, over how many rows, and what they say: the rows of which most heads are recognised; of several
        the fewest rows, so that a title above the heads is left out."""
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
        names = (joined, *parts[::-1]) if self._may_be_joined(start, column, joined) else (*parts[::-1], joined)
        return next((text for text in names if knows(text)), joined)

    def _may_be_joined(self, start: int, column: int, joined: str) -> bool:
        """Whether a column is one of several to be ticked below one head; else a row of requests would pass for heads."""
        if tick_of_head(joined) is None:
            return True
        at = self._columns.index(column)
        beside = (self._columns[place] for place in (at - 1, at + 1) if 0 <= place < len(self._columns))
        return any(self._text(start, other) == self._text(start, column) for other in beside)

    def _value(self, row: int, column: int) -> Any:
        """What a cell shows; a cell of a merged area shows what its first cell does."""
        row, column = self._merged.get((row, column), (row, column))
        cell = self._sheet.cell(row, column)
        value = cell.value
        if value is None and isinstance(formula := self._formulas.cell(row, column).value, str) and formula.startswith("="):
            return NoResult(formula)
        if value is None or not cell.has_style:
            return _as_typed(value) if isinstance(value, str) else value
        if isinstance(value, CellRichText):
            return self._of_runs(cell, value)
        if self._is_gone(cell):
            return HiddenCell(one_line(str(value)))
        if isinstance(value, datetime) and not _OTHER_THAN_YEAR.sub("", cell.number_format.partition(";")[0]):
            return DayOnly(value)
        if isinstance(value, int) and (padded := _PADDED.fullmatch(cell.number_format)):
            return f"{padded[1] or ''}{value:0{len(padded[2])}}{padded[3] or ''}"
        return _as_typed(value) if isinstance(value, str) else value

    def _of_runs(self, cell: Any, value: CellRichText) -> Any:
        """Text of several styles without what is struck out: a day that was corrected in its cell."""
        visible = "".join(part.text for part in self._looks.fragments(cell))
        return _as_typed(visible) if visible.strip() else HiddenCell(one_line(str(value)))

    def _is_gone(self, cell: Any) -> bool:
        """Whether a cell is struck out or has ink that cannot be seen; once for all cells of a style."""
        if cell.style_id not in self._gone:
            self._gone[cell.style_id] = not self._looks.seen(cell)
        return self._gone[cell.style_id]

    def _text(self, row: int, column: int) -> str:
        value = self._value(row, column)
        return "" if value is None or isinstance(value, NoResult | HiddenCell) else one_line(str(value))


@dataclass
class _Rows:
    """Sorts the rows below the heads: requests, sums, headings that part them, the heads once more on another page."""

    name: str
    heads: Mapping[int, str]
    of_sheet: int | None
    rows: list[tuple[int, Mapping[int, Any]]] = field(default_factory=list)
    years: dict[int, int | None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._year = self.of_sheet

    def take(self, row: int, values: Mapping[int, Any], *, hidden: bool) -> None:
        texts = {column: one_line(str(value)) for column, value in values.items() if not isinstance(value, HiddenCell)}
        if hidden:
            self.counts["隐藏的 {} 行"] += 1
        elif not texts:
            self.counts["划掉或看不见的 {} 行"] += 1
        elif all(_FOOT.match(fold(text)) for text in texts.values()):
            self.counts["的 {} 行表尾"] += 1
        elif any(_SUMS.fullmatch(fold(text)) for text in list(texts.values())[:3]):
            self.counts["的 {} 行合计"] += 1
        elif self.repeats(values):
            self.counts["重复的 {} 行列名"] += 1
        elif heading := self._heading(texts):
            self._below(row, heading)
        else:
            self.rows.append((row, values))
            if self._year != self.of_sheet:
                self.years[row] = self._year

    def repeats(self, values: Mapping[int, Any]) -> bool:
        """Whether a row is the heads once more."""
        texts = {column: value for column, value in values.items() if not isinstance(value, HiddenCell)}
        return all(fold(one_line(str(text))) == fold(self.heads.get(column, "")) for column, text in texts.items())

    def below(self, heads: Mapping[int, str]) -> _Rows:
        """The rows below other heads, which belong to the same year until a heading says otherwise."""
        return _Rows(self.name, heads, self._year)

    def _heading(self, texts: Mapping[int, str]) -> str:
        """The text of a row that is one text over several columns, or a year in the first; "" for others."""
        column, text = next(iter(texts.items()))
        alone = len(set(texts.values())) == 1 and len(text) <= _LONGEST_HEADING and not _NUMBER.search(text)
        return text if alone and (len(texts) > 1 or (parts_years(text) and column <= min(self.heads))) else ""

    def _below(self, row: int, heading: str) -> None:
        before, self._year = self._year, year_below(heading, self._year, self.of_sheet)
        if self._year == before:
            self.counts["的 {} 行小标题"] += 1
            return
        days = f"按 {self._year} 年读" if self._year else "没有写年份的读不了"
        self.notes.append(f"工作表“{self.name}”第 {row} 行“{heading}”是小标题，下面的日期{days}")

    def sheet(self, hidden_columns: int, epoch: date) -> Sheet:
        counted = [(what.format(count), count) for what, count in self.counts.items()]
        counted.append((f"隐藏的 {hidden_columns} 列", hidden_columns))
        notes = [f"工作表“{self.name}”{what}没有读" for what, count in counted if count]
        return Sheet(self.name, self.heads, tuple(self.rows), self.of_sheet, (*notes, *self.notes), self.years, epoch)


def _are_heads(values: Iterable[Any], knows: Callable[[str], bool]) -> bool:
    """Whether a row is heads: at least three texts, most of which are heads of a register."""
    texts = [one_line(value) for value in values if isinstance(value, str)]
    if len(texts) < _FEWEST_HEADS or not (knows(texts[0]) or knows(texts[1])):
        return False
    heads = sum(map(knows, texts))
    return heads >= _FEWEST_HEADS and heads * 2 > len(texts)


def _as_typed(text: str) -> str:
    """Text without what a workbook writes for a character that XML does not hold (_x000D_) and without such characters."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", unescaped(text)))
