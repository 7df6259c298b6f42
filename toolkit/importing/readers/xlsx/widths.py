"""Decide whether a column is surely too narrow for a number, so that Excel shows ``###``, or fewer decimals, instead of it.

In: a sheet that openpyxl opened, a cell and the text of its number. Out: why the stored figure is not the one that is shown, ""
where it fits or may fit. A width counts digits of the workbook's first font; the margins inside a cell and what is not known
of a font are counted in favour of the number.

Source: ISO/IEC 29500-1, 18.3.1.13 (col, width), 18.3.1.81 (sheetFormatPr), 18.8.1 (alignment).
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from toolkit.importing.readers.xlsx.number_formats import parse_format
from toolkit.importing.recognition.cells import CUT_DECIMALS, TOO_NARROW, TOO_NARROW_GENERAL

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
    area = next((area for area in sheet.merged_cells.ranges if cell.coordinate in area), None)
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
