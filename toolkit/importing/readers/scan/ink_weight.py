"""Weigh the ink of figures: one that is written over, struck out or added to holds more ink than its digits do elsewhere.

In: a table of a page, with what its figures were read as. Out: the cells that hold too much or too little ink for that. How much
each digit weighs is worked out from the table itself, so that type, size and darkness of the copy do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy
from numpy.typing import NDArray

from toolkit.importing.readers.scan.cell_text import Ink, is_under_seal, sizes
from toolkit.importing.readers.scan.straight import Page

_FEWEST = 40  # figures of a table in which weights can be compared
_PAPER = 215  # of 255: lighter points are paper
_MARKS = "-.,，"
# more or less than is expected, for a figure of one digit: as a share of a usual one, and times the usual deviation;
# copies of 100 to 300 dpi deviate by 0.09 of a digit at most, those of a fax by 0.28
_TOO_MUCH, _DEVIATIONS = 0.15, 4.0
_RARE = 0.1  # of a figure: how much the usual weight counts for each digit
_OUTLIER = 0.35  # of a usual digit: figures further off do not count when the weights are worked out


def weigh(page: Page, inks: Mapping[int, Ink], texts: Mapping[int, str]) -> tuple[set[int], set[int]]:
    """The cells, by their numbers, that hold more ink than the figure that was read in them, and those that hold less."""
    digits = {at: text for at, text in texts.items() if text.isascii() and text.strip(_MARKS).isdigit()}
    figures = [at for at in digits if not is_under_seal(page, inks[at].box)]
    if len(figures) < _FEWEST:
        return set(), set()
    weights = numpy.array([_weight(page, inks[at]) for at in figures])
    counts = numpy.array([[texts[at].count(digit) for digit in "0123456789"] for at in figures], float)
    plain = {at: texts[at] for at in figures if texts[at].isdigit()}
    height = float(numpy.median([inks[at].lines[0][3] - inks[at].lines[0][1] for at in plain])) if plain else 1.0
    smaller = sizes(inks, plain, height)
    counts *= numpy.square([[smaller.get(at, 1.0)] for at in figures])
    lengths = counts.sum(axis=1)
    usual = float(numpy.median(weights / lengths))
    surplus = (weights - counts @ _weights_of_digits(counts, weights, usual)) / usual / numpy.sqrt(lengths)
    deviation = float(numpy.median(numpy.abs(surplus))) * 1.48
    room = numpy.full(len(figures), max(_TOO_MUCH, _DEVIATIONS * deviation))
    room += [0.5 * sum(texts[at].count(mark) for mark in _MARKS) for at in figures]
    return {figures[at] for at in numpy.flatnonzero(surplus > room)}, {figures[at] for at in numpy.flatnonzero(surplus < -room)}


def _weight(page: Page, ink: Ink) -> float:
    """How dark the points of a cell are in all."""
    box = ink.box
    part = page.gray[box.top + 2 : box.bottom - 2, box.left + 2 : box.right - 2]
    return float((255.0 - part[part < _PAPER]).sum())


def _weights_of_digits(counts: NDArray[numpy.float64], weights: NDArray[numpy.float64], usual: float) -> NDArray[numpy.float64]:
    """The weight of each digit that explains the figures best, those left out that no weights explain."""
    kept = numpy.ones(len(weights), bool)
    digits = numpy.full(10, usual)
    for _ in range(3):
        left = numpy.vstack([counts[kept], _RARE * numpy.eye(10)])  # a digit that is rare weighs what is usual
        right = numpy.concatenate([weights[kept], numpy.full(10, _RARE * usual)])
        digits = numpy.linalg.lstsq(left, right, rcond=None)[0]
        kept = numpy.abs(weights - counts @ digits) < _OUTLIER * usual * numpy.sqrt(counts.sum(axis=1))
    return digits
