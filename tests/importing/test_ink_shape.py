"""Changed digits are found by their shape, even where they have as much ink as printed ones."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cv2
import numpy
import pytest
from PIL import ImageDraw

from tests.importing.test_ink_weight import Alter, page
from toolkit.importing.readers.scan.ink_shape import ALTERED, DOUBTFUL, oddness

Box = tuple[float, float, float, float]
CELLS = (3, 17, 42, 66)


def written_again(draw: ImageDraw.ImageDraw, box: Box) -> None:
    """The last digit painted out, a 7 of three strokes in its place."""
    _, y0, x1, y1 = box
    shaky = Random(round(x1 + y0))
    draw.rectangle((x1 - 13, y0 - 2, x1 + 2, y1 + 2), fill=255)
    points = [(x1 - 12, y0 + 1), (x1 - 2, y0 + 1), (x1 - 9, y1)]
    draw.line([(x + shaky.randint(-1, 1), y + shaky.randint(-1, 1)) for x, y in points], fill=0, width=2)


def thin_stroke(draw: ImageDraw.ImageDraw, box: Box) -> None:
    """A thin 1 inside the last digit."""
    _, y0, x1, y1 = box
    draw.line([(x1 - 7, y0), (x1 - 7, y1)], fill=0, width=1)


def bar(draw: ImageDraw.ImageDraw, box: Box) -> None:
    """A bar through the last digit, which makes an 8 of a 0."""
    _, y0, x1, y1 = box
    draw.line([(x1 - 12, (y0 + y1) / 2), (x1 - 1, (y0 + y1) / 2)], fill=0, width=2)


def ending(texts: dict[int, str], digits: str, count: int = 2) -> list[int]:
    return [at for at, text in texts.items() if text[-1] in digits][:count]


@pytest.mark.parametrize("narrow", [0, 3])
@pytest.mark.parametrize("seed", range(4))
def test_print_is_like_print(seed: int, narrow: int) -> None:
    assert max(oddness(*page({}, seed, narrow)).values()) < DOUBTFUL


@pytest.mark.parametrize("seed", range(4))
def test_a_digit_that_was_painted_out_and_written_again(seed: int) -> None:
    made, inks, texts = page(dict.fromkeys(CELLS, written_again), seed)
    read = {at: f"{text[:-1]}7" if at in CELLS else text for at, text in texts.items()}
    odd = oddness(made, inks, read)
    assert {at for at in CELLS if odd[at] > DOUBTFUL} == set(CELLS)
    assert all(odd[at] < ALTERED for at in odd if at not in CELLS)


@pytest.mark.parametrize(("alter", "digits"), [(thin_stroke, "25"), (bar, "0")])
@pytest.mark.parametrize("seed", range(4))
def test_a_stroke_inside_a_printed_digit(alter: Alter, digits: str, seed: int) -> None:
    """Read as the print was."""
    cells = ending(page({}, seed)[2], digits)
    assert cells
    odd = oddness(*page(dict.fromkeys(cells, alter), seed))
    assert {at for at in odd if odd[at] > ALTERED} == set(cells)


@pytest.mark.parametrize(("printed", "read"), [("9", "0"), ("0", "6"), ("7", "1")])
@pytest.mark.parametrize("seed", range(2))
def test_a_digit_that_was_misread_on_a_coarse_copy_is_in_doubt(printed: str, read: str, seed: int) -> None:
    """Digits of such a copy differ so much that a 0 is hardly odder among 6 than others."""
    made, inks, texts = page({}, seed)
    cells = ending(texts, printed)
    small = cv2.resize(made.gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    noise = numpy.random.default_rng(seed).normal(0, 50, small.shape)
    coarse = cv2.resize((small + noise).clip(0, 255).astype(numpy.uint8), made.gray.shape[::-1], interpolation=cv2.INTER_CUBIC)
    odd = oddness(replace(made, gray=coarse), inks, {at: text[:-1] + read if at in cells else text for at, text in texts.items()})
    assert all(odd[at] > DOUBTFUL for at in cells)
    assert sum(odd[at] > DOUBTFUL for at in odd if at not in cells) <= 0.05 * len(odd)


def test_tables_with_few_digits_are_not_compared() -> None:
    made, inks, texts = page({})
    assert oddness(made, inks, {at: text for at, text in texts.items() if at < 9}) == {}
    assert oddness(made, inks, {}) == {}
