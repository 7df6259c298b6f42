"""Read the statutory tables from the pages of one of our PDFs, and compare them with its attached params.

In: a PDF opened by PDFium, and the report it claims to show. Out: differences, each with the cell in words and both
sides. Cells are found by the ruled lines, so that what an eye sees between the lines is what is compared.
"""

from __future__ import annotations

import ctypes
import math
import operator
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, product

import pypdfium2
import pypdfium2.raw as pdfium

from toolkit.checks import Finding
from toolkit.core.text import squeezed
from toolkit.forms import Address
from toolkit.report import Report
from toolkit.sections.blocks import Cell, Table
from toolkit.sections.tables import table

CODE = "output-differs"
_LINE_THICKNESS = 2.0  # points; the template rules with half a point
_SAME_EDGE = 2.5  # points between lines that are one edge
_DRAWN = [pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_SHADING]
_CHARACTER = tuple[float, float, str]
DRAFT = "草稿"  # the watermark of a draft, behind the text of every page
_LARGE = 60.0  # points; titles have 22, the watermark 150
_ASKEW = 0.2  # radians off the nearest quarter turn; the watermark is turned by 35 degrees


@dataclass(frozen=True, slots=True)
class RuledGrid:
    """Edges of a ruled table on a page, in points: ``across`` from the left, ``down`` from the top of the page down."""

    across: tuple[float, ...]
    down: tuple[float, ...]

    def has_shape(self, table: Table) -> bool:
        return len(self.across) == table.columns + 1 and len(self.down) == table.rows + 1

    def square(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the smallest cell around a point; −1 or past the end outside."""
        return bisect_left(self.down, -y, key=operator.neg) - 1, bisect_left(self.across, x) - 1


@dataclass(frozen=True)
class VisiblePage:
    """One page of an open PDF: its ruled grids and, read on demand, its characters."""

    page: pypdfium2.PdfPage
    grids: tuple[RuledGrid, ...]
    pictures: tuple[tuple[float, float, float, float], ...] = ()  # left, bottom, right, top

    def is_covered(self, grid: RuledGrid) -> bool:
        """Whether a picture covers a table, where it could replace figures."""
        return any(
            left < grid.across[-1] and right > grid.across[0] and bottom < grid.down[0] and top > grid.down[-1]
            for left, bottom, right, top in self.pictures
        )

    @cached_property
    def characters(self) -> tuple[_CHARACTER, ...]:
        """Every character of the page's text with its middle: x, y, character. Without the watermark."""
        return tuple((x, y, character) for x, y, character, watermark in self._drawn if not watermark)

    @cached_property
    def watermark(self) -> str:
        return "".join(character for _, _, character, watermark in self._drawn if watermark)

    @cached_property
    def _drawn(self) -> tuple[tuple[float, float, str, bool], ...]:
        return tuple(_characters(self.page))

    @property
    def text(self) -> str:
        return str(self.page.get_textpage().get_text_range())

    def squares(self, grid: RuledGrid) -> dict[tuple[int, int], list[tuple[int, str]]]:
        """The characters of a grid by row and column, each with its place in the page's text."""
        squares: dict[tuple[int, int], list[tuple[int, str]]] = {}
        for place, (x, y, character) in enumerate(self.characters):
            squares.setdefault(grid.square(x, y), []).append((place, character))
        return squares


class VisiblePages:
    """The pages of an opened PDF, each read on first use."""

    def __init__(self, pdf: pypdfium2.PdfDocument) -> None:
        self._pdf = pdf
        self._read: list[VisiblePage] = []

    def __iter__(self) -> Iterator[VisiblePage]:
        for number in range(len(self._pdf)):
            if number == len(self._read):
                self._read.append(_read_page(self._pdf[number]))
            yield self._read[number]

    @property
    def is_draft(self) -> bool:
        """Whether the first page has the watermark 草稿; a draft has it on every page."""
        return any(page.watermark == DRAFT for page in islice(self, 1))

    def grids_like(self, table: Table) -> Iterator[tuple[VisiblePage, RuledGrid]]:
        """Every ruled grid with as many rows and columns as a table, with its page."""
        return ((page, grid) for page in self for grid in page.grids if grid.has_shape(table))


def compare_tables(report: Report, pages: VisiblePages) -> list[Finding]:
    """output-differs: what the pages show is what the params say, cell by cell, and the title with them.

    Returns:
        One error per cell that differs (expected: params, found: page), per table or title that is not on a page.
    """
    differences = list(_compare_title(report, pages))
    for part in report.form.parts:
        if part.tables:
            differences += _compare_table(report, table(report, part.key), part.heading, pages)
    return differences


def _compare_title(report: Report, pages: VisiblePages) -> Iterator[Finding]:
    if squeezed(report.title) not in squeezed(next((page.text for page in pages), "")):
        yield Finding(
            CODE, "error", f"首页上没有“{report.title}”这个标题，与随附数据不符", where="organ.name", expected=report.title,
            next_step="请对方用原来的填报数据重新生成 PDF",
        )  # fmt: skip


def _compare_table(report: Report, expected: Table, heading: str, pages: VisiblePages) -> Iterator[Finding]:
    compared = []
    for page, grid in pages.grids_like(expected):
        compared.append(list(_differing_cells(expected, page, grid)))
        if not compared[-1]:
            return  # found as it should be: the pages behind it need not be opened
    if not compared:
        yield Finding(
            CODE, "error", f"页面上没有“{heading}”的表格，无法与随附数据核对", where=f"figures.{expected.key}",
            next_step="请对方用原来的填报数据重新生成 PDF",
        )  # fmt: skip
        return
    # a table someone added may have the same shape by chance: the statutory one is the nearest
    for cell, text in min(compared, key=len):
        yield _difference(report, heading, cell, text)


def _differing_cells(expected: Table, page: VisiblePage, grid: RuledGrid) -> Iterator[tuple[Cell, str]]:
    squares = {} if page.is_covered(grid) else page.squares(grid)
    for cell in expected.cells:
        inside = product(range(cell.row, cell.row + cell.rowspan), range(cell.column, cell.column + cell.colspan))
        text = squeezed("".join(character for _, character in sorted(chain.from_iterable(squares.get(at, ()) for at in inside))))
        if text != squeezed(cell.text):
            yield cell, text


def _difference(report: Report, heading: str, cell: Cell, text: str) -> Finding:
    if not cell.address:
        message = f"“{heading}”表头“{cell.text}”印成了“{text}”"
        return Finding(CODE, "error", message, expected=cell.text, found=text, next_step="请对方重新生成 PDF")
    address = Address.parse(cell.address)
    name = report.form.label(address)
    return Finding(
        CODE, "error", f"{name}：页面上是“{text}”，随附数据是“{cell.text}”", address.table, address.row, address.column,
        expected=cell.text, found=text, next_step="请对方核对后重新生成 PDF",
    )  # fmt: skip


def _read_page(page: pypdfium2.PdfPage) -> VisiblePage:
    upright, level, pictures = [], [], []
    for item in page.get_objects(filter=_DRAWN, max_depth=1):
        left, bottom, right, top = item.get_bounds()
        if item.type != pdfium.FPDF_PAGEOBJ_PATH:
            pictures.append((left, bottom, right, top))
        elif right - left <= _LINE_THICKNESS < top - bottom:
            upright.append(((left + right) / 2, bottom, top))
        elif top - bottom <= _LINE_THICKNESS < right - left:
            level.append(((bottom + top) / 2, left, right))
    return VisiblePage(page, tuple(_grids(upright, level)), tuple(pictures))


def _grids(upright: Sequence[tuple[float, float, float]], level: Sequence[tuple[float, float, float]]) -> Iterator[RuledGrid]:
    """Connected lines make one grid; a page may have several tables."""
    for bottom, top in _stretches([(low, high) for _, low, high in upright]):
        columns = [x for x, low, high in upright if bottom - _SAME_EDGE <= low and high <= top + _SAME_EDGE]
        rows = [y for y, _, _ in level if bottom - _SAME_EDGE <= y <= top + _SAME_EDGE]
        yield RuledGrid(tuple(_edges(columns)), tuple(reversed(list(_edges(rows)))))


def _stretches(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + _SAME_EDGE:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _edges(places: Iterable[float]) -> Iterator[float]:
    """Positions in ascending order, merged when closer than ``_SAME_EDGE``."""
    last = None
    for place in sorted(places):
        if last is None or place - last > _SAME_EDGE:
            yield place
        last = place


def _characters(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, str, bool]]:
    """Every character drawn: the x and y of its middle, the character, whether it is part of the watermark."""
    text = page.get_textpage()
    raw = text.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for number in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, number)
        if code > 32:  # blanks count for nothing, and those between words are made up by PDFium
            pdfium.FPDFText_GetCharBox(raw, number, left, right, bottom, top)
            watermark = chr(code) in DRAFT and _is_watermark(text, number, top.value - bottom.value)
            yield (left.value + right.value) / 2, (bottom.value + top.value) / 2, chr(code), watermark


def _is_watermark(text: pypdfium2.PdfTextPage, number: int, height: float) -> bool:
    """Whether a letter of 草稿 is the watermark: far larger than any text, and askew.

    The watermark is marked /Artifact as well, but a forger could mark figures that way: what is left out of the
    comparison is decided by what an eye sees. Nothing but these two letters is ever left out.
    """
    turned = pdfium.FPDFText_GetCharAngle(text.raw, number) % (math.pi / 2)
    return height > _LARGE and _ASKEW < turned < math.pi / 2 - _ASKEW
