"""Find what floats over the cells of a workbook: pictures and text boxes, with the cells that they cover.

In: the package of a workbook. Out: ``Shape`` by name of the sheet. A figure in a text box is not the value of a cell, but
the cell underneath must not pass for blank.

Source: ISO/IEC 29500-1, 20.5 (spreadsheet drawings).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.opc import RELATION, Package

XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_SHAPES = 500


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: the rows and columns that it covers, from 1, and its text ("" for a picture)."""

    rows: range
    columns: range
    text: str = ""


def shapes_by_sheet(package: Package) -> dict[str, list[Shape]]:
    """The shapes of every sheet; damaged drawings are as none."""
    main = package.main_part("xl/workbook.xml")
    targets = {relation.id: relation.target for relation in package.relations(main)}
    by_sheet: dict[str, list[Shape]] = {}
    try:
        book = parse_xml(package.read(main), package.name)
        for sheet in book.iter("{*}sheet"):
            part = targets.get(str(sheet.get(f"{RELATION}id", "")), "")
            drawings = [relation.target for relation in package.relations(part) if relation.kind == "drawing"] if part else []
            by_sheet[str(sheet.get("name", ""))] = [shape for drawing in drawings for shape in _shapes(package, drawing)][
                :_MOST_SHAPES
            ]
    except CannotImport:
        return by_sheet
    return by_sheet


def _shapes(package: Package, part: str) -> Iterator[Shape]:
    raw = package.read(part)
    for anchor in parse_xml(raw, package.name) if raw else ():
        start, end = anchor.find(f"{XDR}from"), anchor.find(f"{XDR}to")
        properties = next(anchor.iter(f"{XDR}cNvPr"), None)
        if start is None or (properties is not None and properties.get("hidden") in ("1", "true")):
            continue
        paragraphs = ("".join(node.text or "" for node in line.iter(f"{A}t")) for line in anchor.iter(f"{A}p"))
        text = "\n".join(line for line in paragraphs if line.strip())
        rows, columns = (_covered(start, end, name) for name in ("row", "col"))
        is_line = anchor.find(f"{XDR}cxnSp") is not None
        if text or not is_line:
            yield Shape(rows, columns, text)


def _covered(start: Any, end: Any, name: str) -> range:
    first = _at(start, name)
    last = _at(end, name) if end is not None else first
    return range(first + 1, max(first, last) + 2)


def _at(node: Any, name: str) -> int:
    text = node.findtext(f"{XDR}{name}") or "0"
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and len(text) < 8 else 0
