"""Work out how the cells of a sheet look: hidden rows and columns, struck-out digits, ink like the paper, narrow columns.

In: a sheet that openpyxl opened. Out: fragments of a cell, the rows and columns that are shown, merged areas as they are shown. A
width counts digits of the workbook's first font; margins and what is not known of a font are counted in favour of the number.

Source: ISO/IEC 29500-1, 18.3.1.13 (columns), 18.3.1.73 (rows), 18.3.1.81 (sheetFormatPr), 18.8 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock

from toolkit.importing.readers.sheet import Place
from toolkit.importing.readers.shown import (
    FAINT,
    SYMBOL_FONTS,
    SYMBOLS,
    WHITE,
    Fragment,
    HiddenFigures,
    Rgb,
    Visibility,
    has_digit,
    visibility,
)
from toolkit.importing.readers.xlsx.colours import BLACK, Condition, Palette, conditions_of, covers
from toolkit.importing.readers.xlsx.number_formats import HIDDEN, parse_format, show_number, show_text
from toolkit.importing.recognition.cells import CUT_DECIMALS, TOO_NARROW, TOO_NARROW_GENERAL

WIDEST = 60  # columns; a form has fifteen
LONGEST = 3_000  # rows with anything in them
_USUAL_WIDTH = 9.15  # digits with the margins of the cell, where the file gives no width
_USUAL_SIZE = 11.0  # points
_NARROW_FONT = 0.8  # digits of a narrow font, in digits of the workbook's first font at the same size
_NARROW_SIGN, _WIDE_SIGN = 0.4, 1.6  # digits: a comma or blank, a Chinese character
_SHORTEST_POWER = 5.0  # digits: the room for 1E+05
_ELSEWHERE = ("fill", "centerContinuous")  # alignments whose text is not cut at the cell's edges


def why_too_narrow(sheet: Any, cell: Any, text: str, hidden: Set[int]) -> str:
    """Why the number of a cell cannot be shown in full, "" where it can or where that is not certain."""
    look = cell.alignment
    if look is not None and (look.shrinkToFit or look.textRotation or look.horizontal in _ELSEWHERE):
        return ""
    room = _room(sheet, cell, hidden) / _scale(sheet.parent, cell.font)
    if _digits_wide(text) <= room:
        return ""
    if not any(section.has("general") for section in parse_format(str(cell.number_format or "General"))):
        return TOO_NARROW
    if _digits_wide(text.partition(".")[0]) <= room:
        return CUT_DECIMALS
    return TOO_NARROW_GENERAL if room >= _SHORTEST_POWER else TOO_NARROW


def _room(sheet: Any, cell: Any, hidden: Set[int]) -> float:
    """The width of a cell or of the merged area that it begins, without hidden columns."""
    area = next((area for area in sheet.merged_cells.ranges if covers(area, cell)), None)
    columns = range(area.min_col, area.max_col + 1) if area is not None else (cell.column,)
    return sum(_width(sheet, column) for column in columns if column not in hidden)


def _width(sheet: Any, column: int) -> float:
    for item in sheet.column_dimensions.values():
        if (item.min or 0) <= column <= (item.max or 0):
            return float(item.width)
    return float(sheet.sheet_format.defaultColWidth or _USUAL_WIDTH)


def _scale(book: Any, font: Any) -> float:
    """How wide a digit of a font is at least, in digits of the workbook's first font."""
    fonts = getattr(book, "_fonts", None)
    first = fonts[0] if fonts else None
    sizes = [float(getattr(item, "sz", None) or _USUAL_SIZE) for item in (font, first)]
    same = first is not None and getattr(font, "name", None) == getattr(first, "name", None)
    return max(sizes[0], 1.0) / max(sizes[1], 1.0) * (1.0 if same else _NARROW_FONT)


def _digits_wide(text: str) -> float:
    return sum(1.0 if sign.isascii() and sign.isdigit() else _NARROW_SIGN if sign.isascii() else _WIDE_SIGN for sign in text)


_TINY, _SMALL = 1.0, 4.0  # points: not to be seen at all, hardly to be read
_LOWEST_ROW, _LOW_ROW = 1.0, 5.5  # points: lower rows show nothing, or not the whole of a figure
_NARROWEST = 0.3  # characters
_DARK_PATTERNS = ("dark", "medium")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CROSSED = "单元格画有斜线，不能确定数字是否还作数"
_CUT = "这一行的行高太低，数字可能没有显示完整"
_REPEATED = "单元格设为填充，数字会重复显示"
_CONDITIONAL = "单元格有条件格式，可能隐去或改变数字"


@dataclass
class SheetLooks:
    """What is seen of one sheet."""

    sheet: Any
    place: str
    dropped: HiddenFigures
    root: Any = None  # the XML of the sheet, where it has conditional formats, and the styles that these refer to
    styles: Sequence[Any] = ()
    ours: bool = False  # our form, whose figures count as they are stored, in columns of any width
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    _palette: Palette = field(default_factory=Palette)
    _conditions: list[Condition] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.sheet.row_dimensions
        self.hidden_rows = frozenset(
            at for at, row in rows.items() if row.hidden or (row.height is not None and row.height < _LOWEST_ROW)
        )
        columns = (
            item
            for item in self.sheet.column_dimensions.values()
            if item.hidden or (item.customWidth and item.width < _NARROWEST)
        )
        self.hidden_columns = frozenset(at for item in columns for at in range(item.min or 0, min(item.max or 0, 20_000) + 1))
        book = self.sheet.parent
        self._palette = Palette(getattr(book, "loaded_theme", None), getattr(book, "_colors", ()))
        self._conditions = list(conditions_of(self.root, self.styles, self._palette))

    @cached_property
    def merged(self) -> tuple[dict[Place, tuple[Place, tuple[int, int]]], set[Place]]:
        """Merged areas as they are shown: by the first shown cell where the text comes from and the spans; cells covered."""
        areas: dict[Place, tuple[Place, tuple[int, int]]] = {}
        covered: set[Place] = set()
        for area in self.sheet.merged_cells.ranges:
            if area.max_row - area.min_row > LONGEST:
                continue
            rows = [row for row in range(area.min_row, area.max_row + 1) if row not in self.hidden_rows]
            columns = [at for at in range(area.min_col, min(area.max_col, WIDEST) + 1) if at not in self.hidden_columns]
            covered |= {(row, column) for row in rows for column in columns}
            if rows and columns:
                areas[rows[0], columns[0]] = (area.min_row, area.min_col), (len(rows), len(columns))
        return areas, covered - set(areas)

    def fragments(self, cell: Any) -> Iterator[Fragment]:
        """What a cell shows."""
        value, code = cell.value, str(cell.number_format or "")
        for text, font, doubt in _texts(value, code, zeros=self.sheet.sheet_view.showZeros is not False):
            yield self._fragment(cell, unescaped(text), font, doubt or self._why_narrow(cell, text))
        if has_digit(str(value)):
            yield from (Fragment("", doubt=doubt) for doubt in self._doubts(cell))

    def _doubts(self, cell: Any) -> Iterator[str]:
        """Why the figure of a cell may not be shown as it is."""
        if cell.alignment is not None and cell.alignment.horizontal == "fill":
            yield _REPEATED
        if _is_crossed_out(cell):
            yield _CROSSED
        if self._may_be_hidden(cell):
            yield _CONDITIONAL
        row = self.sheet.row_dimensions.get(cell.row)
        if row is not None and (row.height or _LOW_ROW) < _LOW_ROW:
            yield _CUT

    def _why_narrow(self, cell: Any, text: str) -> str:
        """Why the column of a number is too narrow for it; texts reach over their cell."""
        if self.ours or isinstance(cell.value, bool) or not isinstance(cell.value, int | float) or not has_digit(text):
            return ""
        return "" if self.sheet.sheet_view.showFormulas else why_too_narrow(self.sheet, cell, text, self.hidden_columns)

    def seen(self, cell: Any) -> bool:
        """Whether the text of a cell of one style can be seen: neither struck out nor in the colour of the paper."""
        size = float(getattr(cell.font, "sz", None) or 0)
        return not cell.font.strike and self._visible(cell, cell.font.color, size) != "hidden"

    def _fragment(self, cell: Any, text: str, font: Any, doubt: str) -> Fragment:
        font, whole = font or cell.font, cell.font
        size = float(getattr(font, "sz", None) or getattr(whole, "sz", None) or 0)
        result = self._visible(cell, getattr(font, "color", None) or getattr(whole, "color", None), size)
        if result == "hidden" or getattr(font, "strike", None):
            self.dropped.add(text, f"{self.place}{cell.coordinate}")
            return Fragment("", gone=text)
        raised = {"superscript": 1, "subscript": -1}.get(str(getattr(font, "vertAlign", "")), 0)
        symbols = str(getattr(font, "rFont", None) or getattr(font, "name", None) or whole.name or "").lower()
        doubt = doubt or (SYMBOLS if SYMBOL_FONTS.match(symbols) and has_digit(text) else "")
        doubt = doubt or (FAINT if result == "faint" and has_digit(text) else "")
        return Fragment(text, raised, size, doubt, stand_in="［？］" if doubt else "")

    def _may_be_hidden(self, cell: Any) -> bool:
        """Whether a conditional format may hide the figure of a cell."""
        ink = self._palette.colour(cell.font.color) or BLACK
        return any(condition.may_hide(cell, ink, self._paper(cell)) for condition in self._conditions)

    def _visible(self, cell: Any, colour: Any, size: float) -> Visibility:
        if 0 < size <= _TINY:
            return "hidden"
        if _same(colour, cell.fill):
            return "hidden"
        ink, paper = self._palette.colour(colour) or BLACK, self._paper(cell)
        if paper is None:  # a table style or a condition may fill the cell: white text is probably on a dark fill
            return "faint" if visibility(ink, WHITE) == "hidden" else "shown"
        result = visibility(ink, paper)
        return "faint" if result == "shown" and 0 < size < _SMALL else result

    def _paper(self, cell: Any) -> Rgb | None:
        """The colour behind a cell; ``None`` when a pattern, a table or a condition decides it."""
        kind = getattr(cell.fill, "patternType", None) or getattr(cell.fill, "fill_type", None)
        if kind == "solid" or str(kind).startswith(_DARK_PATTERNS):  # of a dense pattern its lines
            return self._palette.colour(cell.fill.fgColor) or (BLACK if kind != "solid" else None)
        if kind not in (None, "none"):
            return self._palette.colour(cell.fill.bgColor) if cell.fill.bgColor.value != "00000000" else None
        shaded = any(condition.concerns(cell) for condition in self._conditions)
        return None if self.sheet.tables or shaded else WHITE


def _texts(value: Any, code: str, *, zeros: bool) -> Iterator[tuple[str, Any, str]]:
    """Text, font (``None``: that of the cell) and doubt of every run of a value."""
    if isinstance(value, CellRichText):
        for part in value:
            yield (part.text or "", part.font, "") if isinstance(part, TextBlock) else (str(part), None, "")
    elif isinstance(value, bool):
        yield "TRUE" if value else "FALSE", None, ""
    elif isinstance(value, int | float):
        text, doubt = show_number(value, code)
        yield text, None, doubt if zeros or value != 0 else HIDDEN
    elif isinstance(value, datetime | date):
        yield value.isoformat()[:10], None, ""
    else:
        text, doubt = show_text(str(value), code)
        yield text, None, doubt if has_digit(str(value)) else ""


def unescaped(text: str) -> str:
    """Text with the characters that a workbook stores by their numbers (_x000D_); a carriage return is a line break."""
    return _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)).replace("\r", "\n"), text)


def _is_crossed_out(cell: Any) -> bool:
    """Whether a line goes through the cell from corner to corner."""
    border = cell.border
    line = getattr(getattr(border, "diagonal", None), "style", None)
    return bool(line and (border.diagonalUp or border.diagonalDown))


def _same(colour: Any, fill: Any) -> bool:
    """Whether text and fill name the same colour, also one of the theme whose value is not worked out."""
    if getattr(fill, "patternType", None) != "solid" or getattr(colour, "type", None) != "theme":
        return False
    behind = fill.fgColor
    return behind.type == "theme" and (behind.theme, behind.tint) == (colour.theme, colour.tint)
