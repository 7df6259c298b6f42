"""Read the text of one cell of a table on a page of a PDF, and find why a figure in it is not certain.

In: the box of a cell, and its page as it was drawn. Out: text and doubt: digits that reach out of the cell, that something is
drawn over or beside, or that the paper does not show; ink without text. Characters are found by where they are: a page of tables
has some hundred cells and some thousand characters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from toolkit.importing.readers.pdf.drawn import IN_FIGURE, PageDrawing, box_of
from toolkit.importing.readers.pdf.lines import Char, cell_text, turned_text
from toolkit.importing.readers.pdf.page import CLIPPED, MISLEADING, Box, meet
from toolkit.importing.readers.pdf.visible import OVERPRINTED, STRUCK
from toolkit.importing.recognition.labels import all_labels, match_text
from toolkit.importing.source import UNREADABLE


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


_INSET = (4.5, 4.0)  # points at the sides of a cell that are not looked at for ink: rulings up to 3 points apart are one
_CUT = 8.0  # points beside a cell at the edge of the paper, where the rest of its figure may be
_EDGE = 1.5  # points between a cell and the edge of the paper, where no table ends
_TALLEST = 1.3  # of the height of a cell and of its figure: a letter of its text
_INK = 40  # of 255; a tint of the ground is less
_BESIDE = 90  # of 255: a stroke beside a figure


def cell_content(box: Box, drawn: PageDrawing, seen: CharIndex) -> tuple[str, str]:
    """The text of a cell, and why it is in doubt; ``seen`` are the characters of the page that show."""
    inside = _without_overlay(seen.within(box), box)
    text = cell_text(inside, box[2] - box[0]) or _label_on_its_side(box, drawn)
    digits = any(character.isdigit() for character in text)
    doubt = ""
    if any(char.get("tag") == MISLEADING for char in inside):
        doubt = "字体里登记的数字与印出的字形不符，不能确定"
    elif digits and drawn.seen.doubtful:
        doubt = drawn.seen.doubtful
    elif digits and _overflows(inside, box):
        doubt = "数字超出了格子，不能确定"
    elif digits and any(crosses(slant, box) for slant in drawn.slants):
        doubt = "数字上画有斜线，不能确定"
    elif digits and _drawn_beside(inside, box, drawn):
        doubt = "数字旁边另有画成图形的笔画，不能确定"
    elif not text:
        right = drawn.left + drawn.width
        at_edge = box[0] - _CUT < drawn.left, box[2] + _CUT > right
        wider = (box[0] - _CUT * at_edge[0], box[1], box[2] + _CUT * at_edge[1], box[3])
        unseen = [char for char in drawn.seen.unseen if within(char, wider if char.get("tag") == CLIPPED else box)]
        unseen += [char for char in drawn.seen.unseen if char.get("tag") == STRUCK and _reaches_into(char, box)]
        doubt = _beyond_paper(box, drawn) or without_text(unseen) or _ink(box, drawn)
        doubt = doubt or (OVERPRINTED if drawn.seen.doubtful == OVERPRINTED else "")
    return (text or UNREADABLE if doubt else text), doubt


def _without_overlay(inside: Sequence[Char], box: Box) -> list[Char]:
    """The characters without letters too tall for the cell and its figure: a watermark printed level, as of a trial version."""
    digits = [char for char in inside if str(char["text"]).isdigit()]
    most = _TALLEST * max(box[3] - box[1], *(char["bottom"] - char["top"] for char in digits), 0.0)
    return [char for char in inside if str(char["text"]).isdigit() or char["bottom"] - char["top"] <= most]


def _label_on_its_side(box: Box, drawn: PageDrawing) -> str:
    """A label of the form that is turned by a quarter, "" for any other text, which may be a watermark."""
    text = turned_text([char for char in drawn.turned if within(char, box)])
    return text if match_text(text) in all_labels() else ""


def _reaches_into(char: Char, box: Box) -> bool:
    """Whether a part of a character is in a cell: the line through it may look like a ruling between two."""
    down = min(char["bottom"], box[3]) - max(char["top"], box[1])
    return bool(box[0] <= (char["x0"] + char["x1"]) / 2 < box[2] and down > 0.25 * (char["bottom"] - char["top"]))


def _beyond_paper(box: Box, drawn: PageDrawing) -> str:
    """Why a blank cell may have its figure on another sheet: the edge of the paper cuts it."""
    cut = box[0] <= drawn.left + _EDGE or box[2] >= drawn.left + drawn.width - _EDGE
    return "这一格被纸边截断，数字可能在另一页" if cut else ""


def without_text(unseen: Sequence[Char]) -> str:
    """Why a cell without text to be seen is not a blank for certain, judged by what the file has there."""
    digits = [char for char in unseen if str(char["text"]).isdigit()]
    if not digits:
        return ""
    struck = all(char.get("tag") == STRUCK for char in digits)
    return "数字被划去，没有读入" if struck else "这一格里的数字印不出来，没有读入"


def _overflows(inside: Sequence[Char], box: Box) -> bool:
    """Whether a figure reaches out of its cell and may have lost digits to the next one, or got some from there."""
    room = max((0.35 * char["size"] for char in inside), default=0.0)
    runs = (char["run"] for char in inside if "run" in char and "middle" not in char)
    stacks = (char["stack"] for char in inside if "stack" in char)
    return any(x0 < box[0] - room or x1 > box[2] + room for x0, x1 in runs) or any(
        top < box[1] - room or bottom > box[3] + room for top, bottom in stacks
    )


def _drawn_beside(inside: Sequence[Char], box: Box, drawn: PageDrawing) -> bool:
    """Whether something that is no text is drawn right before or behind a figure, as a digit that a program turned into paths."""
    figure = [char for char in inside if str(char["text"]) in IN_FIGURE]
    if drawn.picture is None or not figure:
        return False
    left, right = min(char["x0"] for char in figure), max(char["x1"] for char in figure)
    bottom = max(char["bottom"] for char in figure)
    high = max(float(char["size"]) for char in figure)
    room = box[0] + _INSET[0], box[2] - _INSET[0]
    top, foot = max(bottom - 0.8 * high, box[1] + _INSET[1]), min(bottom - 0.25 * high, box[3] - _INSET[1])
    sides = (max(left - 0.6 * high, room[0]), left - 0.08 * high), (right + 0.08 * high, min(right + 0.6 * high, room[1]))
    for x0, x1 in sides:
        side = x0, top, x1, foot
        if x1 - x0 < 1 or foot - top < 2 or drawn.picture.contrast(side) < _BESIDE:
            continue
        wide = [cover for cover in drawn.covers if cover[2] > box[2] + 2 or cover[3] > box[3] + 2]
        near = (char for char in (*inside, *drawn.seen.unseen, *drawn.seen.doubles) if char not in figure)
        if not any(meet(other, side) for other in (*wide, *drawn.furniture, *map(box_of, near))):
            return True
    return False


def _ink(box: Box, drawn: PageDrawing) -> str:
    """Why a cell without text is not blank: something other than a watermark or seal is drawn in it."""
    if drawn.picture is None:
        return ""
    inner = (box[0] + _INSET[0], box[1] + _INSET[1], box[2] - _INSET[0], box[3] - _INSET[1])
    if inner[2] - inner[0] < 3 or inner[3] - inner[1] < 3 or drawn.picture.contrast(inner) < _INK:
        return ""
    over = any(crosses(cover, box) and (cover[2] > box[2] + 2 or cover[3] > box[3] + 2) for cover in drawn.covers)
    beside = any(crosses(box_of(char), box) for char in drawn.seen.chars)  # a figure that reaches out of its own cell
    return "" if over or beside or any(crosses(char, box) for char in drawn.furniture) else "这一格里是图形，读不出文字"


def crosses(one: Box, other: Box) -> bool:
    return one[0] < other[2] - 1 and one[2] > other[0] + 1 and one[1] < other[3] - 1 and one[3] > other[1] + 1
