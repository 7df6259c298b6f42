"""Make a picture of a page straight: one size, no skew, a table that a camera saw from the side as a rectangle.

In: a picture in three colours. Out: the same page with a width of ``WIDTH`` pixels (A4 at about 200 dpi), its lines of text
level, dark on white. Which way is up is for the recogniser to find out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

Picture = NDArray[Any]
WIDTH = 1_700  # pixels of the shorter side
DARK = 128  # of 255: the middle of a line or a stroke, and not its blurred rim
_COARSE = numpy.arange(-5.0, 5.1, 0.5)  # degrees
_FINE = numpy.arange(-0.4, 0.45, 0.1)
_PROFILE_WIDTH = 700
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
_SEAL_GAP, _SMALLEST_SEAL = 13, 90  # pixels: blanks inside a seal, and its smaller side where a table cuts off the rest
_PAPER_BLOCK = 61  # pixels: wider than a stroke, narrower than a shadow


@dataclass(frozen=True)
class Page:
    """A straight page: ``gray`` with even white paper, ``red`` where ink is coloured, as that of a seal or a red pen.

    ``seal`` are those parts of it that are as large as a seal. ``cut`` is where dark lines of a table are gone from ``gray``.
    In a copy in ``black_and_white`` lines have steps.
    """

    rgb: Picture
    gray: Picture
    red: NDArray[numpy.bool_]
    seal: NDArray[numpy.bool_]
    cut: NDArray[numpy.bool_] | None = None
    black_and_white: bool = False

    def turned(self, quarters: int) -> Page:
        """The page turned by 0 to 3 quarters, anticlockwise."""
        if not quarters:
            return replace(self, cut=None)
        rgb, gray = (cv2.rotate(layer, _TURNS[quarters]) for layer in (self.rgb, self.gray))
        red, seal = (cv2.rotate(mask.view(numpy.uint8), _TURNS[quarters]).view(numpy.bool_) for mask in (self.red, self.seal))
        return Page(rgb, gray, red, seal, black_and_white=self.black_and_white)


def straighten(rgb: Picture) -> Page:
    """The page of one size and without skew, on its side as before."""
    height, width = rgb.shape[:2]
    scale = WIDTH / min(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    sized = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    level, gray = sized, even_paper(cv2.cvtColor(sized, cv2.COLOR_RGB2GRAY))
    angle = _skew(gray)
    if abs(angle) >= 0.05:
        level = _rotated(sized, angle)
        gray = even_paper(cv2.cvtColor(level, cv2.COLOR_RGB2GRAY))
    red = _coloured(level)
    some = rgb[::4, ::4]
    is_black_and_white = bool(((some == 0) | (some == 255)).all())
    return Page(level, gray, red, _large(red), black_and_white=is_black_and_white)


def even_paper(gray: Picture) -> Picture:
    """The picture with its paper made white: shadows and yellow sheets are divided out."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    block = _PAPER_BLOCK // 4 | 1
    paper = cv2.medianBlur(cv2.dilate(small, numpy.ones((5, 5), numpy.uint8)), block)
    background = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(gray, numpy.maximum(background, 40), scale=255)


def _coloured(rgb: Picture) -> NDArray[numpy.bool_]:
    """Where red is much stronger than green and blue."""
    red, green, blue = cv2.split(rgb)
    return cv2.subtract(red, cv2.max(green, blue)) > 40


def _large(red: NDArray[numpy.bool_]) -> NDArray[numpy.bool_]:
    """The coloured ink that belongs to something as large as a seal, and not to the stroke of a red pen."""
    if not red.any():
        return red
    joined = cv2.dilate(red.astype(numpy.uint8), numpy.ones((_SEAL_GAP, _SEAL_GAP), numpy.uint8))
    _, labels, facts, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    is_large = facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1) >= _SMALLEST_SEAL
    large: NDArray[numpy.bool_] = red & is_large[labels]
    return large


def _skew(gray: Picture) -> float:
    """By how many degrees the lines of a page rise to the right: rows of ink are sharpest when they are level."""
    scale = _PROFILE_WIDTH / gray.shape[1]
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (255 - small).astype(numpy.float32)
    ink[ink < 60] = 0
    coarse = max(_COARSE, key=lambda angle: _sharpness(ink, angle))
    return float(max(coarse + _FINE, key=lambda angle: _sharpness(ink, angle)))


def _sharpness(ink: NDArray[numpy.float32], angle: float) -> float:
    rows = _turned(ink, angle, 0).sum(axis=1)
    return float(numpy.square(numpy.diff(rows)).sum())


def _rotated(rgb: Picture, angle: float) -> Picture:
    return _turned(rgb, angle, 255)


def _turned(picture: Picture, angle: float, border: int) -> Picture:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    value = (border,) * 3
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=value)


def flattened(page: Page, corners: NDArray[numpy.float32], width: int, height: int) -> Page:
    """The quadrilateral between four corners (from the upper left, clockwise) as a rectangle."""
    target = numpy.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], numpy.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    rgb = cv2.warpPerspective(page.rgb, matrix, (width, height), borderValue=(255, 255, 255))
    gray = cv2.warpPerspective(page.gray, matrix, (width, height), borderValue=(255,))
    red, seal = (
        cv2.warpPerspective(mask.astype(numpy.uint8), matrix, (width, height), borderValue=(0,)) > 0
        for mask in (page.red, page.seal)
    )
    return Page(rgb, gray, red, seal, black_and_white=page.black_and_white)
