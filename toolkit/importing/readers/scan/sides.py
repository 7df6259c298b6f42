"""Tell the sides of cells from strokes of letters that happen to be where a line is, or as high as a low row.

In: the pieces of upright lines, and where lines cross them. Out: the pieces that go from one of these lines to the next: print
keeps clear of the lines above and below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy

from toolkit.importing.readers.scan.strokes import Mask, Segment

_NEAR = 9  # pixels by which a line may swing, or the two of a double one are off its middle
_BESIDE = 4  # pixels beside the middle of a line that belong to it
_LONG = 120  # pixels: no letter is as high; a copy may have lost half of such a line
_AROUND = 2  # pixels: two lines that all but touch are one piece, its middle between them
_DRAWN = 0.5  # of a side at least
_EVEN = 0.5  # of the usual darkness of a side: less of it, and the blur of a coarse copy fills a gap
_LOST = 2  # pixels without ink more, where the line goes on in other rows
_USUAL = 90  # of 100 sides of long lines have no more pixels without ink: none where the copy has lost no part of them


def sides_of(lines: Sequence[Segment], ink: Mask, gray: Mask, crossing: Mask, places: Sequence[int]) -> list[Segment]:
    """The pieces of level lines between lines that cross them, each from one to the next, in order of their places.

    Args:
        lines: the level lines, with what may be strokes of letters.
        ink, gray: what is inked, and how light it is, with shape (height, width).
        crossing: the lines that cross them, in the same shape.
        places: where lines cross them, in order.
    """
    sides = [(line, *side) for line in lines for side in _sides(line, ink, gray, crossing, places)]
    lost = [gap for line, _, gap in sides if line.length >= _LONG] or [0]
    most = numpy.percentile(lost, _USUAL)
    firm = {round(side.place) for _, side, gap in sides if gap <= most}
    whole = []
    for line, side, gap in sides:
        goes_on = round(side.place) in firm
        of = line if most and goes_on else side  # the copy has lost parts of its lines, and this one is whole in other rows
        if gap <= most + _LOST * goes_on or (of.length >= _LONG and gap < _DRAWN * side.length):
            whole.append(side)
    return sorted(whole, key=lambda side: side.place)


def _sides(line: Segment, ink: Mask, gray: Mask, crossing: Mask, places: Sequence[int]) -> Iterator[tuple[Segment, int]]:
    """The pieces of a line between lines that cross it, with how many pixels of each have no ink."""
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
        yield replace(line, place=place, first=first, last=last + 1, middles=path), int(bare.sum())
