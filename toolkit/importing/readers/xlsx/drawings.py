"""Find what floats over the cells of a workbook: pictures, text boxes, charts and buttons, with the cells that they cover.

In: the package of a workbook. Out: ``Shape`` by name of the sheet. A figure in a text box is not the value of a cell, but the
cell underneath must not pass for blank, and a figure under something opaque is not shown. Lengths are in EMU (914,400 an inch).

Source: ISO/IEC 29500-1, 18.3.1.13 and 18.3.1.81 (sizes of cells), 20.5 (spreadsheet drawings); -4, 19.4.2.12 (VML drawings).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.opc import RELATION, Package

_POINT, _PIXEL = 12_700, 9_525
_MOST_LINES = 2_000  # rows or columns under one shape


@dataclass(frozen=True)
class Lengths:
    """The lengths of rows or columns by number from 0; ``usual`` is that of all others."""

    usual: int
    of: Mapping[int, int] = field(default_factory=dict)

    def under(self, first: int, offset: int, length: int) -> range:
        """The rows or columns, from 1, under a length that begins at an offset into one of them."""
        at, left = min(first, 100_000), offset
        while left >= self.of.get(at, self.usual) and at - first < _MOST_LINES:
            left -= self.of.get(at, self.usual)
            at += 1
        start, left = at, left + max(length, 1)
        while left > self.of.get(at, self.usual) and at - start < _MOST_LINES:
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
        for at in range(max(first, 1), min(last, _MOST_LINES) + 1):
            widths[at - 1] = _width(_float(column.get("width")))
    return Measures(Lengths(max(1, round(high * _POINT)), heights), Lengths(max(1, _width(wide)), widths))


def _width(characters: float) -> int:
    return round((characters * 7 + 5) * _PIXEL)


def _float(text: str | None) -> float:
    try:
        return min(max(float(text or 0), 0.0), 10_000.0)
    except ValueError:
        return 0.0


XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_SHAPES = 500
_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill")
_CONTROL = re.compile(rb"<x:ClientData\s+ObjectType=\"(\w+)\".*?</x:ClientData>", re.DOTALL)
_VML_ANCHOR = re.compile(rb"<x:Anchor>([\d\s,]+)</x:Anchor>")
_CLEAR = ("GBox", "Line", "Shape")  # controls through which cells can be seen


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: the rows and columns that it covers, from 1, and its text ("" for a picture); opaque ones hide cells."""

    rows: range
    columns: range
    text: str = ""
    opaque: bool = False


def parts_by_sheet(package: Package) -> dict[str, str]:
    """The part of every sheet by its name; none of a damaged workbook."""
    main = package.main_part("xl/workbook.xml")
    targets = {relation.id: relation.target for relation in package.relations(main)}
    try:
        book = parse_xml(package.read(main), package.name)
    except CannotImport:
        return {}
    return {str(sheet.get("name", "")): targets.get(str(sheet.get(f"{RELATION}id", "")), "") for sheet in book.iter("{*}sheet")}


def shapes_by_sheet(package: Package, parts: Mapping[str, str]) -> dict[str, list[Shape]]:
    """The shapes of every sheet; damaged drawings are as none."""
    by_sheet: dict[str, list[Shape]] = {}
    for name, part in parts.items():
        try:
            by_sheet[name] = list(_of_sheet(package, part))[:_MOST_SHAPES] if part else []
        except CannotImport:
            continue
    return by_sheet


def _of_sheet(package: Package, part: str) -> Iterator[Shape]:
    for relation in package.relations(part):
        if relation.kind == "drawing":
            yield from _shapes(package, relation.target, measures_of(package.read(part), package.name))
        elif relation.kind == "vmlDrawing":
            yield from _controls(package.read(relation.target))


def _shapes(package: Package, part: str, measures: Measures) -> Iterator[Shape]:
    raw = package.read(part)
    root = parse_xml(raw, package.name) if raw else None
    for anchor in root.iter(f"{XDR}twoCellAnchor", f"{XDR}oneCellAnchor", f"{XDR}absoluteAnchor") if root is not None else ():
        properties = next(anchor.iter(f"{XDR}cNvPr"), None)
        if properties is not None and properties.get("hidden") in ("1", "true"):
            continue
        paragraphs = ("".join(node.text or "" for node in line.iter(f"{A}t")) for line in anchor.iter(f"{A}p"))
        text = "\n".join(line for line in paragraphs if line.strip())
        rows, columns = _covered(anchor, measures)
        if text or anchor.find(f"{XDR}cxnSp") is None:
            yield Shape(rows, columns, text, _is_opaque(anchor))


def _is_opaque(anchor: Any) -> bool:
    """Whether cells cannot be seen through a shape: a chart, or one with a fill; of a picture nobody can tell."""
    if next(anchor.iter(f"{XDR}graphicFrame"), None) is not None:
        return True
    for shape in anchor.iter(f"{XDR}sp"):
        properties, style = shape.find(f"{XDR}spPr"), shape.find(f"{XDR}style/{A}fillRef")
        fills = [child for child in (properties if properties is not None else ()) if child.tag.startswith(A)]
        names = {str(fill.tag).removeprefix(A) for fill in fills}
        alphas = [alpha for fill in fills if not fill.tag.endswith("}ln") for alpha in fill.iter(f"{A}alpha")]
        by_style = "noFill" not in names and style is not None and style.get("idx") not in (None, "0")
        if (names & set(_FILLS) or by_style) and not alphas:
            return True
    return False


def _covered(anchor: Any, measures: Measures) -> tuple[range, range]:
    """The rows and columns under a shape: between its two corners, or from one of them by its size."""
    start, end, size = anchor.find(f"{XDR}from"), anchor.find(f"{XDR}to"), anchor.find(f"{XDR}ext")
    place = anchor.find(f"{XDR}pos")
    spans = []
    for of, name, length, side in ((measures.rows, "row", "cy", "y"), (measures.columns, "col", "cx", "x")):
        first, offset = (
            (_number(start, name), _number(start, f"{name}Off")) if start is not None else (0, _attribute(place, side))
        )
        if end is not None:
            last = _number(end, name) - (_number(end, f"{name}Off") == 0)
            spans.append(range(first + 1, max(first, last) + 2))
        else:
            spans.append(of.under(first, offset, _attribute(size, length)))
    return spans[0], spans[1]


def _controls(raw: bytes) -> Iterator[Shape]:
    """The buttons and lists of a sheet, which an older kind of drawing places; notes are not printed."""
    for control in _CONTROL.finditer(raw):
        anchor = _VML_ANCHOR.search(control[0])
        numbers = [int(number) for number in anchor[1].split(b",") if number.strip()] if anchor else []
        if len(numbers) != 8 or max(numbers) > 100_000 or control[1] == b"Note":
            continue
        left, _, top, _, right, past_right, bottom, past_bottom = numbers
        rows = range(top + 1, max(top, bottom - (past_bottom == 0)) + 2)
        columns = range(left + 1, max(left, right - (past_right == 0)) + 2)
        yield Shape(rows, columns, opaque=control[1].decode("ascii", "replace") not in _CLEAR)


def _number(node: Any, name: str) -> int:
    text = (node.findtext(f"{XDR}{name}") or "0") if node is not None else "0"
    return min(int(text), 10**10) if text.isascii() and text.isdigit() and len(text) < 11 else 0


def _attribute(node: Any, name: str) -> int:
    text = str(node.get(name) or "0") if node is not None else "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
