"""Find the characters of a page by where they are: a page of tables has some hundred cells and some thousand characters.

In: the characters of a page, and boxes in its coordinates. Out: the characters whose middle is in a box, in the order given.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from toolkit.importing.readers.pdf.lines import Char
from toolkit.importing.readers.pdf.page import Box


class CharIndex:
    """The characters of a page, sorted by height."""

    def __init__(self, chars: Iterable[Char]) -> None:
        placed = ((*middle(char), number, char) for number, char in enumerate(chars))
        self._placed = sorted(((y, x, number, char) for x, y, number, char in placed), key=lambda item: item[0])
        self._heights = [y for y, *_ in self._placed]

    def within(self, box: Box) -> list[Char]:
        """The characters in a box, as the page has them."""
        start, end = (bisect_left(self._heights, edge) for edge in (box[1], box[3]))
        inside = [(number, char) for _, x, number, char in self._placed[start:end] if box[0] <= x < box[2]]
        inside.sort(key=lambda item: item[0])
        return [char for _, char in inside]


def within(char: Char, box: Box) -> bool:
    """Whether the middle of a character is in a box."""
    x, y = middle(char)
    return bool(box[0] <= x < box[2] and box[1] <= y < box[3])


def middle(char: Char) -> tuple[float, float]:
    """Where a character counts as standing; of a figure in a tagged file, where all of the figure does."""
    return char.get("middle", (char["x0"] + char["x1"]) / 2), (char["top"] + char["bottom"]) / 2
