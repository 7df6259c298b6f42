"""What every format becomes before anything is recognised: lines of text, grids of cells, pictures, in reading order.

In: what a reader of one format found. Out: frozen pieces that know their place in the file in words
(``第 4 页``, ``第 2 个表格第 5 行``). Nothing here knows about the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from toolkit.report.data_code import DataCode
from toolkit.report.model import Channel, Organ
from toolkit.report.read_form import Observation

FROM_CODE = "扫描件：各表的数字取自数据码"  # a note of the reader, which no longer holds where the code is not used
UNREADABLE = "［？］"  # the text of a cell that shows something, of which no text can be read
SCAN = "scan"  # the format of what was read from pictures of pages
SEALED = "盖有印章，看不清"  # why a cell is in doubt over which a seal lies
COVERED = "数字上另有笔迹或印迹，看不清"  # the same for a stroke of a pen, a blot, a figure written over another
WRITTEN_OVER = "数字上或旁边有笔迹（涂改、划线、添写、打勾），不能确定"  # more ink than printed: no sum proves what was meant
TEXT_DIFFERS = "文字部分写的是另一个数："  # why a recognised figure is in doubt that a sentence of the same scan contradicts
WIDEST_SPAN = 200  # a hostile colspan must not cost memory; no form is wider


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph. ``level`` is what its style says: 1 for a title or a heading of the first rank, 0 for plain text."""

    text: str
    place: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class GridCell:
    """One physical cell; ``column`` counts from 0 and takes the spans above into account.

    ``doubtful`` is why a figure in it must not be taken as read (a picture, two figures one under the other), "" when
    there is no doubt. ``text`` is then what is shown as far as it can be read, and never blank. ``picture`` is the cut-out (PNG)
    of a cell that was recognised on a picture of a page.
    """

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    doubtful: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class GridRow:
    """The cells that begin in one row; ``grid`` numbers the table, ``width`` is its number of columns.

    ``exact`` says whether ``column`` can be trusted: in text copied from a page merged cells leave no trace.
    ``around`` are the lines right above and below the table. ``counted``: the text has a line for each cell, blank ones too, and
    nothing else tells which is which.
    """

    cells: tuple[GridCell, ...]
    place: str = ""
    grid: int = 0
    width: int = 0
    exact: bool = True
    around: tuple[str, ...] = ()
    counted: bool = False

    @property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands in the file."""

    rows: tuple[GridRow, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with its text alternative; in place of a statutory table it is a finding."""

    place: str = ""
    alt: str = ""


Piece = Line | Grid | Image


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What a file states in separate fields beside the text, as our workbook form does."""

    year: int
    organ: Organ
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One file as pieces. ``title`` is what the file says of itself, ``params`` the data it carries, if any.

    ``data_code`` is what the code on a scanned page says.
    """

    format: str
    pieces: tuple[Piece, ...]
    title: str = ""
    observations: tuple[Observation, ...] = ()
    notes: tuple[str, ...] = ()
    params: bytes = b""
    facts: FormFacts | None = None
    data_code: DataCode | None = None


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell before its column is known."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    doubtful: str = ""


def make_grid(rows: Iterable[Iterable[RawCell]], place: str, number: int, *, exact: bool = True) -> Grid:
    """Rows of cells with spans as a grid: every cell gets the column it stands in (HTML, 4.9.12, forming a table)."""
    taken: dict[int, int] = {}  # column -> rows for which a cell from above still covers it
    made: list[GridRow] = []
    for line, raw in enumerate(rows, 1):
        cells: list[GridCell] = []
        column = 0
        fresh: dict[int, int] = {}
        for cell in raw:
            while taken.get(column, 0) > 0:
                column += 1
            span = max(1, min(cell.colspan, WIDEST_SPAN))
            cells.append(GridCell(cell.text, column, span, max(1, cell.rowspan), cell.doubtful))
            fresh |= {at: max(1, cell.rowspan) for at in range(column, column + span)}
            column += span
        taken = {at: left - 1 for at, left in {**taken, **fresh}.items() if left > 1}
        made.append(GridRow(tuple(cells), f"{place}第 {line} 行", number, 0, exact))
    width = max((cell.column + cell.colspan for row in made for cell in row.cells), default=0)
    return Grid(tuple(replace(row, width=width) for row in made), place)


def without_columns(grid: Grid, hidden: Set[int]) -> Grid:
    """The grid as it is shown without some of its columns: cells that are in these only are gone, wider ones narrower."""
    if not hidden:
        return grid

    def shown(column: int) -> int:
        return column - sum(at < column for at in hidden)

    rows = []
    for row in grid.rows:
        ends = [(cell, shown(cell.column), shown(cell.column + cell.colspan)) for cell in row.cells]
        cells = tuple(replace(cell, column=start, colspan=end - start) for cell, start, end in ends if end > start)
        rows.append(replace(row, cells=cells, width=shown(row.width)))
    return replace(grid, rows=tuple(rows))


def numbered(grid: Grid, number: int, before: str = "") -> Grid:
    """A grid of a file inside another file, with its number there; ``before`` goes before its places."""
    rows = tuple(replace(row, grid=number, place=before + row.place) for row in grid.rows)
    return replace(grid, rows=rows, place=before + grid.place)


def grid_of_spots(spots: Iterable[GridSpot], place: str, number: int) -> Grid:
    """Cells at their places as a grid."""
    ordered = sorted(spots)
    width = max((spot.column + spot.colspan for spot in ordered), default=0)
    rows: list[GridRow] = []
    for _, group in groupby(ordered, key=attrgetter("row")):
        cells = tuple(GridCell(spot.text, spot.column, spot.colspan, spot.rowspan, spot.doubtful, spot.picture) for spot in group)
        rows.append(GridRow(cells, f"{place}第 {len(rows) + 1} 行", number, width))
    return Grid(tuple(rows), place)


@dataclass(frozen=True, order=True, slots=True)
class GridSpot:
    """A cell with its place, ordered as it is read."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    doubtful: str = ""
    picture: bytes = b""


def rows_of(pieces: Iterable[Piece]) -> Iterator[GridRow]:
    """Every row of every grid, in reading order."""
    for piece in pieces:
        if isinstance(piece, Grid):
            yield from piece.rows
