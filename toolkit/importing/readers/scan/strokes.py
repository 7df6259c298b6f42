"""Tell strokes of pens and of seals from the printed lines of a table.

In: the pieces of lines of one table, level or upright. Out: those of them that were printed. A printed line is straight, has no
print across it and leaves every row high enough for print; a stroke through a row crosses its letters and figures, or wobbles.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

import numpy
from numpy.typing import NDArray

Mask = NDArray[Any]
_REACH = 6  # pixels on both sides of the middle of a line that print across it inks at least
_FEWEST_INKED = 2  # such pixels of a cell through whose print a line goes
_CLOSE, _FEWEST_CLOSE, _SHORTEST = 3, 3, 4  # of those pixels the outer ones; such pixels of a cell, and pixels in it, that count
_FEWEST_CELLS, _MOST_CELLS, _SOME_CELLS = 3, 0.6, 0.25  # of the cells along a line: those with print across it
_LOW, _USUAL = 0.75, 40  # of the usual height of a row, and how many of 100 rows are lower than that
_WOBBLE, _TIMES = 2.0, 3.0  # pixels by which a stroke is off a straight line, and times as much as the others
_LEVEL, _ALONG = 2.5, 0.7  # pixels between pieces of a straight line, and how much of its place it takes
_SHORT = 0.5  # of the pieces of a stroke in length: what else is on its place belongs to it


@dataclass(frozen=True, slots=True)
class Segment:
    """One straight piece of a line: its place across it, and from where to where it goes.

    ``cells`` are how many cells lie along it, ``touched`` those whose print ends on it, ``crossed`` those whose print goes
    across it, ``free`` those without print close to it on one side at least; ``middles`` are its places from ``first`` on,
    ``nan`` where it has gaps. Of the side of a cell, ``whole`` is the length of its line, ``gaps`` its pixels without ink,
    ``bow`` by how many pixels its middle swings, ``even`` its ink where there is little as a share of that where there is
    much.
    """

    place: float
    first: int
    last: int
    tinted: bool = False
    middles: NDArray[numpy.float64] = field(default_factory=lambda: numpy.zeros(0))
    cells: int = 0
    touched: int = 0
    crossed: int = 0
    free: int = 0
    whole: int = 0
    gaps: int = 0
    bow: float = 0.0
    even: float = 1.0

    @property
    def length(self) -> int:
        return self.last - self.first


def middles_of(piece: NDArray[numpy.bool_]) -> NDArray[numpy.float64]:
    """The middle of a level piece of a line in each of its columns, from the top of its picture; ``nan`` in gaps."""
    counts = piece.sum(axis=0)
    sums = (piece * numpy.arange(len(piece))[:, None]).sum(axis=0)
    return numpy.where(counts > 0, sums / numpy.maximum(counts, 1), numpy.nan)


def compared_with_print(line: Segment, ink: Mask, crossing: Mask, edges: Sequence[float]) -> Segment:
    """A level line with how many cells lie along it, and with how many of them it meets print.

    Args:
        line: the line, in pixels.
        ink: what is inked, with shape (height, width).
        crossing: the lines that cross it, in the same shape.
        edges: where lines cross it, in order.
    """
    columns = line.first + numpy.flatnonzero(~numpy.isnan(line.middles))
    rows = line.middles[columns - line.first].round().astype(int)[None] + numpy.arange(-_REACH, _REACH + 1)[:, None]
    inside = (rows[0] >= 0) & (rows[-1] < len(ink))
    columns, rows = columns[inside], rows[:, inside]
    clear = ~(crossing[rows, columns] > 0).any(axis=0)
    inked = (ink[rows, columns] > 0) & clear
    above, below = inked[: _REACH + 1].all(axis=0), inked[_REACH:].all(axis=0)
    cells = numpy.array([bisect(edges, column) for column in columns], int)
    over, under = (_often(cells[side.any(axis=0)], _FEWEST_CLOSE) for side in (inked[:_CLOSE], inked[-_CLOSE:]))
    return replace(
        line, cells=len(set(cells)), free=len(_often(cells[clear], _SHORTEST) - (over & under)),
        touched=len(_often(cells[above | below])), crossed=len(_often(cells[above & below])),
    )  # fmt: skip


def _often(cells: NDArray[numpy.int_], fewest: int = _FEWEST_INKED) -> set[int]:
    """The cells that are in a list often enough."""
    return set(numpy.flatnonzero(numpy.bincount(cells) >= fewest)) if cells.size else set()


def without_strokes(groups: Sequence[Sequence[Segment]]) -> list[Segment]:
    """The printed pieces of lines, given in groups of those on one place, in the order of their places."""
    usual = median(map(_wobble, groups)) if groups else 0.0
    most = max(_WOBBLE, _TIMES * usual)
    straight = [_straight(group) if _wobble(group) > most else group for group in groups]
    low = _places_beside_low_rows(straight)
    strokes = [_strokes(group, is_low=at in low, is_wobbly=_wobble(group) > most) for at, group in enumerate(straight)]
    return [
        line for group, drawn in zip(straight, strokes, strict=True) for line in group if not any(line is each for each in drawn)
    ]


def _places_beside_low_rows(groups: Sequence[Sequence[Segment]]) -> set[int]:
    """Of the two lines of each row that is too low for print the one that meets more print, by its number."""
    places = [sum(line.place * line.length for line in group) / sum(line.length for line in group) for group in groups]
    heights = numpy.diff(places)
    met = [sum(line.touched + line.crossed for line in group) for group in groups]
    low = numpy.flatnonzero(heights < _LOW * numpy.percentile(heights, _USUAL)) if heights.size else ()
    return {int(at) if met[at] > met[at + 1] else int(at) + 1 for at in low}


def _straight(group: Sequence[Segment]) -> Sequence[Segment]:
    """The pieces on one place that make a straight line along most of it, or its two where it is a double one; else all."""
    levels: list[list[Segment]] = []
    for line in group:
        if levels and line.place - levels[-1][0].place <= _LEVEL:
            levels[-1].append(line)
        else:
            levels.append([line])
    lengths = [sum(line.length for line in level) for level in levels]
    if max(lengths) < _ALONG * len({column for line in group for column in range(line.first, line.last)}):
        return group
    return [line for level, length in zip(levels, lengths, strict=True) if length >= _ALONG * max(lengths) for line in level]


def _strokes(group: Sequence[Segment], *, is_low: bool, is_wobbly: bool) -> Sequence[Segment]:
    """The pieces of lines on one place that are strokes; ``is_low`` tells that they leave a row too low for print."""
    cells, crossed, touched = (sum(getattr(line, of) for line in group) for of in ("cells", "crossed", "touched"))
    through_print = crossed >= max(_FEWEST_CELLS, _MOST_CELLS * cells) or (is_low and touched >= max(2, _SOME_CELLS * cells))
    if not through_print and not (is_wobbly and (is_low or crossed)):
        return ()
    strokes = [line for line in group if line.touched or is_wobbly]
    drawn = sum(line.length for line in strokes)
    rest = sum(line.length for line in group) - drawn
    return group if rest < _SHORT * drawn else strokes


def _wobble(group: Sequence[Segment]) -> float:
    """By how many pixels the pieces on one place are off a straight line."""
    columns = numpy.concatenate([numpy.arange(line.first, line.first + len(line.middles)) for line in group])
    middles = numpy.concatenate([numpy.asarray(line.middles, float) for line in group])
    known = ~numpy.isnan(middles)
    if known.sum() < 2:
        return 0.0
    slope, start = numpy.polyfit(columns[known], middles[known], 1)
    return float(numpy.std(middles[known] - slope * columns[known] - start))
