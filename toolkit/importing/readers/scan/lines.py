"""Find the lines of running text on a straight page, outside its tables, and read them as paragraphs.

In: a page, the parts of it that tables take, a recogniser. Out: the paragraphs from top to bottom, and the number of the page
when its foot has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy

from toolkit.importing.readers.scan.cell_text import line_picture
from toolkit.importing.readers.scan.recognising import Recogniser
from toolkit.importing.readers.scan.straight import WIDTH, Page, Picture

_DARK = 150
_LETTER = (18, 70)  # pixels: the lowest and the tallest line of print
_JOIN = 45  # pixels: letters and words of one line are nearer to each other
_CERTAIN = 0.5
_RIGHT_EDGE = 0.06 * WIDTH  # a line that ends further from the right edge ends its paragraph
_PAGE_NUMBER = re.compile(r"[-—–一\s]*([0-9]{1,3})[-—–一\s]*")
_FOOT = 0.88  # of the height of a page
_LOW_NUMBER = 13  # pixels: the figures of a page number have no parts above or below them
UNCLEAR = "［看不清］"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of print: its box, its text; ``sealed`` when coloured ink lies over it."""

    left: int
    top: int
    right: int
    bottom: int
    text: str = ""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """The paragraphs of a page, each with where it begins; ``number`` is the printed number of the page, 0 for none."""

    paragraphs: tuple[tuple[int, str], ...]
    number: int = 0
    sealed: tuple[str, ...] = ()


def find_lines(page: Page, taken: Sequence[tuple[int, int]]) -> list[TextLine]:
    """The boxes of the lines of print outside the stretches (from top to bottom) that tables take."""
    joined = cv2.morphologyEx(_ink(page, taken), cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (_JOIN, 5)))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 3)))
    count, _, facts, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lowest, tallest = _LETTER
    boxes = [tuple(int(fact) for fact in facts[number][:4]) for number in range(1, count)]
    detected = [
        TextLine(
            left, top, left + width, top + height, sealed=bool(page.red[top : top + height, left : left + width].mean() > 0.01)
        )
        for left, top, width, height in boxes
        if (lowest if top < _FOOT * len(page.gray) else _LOW_NUMBER) <= height <= tallest and width >= height // 2
    ]
    return sorted(_on_one_line(detected), key=lambda line: (line.top, line.left))


def whole_lines(page: Page, taken: Sequence[tuple[int, int]]) -> list[TextLine]:
    """The same with the thin letters at their ends; of an upright page without its tables, whose rulings are as thin."""
    ink = _ink(page, taken)
    return [_whole(line, ink) for line in find_lines(page, taken)]


def _ink(page: Page, taken: Sequence[tuple[int, int]]) -> Picture:
    ink = (page.gray < _DARK).astype(numpy.uint8)
    for top, bottom in taken:
        ink[max(0, top - 4) : bottom + 4] = 0
    return ink


def _whole(line: TextLine, ink: Picture) -> TextLine:
    """The line with the letters at its ends that are as thin as a stroke, a 一 before a heading: at most a letter apart."""
    columns, high = ink[line.top : line.bottom].max(axis=0), line.bottom - line.top
    left, right = line.left, line.right
    while (before := numpy.flatnonzero(columns[max(0, left - high) : left])).size:
        left = max(0, left - high) + int(before[0])
    while (behind := numpy.flatnonzero(columns[right : right + high])).size:
        right += int(behind[-1]) + 1
    return replace(line, left=left, right=right)


def _on_one_line(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Pieces side by side as one line."""
    rest = sorted(lines, key=lambda line: (line.top + line.bottom) / 2)
    while rest:
        first = rest.pop(0)
        middle = (first.top + first.bottom) / 2
        same = [line for line in rest if abs((line.top + line.bottom) / 2 - middle) < 0.35 * (first.bottom - first.top)]
        rest = [line for line in rest if line not in same]
        every = (first, *same)
        yield TextLine(
            min(line.left for line in every), min(line.top for line in every), max(line.right for line in every),
            max(line.bottom for line in every), sealed=any(line.sealed for line in every),
        )  # fmt: skip


def read_text(page: Page, taken: Sequence[tuple[int, int]], reader: Recogniser) -> PageText:
    """The text of a page outside its tables."""
    boxes = whole_lines(page, taken)
    read = reader.read([line_picture(page, (box.left, box.top, box.right, box.bottom), 0) for box in boxes])
    lines = []
    for box, recognised in zip(boxes, read, strict=True):
        text = recognised.text.strip() if recognised.certainty >= _CERTAIN or not box.sealed else UNCLEAR
        lines.append(TextLine(box.left, box.top, box.right, box.bottom, text, box.sealed))
    number = 0
    foot = _PAGE_NUMBER.fullmatch(lines[-1].text) if lines and lines[-1].top > _FOOT * page.gray.shape[0] else None
    if foot:
        number = int(foot[1])
        lines = lines[:-1]
    sealed = tuple(line.text for line in lines if line.sealed)
    return PageText(tuple(_paragraphs(lines, taken)), number, sealed)


def _paragraphs(lines: Sequence[TextLine], taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Lines joined: a new paragraph begins with an indent, behind a line that ends early, behind a table or a wide blank."""
    if not lines:
        return
    left = min(line.left for line in lines)
    right = max(line.right for line in lines)
    begun: list[TextLine] = []
    for line in lines:
        if begun and _begins(line, begun[-1], left, right, taken):
            yield begun[0].top, "".join(item.text for item in begun)
            begun = []
        begun.append(line)
    yield begun[0].top, "".join(item.text for item in begun)


def _begins(line: TextLine, above: TextLine, left: int, right: int, taken: Sequence[tuple[int, int]]) -> bool:
    height = max(1, above.bottom - above.top)
    indented = line.left - left > 1.2 * height
    short = right - above.right > max(_RIGHT_EDGE, 1.6 * height)
    apart = line.top - above.bottom > 1.6 * height or any(above.bottom <= top <= line.top for top, _ in taken)
    return indented or short or apart
