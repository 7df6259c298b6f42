"""Characters by where they are: the same as each one held against the box, in the order of the page."""

from __future__ import annotations

from random import Random

import pytest

from toolkit.importing.readers.pdf.cell_content import CharIndex, cell_content, within
from toolkit.importing.readers.pdf.drawn import PageDrawing
from toolkit.importing.readers.pdf.lines import Char
from toolkit.importing.readers.pdf.visible import VisibleText


def test_the_characters_of_a_box_are_those_whose_middle_is_in_it() -> None:
    dice = Random(3)
    chars = []
    for _ in range(300):
        x, y = dice.randrange(100), dice.randrange(100)
        char = {"text": "7", "x0": x, "x1": x + 2, "top": y, "bottom": y + 2}
        chars.append(char | ({"middle": x + 5} if dice.random() < 0.2 else {}))
    index = CharIndex(chars)
    for _ in range(50):
        left, top = dice.randrange(100), dice.randrange(100)
        box = left, top, left + dice.randrange(30), top + dice.randrange(30)
        assert index.within(box) == [char for char in chars if within(char, box)]
    assert CharIndex([]).within((0, 0, 9, 9)) == []


def char(sign: str, x: float, high: float) -> Char:
    """A character around the middle of a row 10 points high."""
    return {"text": sign, "x0": x, "x1": x + 6, "top": 5 - high / 2, "bottom": 5 + high / 2, "size": 10.0}


@pytest.mark.parametrize(
    ("figure", "high", "over", "expected"),
    [("-5", 14, "", "-5"), ("1.5", 14, "", "1.5"), ("5", 9, "Tr", "5"), ("", 9, "Ev", "")],
    ids=["minus as tall as its digit", "point as tall as its digits", "letters over a figure", "letters in a blank cell"],
)
def test_only_letters_taller_than_the_figure_are_laid_over_it(figure: str, high: float, over: str, expected: str) -> None:
    chars = [char(sign, 10 + 6 * at, high) for at, sign in enumerate(figure)]
    chars += [char(sign, 12 + 12 * at, 30) for at, sign in enumerate(over)]
    drawn = PageDrawing(1, 500, 800, VisibleText(chars), [], [], len(chars), [])
    assert cell_content((9, 0, 60, 10), drawn, CharIndex(chars)) == (expected, "")
