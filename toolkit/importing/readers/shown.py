"""What a reader of a page sees in a cell: put its fragments together, and say when the figure in it is not certain.

In: fragments of text in reading order, as the reader of one format finds them, hidden and struck-out ones left out.
Out: the text, and why a figure in it must not be taken as read. Word, web pages and workbooks share these rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from toolkit.importing.wording import raised

Rgb = tuple[int, int, int]
Visibility = Literal["shown", "hidden", "faint"]
WHITE: Rgb = (255, 255, 255)
TWO_LINES = "数字分在两行，不能确定是一个数还是两个数"
TWO_SIZES = "数字大小不一，可能带有注释的标记"
PARTLY_BOXED = "一部分数字加了边框，不能确定是一个数还是两个数"
FAINT = "数字的颜色与底色相近，不能确定是否印出"
PICTURE = "这一格里有图片，图片里的数字读不出来"
GONE = "这一格的数字被划去或隐藏，没有别的数字"
REVERSED = "数字按从右到左排列，不能确定是哪个数"
NUMBERED = "数字前有自动编号，不能确定编号是不是数字的一部分"
SYMBOLS = "数字用的是符号字体，印出来的不是这个字"
_DIGIT = re.compile(r"[0-9０-９]")
_FIGURE = re.compile(r"[-+−\s0-9０-９.,，]*[0-9０-９][-+−\s0-9０-９.,，]*")
_OVER_LINES = re.compile(r"[0-9０-９.,，][^\S\n]*\n\s*[0-9０-９.]")
_TURNED = re.compile("[\u202d\u202e\u2066-\u2069]")  # marks that reverse the order in which digits are drawn
SYMBOL_FONTS = re.compile(
    r"(?:wingdings|webdings|marlett|mt extra|zapfdingbats|dingbats|bookshelf symbol|ms outlook|ms reference specialty"
    r"|code ?(?:128|39)|(?:free )?3 of 9|ean-?13|.*barcode)"
)
_SMALL = 0.85  # of the largest digits in the cell: smaller ones may be the mark of a footnote
_LONGEST_MARK = 3  # characters of a note's mark
_SAME_COLOUR, _LIKE_COLOUR = 16, 40  # largest difference of a channel between text and paper


@dataclass(frozen=True, slots=True)
class Fragment:
    """Text of one look. ``raised``: 1 above, -1 below the line. ``size`` in any unit, 0 when nothing tells it.

    ``doubt`` is why a figure in this cell is not certain; ``stand_in`` is shown when the cell has no other text
    (［图片］). ``gone`` is what was left out in this place, for it is struck out or hidden. ``boxed``: with a border around it.
    """

    text: str
    raised: int = 0
    size: float = 0.0
    doubt: str = ""
    stand_in: str = ""
    gone: str = ""
    boxed: bool = False


BREAK = Fragment("\n")


def has_digit(text: str) -> bool:
    """Whether a text has a digit, of either width."""
    return _DIGIT.search(text) is not None


def is_bare_figure(text: str) -> bool:
    """Whether a text is digits and the marks inside a figure, and nothing else."""
    return _FIGURE.fullmatch(text) is not None


def shown_cell(fragments: Iterable[Fragment]) -> tuple[str, str]:
    """The text of a cell, and why a figure in it is not certain ("" when it is); a doubtful cell is never blank."""
    parts = _on_the_line(list(fragments))
    text = _tidy("".join(part.text or (" " if part.raised else "") for part in parts))  # the mark of a note is a gap
    doubt = next((part.doubt for part in parts if part.doubt), "") or _why_doubtful(text, parts)
    if not doubt and not has_digit(text) and any(has_digit(part.gone) for part in parts):
        doubt = GONE
    stand_in = next((part.stand_in for part in parts if part.stand_in), "") if not text.strip() else ""
    return (text if text.strip() else stand_in or ("［？］" if doubt else text)), doubt


def shown_line(fragments: Iterable[Fragment]) -> str:
    """The text of a paragraph; the raised digits of a note's mark become superscripts."""
    return "".join(raised(part.text) if part.raised > 0 and len(part.text) <= _LONGEST_MARK else part.text for part in fragments)


def _on_the_line(parts: Sequence[Fragment]) -> list[Fragment]:
    """Raised digits as superscripts, where other digits are on the line: a whole figure that is raised is one figure."""
    level = [part for part in parts if has_digit(part.text) and not part.raised]
    if not level:
        return list(parts)
    return [replace(part, text=raised(part.text)) if part.raised else part for part in parts]


def _why_doubtful(text: str, parts: Sequence[Fragment]) -> str:
    if not has_digit(text):
        return ""
    if _OVER_LINES.search(text):
        return TWO_LINES
    if any(_TURNED.search(part.text) for part in parts):
        return REVERSED
    figures = [part for part in parts if has_digit(part.text)]
    if len({part.boxed for part in figures}) > 1:
        return PARTLY_BOXED
    sizes = [part.size for part in figures if part.size]
    return TWO_SIZES if sizes and min(sizes) < _SMALL * max(sizes) else ""


def _tidy(text: str) -> str:
    """Without blank lines, and without blanks at both ends; blanks inside stay, for they may part two figures."""
    lines = [line.strip(" \t\r\xa0\u3000") for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def visibility(ink: Rgb, paper: Rgb) -> Visibility:
    """Whether text of one colour can be seen on a paper of another."""
    difference = max(abs(one - other) for one, other in zip(ink, paper, strict=True))
    return "hidden" if difference <= _SAME_COLOUR else "faint" if difference <= _LIKE_COLOUR else "shown"


def rgb(text: str) -> Rgb | None:
    """``FFFFFF`` or ``00FFFFFF`` as a colour; ``None`` for anything else (``auto``)."""
    digits = text[-6:] if len(text) in (6, 8) else ""
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)) if re.fullmatch("[0-9A-Fa-f]{6}", digits) else None


def comment_notes(texts: Iterable[str]) -> Iterator[str]:
    """What the comments of a file say: they are not printed, and may correct a figure."""
    comments = list(dict.fromkeys(text for text in (" ".join(text.split()) for text in texts) if text))
    if comments:
        quoted = "、".join(f"“{text[:60]}”" for text in comments[:5])
        yield f"有 {len(comments)} 条批注没有读入，请看是否涉及数字：{quoted}{'等' if len(comments) > 5 else ''}"


@dataclass(slots=True)
class HiddenFigures:
    """Figures that a file contains and does not show; they are listed in a note, so that nothing is lost silently."""

    places: list[str] = field(default_factory=list)

    def add(self, text: str, place: str) -> None:
        if has_digit(text):
            self.places.append(f"{place}“{text.strip()[:20]}”")

    def notes(self) -> tuple[str, ...]:
        if not self.places:
            return ()
        names = "、".join(dict.fromkeys(self.places[:5]))
        return (f"有 {len(self.places)} 处加了删除线或隐藏起来的数字没有读入：{names}{'等' if len(self.places) > 5 else ''}",)
