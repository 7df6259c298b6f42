"""Strokes of a pen as black as the lines of a table cut none of its rows in two."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy
import pytest
from PIL import Image, ImageDraw

from toolkit.importing.readers.scan.page_reading import cells_at_broken_lines, cells_of_cut_rows
from toolkit.importing.readers.scan.rulings import CellBox, RuledTable, find_tables
from toolkit.importing.readers.scan.straight import WIDTH, straighten

LEFT, TOP, WIDE, HIGH = 200, 300, 100, 44  # pixels of the first cell
COLUMNS, ROWS = 12, 6
RIGHT, FOOT = LEFT + COLUMNS * WIDE, TOP + ROWS * HIGH
Draw = Callable[[ImageDraw.ImageDraw], None]


def tables(draw_more: Draw, *, size: int = 26) -> list[RuledTable]:
    """The tables of a page with a figure in every cell, and what else is drawn over them."""
    page = Image.new("RGB", (WIDTH, WIDTH), "white")
    draw = ImageDraw.Draw(page)
    for row, column in product(range(ROWS), range(COLUMNS)):
        x, y = LEFT + column * WIDE, TOP + row * HIGH
        draw.rectangle((x, y, x + WIDE, y + HIGH), outline="black", width=2)
        draw.text((x + WIDE / 2, y + HIGH / 2), str(row * 137 + column * 11), "black", font_size=size, anchor="mm")
    draw_more(draw)
    return find_tables(straighten(numpy.asarray(page)))


def level(y: float, *, swing: int = 0) -> Draw:
    """A stroke across the page, which goes up and down by ``swing`` pixels."""
    points = [(x, y + swing * (-1) ** at) for at, x in enumerate(range(LEFT - 60, RIGHT + 80, 170))]
    return lambda draw: draw.line(points, fill="black", width=3)


def shape(found: list[RuledTable]) -> list[tuple[int, int, int, int]]:
    return [(cell.row, cell.column, cell.rowspan, cell.colspan) for table in found for cell in table.cells]


WHOLE = [(row, column, 1, 1) for row, column in product(range(ROWS), range(COLUMNS))]


@pytest.mark.parametrize(("row", "at", "swing"), [(0, 14, 3), (0, 22, 0), (2, 18, 3), (2, 14, 0), (ROWS - 1, HIGH - 17, 0)])
def test_a_black_stroke_through_the_figures_of_a_row_is_no_line(row: int, at: int, swing: int) -> None:
    assert shape(tables(level(TOP + row * HIGH + at, swing=swing))) == WHOLE


@pytest.mark.parametrize("x", [LEFT + 3 * WIDE + WIDE // 2, LEFT + 7 * WIDE + 42])
def test_a_black_stroke_down_a_column_beyond_the_table_is_no_line(x: int) -> None:
    assert shape(tables(lambda draw: draw.line((x, TOP - 200, x + 4, FOOT + 300), fill="black", width=3))) == WHOLE


@pytest.mark.parametrize("size", [26, 40])
def test_lines_stay_where_figures_fill_their_rows(size: int) -> None:
    assert shape(tables(lambda _: None, size=size)) == WHOLE


def test_a_low_row_that_is_printed_stays() -> None:
    def divide(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((LEFT + 2, TOP + HIGH + 2, RIGHT - 2, TOP + 2 * HIGH - 2), fill="white")
        draw.line((LEFT, TOP + HIGH + HIGH // 2, RIGHT, TOP + HIGH + HIGH // 2), fill="black", width=2)

    (found,) = tables(divide)
    assert {cell.row for cell in found.cells} == set(range(ROWS + 1))


def test_a_blank_beside_a_figure_without_a_label_is_not_taken_for_blank() -> None:
    """A stroke left the label above it and the figures below it: the row of the label is not blank."""
    boxes = [CellBox(row, column, 1, 1, 0, 0, 1, 1) for row, column in product(range(4), range(4))]
    rows = [["其他", "7", "0", "7"], ["信访举报", "", "", ""], ["", "5", "3", "8"], ["重复申请", "", "", ""]]
    texts = [text for row in rows for text in row]
    figures = [at for at, text in enumerate(texts) if text.isdigit()]
    assert cells_of_cut_rows(boxes, texts, figures) == {5, 6, 7, 13, 14, 15}
    assert cells_of_cut_rows(boxes[:8], texts[:8], figures[:3]) == set()


def test_cells_beside_a_line_that_begins_again_are_in_doubt() -> None:
    """The strokes of figures in one column, one below the other, where the rows between have one figure across."""
    shape = {0: 2, 1: 2, 2: 1, 3: 2, 4: 1, 5: 2}  # how many cells each row has between columns 1 and 3
    boxes, figures = [], set()
    for row, parts in shape.items():
        spans = [(0, 1), (1, 1), (2, 1), (3, 1)] if parts == 2 else [(0, 1), (1, 2), (3, 1)]
        for column, colspan in spans:
            figures |= {len(boxes)} if column else set()
            boxes.append(CellBox(row, column, 1, colspan, 100 * column, 50 * row, 100 * (column + colspan), 50 * row + 40))
    parted = {at for at, box in enumerate(boxes) if shape[box.row] == 2 and box.column in (1, 2)}
    assert cells_at_broken_lines(boxes, figures) == parted
    upper = [at for at, box in enumerate(boxes) if box.row < 4]  # the line ends and begins once: merged cells of the table
    assert cells_at_broken_lines([boxes[at] for at in upper], {at for at in upper if at in figures}) == set()
