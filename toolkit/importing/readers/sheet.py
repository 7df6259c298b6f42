"""Turn the filled cells of one sheet into pieces: a table as a grid, a sheet of one column as text.

In: cells by row and column, with merged areas where the file keeps them (a workbook does, a CSV file does not).
Out: one ``Grid``, or lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from toolkit.importing.source import Grid, GridSpot, Line, Piece, grid_of_spots
from toolkit.report.cell_text import CONTINUED


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What a cell shows, and why a figure in it is not certain."""

    text: str
    doubtful: str = ""


Place = tuple[int, int]  # row and column, from 1


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet. ``rows`` are those that are there, blank ones too; ``spans`` are of merged areas."""

    filled: Mapping[int, Mapping[int, SheetCell]]
    rows: tuple[int, ...]
    spans: Mapping[Place, tuple[int, int]] = field(default_factory=dict)
    covered: Set[Place] = frozenset()


def sheet_pieces(sheet: Sheet, place: str, number: int) -> Iterator[Piece]:
    """The pieces of one sheet."""
    if all(set(cells) <= {1} for cells in sheet.filled.values()):
        texts = {row: sheet.filled[row][1].text for row in sheet.rows if sheet.filled.get(row)}
        yield from _paragraphs(texts, place)
    else:
        yield _grid(sheet, place, number)


def _paragraphs(rows: Mapping[int, str], place: str) -> Iterator[Line]:
    """The lines of a sheet of text; a row of our workbook that goes on with the one above is joined to it."""
    joined: dict[int, str] = {}
    first = 0
    for row, text in rows.items():
        if text.startswith(CONTINUED) and first:
            joined[first] += text.removeprefix(CONTINUED)
        else:
            first = row
            joined[row] = text
    for row, text in joined.items():
        yield from (Line(line, f"{place}第 {row} 行") for line in text.split("\n"))


def _grid(sheet: Sheet, place: str, number: int) -> Grid:
    """All cells of the used area, blank ones too, for a blank is something that was read."""
    width = max((column for cells in sheet.filled.values() for column in cells), default=0)
    blank = SheetCell("")
    spots = [
        GridSpot(row, column - 1, *sheet.spans.get((row, column), (1, 1)), cell.text, cell.doubtful)
        for row in sheet.rows
        for column in range(1, width + 1)
        if (row, column) not in sheet.covered
        for cell in [sheet.filled.get(row, {}).get(column, blank)]
    ]
    grid = grid_of_spots(spots, place, number)
    rows_left = sorted({spot.row for spot in spots})
    placed = (replace(line, place=f"{place}第 {row} 行") for line, row in zip(grid.rows, rows_left, strict=True))
    return Grid(tuple(placed), place)
