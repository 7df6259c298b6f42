"""Find the ruled tables of a straight page and cut them into cells.

In: a ``Page``. Out: its ``RuledTable``s from top to bottom: each as a rectangle, its cells with the rows and columns they span.
A table is what hangs together by straight lines; two cells are one where no line is between them. Two lines side by side are one:
double borders of Word, and cells of web pages that have a border each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from toolkit.importing.readers.scan.sides import column_of, most_bow, sides_of, usual_evenness, without_gaps
from toolkit.importing.readers.scan.straight import DARK, WIDTH, Page, Picture, flattened
from toolkit.importing.readers.scan.strokes import Segment, compared_with_print, middles_of, without_strokes

Mask = NDArray[Any]
_ACROSS, _DOWN = 55, 30  # pixels: the shortest line of a table; no stroke of a letter in a table is as long
_NARROWEST = 0.35 * WIDTH
_LOWEST = 40  # pixels, with what joins pieces: one row of small print above a page break
_SAME = 15  # pixels between pieces of one line; no row is lower, no column narrower
_NEAR = 9  # pixels by which a line may swing
_HALF_WIDTH, _NARROW = 4, 2  # pixels around the middle of a line that belong to it at most and at least
_MIDDLE = _HALF_WIDTH + 1  # of the pixels across a line that are looked at
_WIDER, _DARKER = 21, 60  # pixels: no digit is as wide; of 255
_BESIDE = 225  # of 255: lighter points are beside a line
_SINGLE = 2.5  # pixels by which pieces of one line are off its middle; the two of a double line are further off
_DRAWN = 0.5  # of the side of a cell: with less line than that there is no line
_LONG = 120  # pixels of a line of which a copy may have lost the other half
_REACH = 14  # pixels between the end of a line and the line it ends on
_TOUCH = 7  # the same where it crosses that line
_SHORT_OF = 2  # pixels between the end of a line and the middle of the line that it touches; a stroke of a letter ends before it
_FAR = 10_000
_FILLED = 0.7  # of the brightness of the paper beside it: less in a bar of a chart
_FEWEST_OPEN = 3  # lines down
_LOWEST_LETTER, _MOST_LETTERS, _HIGHEST = 8, 95, 1.3  # pixels; of 100 pieces of ink; of them the height that no letter has
_MARGIN = 6  # pixels around a table
_MOST_LINES = 120
_CLEAR = 5  # pixels around a line, where no print crosses another line
_TINT, _INKED = 20, 170  # of 255: by how much the channels of coloured ink differ; lighter points are paper
_PAPER = 9  # pixels: more of one colour without ink is paper, less may be the rim of ink
_TINTED = 0.5  # of a line: more of it coloured, and it is of a seal or a pen where the table has black lines


@dataclass(frozen=True)
class CellBox:
    """One cell: the rows and columns it spans, and its place in the picture of the table, within its lines."""

    row: int
    column: int
    rowspan: int
    colspan: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class RuledTable:
    """One table as a rectangle; ``top`` and ``bottom`` say where it is on the page. The lines are gone from ``page.gray``."""

    page: Page
    cells: tuple[CellBox, ...]
    top: int
    bottom: int


def find_tables(page: Page) -> list[RuledTable]:
    """The tables of a page from top to bottom."""
    across, down, _ = _lines(page.gray)
    lines = cv2.bitwise_or(_not_alone(across.T).T, _not_alone(down))
    joined = cv2.dilate(lines, numpy.ones((_SAME, _SAME), numpy.uint8))
    count, labels, facts, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = {number: tuple(int(fact) for fact in facts[number][:4]) for number in range(1, count)}
    large = {number: box for number, box in boxes.items() if box[2] >= _NARROWEST and box[3] >= _LOWEST}
    tables = []
    for number, box in large.items():
        inside = [other for other in large.values() if other != box and _is_inside(other, box)]
        table = _table(_without(page, inside), (labels == number) & (lines > 0), box[1], box[1] + box[3])
        if table and not (all(cell.row == 0 for cell in table.cells) and _is_filled(page.rgb, box)):
            tables.append(table)
    return sorted(tables, key=lambda table: table.top)


def _is_filled(rgb: Picture, box: tuple[int, ...]) -> bool:
    """Whether a box is much darker than what is above and below it: as one row, it is a bar of a chart with figures in white."""
    left, top, width, height = box
    beside = rgb[:, left : left + width]
    around = numpy.concatenate([beside[max(0, top - 3 * _SAME) : top], beside[top + height :][: 3 * _SAME]])
    return bool(around.size and numpy.median(beside[top : top + height]) < _FILLED * numpy.median(around))


def _is_inside(box: tuple[int, ...], other: tuple[int, ...]) -> bool:
    (left, top, width, height), (x, y, wide, high) = box, other
    return left >= x and top >= y and left + width <= x + wide and top + height <= y + high


def _without(page: Page, boxes: Sequence[tuple[int, ...]]) -> Page:
    """The page without the tables inside a frame: the edge of its paper on a desk, or a border of the page, is no table."""
    if not boxes:
        return page
    gray = page.gray.copy()
    for left, top, width, height in boxes:
        gray[top : top + height, left : left + width] = 255
    return replace(page, gray=gray)


def _lines(gray: Picture) -> tuple[Mask, Mask, Mask]:
    """Pixels of lines across and down, and of all ink."""
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 14)
    masks = []
    for shape, gap in (((_ACROSS, 1), (3, 1)), ((1, _DOWN), (1, 3))):
        thick = cv2.dilate(ink, numpy.ones((3, 1) if shape[0] > 1 else (1, 3), numpy.uint8))  # a slight skew leaves steps
        closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, gap))
        masks.append(cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape)))
    return masks[0], masks[1], ink


def without_rulings(gray: Picture) -> Picture:
    """The picture of a page without what is as long as the line of a table, either way."""
    across, down, _ = _lines(gray)
    return cv2.max(gray, cv2.dilate(cv2.bitwise_or(across, down), numpy.ones((3, 3), numpy.uint8)))


def _table(page: Page, mask: NDArray[numpy.bool_], top: int, bottom: int) -> RuledTable | None:
    corners = _corners(mask)
    width = round(max(_length(corners[0], corners[1]), _length(corners[3], corners[2]))) + 2 * _MARGIN
    height = round(max(_length(corners[0], corners[3]), _length(corners[1], corners[2]))) + 2 * _MARGIN
    outwards = numpy.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], numpy.float32) * _MARGIN
    flat = flattened(page, corners + outwards, width, height)
    across, down, ink = _lines(flat.gray)
    level, upright = _printed(_segments(across, flat, axis=0), _segments(down, flat, axis=1))
    level_rulings = _rulings(level, upright)
    upright_rulings = _rulings(upright, level_rulings)
    trimmed = (_trimmed(line, upright_rulings, ink, down) for line in level_rulings)
    level_rulings = [line for line in trimmed if line.length > 0]  # nothing is left of strokes of letters alone
    edges = _places(upright_rulings)
    level_rulings = without_strokes(_on_one_place(_compared(level_rulings, ink, down, edges)))
    rows = _places(level_rulings)
    if len(rows) < 2:
        return None
    level_rulings += _untouched(level, rows, ink, down)
    drawn = _drawn(level_rulings, across.shape)
    rows = _with_open_ends(rows, [line for line in upright if any(abs(line.place - edge) <= _SAME for edge in edges)])
    sides = _compared(sides_of(upright, ink.T, flat.gray.T, drawn.T, rows), ink.T, across.T, rows)
    sides = without_gaps(sides)
    letter, most = _letter_height(ink & ~(across | down), rows), most_bow(sides)
    even = usual_evenness(sides, letter)
    columns = (column_of(group, rows, letter, most, even, steps=page.black_and_white) for group in _on_one_place(sides))
    sides = without_strokes([column for column in columns if column])
    edges = _places(sides)
    if not (2 <= len(edges) <= _MOST_LINES and len(rows) <= _MOST_LINES):
        return None
    cells = tuple(_Grid(drawn, _drawn(sides, down.T.shape).T, rows, edges).cells())
    if len(cells) < 2:
        return None
    clean = numpy.ascontiguousarray(_without_lines(_without_lines(flat.gray, level_rulings).T, sides).T)
    return RuledTable(replace(flat, gray=clean, cut=(flat.gray < DARK) & (clean > flat.gray)), cells, top, bottom)


def _letter_height(ink: Mask, rows: Sequence[int]) -> float:
    """How high the highest letters are, in pixels, a seal aside; of those in low rows the lines have taken a part."""
    _, _, facts, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = facts[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[heights > _LOWEST_LETTER]
    letter = _HIGHEST * float(numpy.percentile(heights, _MOST_LETTERS)) if heights.size else 0.0
    row = float(numpy.median(numpy.diff(rows)))
    return _HIGHEST * row if letter / _HIGHEST < row < _HIGHEST * letter else letter


def _not_alone(mask: Mask) -> Mask:
    """Upright lines without what stands alone at its height: a table has two lines down at least, a stroke goes on beyond it."""
    pieces = numpy.count_nonzero(mask[:, 1:] > mask[:, :-1], axis=1) + (mask[:, 0] > 0)
    return numpy.where(pieces[:, None] > 1, mask, 0).astype(mask.dtype)


def _corners(mask: NDArray[numpy.bool_]) -> NDArray[numpy.float32]:
    """The four outermost points, from the upper left, clockwise."""
    y, x = numpy.nonzero(mask)
    points = [(x + y).argmin(), (x - y).argmax(), (x + y).argmax(), (x - y).argmin()]
    return numpy.array([[x[at], y[at]] for at in points], numpy.float32)


def _length(one: Any, other: Any) -> float:
    return float(numpy.hypot(*(one - other)))


def _segments(mask: Mask, page: Page, axis: int) -> list[Segment]:
    """The pieces of lines: ``axis`` 1 for lines down, which have an x, 0 for lines across, which have a y."""
    count, labels, facts, middles = cv2.connectedComponentsWithStats(mask, connectivity=8)
    inked = page.gray < _INKED
    red, green, blue = cv2.split(page.rgb)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    bare = cv2.erode(numpy.where(inked, 0, spread), numpy.ones((_PAPER, _PAPER), numpy.uint8))
    paper = cv2.dilate(bare, numpy.ones((4 * _PAPER + 1, 4 * _PAPER + 1), numpy.uint8))  # a black line on blue looks bluish
    tint = inked & (spread.astype(numpy.int16) - paper > _TINT)
    coloured = numpy.bincount(labels[tint], minlength=count) / numpy.maximum(numpy.bincount(labels[inked], minlength=count), 1)
    segments = []
    for number in range(1, count):
        left, top, width, height = (int(fact) for fact in facts[number][:4])
        first, length = (top, height) if axis else (left, width)
        if length >= (_DOWN if axis else _ACROSS):
            piece = labels[top : top + height, left : left + width] == number
            places = middles_of(piece.T) + left if axis else middles_of(piece) + top
            middle, tinted = float(middles[number][1 - axis]), bool(coloured[number] > _TINTED)
            segments.append(Segment(middle, first, first + length, tinted, places))
    return sorted(segments, key=lambda line: line.place)


def _compared(lines: Sequence[Segment], ink: Mask, crossing: Mask, edges: Sequence[int] = ()) -> list[Segment]:
    """Level lines with the print that they meet; ``crossing`` are the lines that cross them, at the places ``edges``."""
    wide = cv2.dilate(crossing, numpy.ones((1, 2 * _CLEAR + 1), numpy.uint8))
    return [compared_with_print(line, ink, wide, edges) for line in lines]


def _printed(level: list[Segment], upright: list[Segment]) -> tuple[list[Segment], list[Segment]]:
    """The lines without those of a seal or of a coloured pen; where most lines are coloured, the table is printed in colour."""
    lines = [*level, *upright]
    if 2 * sum(line.length for line in lines if line.tinted) > sum(line.length for line in lines):
        return level, upright
    return [line for line in level if not line.tinted], [line for line in upright if not line.tinted]


def _rulings(lines: Sequence[Segment], others: Sequence[Segment]) -> list[Segment]:
    """The lines that cross others or go from one to another, and pieces of these that end on another line.

    A stroke of a letter, or the bars of digits that fill a narrow cell, are as long as a line and end near one at times.
    """
    touching = [(line, _touches(line, others)) for line in lines]
    whole = [line.place for line, ends in touching if ends > 1]
    return [line for line, ends in touching if ends > 1 or (ends and any(abs(line.place - place) <= _NEAR for place in whole))]


def _touches(line: Segment, others: Sequence[Segment]) -> int:
    """At how many of its ends a line touches lines that cross it; 2 for one that crosses another or is long, too.

    A shorter line is at least as long as it is from the middle of one line to that of the next, a letter between them is not.
    """
    crossing = [other.place for other in others if other.first - _REACH <= line.place <= other.last + _REACH] or [_FAR]
    gaps = [min((line.first - place for place in crossing), key=abs), min((place - line.last for place in crossing), key=abs)]
    is_long = line.length >= _LONG
    if not is_long and (max(gaps) > _REACH or min(gaps) < -_TOUCH):
        return 0
    ends = min(gaps) <= _SHORT_OF
    whole_rows = sum(line.first - _SHORT_OF <= place <= line.last + _SHORT_OF for place in crossing) > 2
    crosses = (is_long or whole_rows or max(gaps) <= _TOUCH) and any(
        line.first + _TOUCH < place < line.last - _TOUCH for place in crossing
    )
    return 2 if crosses or (ends and (is_long or sum(gaps) <= 0)) else int(ends)


def _trimmed(line: Segment, others: Sequence[Segment], ink: Mask, crossing: Mask) -> Segment:
    """A level line without what print adds to its ends inside a cell: a stroke of a letter that is where the line would go on."""
    places = sorted(round(other.place) for other in others if other.first - _REACH <= line.place <= other.last + _REACH)
    for before, after in pairwise(places):
        if before + _HALF_WIDTH < line.first < after - _TOUCH and _meets_print(_part(line, line.first, after), ink, crossing):
            line = _part(line, after, line.last)
        if before + _TOUCH < line.last < after - _HALF_WIDTH and _meets_print(_part(line, before, line.last), ink, crossing):
            line = _part(line, line.first, before)
    return line


def _part(line: Segment, first: int, last: int) -> Segment:
    return replace(line, first=first, last=last, middles=line.middles[max(0, first - line.first) : last - line.first])


def _meets_print(line: Segment, ink: Mask, crossing: Mask) -> bool:
    (met,) = _compared([line], ink, crossing)
    return met.touched > 0 or not met.free


def _on_one_place(lines: Sequence[Segment]) -> list[list[Segment]]:
    """Pieces of lines, pieces of the same one taken together."""
    groups: list[list[Segment]] = []
    for line in lines:
        if groups and line.place - groups[-1][-1].place <= _SAME:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _places(lines: Sequence[Segment]) -> list[int]:
    """Where lines are."""
    groups = _on_one_place(lines)
    return [round(sum(line.place * line.length for line in group) / sum(line.length for line in group)) for group in groups]


def _untouched(pieces: Sequence[Segment], places: Sequence[int], ink: Mask, crossing: Mask) -> list[Segment]:
    """The pieces on the middle of a line that touch no other line and, unlike letters, no print."""
    near = [line for line in pieces if any(abs(line.place - place) <= _SINGLE for place in places)]
    return [line for line in _compared(near, ink, crossing) if not line.touched]


def _drawn(lines: Sequence[Segment], shape: tuple[int, ...]) -> Mask:
    """The middles of level lines as a picture."""
    drawn = numpy.zeros(shape, numpy.uint8)
    for line in lines:
        drawn[_points(line)] = 255
    return drawn


def _points(line: Segment) -> tuple[NDArray[numpy.int_], NDArray[numpy.int_]]:
    """The rows and the columns of the middle of a level line."""
    known = numpy.flatnonzero(~numpy.isnan(line.middles))
    return line.middles[known].round().astype(int), line.first + known


def _without_lines(gray: Picture, lines: Sequence[Segment]) -> Picture:
    """The picture with level lines painted white: as wide as those on one place usually are, more where thickened."""
    clean = gray.copy()
    for group in _on_one_place(sorted(lines, key=lambda line: line.place)):
        middles, columns = numpy.concatenate([_points(line) for line in group], axis=1)
        rows = (middles + numpy.arange(-_MIDDLE, _MIDDLE + 1)[:, None]).clip(0, len(gray) - 1)
        near = gray[rows, columns]
        half, core = (_half_width(near < level) for level in (_BESIDE, DARK))
        print_ = _print_beside(near, core)
        sides = (slice(_MIDDLE, None, -1), slice(_MIDDLE, None))
        above, below = (_of_line(near[side] < _BESIDE, print_[side], max(_NARROW, half)) for side in sides)
        painted = numpy.concatenate([above[:0:-1], below])
        clean[rows[painted], numpy.broadcast_to(columns, rows.shape)[painted]] = 255
    return clean


def _print_beside(near: Picture, core: int) -> NDArray[numpy.bool_]:
    """Where print is at the edge of a level line: darker than the line to the left and to the right, and it goes on beyond."""
    print_ = cv2.morphologyEx(near, cv2.MORPH_CLOSE, numpy.ones((1, _WIDER), numpy.uint8)) > near + float(_DARKER)
    print_[_MIDDLE - core : _MIDDLE + core + 1] = False
    print_[[0, -1]] = near[[0, -1]] < _BESIDE
    print_[:, (near < _BESIDE).all(axis=0)] = False  # a line that crosses it
    _, pieces = cv2.connectedComponents(print_.astype(numpy.uint8), connectivity=8)
    return print_ & numpy.isin(pieces, pieces[[0, -1]])


def _half_width(dark: NDArray[numpy.bool_]) -> int:
    """How far a line usually reaches from its middle."""
    usual = numpy.median(dark, axis=1) > 0
    return min(_HALF_WIDTH, int(abs(numpy.flatnonzero(usual) - _MIDDLE).max(initial=0)))


def _of_line(dark: NDArray[numpy.bool_], print_: NDArray[numpy.bool_], half: int) -> NDArray[numpy.bool_]:
    """Which points of each column, from the middle of a line outwards, are of the line; a longer run of ink goes on as print."""
    run = numpy.logical_and.accumulate(dark, axis=0)
    run &= ~run[-1]
    run[: half + 1] = True
    return run & ~numpy.logical_or.accumulate(print_, axis=0)


def _with_open_ends(rows: list[int], upright: Sequence[Segment]) -> list[int]:
    """The rows with one that a page break left open above or below: most lines down go on there, without a line across."""
    above = [line.first for line in upright if line.first < rows[0] - _DOWN and line.last > rows[0] - _REACH]
    below = [line.last for line in upright if line.last > rows[-1] + _DOWN and line.first < rows[-1] + _REACH]
    at_top = sum(line.first < rows[0] + _DOWN for line in upright)
    at_foot = sum(line.last > rows[-1] - _DOWN for line in upright)
    first = [round(median(above))] if len(above) > max(_FEWEST_OPEN, at_top / 2) else []
    last = [round(median(below))] if len(below) > max(_FEWEST_OPEN, at_foot / 2) else []
    return [*first, *rows, *last]


class _Grid:
    """The lines of one table, and the cells between them."""

    def __init__(self, across: Mask, down: Mask, rows: Sequence[int], columns: Sequence[int]) -> None:
        self._rows, self._columns = rows, columns
        self._under = [[self._share(across, y, span, level=True) for span in pairwise(columns)] for y in rows]
        self._beside = [[self._share(down, x, span, level=False) for x in columns] for span in pairwise(rows)]

    @staticmethod
    def _share(mask: Mask, place: int, span: tuple[int, int], *, level: bool) -> float:
        """Which share of the side of a cell is drawn."""
        first, last = span[0] + _HALF_WIDTH, max(span[0] + _HALF_WIDTH + 1, span[1] - _HALF_WIDTH)
        low, high = max(0, place - _NEAR), place + _NEAR + 1
        strip = mask[low:high, first:last] if level else mask[first:last, low:high].T
        return float((strip > 0).any(axis=0).mean()) if strip.size else 0.0

    def cells(self) -> Iterator[CellBox]:
        height, width = len(self._rows) - 1, len(self._columns) - 1
        taken = numpy.zeros((height, width), bool)
        for row in range(height):
            for column in range(width):
                if not taken[row, column]:
                    yield self._cell(row, column, taken)

    def _cell(self, row: int, column: int, taken: NDArray[numpy.bool_]) -> CellBox:
        """The cell that begins in a square: it grows to the right, then down, over sides that are not drawn."""
        height, width = taken.shape
        right = column + 1
        while right < width and not taken[row, right] and self._beside[row][right] < _DRAWN:
            right += 1
        bottom = row + 1
        while bottom < height and not taken[bottom, column:right].any() and self._open(bottom, column, right):
            bottom += 1
        taken[row:bottom, column:right] = True
        return CellBox(
            row, column, bottom - row, right - column,
            self._columns[column] + _NARROW, self._rows[row] + _NARROW,
            self._columns[right] - _NARROW, self._rows[bottom] - _NARROW,
        )  # fmt: skip

    def _open(self, row: int, first: int, last: int) -> bool:
        """Whether a row of squares belongs to the cell above: no line between them, and none inside."""
        above = all(self._under[row][column] < _DRAWN for column in range(first, last))
        return above and all(self._beside[row][column] < _DRAWN for column in range(first + 1, last))
