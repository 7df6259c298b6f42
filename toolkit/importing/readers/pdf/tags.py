"""Read the tables of a tagged PDF from its tags: which characters make up which cell, whatever rulings are drawn.

In: an open PDF. Out: its tables as rows of cells, each with the marks (page, number of marked content) of its text; with
the pages drawn, the pages with these tables in them.
Browsers and Word write such tags when they print; they are read where the rulings of a page show no whole table.

Source: ISO 32000-2, 14.7 (logical structure), 14.8.4.8 (table structure types), 14.8.5.7 (RowSpan, ColSpan).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1

from toolkit.importing.limits import Limits
from toolkit.importing.readers.pdf.cell_content import without_text
from toolkit.importing.readers.pdf.drawn import PageDrawing, PdfPage
from toolkit.importing.readers.pdf.lines import Char, cell_text
from toolkit.importing.source import UNREADABLE, Grid, RawCell, make_grid

Mark = tuple[int, int]  # page number, identifier of the marked content on it
_ROWS = ("TR",)
_CELLS = ("TD", "TH")
_DEEPEST = 60  # elements between the root of a cell and its text


@dataclass(frozen=True, slots=True)
class TaggedCell:
    """A cell: the marks of its text in reading order (none for a blank), and how many rows and columns it covers.

    ``holds_more``: a picture or a form field is in it.
    """

    marks: tuple[Mark, ...]
    rowspan: int = 1
    colspan: int = 1
    holds_more: bool = False


TaggedTable = tuple[tuple[TaggedCell, ...], ...]


def tagged_tables(document: Any, limits: Limits) -> list[TaggedTable]:
    """Every table that holds no other table, in the order of the tags; none when the file has no tags."""
    root = resolve1(resolve1(document.doc.catalog).get("StructTreeRoot"))
    if not isinstance(root, dict):
        return []
    pages = {page.page_obj.pageid: page.page_number for page in document.pages}
    walker = _Walker(pages, resolve1(root.get("RoleMap")) or {}, limits.cells)
    tables = [walker.table(node, page) for node, page in walker.find(root, None, ("Table",)) if not walker.holds(node)]
    return [table for table in tables if table]


def tagged_pages(drawn: Iterable[PageDrawing], tables: Sequence[TaggedTable]) -> Iterator[PdfPage]:
    """Every page with the tables of the tags; a table is on the page where its text begins. No table, no page."""
    pages = list(drawn) if tables else []
    marks = {mark for table in tables for row in table for cell in row for mark in cell.marks}
    chars = _by_mark((page.number, char) for page in pages for char in page.seen.chars)
    unseen = _by_mark((page.number, char) for page in pages for char in page.seen.unseen)
    doubtful = {page.number: page.seen.doubtful for page in pages if page.seen.doubtful}
    grids: dict[int, list[tuple[float, Grid]]] = {}
    for number, table in enumerate(tables, 1):
        begun = min((mark for row in table for cell in row for mark in cell.marks if mark in chars), default=None)
        if begun is not None:
            rows = [[_raw_cell(cell, chars, unseen, doubtful) for cell in row] for row in table]
            place = f"第 {begun[0]} 页起第 {number} 个表格"
            grids.setdefault(begun[0], []).append((chars[begun][0]["top"], make_grid(rows, place, number)))
    for page in pages:
        rest = [char for char in page.seen.chars if (page.number, char.get("mcid")) not in marks]
        yield page.page(grids.get(page.number, []), rest)


def _by_mark(chars: Iterable[tuple[int, Char]]) -> dict[Mark, list[Char]]:
    by_mark: dict[Mark, list[Char]] = {}
    for number, char in chars:
        if char.get("mcid") is not None:
            by_mark.setdefault((number, char["mcid"]), []).append(char)
    return by_mark


def _raw_cell(
    cell: TaggedCell, chars: Mapping[Mark, Sequence[Char]], unseen: Mapping[Mark, Sequence[Char]], doubtful: Mapping[int, str]
) -> RawCell:
    """The text of a cell, page by page: its lines follow from where its characters are."""
    on_pages = groupby(cell.marks, key=itemgetter(0))
    text = "\n".join(cell_text(char for mark in marks for char in chars.get(mark, ())) for _, marks in on_pages)
    doubt = "" if text else without_text([char for mark in cell.marks for char in unseen.get(mark, ())])
    if cell.holds_more:
        doubt = "这一格里有图形或表单控件，不能确定"
    elif text:
        doubt = next((doubtful[page] for page, _ in cell.marks if page in doubtful), "")
    return RawCell(text or UNREADABLE if doubt else text, cell.colspan, cell.rowspan, doubt)


class _Walker:
    """Walks over the elements; stops after so many, for a hostile tree may turn back on itself."""

    def __init__(self, pages: Mapping[int, int], roles: Mapping[str, Any], most: int) -> None:
        self.pages, self.roles, self.left = pages, roles, most

    def kind(self, node: dict[str, Any]) -> str:
        name = _name(node.get("S"))
        return _name(self.roles.get(name)) or name

    def kids(self, node: dict[str, Any]) -> list[Any]:
        kids = resolve1(node.get("K"))
        return kids if isinstance(kids, list) else [kids] if kids is not None else []

    def find(self, node: dict[str, Any], page: int | None, kinds: tuple[str, ...], depth: int = 0) -> Iterator[tuple[Any, Any]]:
        """The elements of some kinds under an element, each with its page where the file records it."""
        for kid in map(resolve1, self.kids(node)):
            self.left -= 1
            if self.left < 0 or depth > _DEEPEST or not isinstance(kid, dict) or "S" not in kid:
                continue
            here = self.page_of(kid, page)
            if self.kind(kid) in kinds:
                yield kid, here
            if self.kind(kid) not in _CELLS or kinds not in (_ROWS, _CELLS):
                yield from self.find(kid, here, kinds, depth + 1)

    def holds(self, node: dict[str, Any]) -> bool:
        return next(self.find(node, None, ("Table",)), None) is not None

    def page_of(self, node: dict[str, Any], page: int | None) -> int | None:
        ref = node.get("Pg")
        return self.pages.get(ref.objid, page) if isinstance(ref, PDFObjRef) else page

    def table(self, node: dict[str, Any], page: int | None) -> TaggedTable:
        rows = self.find(node, page, _ROWS)
        return tuple(tuple(self.cell(cell, at) for cell, at in self.find(row, here, _CELLS)) for row, here in rows)

    def cell(self, node: dict[str, Any], page: int | None) -> TaggedCell:
        more = any(self.find(node, page, ("Figure", "Form", "Formula")))
        return TaggedCell(tuple(self.marks(node, page)), _span(node, "RowSpan"), _span(node, "ColSpan"), more)

    def marks(self, node: dict[str, Any], page: int | None, depth: int = 0) -> Iterator[Mark]:
        for kid in map(resolve1, self.kids(node)):
            self.left -= 1
            if self.left < 0 or depth > _DEEPEST:
                return
            if isinstance(kid, int) and page:
                yield page, kid
            elif isinstance(kid, dict):
                here = self.page_of(kid, page)
                if isinstance(kid.get("MCID"), int) and here:
                    yield here, kid["MCID"]
                elif "S" in kid:
                    yield from self.marks(kid, here, depth + 1)


def _name(value: Any) -> str:
    name = getattr(resolve1(value), "name", "")
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _span(node: dict[str, Any], name: str) -> int:
    """RowSpan or ColSpan among the attributes of a cell."""
    classes = resolve1(node.get("A"))
    for item in map(resolve1, classes if isinstance(classes, list) else [classes]):
        values = item.attrs if isinstance(item, PDFStream) else item
        value = resolve1(values.get(name)) if isinstance(values, dict) else None
        if isinstance(value, int):
            return max(1, value)
    return 1
