"""Leave out a first column that only counts rows (序号, 行次, the index of a data frame): it is neither a label nor a figure.

In: grids. Out: the same grids without such a column. A column counts rows when its head says so, or when its cells are the
numbers of the rows one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.importing.recognition.labels import match_text
from toolkit.importing.source import Grid, GridRow, Piece

_HEADS = frozenset(
    match_text(head) for head in ("序号", "编号", "行次", "行号", "栏次", "代码", "No.", "No", "序", "#", "Unnamed: 0")
)
_NUMBER = re.compile(r"[（(]?([0-9]{1,4})[)）.、]?")
_FEWEST = 6  # rows


def without_row_numbers(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, grids without their numbers of rows."""
    for piece in pieces:
        yield _without(piece) if isinstance(piece, Grid) and _counts_rows(piece) else piece


def _counts_rows(grid: Grid) -> bool:
    """Whether the first column holds the numbers of rows, or blanks, and nothing else but its head."""
    texts = [match_text(row.cells[0].text) for row in grid.rows if row.cells and _is_of_first_column(row)]
    numbers = [int(match[1]) for text in texts if (match := _NUMBER.fullmatch(text))]
    others = [text for text in texts if text and not _NUMBER.fullmatch(text)]
    if others and set(others) <= _HEADS:
        return all(after > before for before, after in pairwise(_restarting(numbers)))
    return not others and len(numbers) >= _FEWEST and all(after in (before + 1, 1) for before, after in pairwise(numbers))


def _restarting(numbers: Sequence[int]) -> Sequence[int]:
    """The numbers, where those of the next table begin at 1 again as if they went on."""
    out: list[int] = []
    base = 0
    for number in numbers:
        if out and number == 1:
            base = out[-1]
        out.append(base + number)
    return out


def _is_of_first_column(row: GridRow) -> bool:
    """Whether the first cell of a row stands in the first column alone: a merged title or caption does not."""
    return row.cells[0].column == 0 and row.cells[0].colspan == 1 and len(row.cells) > 1


def _without(grid: Grid) -> Grid:
    rows = []
    for row in grid.rows:
        cells = row.cells[1:] if row.cells and _is_of_first_column(row) else row.cells
        moved = (
            replace(cell, column=max(0, cell.column - 1), colspan=cell.colspan - (cell.column == 0 and cell.colspan > 1))
            for cell in cells
        )
        rows.append(replace(row, cells=tuple(moved), width=max(0, row.width - 1)))
    return replace(grid, rows=tuple(rows))
