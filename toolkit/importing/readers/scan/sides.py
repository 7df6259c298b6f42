"""Tell the sides of cells from strokes of letters that happen to be where a line is, or as high as a low row.

In: the pieces of upright lines, and where lines cross them. Out: the pieces that go from one of these lines to the next: print
keeps clear of the lines above and below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy
from numpy.typing import NDArray

from toolkit.importing.readers.scan.strokes import Mask, Segment

_NEAR = 9  # pixels by which a line may swing, or the two of a double one are off its middle
_BESIDE = 4  # pixels beside the middle of a line that belong to it
_LONG = 120  # pixels: no letter is as high; a copy may have lost half of such a line
_AROUND = 2  # pixels: two lines that all but touch are one piece, its middle between them
_DRAWN = 0.5  # of a side at least
_EVEN = 0.5  # of the usual darkness of a side: less of it, and the blur of a coarse copy fills a gap
_THROUGH = 2.5  # of the height of a letter: no strokes of letters one below the other are joined so far
_AS_EVEN, _ALIKE = 0.97, 0.85  # of the usual evenness: a side that print touches may be a line, and a line at least
_HALVED = 0.5  # the same in a copy in black and white, which makes steps of one pixel where a line is two pixels thick
_QUARTER = 25  # of 100 sides of lines are less even: print touches them
_LEVEL = 2.5  # pixels: sides of one line in different rows are no further apart
_LOST = 2  # pixels without ink more, where the line goes on in other rows
_BENT = 2.0  # pixels by which the middle of a side may swing; of a long one more
_ENDS, _BOW = 3, 0.5  # pixels around a side, and by which its middle swings more than a long line
_MOST = 90  # of 100 points along a side
_APART = 15  # pixels between the sides of a line where the lines across are double
_DOUBLE = 0.7  # of the longer of two lines about one place: a shorter one is no line
_STRAIGHT, _SWING = 1.5, 0.003  # pixels between two sides of a line one below the other, and more for each pixel between them
_ROWS, _MOSTLY = 3, 0.5  # rows one below the other through which no letters go, or of few rows as many
_SHARE, _MANY = 0.2, 0.5  # of all rows at least; of them so many that none need be one below the other
_HIGHER = 1.3  # times a usual row
_FEW = 6  # lines across: a table with more has letters on one place in one row by chance
_USUAL = 90  # of 100 sides of long lines have no more pixels without ink: none where the copy has lost no part of them


def sides_of(lines: Sequence[Segment], ink: Mask, gray: Mask, crossing: Mask, places: Sequence[int]) -> list[Segment]:
    """The pieces of level lines between lines that cross them, each from one to the next, in order of their places.

    Args:
        lines: the level lines, with what may be strokes of letters.
        ink, gray: what is inked, and how light it is, with shape (height, width).
        crossing: the lines that cross them, in the same shape.
        places: where lines cross them, in order.
    """
    sides = (side for line in lines for side in _sides(line, ink, gray, crossing, places))
    return sorted(sides, key=lambda side: side.place)


def without_gaps(sides: Sequence[Segment]) -> list[Segment]:
    """The sides that are lines: with no more gaps than the copy made in its long lines, or where other rows have such a side."""
    most = numpy.percentile([side.gaps for side in sides if side.whole >= _LONG] or [0], _USUAL)
    firm = [side.place for side in sides if side.gaps <= most]
    whole = []
    for side in sides:
        goes_on = any(abs(side.place - place) <= _LEVEL for place in firm)
        is_drawn = side.gaps < _DRAWN * side.length
        is_long = max(side.whole if most and goes_on else 0, side.length) >= _LONG
        if side.gaps <= most + _LOST * goes_on or (is_drawn and is_long):
            whole.append(side)
    return whole


def most_bow(sides: Sequence[Segment]) -> float:
    """By how many pixels the middle of a line swings at most in one row: more in a copy in black and white, which makes steps."""
    return _BOW + median([side.bow for side in sides if side.whole >= _LONG] or [0.0])


def _sides(line: Segment, ink: Mask, gray: Mask, crossing: Mask, places: Sequence[int]) -> Iterator[Segment]:
    """The pieces of a line between lines that cross it."""
    at = line.first + numpy.flatnonzero(~numpy.isnan(line.middles))
    if not at.size:
        return
    beside = numpy.interp(places, at, line.middles[at - line.first]).round().astype(int)
    around = [
        crossing[max(0, x - _BESIDE) : x + _BESIDE + 1, max(0, y - _NEAR) : y + _NEAR + 1]
        for x, y in zip(beside, places, strict=True)
    ]
    # a line beside a merged cell goes on where others end; a page break may have left the table open
    met = [y for y, near in zip(places, around, strict=True) if near.any() or y in (places[0], places[-1])]
    for before, after in pairwise(met):
        inside = at[(at > before + _NEAR / 2) & (at < after - _NEAR / 2)]
        if len(inside) < _DRAWN * (after - before - _NEAR):
            continue
        middles = line.middles[inside - line.first]
        place = float(middles.mean())
        crossed = numpy.flatnonzero(crossing[max(0, round(place) - _BESIDE) : round(place) + _BESIDE + 1].any(axis=0))
        starts, ends = (crossed[abs(crossed - end) <= min(_NEAR, (after - before) // 3)] for end in (before, after))
        if not starts.size and not ends.size:
            continue
        first = starts.max(initial=before) if starts.size else inside[0]  # where a page break left the table open
        last = ends.min(initial=after) if ends.size else inside[-1]
        columns = numpy.arange(first, last + 1)
        path = numpy.interp(columns, inside, middles)
        rows = (path.round().astype(int) + numpy.arange(-_AROUND, _AROUND + 1)[:, None]).clip(0, len(ink) - 1)
        light = gray[rows, columns].min(axis=0)
        bare = ~(ink[rows, columns] > 0).any(axis=0) | (light > 255 - _EVEN * (255 - numpy.median(light)))
        whole, gaps, (bow, even) = line.length, int(bare.sum()), _ink_along(gray, columns, path)
        yield replace(
            line, place=place, first=int(first), last=int(last) + 1, middles=path, whole=whole, gaps=gaps, bow=bow, even=even
        )


def _ink_along(gray: Mask, columns: NDArray[numpy.int_], path: NDArray[numpy.float64]) -> tuple[float, float]:
    """How many pixels the middle of the ink along a side swings, and its ink where there is little as a share of much.

    The two sides of a 0 swing more than a line, and a stroke of a letter has serifs, bars and thin ends.
    """
    if len(columns) < 2 * _ENDS + 2:
        return 0.0, 1.0
    columns, path = columns[_ENDS:-_ENDS], path[_ENDS:-_ENDS]
    rows = (path.round().astype(int) + numpy.arange(-_ENDS, _ENDS + 1)[:, None]).clip(0, len(gray) - 1)
    ink = 255.0 - gray[rows, columns]
    middles, away = (ink * rows).sum(axis=0) / numpy.maximum(ink.sum(axis=0), 1), columns - columns.mean()
    swings = middles - away * (away @ middles) / (away @ away)
    across = ink[_ENDS - _AROUND : _ENDS + _AROUND + 1].sum(axis=0)
    (first, last), (low, high) = (numpy.percentile(values, (100 - _MOST, _MOST)) for values in (swings, across))
    return float(last - first), float(low / max(1.0, high))


def usual_evenness(sides: Sequence[Segment], letter: float) -> float:
    """How even the ink of most lines is: less in a copy in black and white. ``letter`` is the height of a letter."""
    even = [side.even for side in sides if side.whole >= _THROUGH * letter and not side.gaps]
    return float(numpy.percentile(even, _QUARTER)) if even else 0.0


def column_of(
    sides: Sequence[Segment], rows: Sequence[int], letter: float, most: float, even: float, *, steps: bool = False
) -> list[Segment]:
    """Those of the sides about one place that are of a line, none where letters alone are there.

    A line is clear of print in some rows one below the other, and straight; strokes of letters as high as a row are beside it.
    What is higher than a letter is a line, whatever crosses it: a seal, or the end of a figure. ``letter`` is that height,
    ``most`` that of ``most_bow``, ``even`` that of ``usual_evenness``; ``steps`` are what a copy in black and white makes of
    lines.
    """
    sides = [side for side in sides if _is_straight(side)]
    runs: list[list[Segment]] = []
    for side in sorted(sides, key=lambda side: side.first):
        is_clear = side.free or (not side.touched and (side.whole >= _LONG or side.even >= _AS_EVEN * even > 0))
        if side.length > letter or (not side.crossed and is_clear):
            above = next((run for run in runs if _goes_on(run[-1], side)), None)
            if above is None:
                runs.append(above := [])
            above.append(side)
    least = _HALVED if steps else _ALIKE
    placed = [(run, [side for other in runs for side in other if len(other) > 1 and _is_on(run, side, side)]) for run in runs]
    placed = [
        (run, on_place) for run, on_place in placed
        if any(side.length > letter for side in run)
        or (median(side.bow for side in run) <= most and median(side.even for side in on_place or run) >= least * even)
    ]  # fmt: skip
    longest = max((_length(run) for run, _ in placed), default=0)
    lines = [
        run for run, on_place in placed if _length(run) >= _DOUBLE * longest and _is_line(run, on_place, rows, letter, most, even)
    ]
    drawn = [
        side for side in sides if side.length > letter or ((side.free or not side.crossed) and not (side.gaps and side.touched))
    ]
    return [side for side in drawn if any(_is_on(line, side, other) for line in lines for other in drawn if _beside(side, other))]


def _beside(side: Segment, other: Segment) -> bool:
    """Whether both are in one row: a side and itself, or the two of a double line."""
    return side.first == other.first and side.last == other.last


def _is_straight(side: Segment) -> bool:
    """Whether a side is as upright as the lines of a table; the strokes of a 0 or a bracket are bent."""
    return float(numpy.ptp(side.middles)) <= _BENT * max(1.0, side.length / _LONG)


def _goes_on(above: Segment, below: Segment) -> bool:
    return abs(below.first - above.last) <= _APART and abs(below.place - above.place) <= _STRAIGHT


def _length(sides: Sequence[Segment]) -> int:
    return sides[-1].last - sides[0].first


def _is_line(
    sides: Sequence[Segment], on_place: Sequence[Segment], rows: Sequence[int], letter: float, most: float, even: float
) -> bool:
    """Whether sides one below the other go through enough rows, and all that are on their place.

    Fewer do where a page break cuts a line, clear of all print. One much higher than a row is enough: it is beside a head of two
    lines.
    """
    highest = max(letter, _HIGHER * median(below - above for above, below in pairwise(rows)))
    if any(side.length > highest and side.bow <= most and not side.gaps for side in sides):
        return True
    through, all_through = _rows_of(sides, rows), _rows_of([*sides, *on_place], rows)
    count = len(rows) - 1
    is_cut = bool(through & {0, count - 1}) and len(through) > (len(rows) > _FEW)
    return (
        len(all_through) >= _MANY * count
        or (len(through) >= min(_ROWS, _MOSTLY * count) and len(all_through) >= _SHARE * count)
        or (is_cut and not any(side.touched or side.gaps or side.even < _AS_EVEN * even for side in sides))
    )


def _rows_of(sides: Sequence[Segment], rows: Sequence[int]) -> set[int]:
    """The rows that sides go through."""
    middles = [(above + below) / 2 for above, below in pairwise(rows)]
    return {at for at, middle in enumerate(middles) if any(side.first < middle < side.last for side in sides)}


def _is_on(line: Sequence[Segment], side: Segment, other: Segment) -> bool:
    """Whether a side, or the middle of two, is where a line goes on; the further off, the more may it swing."""
    away, place = min((max(side.first - each.last, each.first - side.last, 0), each.place) for each in line)
    return abs((side.place + other.place) / 2 - place) <= _STRAIGHT + _SWING * away
