"""Mark the header cells of tables for screen readers: a PDF of Typst and its tables in, the same file out.

Typst marks header rows only, and only those with nothing but headers. Here row labels become ``TH`` too, as do headers beside
a corner; every figure names its headers, and a table gets a summary (ISO 32000-1, 14.8.5.7: Scope, Headers, Summary).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from toolkit.core.text import printable
from toolkit.exporters.pdf.objects import UnknownPdf, read_objects, write_objects
from toolkit.sections.blocks import Cell, Table

CellPosition = tuple[int, int]  # row, column
_HEADS = ("caption", "head", "corner")
_GROUPS = (b"THead", b"TBody", b"TFoot")

# How Typst writes structure elements. Text of the report is not matched: children follow it, and in a table there is none.
_KIND = re.compile(rb"<</Type/StructElem/S/(\w+)/")
_INNER = rb"/K\[[^\[\]()]*\]"
_PAGE = rb"(?:/Pg \d+ 0 R)?"
_CHILDREN = re.compile(rb"(%b)%b>>\Z" % (_INNER, _PAGE))
_LAYOUT = rb"(?P<layout>(?:<</O/Layout[^<>]*>>)*)"
_CELL = re.compile(
    rb"<</Type/StructElem/S/(?P<kind>T[HD])(?P<parent>/P \d+ 0 R)(?:/ID\((?P<id>\w+)\))?"
    rb"(?:/A\[(?:<</O/Table(?P<scope>/Scope/\w+)?(?:/Headers\[(?P<headers>(?:\(\w+\))*)\])?"
    rb"(?P<spans>(?:/(?:Row|Col)Span \d+)*)>>)?%b\])?(?P<rest>(?:%b)?%b>>)" % (_LAYOUT, _INNER, _PAGE)
)
_TABLE = re.compile(rb"(?P<begin><</Type/StructElem/S/Table/P \d+ 0 R)(?:/A\[%b\])?(?P<rest>%b%b>>)" % (_LAYOUT, _INNER, _PAGE))
_ROOT = b"<</Type/StructTreeRoot"
_TOP = re.compile(rb"/K\[[\d R]*\]")
_TREE = re.compile(rb"/IDTree<</Names\[((?:\(\w+\)\d+ 0 R)*)\]>>")
_ENTRY = re.compile(rb"\((\w+)\)(\d+ 0 R)")

Bodies = dict[int, bytes]


class _Element(NamedTuple):
    """One cell as Typst tagged it."""

    number: int
    found: re.Match[bytes]


def name_headers(data: bytes, tables: Iterable[Table]) -> bytes:
    """The PDF with marked header cells, and smaller.

    Args:
        data: a tagged PDF as Typst writes it; the same gives the same.
        tables: its tables in order. One with an unexpected structure is left as it is.

    Raises:
        UnknownPdf: the file has another layout than those of the Typst versions in pyproject.toml.
    """
    marked = list(tables)
    if not marked:
        return data
    objects = read_objects(data)
    try:
        cells, others = _named(dict(objects.bodies), marked)
    except LookupError as error:  # a reference to an object that is not there
        raise UnknownPdf("StructElem") from error
    return write_objects(objects.with_bodies(cells | others), apart=cells)


def _named(bodies: Bodies, tables: Iterable[Table]) -> tuple[Bodies, Bodies]:
    """The elements that change: cells first, then tables and the root, which lists the ids of all headers."""
    root = next((number for number, body in bodies.items() if body.startswith(_ROOT)), None)
    tree = _TREE.search(bodies[root]) if root else None
    if root is None or (tree is None and b"/IDTree" in bodies[root]):
        return {}, {}
    ids = dict(_ENTRY.findall(tree[1])) if tree else {}
    cells: Bodies = {}
    others: Bodies = {}
    top = _TOP.search(bodies[root])
    for number, (element, table) in enumerate(zip(_tables(bodies, top[0] if top else b""), tables, strict=False), 1):
        match, places = _TABLE.fullmatch(bodies[element]), _places(bodies, element, table)
        if match and places.keys() == {(cell.row, cell.column) for cell in table.cells}:
            cells |= _name(number, places, table, ids)
            summary = b"<</O/Table/Summary%b>>" % _string(printable(table.label or table.caption))
            others[element] = b"%b/A[%b%b]%b" % (match["begin"], summary, match["layout"] or b"", match["rest"])
    if ids:
        # the tree is sorted (ISO 32000-1, 7.9.6)
        names = b"/IDTree<</Names[%b]>>" % b"".join(b"(%b)%b" % entry for entry in sorted(ids.items()))
        body = bodies[root]
        others[root] = body.replace(tree[0], names) if tree else b"%b%b>>" % (body.removesuffix(b">>"), names)
    return cells, others


def _references(array: bytes) -> list[int]:
    """The objects of an array, without marked content on other pages."""
    return [int(number) for number in re.findall(rb"(\d+) 0 R", re.sub(rb"<<.*?>>", b"", array))]


def _inner(body: bytes) -> bytes:
    match = _CHILDREN.search(body)
    return match[1] if match else b""


def _children(bodies: Bodies, inner: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of an array, each with its kind."""
    for number in _references(inner):
        kind = _KIND.match(bodies.get(number, b""))
        if kind:
            yield number, kind[1]


def _tables(bodies: Bodies, inner: bytes) -> Iterator[int]:
    for number, kind in _children(bodies, inner):
        if kind == b"Table":
            yield number
        elif kind not in (b"P", b"Figure", b"Note"):
            yield from _tables(bodies, _inner(bodies[number]))


def _places(bodies: Bodies, element: int, table: Table) -> dict[CellPosition, _Element]:
    """The structure's cells in order, by the position of the table's cells."""
    rows: list[int] = []
    for number, kind in _children(bodies, _inner(bodies[element])):
        rows += _references(_inner(bodies[number])) if kind in _GROUPS else [number]
    by_row: dict[int, list[Cell]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        by_row.setdefault(cell.row, []).append(cell)
    placed: dict[CellPosition, _Element] = {}
    for place, row in enumerate(rows):
        children, cells = _references(_inner(bodies[row])), by_row.get(place, [])
        if len(children) != len(cells):
            return {}
        for child, cell in zip(children, cells, strict=True):
            tagged = _CELL.fullmatch(bodies[child])
            if not tagged:
                return {}
            placed[cell.row, cell.column] = _Element(child, tagged)
    return placed


def _name(number: int, elements: Mapping[CellPosition, _Element], table: Table, ids: dict[bytes, bytes]) -> Bodies:
    """Make headers and labels ``TH`` with an id, and let every cell refer to its headers; new ids go into ``ids``."""
    names: dict[CellPosition, bytes] = {}
    for cell in table.cells:
        place = cell.row, cell.column
        element = elements[place]
        if element.found["id"]:
            names[place] = element.found["id"]
        elif cell.role != "value":
            names[place] = name = b"L%dx%dy%d" % (number, cell.column, cell.row)
            ids[name] = b"%d 0 R" % element.number
    above, beside = _heads_above(table), _labels_beside(table)
    changed: Bodies = {}
    for cell in table.cells:
        place = cell.row, cell.column
        element, own = elements[place], names.get(place)
        kind, parent, _, scope, headers, spans, layout, rest = element.found.groups(b"")
        if cell.role != "value":
            scope = b"/Scope/Row" if cell.role == "stub" else b"/Scope/Column"
        added = [names[head] for head in (above.get(place), beside.get(place)) if head in names]
        given = headers[1:-1].split(b")(") if headers else []
        named = b"".join([b"(%b)" % head for head in dict.fromkeys(given + added)])
        changed[element.number] = b"<</Type/StructElem/S/%b%b%b/A[<</O/Table%b/Headers[%b]%b>>%b]%b" % (
            b"TH" if own else kind,
            parent,
            b"/ID(%b)" % own if own else b"",
            scope,
            named,
            spans,
            layout,
            rest,
        )
    return changed


def _string(text: str) -> bytes:
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode("ascii")


def _heads_above(table: Table) -> dict[CellPosition, CellPosition]:
    """For each cell the nearest header above it."""
    above, current = {}, dict[int, CellPosition]()
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        if cell.column in current:
            above[cell.row, cell.column] = current[cell.column]
        if cell.role in _HEADS:
            current |= dict.fromkeys(range(cell.column, cell.column + cell.colspan), (cell.row, cell.column))
    return above


def _labels_beside(table: Table) -> dict[CellPosition, CellPosition]:
    """For each cell the nearest label of its row to its left."""
    beside, current = {}, dict[int, CellPosition]()
    for cell in sorted(table.cells, key=lambda cell: (cell.column, cell.row)):
        if cell.row in current:
            beside[cell.row, cell.column] = current[cell.row]
        if cell.role == "stub":
            current |= dict.fromkeys(range(cell.row, cell.row + cell.rowspan), (cell.row, cell.column))
    return beside
