"""Read the figures of a table, and say of which it is certain what they are.

In: cells that hold no words, with what the recogniser read first. Out: the text of each, and why it is in doubt. A figure that is
not certain at first is read three times, each time cut out otherwise; it counts when all readings agree, one of them is certain,
and the ink in the cell looks like just these digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.importing.readers.scan.cell_text import (
    CUTS,
    Ink,
    is_clean,
    is_sealed,
    is_under_seal,
    letter_height,
    line_picture,
    nearest_edge,
)
from toolkit.importing.readers.scan.ink_place import out_of_place
from toolkit.importing.readers.scan.ink_shape import ALTERED, DOUBTFUL, oddness
from toolkit.importing.readers.scan.ink_weight import weigh
from toolkit.importing.readers.scan.recognising import Recognised, Recogniser
from toolkit.importing.readers.scan.straight import Page
from toolkit.importing.source import COVERED, SEALED, UNREADABLE, WRITTEN_OVER

UNCERTAIN = "识别的把握不够"
_FIGURE = re.compile(r"-?[0-9]+([.,，][0-9]+)*")
_BLANK_MARK = re.compile(r"[-/\\—–]{1,3}")
_CERTAIN = 0.9  # of a reading that counts
_SURE = 0.98  # of one that is enough in a large table, that of part three, where the sums find what was misread
_FEW_FIGURES = 60
_DASHES = str.maketrans("−–—", "---", " ")


@dataclass(frozen=True, slots=True)
class FigureText:
    """One figure as text, never blank; ``doubt`` is why it must not be taken as read."""

    text: str
    doubt: str = ""


def read_figures(
    page: Page, inks: Mapping[int, Ink], first: Mapping[int, Recognised], reader: Recogniser
) -> dict[int, FigureText]:
    """The figures of the cells ``inks``, by the same numbers; ``first`` is the first reading."""
    height = letter_height(list(inks.values()))
    alone, edge = len(inks) > _FEW_FIGURES, nearest_edge(list(inks.values()), height)
    again = [at for at, ink in inks.items() if not (alone and _is_sure(page, ink, first[at], height, edge))]
    readings = {at: [first[at]] for at in inks}
    for cut in CUTS[1:]:
        read = reader.read([line_picture(page, inks[at].lines[0], height, cut) for at in again])
        for at, reading in zip(again, read, strict=True):
            readings[at].append(reading)
    texts = {at: _likeliest(of_cell) for at, of_cell in readings.items()}
    doubts = _doubts(page, inks, texts)
    return {at: _agreed(page, ink, readings[at], height, edge, doubts.get(at, "")) for at, ink in inks.items()}


def _doubts(page: Page, inks: Mapping[int, Ink], texts: Mapping[int, str]) -> dict[int, str]:
    """Why the ink of a cell is not that of the figure that was read, or not print."""
    heavy, light = weigh(page, inks, texts)
    odd = oddness(page, inks, texts)
    doubtful = {at for at, value in odd.items() if value > DOUBTFUL} | light
    altered = {at for at, value in odd.items() if value > ALTERED} | heavy | out_of_place(inks, texts)
    return {**dict.fromkeys(doubtful, UNCERTAIN), **dict.fromkeys(altered, WRITTEN_OVER)}


def _likeliest(readings: Sequence[Recognised]) -> str:
    likely = Counter(text for reading in readings if (text := _display_text(reading)))
    return likely.most_common(1)[0][0] if likely else UNREADABLE


def _display_text(reading: Recognised) -> str:
    return reading.text.translate(_DASHES)


def _is_sure(page: Page, ink: Ink, reading: Recognised, height: float, edge: float) -> bool:
    text = _display_text(reading)
    return reading.certainty >= _SURE and _FIGURE.fullmatch(text) is not None and is_clean(page, ink, text, height, edge)


def _agreed(page: Page, ink: Ink, readings: Sequence[Recognised], height: float, edge: float, doubt: str) -> FigureText:
    text = _likeliest(readings)
    if is_under_seal(page, ink.box):
        return FigureText(text, SEALED)
    if is_sealed(page, ink.box):
        return FigureText(text, WRITTEN_OVER if doubt == WRITTEN_OVER else COVERED)
    if doubt:
        return FigureText(text, doubt)
    certain = {_display_text(reading) for reading in readings if reading.certainty >= _CERTAIN}
    alike = sum(_display_text(reading) == text for reading in readings)
    enough = alike >= min(2, len(readings)) and certain == {text}
    if enough and _BLANK_MARK.fullmatch(text):
        return FigureText(text)
    if not is_clean(page, ink, text, height, edge):
        return FigureText(text, COVERED)
    return FigureText(text, "" if enough and alike == len(readings) and _FIGURE.fullmatch(text) else UNCERTAIN)
