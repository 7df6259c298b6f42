"""Compare each digit of a table with the same digits elsewhere in it: one that was written or pasted over is shaped otherwise.

In: the ink of the cells of a table, with what it was read as. Out: how far each cell is from print. The measure is how much the
digits of this table differ from one another, so that type, size and sharpness of the copy do not matter. A digit that was misread
is more like another digit. One that was copied from another cell is like print; only its place and the sums can tell it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from toolkit.importing.readers.scan.cell_text import Ink, digit_middles, digit_widths, is_under_seal, sizes
from toolkit.importing.readers.scan.straight import Page

DOUBTFUL, ALTERED = 3.5, 5.0  # times the usual difference; of 6,300 printed figures 4 differ more than the first
_MISREAD = 4.0  # for a digit that is more like the usual shape of another: in doubt, not altered
_FEWEST, _FEWEST_ALIKE = 40, 3  # digits of a table, and digits of one kind, that can be compared
_HIGH, _WIDE, _DIGIT_HIGH = 22, 11, 18  # pixels of a digit as it is compared; no wider, or its neighbours would show
_SHIFT = 3  # pixels by which a digit may be off the place that its figure gives it
_ROUNDS = 2  # in which the digits are laid over their usual shape
_BLUR = 1.0  # pixels: edges of copies differ by less
_FEWEST_NEAR, _NEAR = 2, 0.25  # digits that each is compared with, at least and of all: the same hand may have altered several
_LEAST = 0.01  # of the ink of a digit: digits that a clean copy has on other fractions of a pixel differ by that much
_RARE = 4.0  # a digit that is there n times differs by a share of this / n more
Pictures = NDArray[Any]


@dataclass(frozen=True)
class _Digit:
    """One digit of the figure in a cell; ``picture`` has ``_SHIFT`` more on each side, 0 for paper and 1 for ink."""

    cell: int
    letter: str
    picture: Pictures


def oddness(page: Page, inks: Mapping[int, Ink], texts: Mapping[int, str]) -> dict[int, float]:
    """How far the oddest digit of each cell is from print of the same digit, as a multiple of the usual difference.

    Cells of which no digit can be compared are left out. A digit that is more like another is in doubt at least.
    """
    kinds = _kinds(list(_digits(page, inks, _figures(page, inks, texts))))
    if sum(map(len, kinds)) < _FEWEST:
        return {}
    aligned = [_aligned(numpy.stack([digit.picture for digit in same])) for same in kinds]
    shapes = [numpy.median(pictures, axis=0) for pictures in aligned]
    differences = [_differences(pictures) for pictures in aligned]
    usual = max(_LEAST, float(numpy.median(numpy.concatenate(differences))))
    odd: dict[int, float] = {}
    for at, same in enumerate(kinds):
        others = shapes[:at] + shapes[at + 1 :]
        for digit, picture, apart in zip(same, aligned[at], differences[at] / (usual * (1 + _RARE / len(same))), strict=True):
            own = float(numpy.square(picture - shapes[at]).sum())
            misread = any(cv2.matchTemplate(digit.picture, shape, cv2.TM_SQDIFF).min() < own for shape in others)
            odd[digit.cell] = max(odd.get(digit.cell, 0.0), float(apart), misread * _MISREAD)
    return odd


def _figures(page: Page, inks: Mapping[int, Ink], texts: Mapping[int, str]) -> dict[int, str]:
    figures = {at: text for at, text in texts.items() if text.isascii() and text.isdigit() and len(inks[at].lines) == 1}
    return {at: text for at, text in figures.items() if not is_under_seal(page, inks[at].box)}


def _kinds(digits: Sequence[_Digit]) -> list[list[_Digit]]:
    """The digits that can be compared: all 0, all 1 and so on."""
    kinds = [[digit for digit in digits if digit.letter == letter] for letter in "0123456789"]
    return [same for same in kinds if len(same) >= _FEWEST_ALIKE]


def _digits(page: Page, inks: Mapping[int, Ink], figures: Mapping[int, str]) -> Iterator[_Digit]:
    """The digits of the figures of a table, cut out where their ink is, or where digits of one width would be when they touch."""
    lines = {at: inks[at].lines[0] for at in figures}
    height = float(numpy.median([bottom - top for _, top, _, bottom in lines.values()])) if lines else 1.0
    (_, pitch), size = digit_widths(inks, figures, height), sizes(inks, figures, height)
    for at, text in figures.items():
        left, top, right, bottom = lines[at]
        places = [(left + right) / 2 + (place - (len(text) - 1) / 2) * pitch * size[at] for place in range(len(text))]
        for letter, x in zip(text, digit_middles(page, inks[at].box, len(text)) or places, strict=True):
            yield _Digit(at, letter, _picture(page, x, (top + bottom) / 2, height * size[at] / _DIGIT_HIGH))


def _picture(page: Page, x: float, y: float, scale: float) -> Pictures:
    """What is around a point, of the size in which digits are compared."""
    size = (_WIDE + 2 * _SHIFT, _HIGH + 2 * _SHIFT)
    matrix = numpy.array([[scale, 0, x - size[0] * scale / 2], [0, scale, y - size[1] * scale / 2]], numpy.float32)
    part = cv2.warpAffine(page.gray, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,))
    return cv2.GaussianBlur(1 - part.astype(numpy.float32) / 255, (0, 0), _BLUR)


def _aligned(pictures: Pictures) -> Pictures:
    """The pictures of one kind of digit, each moved to where it is most like the others."""
    aligned = pictures[:, _SHIFT:-_SHIFT, _SHIFT:-_SHIFT]
    for _ in range(_ROUNDS):
        usual = numpy.median(aligned, axis=0)
        aligned = numpy.stack([_laid_over(usual, picture) for picture in pictures])
    return aligned


def _differences(aligned: Pictures) -> Pictures:
    """How far each picture of a digit is from those most like it, as a share of its ink."""
    flat = aligned.reshape(len(aligned), -1)
    squares = numpy.square(flat).sum(axis=1)
    apart = numpy.maximum(squares[:, None] + squares[None] - 2 * flat @ flat.T, 0)
    numpy.fill_diagonal(apart, numpy.inf)
    near = max(_FEWEST_NEAR, round(_NEAR * len(apart)))
    nearest: Pictures = numpy.sort(apart, axis=1)[:, :near].mean(axis=1)
    return nearest / max(float(numpy.median(squares)), 1e-6)


def _laid_over(usual: Pictures, picture: Pictures) -> Pictures:
    """The part of a picture that is most like the usual shape."""
    unlike = cv2.matchTemplate(picture, usual, cv2.TM_SQDIFF)
    y, x = numpy.unravel_index(int(unlike.argmin()), unlike.shape)
    return picture[y : y + _HIGH, x : x + _WIDE]
