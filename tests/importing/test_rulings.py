"""The lines of a table on a picture are told from the bars of letters in its cells."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy
import pytest
from PIL import Image, ImageDraw

from tests.examples import sampled
from toolkit.importing.readers.scan.rulings import RuledTable, find_tables
from toolkit.importing.readers.scan.straight import WIDTH, straighten

LOW = WIDTH + 50  # pixels: a page that is hardly higher than wide has room for the tables, and is searched in less time
LEFT, TOP, WIDE, HIGH = 200, 300, 100, 44  # pixels of the first cell
COLUMNS, ROWS = 12, 6


def table(bars: list[tuple[int, int, int]], *, broken: int = 0, without: tuple[int, ...] = ()) -> RuledTable:
    """A ruled page: ``bars`` are as wide as the row of bars of five sevens: row, column, pixels free at either side.

    ``without`` are the lines across that are not drawn.
    """
    page = Image.new("RGB", (WIDTH, LOW), "white")
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


@pytest.mark.parametrize("free", sampled([9, 13, 20]))
def test_bars_of_digits_that_fill_a_cell_are_no_line(free: int) -> None:
    found = table([(2, 3, free), (2, 4, free), (4, 11, free)])
    assert len(found.cells) == ROWS * COLUMNS
    assert {cell.rowspan for cell in found.cells} == {1}


@pytest.mark.parametrize(("above", "below"), sampled([(9, 5), (5, 9), (9, 3), (6, 6)]))
def test_upright_strokes_of_letters_in_a_low_row_are_no_lines(above: int, below: int) -> None:
    def letters(draw: ImageDraw.ImageDraw) -> None:
        for x in (LEFT + 220, LEFT + 250, LEFT + 3 * WIDE + 12):
            draw.line((x, TOP + HIGH + above, x, TOP + 2 * HIGH - below), fill="black", width=3)

    (found,) = page_with(letters)
    assert len(found.cells) == ROWS * COLUMNS


def test_bars_of_letters_beside_a_line_that_ends_at_a_merged_cell_do_not_go_on_with_it() -> None:
    def merged(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 2 * WIDE, TOP + 3 * HIGH
        draw.rectangle((x + 4, y - 3, x + WIDE - 4, y + 3), fill="white")
        draw.line((x + 12, y + 6, x + WIDE - 12, y + 6), fill="black", width=3)

    (found,) = page_with(merged)
    assert [cell.rowspan for cell in found.cells if (cell.row, cell.column) == (2, 2)] == [2]


def test_bars_of_letters_that_cross_one_another_are_no_lines() -> None:
    """行 above 新, 确 above 取, in a label of two lines."""

    def letters(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 2 * WIDE, TOP + HIGH
        draw.rectangle((x + 4, y + HIGH - 3, x + WIDE - 4, y + HIGH + 3), fill="white")
        for at in (x + 24, x + 73):
            draw.line((at, y + 13, at, y + 2 * HIGH - 7), fill="black", width=3)
        draw.line((x + 28, y + 21, x + 86, y + 21), fill="black", width=3)

    (found,) = page_with(letters)
    assert len(found.cells) == ROWS * COLUMNS - 1


def test_an_upright_stroke_of_letters_where_other_rows_have_a_line_is_none() -> None:
    def label(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 3 * WIDE, TOP + HIGH
        draw.rectangle((x - WIDE + 4, y + 4, x + WIDE - 4, y + 2 * HIGH - 4), fill="white")
        draw.line((x, y + 24, x, y + 2 * HIGH - 16), fill="black", width=3)
        draw.line((x - 20, y + 40, x + 20, y + 40), fill="black", width=3)

    (found,) = page_with(label)
    assert [(cell.rowspan, cell.colspan) for cell in found.cells if (cell.row, cell.column) == (1, 2)] == [(2, 2)]


@pytest.mark.parametrize("below", [False, True])
def test_a_stroke_of_a_letter_that_goes_on_with_a_line_is_none_of_it(*, below: bool) -> None:
    """复 in a merged cell above a line between two columns, or below it."""

    def label(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 3 * WIDE, TOP + 2 * HIGH
        draw.rectangle((x - 4, y + 4, x + 4, y + HIGH - 4), fill="white")
        first, last = (y - 2, y + 31) if below else (y + 13, y + HIGH)
        draw.line((x, first, x, last), fill="black", width=3)
        draw.line((x - 14, y + 22, x + 14, y + 22), fill="black", width=3)

    (found,) = page_with(label)
    assert [cell.colspan for cell in found.cells if (cell.row, cell.column) == (2, 2)] == [2]


def test_strokes_of_letters_on_both_sides_of_a_line_are_none() -> None:
    """Nothing is left of such a line when its ends are trimmed."""

    def letters(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 3 * WIDE + 35, TOP + HIGH
        draw.line((x, y - 39, x, y + 36), fill="black", width=3)
        for bar in (-15, 15):
            draw.line((x - 15, y + bar, x + 15, y + bar), fill="black", width=3)

    (found,) = page_with(letters)
    assert len(found.cells) == ROWS * COLUMNS


@pytest.mark.parametrize("side", [1, -1])
def test_a_stroke_of_a_merged_heading_beside_a_line_widens_it_over_no_digit(side: int) -> None:
    """项 in two merged headings, 12 pixels from the line between the columns below: the line as a double one hides a digit."""

    def heading(draw: ImageDraw.ImageDraw) -> None:
        x = LEFT + 3 * WIDE
        for row in (0, 4):
            y = TOP + row * HIGH
            draw.rectangle((x - 3, y + 3, x + 3, y + HIGH - 3), fill="white")
            draw.line((x + 12 * side, y + 1, x + 12 * side, y + HIGH - 1), fill="black", width=3)
        left, right = sorted((x + 6 * side, x + 16 * side))
        draw.rectangle((left, TOP + 2 * HIGH + 14, right, TOP + 2 * HIGH + 30), fill="black")

    (found,) = page_with(heading)
    (cell,) = (cell for cell in found.cells if (cell.row, cell.column) == (2, 3 if side > 0 else 2))
    digit = found.page.gray[cell.top : cell.bottom, cell.left : cell.right] < 128
    assert digit.any(axis=0).sum() >= 10


@pytest.mark.parametrize(("first", "last"), [(4, 6), (3, 4)])
def test_a_letter_that_all_but_fills_a_low_row_does_not_go_on_with_the_line_below(first: int, last: int) -> None:
    """行 in a merged head above a line between two columns."""

    def head(draw: ImageDraw.ImageDraw) -> None:
        x = LEFT + 3 * WIDE
        draw.rectangle((x - WIDE + 4, TOP + 1, x + WIDE - 4, TOP + HIGH - 2), fill="white")
        draw.line((x, TOP + first, x, TOP + HIGH - last), fill="black", width=3)
        for y in (TOP + 12, TOP + 28):
            draw.line((x - 12, y, x + 12, y), fill="black", width=3)

    (found,) = page_with(head)
    assert [cell.colspan for cell in found.cells if (cell.row, cell.column) == (0, 2)] == [2]


def test_bare_strokes_that_end_short_of_the_lines_in_two_heads_are_no_column() -> None:
    """人 and 其 in the middle of two merged heads one above the other."""

    def heads(draw: ImageDraw.ImageDraw) -> None:
        x = LEFT + 3 * WIDE + WIDE // 2
        draw.line((x, TOP + 4, x, TOP + HIGH - 4), fill="black", width=3)
        draw.line((x, TOP + HIGH + 4, x, TOP + 2 * HIGH - 4), fill="black", width=3)

    (found,) = page_with(heads)
    assert len(found.cells) == ROWS * COLUMNS


@pytest.mark.parametrize("left", [3, WIDE - 5])
def test_a_figure_close_to_a_line_keeps_its_strokes(left: int) -> None:
    """The minus of -19 at the left of its cell, the first and the last figure of 1283261 in a cell that it fills."""

    def stroke(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 3 * WIDE + left, TOP + 2 * HIGH + 14
        draw.rectangle((x, y, x + 1, y + 14), fill="black")

    (found,) = page_with(stroke)
    (cell,) = (cell for cell in found.cells if (cell.row, cell.column) == (2, 3))
    assert (found.page.gray[cell.top : cell.bottom, cell.left : cell.right] < 128).sum() >= 20


def test_a_line_that_a_copy_makes_thicker_in_places_leaves_nothing() -> None:
    def thicker(draw: ImageDraw.ImageDraw) -> None:
        for row, column in product(range(1, ROWS), range(COLUMNS)):
            x, y = LEFT + column * WIDE, TOP + row * HIGH
            draw.line((x + 20, y + 2, x + 45, y + 2), fill="black", width=2)

    (found,) = page_with(thicker)
    assert found.page.gray[20:-20, 20:-20].min() > 185


def test_lines_of_which_a_copy_has_lost_parts_are_lines() -> None:
    """Every fifth side between two columns has lost a little, and a few have lost more."""

    def lost(draw: ImageDraw.ImageDraw) -> None:
        for row, column in product(range(ROWS), range(1, COLUMNS)):
            x, y, at = LEFT + column * WIDE, TOP + row * HIGH + 6, row + ROWS * column
            for hole in range(0 if at % 5 else 4 if at % 25 == 0 else 1):
                draw.rectangle((x - 3, y + 9 * hole, x + 3, y + 9 * hole + 1), fill="white")

    (found,) = page_with(lost)
    assert len(found.cells) == ROWS * COLUMNS


def test_one_low_row_above_a_page_break_is_a_table() -> None:
    def heads(draw: ImageDraw.ImageDraw) -> None:
        y = TOP + ROWS * HIGH + 200
        for x in (LEFT, LEFT + 400):
            draw.rectangle((x, y, x + 400, y + 34), outline="black", width=2)

    assert [len(table.cells) for table in page_with(heads)] == [ROWS * COLUMNS, 2]


def test_lines_of_a_coarse_copy_end_before_the_line_that_they_meet() -> None:
    assert len(table([], broken=4).cells) == ROWS * COLUMNS


@pytest.mark.parametrize("without", sampled([((0, ROWS),), ((0,),), ((ROWS,),)], every=3))
def test_a_row_that_a_page_break_left_open_is_a_row(without: tuple[int, ...]) -> None:
    found = table([], without=without)
    assert len(found.cells) == ROWS * COLUMNS
    assert all(cell.bottom - cell.top > HIGH / 2 for cell in found.cells)


@pytest.mark.parametrize("ink", sampled(["#1f3058", "#4070a0", "#b04a40"], every=3))
def test_a_bar_of_a_chart_with_white_figures_in_it_is_no_table(ink: str) -> None:
    def bar(draw: ImageDraw.ImageDraw) -> None:
        y = TOP + ROWS * HIGH + 120
        draw.rectangle((LEFT, y, LEFT + 760, y + 50), fill=ink)
        for x in range(LEFT + 300, LEFT + 420, 18):
            draw.line((x, y + 5, x, y + 45), fill="white", width=4)

    assert [len(table.cells) for table in page_with(bar)] == [ROWS * COLUMNS]


@pytest.mark.parametrize("fill", ["#d9e2f3", "#a6a6a6"])
def test_a_table_whose_cells_are_all_filled_with_a_colour_is_a_table(fill: str) -> None:
    def cells(draw: ImageDraw.ImageDraw) -> None:
        for row, column in product(range(ROWS), range(COLUMNS)):
            x, y = LEFT + column * WIDE, TOP + row * HIGH
            draw.rectangle((x, y, x + WIDE, y + HIGH), fill=fill, outline="black", width=2)

    assert [len(table.cells) for table in page_with(cells)] == [ROWS * COLUMNS]


@pytest.mark.parametrize("thick", [3, 60])
def test_a_frame_around_a_table_is_no_table(thick: int) -> None:
    """A border of the page, or the edge of the paper on a dark desk."""
    around = (LEFT - 90, TOP - 120, LEFT + COLUMNS * WIDE + 90, TOP + ROWS * HIGH + 500)
    found = page_with(lambda draw: draw.rectangle(around, outline="black", width=thick))
    assert [len(table.cells) for table in found] == [ROWS * COLUMNS]


def page_with(draw_more: Callable[[ImageDraw.ImageDraw], None], *, apart: int = 0, ink: str = "black") -> list[RuledTable]:
    """A page whose cells have a border each, ``apart`` pixels from the next, and what else is drawn over them."""
    page = Image.new("RGB", (WIDTH, LOW), "white")
    draw = ImageDraw.Draw(page)
    for row, column in product(range(ROWS), range(COLUMNS)):
        x, y = LEFT + column * WIDE, TOP + row * HIGH
        near, far = apart // 2, apart - apart // 2
        draw.rectangle((x + near, y + near, x + WIDE - far, y + HIGH - far), outline=ink, width=2)
    draw_more(draw)
    return find_tables(straighten(numpy.asarray(page)))


@pytest.mark.parametrize("apart", sampled([4, 0, 11, 8]))
def test_a_border_for_each_cell_and_a_double_border_are_one_line(apart: int) -> None:
    (found,) = page_with(lambda _: None, apart=apart)
    assert len(found.cells) == ROWS * COLUMNS
    assert found.page.gray[20:-20, 20:-20].min() > 185  # nothing of the lines is left in the cells


@pytest.mark.parametrize(("pen", "ink"), sampled(product([(30, 40, 150), (210, 30, 30)], ["black", "#204080"]), every=3))
def test_a_pen_stroke_through_a_row_is_no_line_of_a_table(pen: tuple[int, int, int], ink: str) -> None:
    y = TOP + 2 * HIGH + HIGH // 2
    (found,) = page_with(lambda draw: draw.line((LEFT - 60, y, LEFT + COLUMNS * WIDE - 30, y), fill=pen, width=3), ink=ink)
    struck = 0 if ink == "black" else COLUMNS  # a stroke in the colour of the lines, or in another one, cannot be told from them
    assert len(found.cells) == ROWS * COLUMNS + struck


def test_strokes_of_a_red_seal_are_no_lines_of_a_table() -> None:
    def seal(draw: ImageDraw.ImageDraw) -> None:
        for x in (LEFT + 240, LEFT + 265, LEFT + 290):
            draw.line((x, TOP + HIGH + 3, x, TOP + 2 * HIGH - 3), fill=(210, 30, 30), width=5)
        draw.line((LEFT + 205, TOP + HIGH + 20, LEFT + 295, TOP + HIGH + 20), fill=(210, 30, 30), width=5)

    (found,) = page_with(seal)
    assert len(found.cells) == ROWS * COLUMNS


def low_rows(draw_more: Callable[[ImageDraw.ImageDraw], None] = lambda _: None, *, high: int = 24) -> list[RuledTable]:
    """A page whose rows are as low as their print, with a line down after every ``WIDE`` pixels in all but the first row."""
    page = Image.new("RGB", (WIDTH, LOW), "white")
    draw = ImageDraw.Draw(page)
    for row in range(LOW_ROWS + 1):
        draw.line((LEFT, TOP + row * high, LEFT + COLUMNS * WIDE, TOP + row * high), fill="black", width=4)
    for column in range(COLUMNS + 1):
        begin = TOP if column in (0, COLUMNS) else TOP + high
        draw.line((LEFT + column * WIDE, begin, LEFT + column * WIDE, TOP + LOW_ROWS * high), fill="black", width=3)
    draw_more(draw)
    return find_tables(straighten(numpy.asarray(page)))


LOW_ROWS = 8


@pytest.mark.parametrize("high", sampled([20, 24, 30]))
def test_lines_between_low_rows_are_lines(high: int) -> None:
    (found,) = low_rows(high=high)
    assert len(found.cells) == 1 + (LOW_ROWS - 1) * COLUMNS


def test_strokes_of_letters_from_line_to_line_in_one_row_are_no_column() -> None:
    """目 in a row as low as its letters: both its strokes reach the lines above and below."""

    def letters(draw: ImageDraw.ImageDraw) -> None:
        for row, column in ((2, 4), (5, 7)):
            x, y = LEFT + column * WIDE + 40, TOP + row * 24
            draw.rectangle((x, y, x + 18, y + 24), outline="black", width=3)

    (found,) = low_rows(letters)
    assert len(found.cells) == 1 + (LOW_ROWS - 1) * COLUMNS


def test_zeros_as_high_as_their_rows_are_no_columns() -> None:
    def zeros(draw: ImageDraw.ImageDraw) -> None:
        for row in range(2, 6):
            x, y = LEFT + 4 * WIDE + 40, TOP + row * 24
            draw.ellipse((x, y - 2, x + 13, y + 26), outline="black", width=3)

    (found,) = low_rows(zeros)
    assert len(found.cells) == 1 + (LOW_ROWS - 1) * COLUMNS


def test_digits_close_to_a_line_do_not_widen_it() -> None:
    """The 4 at the right edge of some cells: its stroke is 8 pixels from the line, and goes from the line above to that below."""

    def digits(draw: ImageDraw.ImageDraw) -> None:
        for row in (2, 3, 6):
            x, y = LEFT + 5 * WIDE - 8, TOP + row * 24
            draw.line((x, y, x, y + 24), fill="black", width=3)

    (found,) = low_rows(digits)
    assert len(found.cells) == 1 + (LOW_ROWS - 1) * COLUMNS
    (cell,) = (cell for cell in found.cells if (cell.row, cell.column) == (2, 4))
    assert found.page.gray[cell.top + 8 : cell.bottom - 8, cell.right - 9 : cell.right - 4].min() < 100


def part_four(lines: tuple[int, ...], *, merged: int, heads: int) -> Image.Image:
    """Twelve columns with lines at these pixels below the top; ``merged`` columns share the heads, which are ``heads`` high."""
    page = Image.new("RGB", (WIDTH, LOW), "white")
    draw = ImageDraw.Draw(page)
    for y in lines:
        draw.line((LEFT, TOP + y, LEFT + 12 * WIDE, TOP + y), fill="black", width=2)
    for column in range(13):
        x, begin = LEFT + column * WIDE, 0 if column % merged == 0 else heads
        draw.line((x, TOP + begin, x, TOP + lines[-1]), fill="black", width=2)
    return page


def test_lines_in_the_last_row_alone_of_a_table_of_few_rows_are_lines() -> None:
    """Part four where letters of its heads hide the lines above the figures."""
    page = part_four((0, 30, 60, 90, 120), merged=4, heads=90)
    (found,) = find_tables(straighten(numpy.asarray(page)))
    assert sum(cell.row == 3 for cell in found.cells) == 12


def test_a_seal_over_sides_of_cells_takes_no_line_away() -> None:
    """A round grey seal and the letters in it cross the lines down of some rows."""

    def seal(draw: ImageDraw.ImageDraw) -> None:
        for row, column in product(range(ROWS), range(COLUMNS)):
            draw.ellipse(
                (LEFT + column * WIDE + 40, TOP + row * HIGH + 12, LEFT + column * WIDE + 50, TOP + row * HIGH + 32),
                outline="black",
                width=2,
            )
        x, y = LEFT + 4 * WIDE + 20, TOP + 3 * HIGH
        draw.ellipse((x - 110, y - 110, x + 110, y + 110), outline="#787878", width=9)
        for bar in (-14, 0, 14):
            draw.line((x - 90, y + bar, x + 90, y + bar), fill="#787878", width=5)

    (found,) = page_with(seal)
    assert len(found.cells) == ROWS * COLUMNS


def test_stacks_of_narrow_zeros_from_line_to_line_are_no_columns() -> None:
    """Their sides are as high as the rows, one below the other, but not straight."""

    def zeros(draw: ImageDraw.ImageDraw) -> None:
        for row, column in product(range(1, LOW_ROWS), (3, 6, 9)):
            x, y = LEFT + column * WIDE + 40, TOP + row * 20
            draw.ellipse((x, y, x + 10, y + 20), outline="black", width=3)

    (found,) = low_rows(zeros, high=20)
    assert len(found.cells) == 1 + (LOW_ROWS - 1) * COLUMNS


@pytest.mark.parametrize("foot", sampled([5, 7]))
def test_digits_with_serifs_one_below_the_other_in_low_rows_are_no_column(foot: int) -> None:
    """Figures of one digit in the middle of their cells: 1 from line to line, thicker at its foot."""

    def ones(draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((0, 0, 40, 40), fill="#e0e0e0")  # a copy with shades, whose lines have no steps
        for row in range(2, 6):
            x, y = LEFT + 4 * WIDE + 50, TOP + row * 24
            draw.rectangle((x - 1, y, x + 1, y + 24), fill="black")
            draw.rectangle((x - foot // 2, y + 15, x + foot // 2, y + 24), fill="black")
        for row, column in product(range(LOW_ROWS), range(COLUMNS)):  # other letters
            x, y = LEFT + column * WIDE + 20, TOP + row * 24 + 2
            draw.line((x, y, x + 16, y + 20), fill="black", width=3)

    (found,) = low_rows(ones)
    assert len(found.cells) == 1 + (LOW_ROWS - 1) * COLUMNS


def test_lines_beside_a_head_of_two_lines_are_lines() -> None:
    """Part four: below the heads a row of figures that fill their cells."""
    page = part_four((0, 24, 48, 110, 132), merged=6, heads=48)
    draw = ImageDraw.Draw(page)
    for column in range(13):
        x = LEFT + column * WIDE
        for side in (-5, 4) if column % 6 else ():
            draw.rectangle((x + side, TOP + 117, x + side + 1, TOP + 126), fill="black")
        for y in (TOP + 4, TOP + 28, TOP + 54, TOP + 84) if column < 12 else ():
            draw.rectangle((x + 40, y, x + 56, y + 16), outline="black", width=2)
    (found,) = find_tables(straighten(numpy.asarray(page)))
    assert [sum(cell.row == row for cell in found.cells) for row in range(4)] == [2, 2, 12, 12]


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_a_figure_that_stands_on_a_line_keeps_its_foot(gap: int) -> None:
    """A low bar close above a line, as of a 2: what is left of the line is painted, and the bar stays."""

    def two(draw: ImageDraw.ImageDraw) -> None:
        x, y = LEFT + 3 * WIDE + 40, TOP + 3 * HIGH - 4 - gap
        draw.rectangle((x, y, x + 13, y + 2), fill="black")
        draw.line((x + 12, y - 12, x + 1, y), fill="black", width=3)

    (found,) = page_with(two)
    (cell,) = (cell for cell in found.cells if (cell.row, cell.column) == (2, 3))
    foot = found.page.gray[cell.bottom - 9 : cell.bottom + 1, cell.left : cell.right] < 128
    assert foot.any(axis=0).sum() >= 13
    assert not (found.page.gray[cell.bottom + 1 : cell.bottom + 6, cell.left : cell.right] < 185).any()
