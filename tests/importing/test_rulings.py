"""The lines of a table on a picture are told from the bars of letters in its cells."""

from __future__ import annotations

import numpy
import pytest
from PIL import Image, ImageDraw

from toolkit.importing.readers.scan.rulings import RuledTable, find_tables
from toolkit.importing.readers.scan.straight import WIDTH, straighten

LEFT, TOP, WIDE, HIGH = 200, 300, 100, 44  # pixels of the first cell
COLUMNS, ROWS = 12, 6


def table(bars: list[tuple[int, int, int]], *, broken: int = 0, without: tuple[int, ...] = ()) -> RuledTable:
    """A ruled page: ``bars`` are as wide as the row of bars of five sevens: row, column, pixels free at either side.

    ``without`` are the lines across that are not drawn.
    """
    page = Image.new("RGB", (WIDTH, 2400), "white")
    draw = ImageDraw.Draw(page)
    for row in sorted({*range(ROWS + 1)} - {*without}):
        y = TOP + row * HIGH
        for column in range(COLUMNS):
            x = LEFT + column * WIDE
            draw.line((x, y, x + WIDE - broken, y), fill="black", width=2)
    for column in range(COLUMNS + 1):
        draw.line((LEFT + column * WIDE, TOP, LEFT + column * WIDE, TOP + ROWS * HIGH), fill="black", width=2)
    for row, column, free in bars:
        x, y = LEFT + column * WIDE, TOP + row * HIGH + 18
        draw.line((x + free, y, x + WIDE - free, y), fill="black", width=3)
    (found,) = find_tables(straighten(numpy.asarray(page)))
    return found


@pytest.mark.parametrize("free", [9, 13, 20])
def test_bars_of_digits_that_fill_a_cell_are_no_line(free: int) -> None:
    found = table([(2, 3, free), (2, 4, free), (4, 11, free)])
    assert len(found.cells) == ROWS * COLUMNS
    assert {cell.rowspan for cell in found.cells} == {1}


def test_lines_of_a_coarse_copy_end_before_the_line_that_they_meet() -> None:
    assert len(table([], broken=4).cells) == ROWS * COLUMNS


@pytest.mark.parametrize("without", [(0,), (ROWS,), (0, ROWS)])
def test_a_row_that_a_page_break_left_open_is_a_row(without: tuple[int, ...]) -> None:
    found = table([], without=without)
    assert len(found.cells) == ROWS * COLUMNS
    assert all(cell.bottom - cell.top > HIGH / 2 for cell in found.cells)
