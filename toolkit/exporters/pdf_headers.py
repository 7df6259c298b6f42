"""Tell readers of a PDF aloud which cells are heads: the file Typst set and its tables in, the same file out.

Typst knows heads of columns only, in rows of nothing but heads. Here the labels of rows become ``TH`` too, the heads
beside a corner as well, every figure names the labels that belong to it, and a table says in words what it holds
(ISO 32000-1, 14.8.5.7: Scope, Headers, Summary).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from toolkit.exporters.pdf_table import printable
from toolkit.sections.blocks import Cell, Table

Place = tuple[int, int]  # row, column
_HEADS = ("caption", "head", "corner")
_GROUPS = ("/THead", "/TBody", "/TFoot")


@dataclass
class _Grid:
    """The elements of one table by the place of their top left corner, and the ids of its heads."""

    number: int
    elements: Mapping[Place, Any]
    ids: dict[Place, str] = field(default_factory=dict)


def name_headers(data: bytes, tables: Iterable[Table]) -> bytes:
    """The PDF with the heads of its tables named.

    Args:
        data: a tagged PDF; the same gives the same.
        tables: its tables in order. One whose structure does not look as expected is left as it is.
    """
    wanted = list(tables)
    if not wanted:
        return data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root.StructTreeRoot
        names: dict[str, Any] = {}
        for number, (element, table) in enumerate(zip(_tables(root), wanted, strict=False), 1):
            grid = _Grid(number, _places(element, table))
            if grid.elements.keys() == {(cell.row, cell.column) for cell in table.cells}:
                names |= _name(grid, table)
                _attributes(element).Summary = String(printable(table.label or table.caption))
        _add_ids(pdf, root, names)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _children(element: Any) -> Iterator[Any]:
    inner = element.get("/K", [])
    for child in inner if isinstance(inner, Array) else (inner,):
        if isinstance(child, Dictionary) and "/S" in child:
            yield child


def _tables(element: Any) -> Iterator[Any]:
    for child in _children(element):
        if child.S == "/Table":
            yield child
        elif child.S not in ("/P", "/Figure", "/Note"):
            yield from _tables(child)


def _places(element: Any, table: Table) -> dict[Place, Any]:
    """Rows and cells as they follow each other in the structure, put where the table has its cells."""
    rows = [row for child in _children(element) for row in (_children(child) if child.S in _GROUPS else (child,))]
    by_row: dict[int, list[Cell]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        by_row.setdefault(cell.row, []).append(cell)
    found: dict[Place, Any] = {}
    for number, row in enumerate(rows):
        children, cells = list(_children(row)), by_row.get(number, [])
        if len(children) != len(cells):
            return {}
        found |= {(cell.row, cell.column): child for child, cell in zip(children, cells, strict=True)}
    return found


def _name(grid: _Grid, table: Table) -> dict[str, Any]:
    """Make heads and labels ``TH`` with an id, and let all cells name theirs; the new ids with their elements."""
    names = {}
    for cell in table.cells:
        element = grid.elements[cell.row, cell.column]
        if "/ID" in element:
            grid.ids[cell.row, cell.column] = str(element.ID)
        elif cell.role != "value":
            name = f"L{grid.number}x{cell.column}y{cell.row}"
            grid.ids[cell.row, cell.column] = name
            element.S, element.ID = Name.TH, String(name)
            names[name] = element
    above, beside = _heads_above(table), _labels_beside(table)
    for cell in table.cells:
        attributes = _attributes(grid.elements[cell.row, cell.column])
        if cell.role != "value":
            attributes.Scope = Name.Row if cell.role == "stub" else Name.Column
        known = [str(name) for name in attributes.get("/Headers", ())]
        places = (above.get((cell.row, cell.column)), beside.get((cell.row, cell.column)))
        added = [grid.ids[place] for place in places if place and place in grid.ids]
        attributes.Headers = Array([String(name) for name in dict.fromkeys((*known, *added))])
    return names


def _attributes(element: Any) -> Any:
    """What a table or cell says of itself as one; made when it says nothing."""
    held = element.get("/A", [])
    listed = list(held) if isinstance(held, Array | list) else [held]
    for item in listed:
        if item.get("/O") == "/Table":
            return item
    element.A = Array([Dictionary(O=Name.Table), *listed])
    return element.A[0]


def _heads_above(table: Table) -> dict[Place, Place]:
    """For each cell the nearest head above it."""
    found, current = {}, dict[int, Place]()
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.column in current:
            found[cell.row, cell.column] = current[cell.column]
        if cell.role in _HEADS:
            current |= dict.fromkeys(range(cell.column, cell.column + cell.colspan), (cell.row, cell.column))
    return found


def _labels_beside(table: Table) -> dict[Place, Place]:
    """For each cell the nearest label of its row to its left."""
    found, current = {}, dict[int, Place]()
    for cell in sorted(table.cells, key=lambda cell: (cell.column, cell.row)):
        if cell.row in current:
            found[cell.row, cell.column] = current[cell.row]
        if cell.role == "stub":
            current |= dict.fromkeys(range(cell.row, cell.row + cell.rowspan), (cell.row, cell.column))
    return found


def _add_ids(pdf: pikepdf.Pdf, root: Any, names: Mapping[str, Any]) -> None:
    """Put the new ids into the tree of ids, which is sorted (ISO 32000-1, 7.9.6)."""
    if "/IDTree" not in root:
        root.IDTree = pdf.make_indirect(Dictionary(Names=Array()))
    known = list(root.IDTree.Names)
    entries = {str(name): element for name, element in zip(known[::2], known[1::2], strict=True)} | dict(names)
    root.IDTree.Names = Array([part for name in sorted(entries) for part in (String(name), entries[name])])
