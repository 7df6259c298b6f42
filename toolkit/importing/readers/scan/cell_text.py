"""Cut the cells of a ruled table into lines of print, and judge how clean a figure is.

In: a ``RuledTable``. Out: the lines of every cell as pictures for the recogniser; and whether the ink in it looks like one row
of digits and nothing else: a seal, a pen stroke, a blot or a second figure over it leave marks that no printed figure has.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy
from numpy.typing import NDArray

from toolkit.importing.readers.scan.recognising import HEIGHT
from toolkit.importing.readers.scan.rulings import CellBox
from toolkit.importing.readers.scan.straight import DARK, Page, Picture

# of 255: ink with the pale rims of letters, the paper was made white before; and with strokes that a copy hardly shows
_PALE, _THIN = 185, 215
_SPECK = 6  # pixels: smaller spots are dust
# ways to cut out a line: the height of its text as a share of what the recogniser takes, and the margin beside it in such heights
CUTS = ((0.62, 0.32), (0.8, 0.2), (0.5, 0.5))
_GAP = 3  # blank rows of pixels between two lines of print
_SEVERAL, _ALL_BUT_BLANK = 1.8, 0.05  # of the usual height: lines set close; of the most ink of a row: that between such lines
_RED_SHARE = 0.004  # of a cell's pixels
_TALL = 0.6  # of the tallest piece of ink: lower ones are points, or what a thin digit falls into
_WHOLE = 0.85  # the same of a piece that is a whole digit
_LOWEST, _TALLEST = 0.5, 1.25  # of the usual height of the table's digits
_WIDEST = 0.72  # of a digit's height, with the blank beside it
_LONGEST_BAR, _NEXT_BAR = 0.95, 0.8  # of a digit's height: the bar of a 4 and what touches it, and that of another 4 beside it
_FEWEST_FIGURES = 8
_EDGE = 5  # pixels
_FULL = 1.1  # of the usual height: a cell with less left beside a figure, one digit and a half, is full
_SMALLER, _FILLING, _AS_HIGH = 0.95, 0.75, 0.15  # of the usual size; of its cell's width; of the usual height
_TOPLESS = "015"  # what is left of a 6, a 7 and a 3
_COARSE = 14  # pixels: a line may turn a lower figure into any other
_THICK = 0.25  # of the height that is left of a figure: as much may be lost, figures without a fifth of them were read right
_AROUND, _APART = 14, 2  # pixels around the end of a figure, and between a line and what touches it
_BEYOND, _REST = 6, 3  # pixels: how far a digit on a line reaches into the next cell; what is left of it when the line is painted
_MIDDLE, _HIDING = 0.4, 0.53  # of the usual height: how far figures in the middle are off it, and the room of a hidden thin digit
_THINNER = 0.2  # of a digit's width: the paper beside a 1
_UNEVEN, _DANCING = 0.16, 0.2  # of the usual height: by how much the figures of a hand differ in height and place
_MINUS, _MINUS_WIDE = (0.3, 0.8), 0.2  # of the height of a figure: where its minus is, and how wide it is at least
_BLUR = 4  # pixels that a blurred edge adds, and that are dark beside a line
_LEANING = 0.1  # of the height of a 1: by how much its upper end is off its lower one
_SIDE = 2  # pixels: half of a line, between a cell and the middle of the line


Cut = tuple[float, float]


@dataclass(frozen=True)
class Ink:
    """What is printed in one cell: the boxes of its lines (left, top, right, bottom) within the picture of the table."""

    box: CellBox
    lines: tuple[tuple[int, int, int, int], ...]


def find_ink(page: Page, box: CellBox, height: float = 0) -> Ink:
    """The lines of print in a cell; none for an empty one. ``height`` is that of the table's letters, 0 when it is unknown."""
    ink = ink_of(page.gray[box.top : box.bottom, box.left : box.right])
    lines = []
    for top, bottom in _rows(ink, height):
        columns = numpy.flatnonzero(ink[top:bottom].any(axis=0))
        lines.append((box.left + int(columns[0]), box.top + top, box.left + int(columns[-1]) + 1, box.top + bottom))
    return Ink(box, tuple(lines))


def ink_of(gray: Picture, lightest: int = _PALE) -> NDArray[numpy.bool_]:
    """Where a part of a picture is inked, dust left out."""
    if not gray.size:
        return numpy.zeros(gray.shape, bool)
    dark = (gray < lightest).astype(numpy.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = [number for number in range(1, count) if facts[number][cv2.CC_STAT_AREA] < _SPECK]
    return (dark > 0) & ~numpy.isin(labels, small) if small else dark > 0


def _rows(ink: NDArray[numpy.bool_], height: float) -> Iterator[tuple[int, int]]:
    """Where the lines of print begin and end: rows of ink with blank rows between them, thin ones joined to their neighbour."""
    counts = ink.sum(axis=1)
    runs = list(_runs(counts > 0, _GAP))
    if not runs:
        return
    for top, bottom in [run for run in runs if 0 < _SEVERAL * height < run[1] - run[0]]:
        at = runs.index((top, bottom))
        runs[at : at + 1] = [(top + first, top + last) for first, last in _close_runs(counts[top:bottom], height)]
    tallest = max(height, *(bottom - top for top, bottom in runs))  # the upper part of a thin 5 may be as tall as its rest
    joined: list[tuple[int, int]] = []
    for top, bottom in runs:
        # a letter such as 二 has a blank inside: what is much lower than a line belongs to the one it is nearest to
        if (
            joined
            and bottom - joined[-1][0] <= 1.25 * tallest
            and min(bottom - top, joined[-1][1] - joined[-1][0]) < 0.6 * tallest
        ):
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    yield from joined


def _close_runs(counts: NDArray[numpy.int_], height: float) -> Iterator[tuple[int, int]]:
    """The lines set close, few rows with little ink between them; more such rows are a narrow figure beside a wide line."""
    inked = counts > _ALL_BUT_BLANK * counts.max(initial=0)
    for first, last in [run for run in _runs(~inked, 1) if run[1] - run[0] > height / 2]:
        inked[first:last] = counts[first:last] > 0
    return _runs(inked, 1)


def _runs(inked: NDArray[numpy.bool_], gap: int) -> Iterator[tuple[int, int]]:
    """The stretches of inked rows, ``gap`` blank rows or more between them."""
    rows = numpy.flatnonzero(inked)
    cuts = [0, *(at + 1 for at, (above, below) in enumerate(pairwise(rows)) if below - above > gap), rows.size]
    return ((int(rows[first]), int(rows[last - 1]) + 1) for first, last in pairwise(cuts) if last > first)


def line_picture(page: Page, line: tuple[int, int, int, int], height: float, cut: Cut = CUTS[0]) -> Picture:
    """One line as the recogniser takes it; ``height`` is that of the table's letters, for lines that are a mere dash."""
    left, top, right, bottom = line
    tall = max(height, bottom - top)
    middle = (top + bottom) / 2
    margin, whole = cut[1] * tall, tall / cut[0]
    first, last = round(middle - whole / 2), round(middle + whole / 2)
    start, end = round(left - margin), round(right + margin)
    part = _cut(page.gray, start, first, end, last)
    width = max(8, round((end - start) * HEIGHT / max(1, last - first)))
    shrinks = last - first > HEIGHT
    return cv2.resize(part, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def _cut(gray: Picture, left: int, top: int, right: int, bottom: int) -> Picture:
    """A part of a picture, white where it reaches beyond."""
    out = numpy.full((max(1, bottom - top), max(1, right - left)), 255, numpy.uint8)
    height, width = gray.shape
    y0, y1, x0, x1 = max(0, top), min(height, bottom), max(0, left), min(width, right)
    if y1 > y0 and x1 > x0:
        out[y0 - top : y1 - top, x0 - left : x1 - left] = gray[y0:y1, x0:x1]
    return out


def letter_height(inks: Sequence[Ink]) -> float:
    """The usual height of a line of print in a table, in pixels."""
    heights = [bottom - top for ink in inks for _, top, _, bottom in ink.lines if bottom - top > 8]
    return float(numpy.median(heights)) if heights else 24.0


def digit_widths(inks: Mapping[int, Ink], figures: Mapping[int, str], height: float) -> tuple[float, float]:
    """The width of a digit, and the way from its middle to that of the next, in pixels."""
    widths = {at: inks[at].lines[0][2] - inks[at].lines[0][0] for at in figures}
    single = [widths[at] for at, text in figures.items() if len(text) == 1 and text != "1"]
    alone = float(numpy.median(single)) if single else 0.6 * height
    steps = [(widths[at] - alone) / (len(text) - 1) for at, text in figures.items() if len(text) > 1]
    return alone, float(numpy.median(steps)) if steps else 0.75 * height


def sizes(inks: Mapping[int, Ink], figures: Mapping[int, str], height: float) -> dict[int, float]:
    """How large each figure is set, as a share of the usual size: less than 1 only for those that fill their cells."""
    alone, pitch = digit_widths(inks, figures, height)
    found = dict.fromkeys(figures, 1.0)
    for at, text in figures.items():
        left, top, right, bottom = inks[at].lines[0]
        ones = (text[0] == "1") + (text[-1] == "1")
        size, high = (right - left) / (alone * (1 - ones * _THINNER) + (len(text) - 1) * pitch), (bottom - top) / height
        is_full = right - left >= _FILLING * (inks[at].box.right - inks[at].box.left)
        if len(text) > 2 and is_full and max(size, high) < _SMALLER and abs(high - size) <= _AS_HIGH:
            found[at] = size
    return found


def looks_written(inks: Sequence[Ink]) -> bool:
    """Whether figures were written by hand: no two are of one height, or they dance in their cells.

    ``inks`` are the cells of a table that hold no words. Ink that reaches the edge of its cell is a stroke across the table.
    """
    alone = [(ink.box, ink.lines[0]) for ink in inks if len(ink.lines) == 1 and _is_within(ink.box, ink.lines[0])]
    if len(alone) < _FEWEST_FIGURES:
        return False
    heights = numpy.array([bottom - top for _, (_, top, _, bottom) in alone], float)
    usual = float(numpy.median(heights))
    # print stands in the middle of its cell, at its top or at its foot
    aligned = (
        [(top + bottom - box.top - box.bottom) / 2 for box, (_, top, _, bottom) in alone],
        [top - box.top for box, (_, top, _, _) in alone],
        [bottom - box.bottom for box, (_, _, _, bottom) in alone],
    )
    dancing = min(_spread(numpy.array(offsets, float)) for offsets in aligned)
    return _spread(heights) / usual > _UNEVEN or dancing / usual > _DANCING


def _is_within(box: CellBox, line: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = line
    return bottom - top > 8 and left > box.left + _EDGE and right < box.right - _EDGE


def _spread(values: NDArray[numpy.float64]) -> float:
    """Half of what the middle six tenths of the values span: the figures under a seal do not count."""
    low, high = numpy.percentile(values, (20, 80))
    return float(high - low) / 2


def is_sealed(page: Page, box: CellBox) -> bool:
    """Whether coloured ink lies in a cell: of a seal, or of a red pen."""
    return _has(page.red, box)


def is_under_seal(page: Page, box: CellBox) -> bool:
    """Whether the ink of a seal lies in a cell."""
    return _has(page.seal, box)


def _has(mask: NDArray[numpy.bool_], box: CellBox) -> bool:
    return bool(mask[box.top : box.bottom, box.left : box.right].mean() > _RED_SHARE)


def nearest_edge(inks: Sequence[Ink], height: float) -> float:
    """How near to an edge a figure that fills its cell may have one more digit, hidden by the line, in pixels.

    A digit more on one side would move a figure in the middle of its cell, but not one at the left or right edge.
    """
    sides = [(ink.lines[0][0] - ink.box.left, ink.box.right - ink.lines[0][2]) for ink in inks if len(ink.lines) == 1]
    off = [abs(left - right) for left, right in sides if left + right > 2 * height]
    return _EDGE if off and numpy.median(off) < _MIDDLE * height else _HIDING * height


def is_clean(page: Page, ink: Ink, text: str, height: float, edge: float = _EDGE) -> bool:
    """Whether a cell shows the digits of ``text`` and nothing else; ``edge`` is that of ``nearest_edge``."""
    box = ink.box
    if len(ink.lines) != 1:
        return False
    left, _, right, _ = ink.lines[0]
    near, far = sorted((left - box.left, box.right - right))
    is_full = near < edge and far < _FULL * height
    at_line = page.cut is not None and left - box.left < _BLUR
    if _is_cut(page, ink, text) or (at_line and text[0] == "1" and len(text) > 1):
        return False  # at the left line a 0 with the line's own blur looks like 10
    if _goes_over(page, ink):
        return False
    if is_full or (far < _HIDING * height and _goes_on(page, ink)):
        return False  # a line of the table hides a digit of a figure that is too long for its cell
    part = page.gray[box.top : box.bottom, box.left : box.right]
    if _is_struck(ink_of(part).astype(numpy.uint8), text) or (text[:1] not in "-4" and _has_minus(ink_of(part, _THIN))):
        return False
    # at the second level the pieces of a thin digit hang together
    return any(_are_digits(_pieces(ink_of(part, level)), text, height) for level in (_PALE, _THIN))


def _is_cut(page: Page, ink: Ink, text: str) -> bool:
    """Whether a figure touches a line of the table, so that a digit, or what tells it from another, may be lost with that line.

    One that stands on a line, or hangs on it, loses as much as the line is thick: a 2 its foot, which leaves a 7; a 7 its bar,
    which leaves a 1; a 6 or a 3 its top, which leaves a 0 or a 5. More is lost where print is on both sides of the line.
    """
    left, top, right, bottom = ink.lines[0]
    hangs, stands = top <= ink.box.top, bottom >= ink.box.bottom
    if page.cut is None or bottom - top < _COARSE:
        return hangs or stands
    around = slice(max(0, top - 1), bottom + 1), slice(max(0, left - 1), right + 1)
    dark = (page.gray[around] < DARK).astype(numpy.uint8)  # what is paler is the blur between both
    met = (cv2.dilate(dark, numpy.ones((3, 3), numpy.uint8)) > 0) & page.cut[around]
    upper, lower = met[: len(met) // 4], met[-(len(met) // 4) :]
    at_side = met[len(upper) : len(met) - len(lower)].any()
    at_top, at_foot = bool(upper.any()), bool(lower.any())
    ends = [end for end, cut in ((top, hangs and at_top), (bottom, stands and at_foot)) if cut]
    if at_side or len(ends) > 1 or any(_loses_much(page, end, around[1], bottom - top) for end in ends):
        return True
    if top - ink.box.top <= _SIDE and page.cut[max(0, top - _BLUR) : top, left:right].any() and _leans(page, ink, text):
        return True
    return (at_top and bool({*text} & {*(_TOPLESS if hangs else "1")})) or (at_foot and "7" in text)


def _leans(page: Page, ink: Ink, text: str) -> bool:
    """Whether a 1 of a figure leans to the right as the stem of a 7 does."""
    left, top, right, bottom = ink.lines[0]
    inked = ink_of(page.gray[top:bottom, left:right])
    third, height = len(inked) // 3, len(inked)
    pieces = sorted(piece[:3:2] for piece in _pieces(inked) if piece[3] >= _WHOLE * height)
    if len(pieces) != len(text):
        return False
    stems = [inked[:, start : start + width] for letter, (start, width) in zip(text, pieces, strict=True) if letter == "1"]
    ends = [(stem[:third].nonzero()[1], stem[-third:].nonzero()[1]) for stem in stems]
    return any(high.size and low.size and high.mean() - low.mean() > _LEANING * height for high, low in ends)


def _loses_much(page: Page, y: int, columns: slice, height: int) -> bool:
    """Whether a line at the end of a figure is thick, which leaves a 0 of a 9, or print is on both of its sides."""
    assert page.cut is not None
    rows = slice(max(0, y - _AROUND), y + _AROUND)
    cut, dark = page.cut[rows, columns], page.gray[rows, columns] < DARK
    above, below = (cut[_APART:] & dark[:-_APART]).any(axis=0), (cut[:-_APART] & dark[_APART:]).any(axis=0)
    crosses = numpy.convolve(above, numpy.ones(2 * _APART + 1), "same").astype(bool) & below
    return bool(crosses.any() or cut.sum(axis=0).max(initial=0) > _THICK * height)


def _goes_on(page: Page, ink: Ink) -> bool:
    """Whether print is left at the lines beside a figure, of a digit that a line hides."""
    left, top, right, bottom = ink.lines[0]
    sides = (max(0, ink.box.left - _BEYOND), left), (right, ink.box.right + _BEYOND)
    return any((page.gray[top:bottom, start:end] < _PALE).sum() >= _REST for start, end in sides)


def _goes_over(page: Page, ink: Ink) -> bool:
    """Whether print is on both sides of the line at which a figure ends: the line may be a stroke of it."""
    left, top, right, bottom = ink.lines[0]
    before, behind = ink.box.left - _SIDE, ink.box.right + _SIDE
    beyond = [(max(0, before - _BEYOND), before)] if left <= ink.box.left else []
    beyond += [(behind, behind + _BEYOND)] if right >= ink.box.right else []
    return any((page.gray[top:bottom, start:end] < _PALE).sum() >= _REST for start, end in beyond)


def beside_figures(inks: Sequence[Ink], figures: Collection[int]) -> set[int]:
    """The blank cells, by their numbers, at whose side a figure ends: that side may be a stroke of a figure in both cells."""
    ends: set[tuple[int, int]] = set()
    for box, (left, _, right, _) in ((inks[at].box, line) for at in figures for line in inks[at].lines):
        ends |= {(box.row, box.column)} if left - box.left < _SIDE else set()
        ends |= {(box.row, box.column + box.colspan)} if box.right - right < _SIDE else set()
    boxes = {at: ink.box for at, ink in enumerate(inks) if not ink.lines}
    return {at for at, box in boxes.items() if ends & {(box.row, box.column), (box.row, box.column + box.colspan)}}


def digit_middles(page: Page, box: CellBox, count: int) -> list[float]:
    """Where the digits of a figure are across the table, when as many pieces of ink as digits are apart; else nothing."""
    for level in (_PALE, _THIN):
        pieces = _pieces(ink_of(page.gray[box.top : box.bottom, box.left : box.right], level))
        tallest = max((piece[3] for piece in pieces), default=0)
        whole = [piece for piece in pieces if piece[3] >= _WHOLE * tallest and piece[2] <= _WIDEST * tallest + 2]
        middles = sorted(box.left + left + width / 2 for left, _, width, _, _ in whole)
        if len(middles) == count:
            return middles
    return []


def _pieces(ink: NDArray[numpy.bool_]) -> list[tuple[int, int, int, int, int]]:
    """The connected pieces of ink: left, top, width, height and area."""
    whole = cv2.dilate(ink.astype(numpy.uint8), numpy.ones((3, 3), numpy.uint8))  # the thin parts of a digit are lost first
    count, _, facts, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    return [(int(left), int(top), int(width), int(high), int(area)) for left, top, width, high, area in facts[1:count]]


def _is_struck(ink: NDArray[numpy.uint8], text: str) -> bool:
    """Whether a stroke goes through a figure: a run of ink in its middle that is longer than the bars of its fours."""
    rows = numpy.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return False
    high = int(rows[-1] - rows[0]) + 1
    middle = ink[rows[0] + high // 4 : rows[0] + 3 * high // 4 + 1]
    fours = max(map(len, re.findall("4+", text)), default=1)
    return any(_longest_run(row) > (_LONGEST_BAR + _NEXT_BAR * (fours - 1)) * high for row in middle)


def _longest_run(row: NDArray[numpy.uint8]) -> int:
    steps = numpy.flatnonzero(numpy.diff(row, prepend=0, append=0))
    return int((steps[1::2] - steps[::2]).max(initial=0))


def _are_digits(parts: Sequence[tuple[int, ...]], text: str, height: float) -> bool:
    """Whether connected pieces of ink are as many, as tall and as wide as the digits of a text; low ones are points."""
    digits = sum(letter.isdigit() for letter in text)
    tallest = max((part[3] for part in parts), default=0)
    tall = [part for part in parts if part[3] > _TALL * tallest]
    low = [part for part in parts if part[3] <= _TALL * tallest]
    if not digits or not tall or not _LOWEST * height <= tallest <= _TALLEST * height + _BLUR:
        return False
    level = max(part[1] + part[3] for part in tall) - min(part[1] for part in tall) <= 1.2 * tallest + _BLUR
    width = max(part[0] + part[2] for part in parts) - min(part[0] for part in parts)
    marks = len(text) - digits
    # digits of a coarse copy touch, and a thin one falls apart
    room = (_WIDEST * digits + 0.6 * marks) * tallest + 2 * _BLUR
    return level and width <= room and len(tall) <= digits and len(low) <= marks + digits


def _has_minus(ink: NDArray[numpy.bool_]) -> bool:
    """Whether a figure begins with a low stroke at half its height: a minus that all but touches it, or the bar of a 4."""
    part = ink[ink.any(axis=1)][:, ink.any(axis=0)]
    high = len(part)
    begun = part[:, : max(3, round(_MINUS_WIDE * high))]
    rows = numpy.flatnonzero(begun.any(axis=1))
    return bool(rows.size and rows[0] > _MINUS[0] * high and rows[-1] < _MINUS[1] * high)
