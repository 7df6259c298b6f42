"""Work out which rows and columns of a sheet a length reaches over, for shapes that are placed by their size.

In: the XML of a sheet. Out: ``Measures``, in EMU (914,400 to an inch).

Source: ISO/IEC 29500-1, 18.3.1.13 (widths of columns), 18.3.1.81 (sheetFormatPr).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.importing.limits import parse_xml

_POINT, _PIXEL = 12_700, 9_525
_MOST = 2_000  # rows or columns under one shape


@dataclass(frozen=True)
class Lengths:
    """The lengths of rows or columns by number from 0; ``usual`` is that of all others."""

    usual: int
    of: Mapping[int, int] = field(default_factory=dict)

    def under(self, first: int, offset: int, length: int) -> range:
        """The rows or columns, from 1, under a length that begins at an offset into one of them."""
        at, left = min(first, 100_000), offset
        while left >= self.of.get(at, self.usual) and at - first < _MOST:
            left -= self.of.get(at, self.usual)
            at += 1
        start, left = at, left + max(length, 1)
        while left > self.of.get(at, self.usual) and at - start < _MOST:
            left -= self.of.get(at, self.usual)
            at += 1
        return range(start + 1, at + 2)


@dataclass(frozen=True)
class Measures:
    """Heights of rows and widths of columns."""

    rows: Lengths
    columns: Lengths


def measures_of(raw: bytes, name: str) -> Measures:
    """The measures of one sheet.

    Raises:
        CannotImport: not well-formed.
    """
    root = parse_xml(raw, name)
    usual = next(root.iter("{*}sheetFormatPr"), None)
    high = _float(usual.get("defaultRowHeight") if usual is not None else None) or 15.0
    wide = _float(usual.get("defaultColWidth") if usual is not None else None) or 8.43
    heights = {
        int(row.get("r", "0")) - 1: round(_float(row.get("ht")) * _POINT)
        for row in root.iter("{*}row")
        if row.get("ht") and row.get("r", "").isdigit()
    }
    widths: dict[int, int] = {}
    for column in root.iter("{*}col"):
        first, last = (int(column.get(end, "0")) if column.get(end, "").isdigit() else 0 for end in ("min", "max"))
        for at in range(max(first, 1), min(last, _MOST) + 1):
            widths[at - 1] = _width(_float(column.get("width")))
    return Measures(Lengths(max(1, round(high * _POINT)), heights), Lengths(max(1, _width(wide)), widths))


def _width(characters: float) -> int:
    return round((characters * 7 + 5) * _PIXEL)


def _float(text: str | None) -> float:
    try:
        return min(max(float(text or 0), 0.0), 10_000.0)
    except ValueError:
        return 0.0
