"""Characters by where they are: the same as each one held against the box, in the order of the page."""

from __future__ import annotations

from random import Random

from toolkit.importing.readers.pdf.char_index import CharIndex, within


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
