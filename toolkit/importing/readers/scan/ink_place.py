"""Compare where the figures of a table stand in their cells: one with a digit added by pen is no longer where print would put it.

In: the ink of the cells of a table, with what it was read as. Out: the cells whose figure stands elsewhere in its cell than the
others, or above or below its row: digits added by pen, and stickers. Figures in the middle, at the left and at the right edge of
their cells are compared; where a table has no common place, none is doubted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy
from numpy.typing import NDArray

from toolkit.importing.readers.scan.cell_text import Ink

_FEWEST = 15  # figures of a table in which places can be compared
_MOSTLY = 0.8  # of the figures of a table stand in its common place
_NEAR, _FAR, _DEVIATIONS = 0.2, 0.3, 4.0  # of the width of a digit; a digit more moves the middle of a figure by half its width
_LEVEL = 0.09  # of the height of a digit: print is at most 0.05 above or below its row
_FEWEST_OF_ROW = 4
_FEWEST_ALIKE = 4  # figures with one digit
_MOST = 0.75  # of the figures of a row or column: more are set otherwise


def out_of_place(inks: Mapping[int, Ink], texts: Mapping[int, str]) -> set[int]:
    """The cells, by their numbers, whose figure does not stand where the others do."""
    figures = [at for at, text in texts.items() if text.isascii() and text.strip("-").isdigit() and len(inks[at].lines) == 1]
    if len(figures) < _FEWEST:
        return set()
    far = _aside(inks, texts, figures) | _off_level(inks, texts, figures)
    return {at for at in far if not (_is_usual(at, far, figures, inks, "row") or _is_usual(at, far, figures, inks, "column"))}


def _aside(inks: Mapping[int, Ink], texts: Mapping[int, str], figures: list[int]) -> set[int]:
    """The figures too far left or right."""
    edges = numpy.array([(inks[at].lines[0][0], inks[at].lines[0][2]) for at in figures], float)
    cells = numpy.array([(inks[at].box.left, inks[at].box.right) for at in figures], float)
    width = float(numpy.median((edges[:, 1] - edges[:, 0]) / [len(texts[at]) for at in figures]))
    offsets = (edges - cells) / max(width, 1.0)  # from the left and from the right edge of the cell
    places = [_deviations(offset) for offset in (offsets.mean(axis=1), offsets[:, 0], offsets[:, 1])]
    apart = [float(numpy.quantile(place, _MOSTLY)) for place in places]
    # figures of one digit each stand at one distance from every side: in the middle of their cells a longer one is there as well
    centred = abs(float(numpy.median(offsets.mean(axis=1)))) <= _NEAR and apart[0] <= _NEAR
    common = places[0 if centred else apart.index(min(apart))]
    if numpy.quantile(common, _MOSTLY) > _NEAR:
        return set()
    return {figures[at] for at in numpy.flatnonzero(common > max(_FAR, _DEVIATIONS * float(numpy.median(common)) * 1.48))}


def _off_level(inks: Mapping[int, Ink], texts: Mapping[int, str], figures: list[int]) -> set[int]:
    """The figures too far above or below the others of their row, but for digits that are all so: the 4 of 楷体 is set lower."""
    middles = {at: (inks[at].lines[0][1] + inks[at].lines[0][3]) / 2 for at in figures}
    height = float(numpy.median([inks[at].lines[0][3] - inks[at].lines[0][1] for at in figures]))
    below: dict[int, float] = {}
    for row in {inks[at].box.row for at in figures}:
        beside = [at for at in figures if inks[at].box.row == row]
        if len(beside) >= _FEWEST_OF_ROW:
            level = float(numpy.median([middles[at] for at in beside]))
            below |= {at: (middles[at] - level) / max(height, 1.0) for at in beside}
    alike = {digit: [low for at, low in below.items() if digit in texts[at]] for digit in "0123456789"}
    levels = {digit: float(numpy.median(low)) for digit, low in alike.items() if len(low) >= _FEWEST_ALIKE}
    usual = float(numpy.median(list(map(abs, below.values())))) if below else 0.0
    room = max(_LEVEL, _DEVIATIONS * usual * 1.48)
    off: set[int] = set()
    for at, low in below.items():
        of_digits = [0.0, *(levels[digit] for digit in set(texts[at]) & levels.keys())]
        if not min(of_digits) - room <= low <= max(of_digits) + room:
            off.add(at)
    return off


def _deviations(offset: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    return numpy.abs(offset - numpy.median(offset))


def _is_usual(at: int, far: set[int], figures: list[int], inks: Mapping[int, Ink], line: str) -> bool:
    """Whether most figures of the same row or column stand elsewhere as well: that line is set in its own way."""
    beside = [other for other in figures if getattr(inks[other].box, line) == getattr(inks[at].box, line)]
    return len(beside) > 1 and sum(other in far for other in beside) > _MOST * len(beside)
