"""Put the characters of a PDF page together: into the text of a cell, into lines, and lines into paragraphs.

In: characters with their places, as pdfplumber gives them. Out: text. A PDF knows no paragraphs: a line that is
indented, set in another size or far from the line above begins one; where nothing is indented, the line above that
ends early ends one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from toolkit.importing.narrative.headings import is_heading
from toolkit.importing.wording import number_of, raised

Char = Mapping[str, Any]
_WIDE_GAP = 0.9  # of the type size: a blank between Chinese characters
_ENDS = ("。", "：", "；", "！", "？")
_SMALL = 0.8  # of the largest type in the cell
_NARROW_GAP = 0.22  # between letters or digits
_RAISED = (0.06, 0.75)  # of the type size: how much higher the mark of a note is than the figure
_PADDING = 5.6  # points: what Word leaves at either side of a cell
_DIGITS = re.compile(r"[0-9.,，]+")


@dataclass(frozen=True, slots=True)
class PageLine:
    """One printed line; coordinates in points from the page's top left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    page: int = 0


def char_lines(chars: Iterable[Char], page: int = 0) -> list[PageLine]:
    """Characters as lines from top to bottom, each from left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda item: (item["bottom"], item["x0"])):
        row = rows[-1] if rows else None
        if row is not None and abs(char["bottom"] - row[-1]["bottom"]) < 0.35 * max(char["size"], row[-1]["size"]):
            row.append(char)
        else:
            rows.append([char])
    lines = (_line(sorted(row, key=lambda item: float(item["x0"])), page) for row in rows)
    return [line for line in lines if line.text.strip()]


def cell_text(chars: Iterable[Char], width: float = 0.0) -> str:
    """The text of one cell, its printed lines as lines; digits in small type or raised are the mark of a note.

    Lines of a figure that fill the ``width`` of the cell (0: not known) are one figure that was wrapped.
    """
    inside = list(chars)
    large = max((float(char["size"]) for char in inside), default=0)
    marked = [{**char, "text": raised(str(char["text"]))} if char["size"] < _SMALL * large else char for char in inside]
    lines = char_lines(_with_marks_raised(marked))
    text = ""
    for above, line in pairwise([None, *lines]):
        wrapped = above is not None and line is not None and _is_wrapped(above, line, width)
        text += ("" if wrapped or not text else "\n") + (line.text.strip() if line else "")
    return text


def turned_text(chars: Sequence[Char]) -> str:
    """The text of letters turned by a quarter: upwards in lines from left to right, or downwards in lines from right to left."""
    if not chars:
        return ""
    way = 1 if chars[0]["matrix"][1] > 0 else -1
    places = ((way * round(char["x0"] / max(char["size"], 1)), -way * char["top"], str(char["text"])) for char in chars)
    return "".join(text for *_, text in sorted(places))


def _with_marks_raised(chars: Sequence[Char]) -> list[Char]:
    """Digits that stand higher than the figure they follow, in type as large, as the raised digits that they are."""
    out: list[Char] = []
    for char in chars:
        before = next((other for other in chars if _is_before(other, char)), None) if str(char["text"]).isdigit() else None
        out.append({**char, "text": raised(str(char["text"])), "bottom": before["bottom"]} if before else char)
    return out


def _is_before(left: Char, right: Char) -> bool:
    """Whether the left of two characters is a digit right before the other one, which is raised."""
    raise_ = left["bottom"] - right["bottom"]
    gap = right["x0"] - left["x1"]
    return bool(
        left is not right
        and str(left["text"]).isdigit()
        and _RAISED[0] < raise_ / left["size"] < _RAISED[1]
        and -0.3 < gap / left["size"] < 0.5
    )


def _is_wrapped(above: PageLine, below: PageLine, width: float) -> bool:
    """Whether a figure goes on in the next line because the cell has no room for another digit."""
    digits = above.text.strip(), below.text.strip()
    if not width or not all(_DIGITS.fullmatch(text) for text in digits) or len(digits[0]) < 3:
        return False
    digit = (above.x1 - above.x0) / len(digits[0])
    return width - (above.x1 - above.x0) < digit + 2 * _PADDING and below.x1 - below.x0 < above.x1 - above.x0 + digit / 2


def _line(row: Sequence[Char], page: int) -> PageLine:
    text = str(row[0]["text"])
    for left, right in pairwise(row):
        text += _blank_between(left, right) + str(right["text"])
    drawn = [char for char in row if str(char["text"]).strip()] or list(row)
    size = Counter(round(float(char["size"]), 1) for char in drawn).most_common(1)[0][0]
    return PageLine(
        text, min(char["x0"] for char in drawn), max(char["x1"] for char in drawn),
        min(char["top"] for char in drawn), max(char["bottom"] for char in drawn), size, page,
    )  # fmt: skip


def _blank_between(left: Char, right: Char) -> str:
    a, b = str(left["text"]), str(right["text"])
    if not a.strip() or not b.strip():
        return ""
    both_narrow = a.isascii() and b.isascii()
    gap = (right["x0"] - left["x1"]) / max(left["size"], 1)
    return " " if gap > (_NARROW_GAP if both_narrow else _WIDE_GAP) else ""


@dataclass(frozen=True, slots=True)
class Column:
    """Where the running text of a document stands, and whether its paragraphs are indented."""

    left: float
    right: float
    size: float
    pitch: float
    indented: bool


def text_column(lines: Sequence[PageLine]) -> Column:
    """The column that most lines stand in."""
    if not lines:
        return Column(0, 0, 12, 20, False)
    size = Counter(line.size for line in lines).most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - size) < 0.6]
    left = Counter(round(line.x0) for line in body).most_common()
    # short lines may be many and full ones few, but only lines that wrap stand at both edges
    edge = min((x for x, count in left if count > 1), default=min(x for x, _ in left))
    right = sorted(line.x1 for line in body)[-2 if len(body) > 2 else -1]
    steps = [round(b.top - a.top, 1) for a, b in pairwise(body) if a.page == b.page and 0 < b.top - a.top < 4 * size]
    pitch = Counter(steps).most_common(1)[0][0] if steps else 1.5 * size
    inset = sum(size * 1.4 < line.x0 - edge < size * 3 for line in body)
    return Column(edge, right, size, pitch, inset >= max(2, len(body) // 20))


def paragraphs(lines: Sequence[PageLine], column: Column) -> Iterator[PageLine]:
    """Lines that go on in the next line put together."""
    held: PageLine | None = None
    last: PageLine | None = None
    for line in lines:
        if held is not None and last is not None and _goes_on(last, line, column):
            held = replace(held, text=_joined(held.text, line.text))
        else:
            if held is not None:
                yield held
            held = line
        last = line
    if held is not None:
        yield held


def _goes_on(above: PageLine, below: PageLine, column: Column) -> bool:
    size = column.size
    if is_heading(above.text) or is_heading(below.text):
        return False
    if abs(above.size - below.size) > 0.8:
        return False
    if below.x0 > column.left + 1.2 * size:
        # a block that is set in as a whole, as browsers print headings: it goes on where a full line ends no sentence
        inset = abs(above.x0 - below.x0) < 2 and above.page == below.page and above.x1 > column.right - 3.5 * size
        return inset and not above.text.rstrip().endswith(_ENDS) and not number_of(below.text.strip())
    if above.page == below.page and below.top - above.top > 1.7 * column.pitch:
        return False
    reaches = above.x1 > column.right - 2.6 * size
    return reaches or (column.indented and not above.text.rstrip().endswith(_ENDS))


def _joined(above: str, below: str) -> str:
    above, below = above.rstrip(), below.lstrip()
    words = above[-1:].isascii() and above[-1:].isalpha() and below[:1].isascii() and below[:1].isalpha()
    return f"{above} {below}" if words else above + below
