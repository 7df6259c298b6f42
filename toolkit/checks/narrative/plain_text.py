"""Normalise text and keep its positions: takes a text, returns a ``PlainText``.

Full-width digits and signs become ordinary ones, glyphs of CJK radicals (⻅ for 见, as PDF files give them) the characters
they stand for, blanks inside words vanish. Every step keeps the offsets into the text as written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from toolkit.core.text import ONE_FOR_ONE, UNSEEN, one_of

_SIGNS = dict(zip("();:?!％．～｡､∶﹕﹔", "（）；：？！%.~。、：：；", strict=True))
_TABLE = {**ONE_FOR_ONE, **{ord(sign): plain for sign, plain in _SIGNS.items()}}
_UNEQUAL = re.compile(one_of(_TABLE))
_BLANKS = re.compile(f"[ \t\r\u3000{UNSEEN}]+")
_GROUP_OF_THREE = re.compile(r"\d{3}(?!\d)")

_HEADING = re.compile(r"\s*(?:[（(]|[0-9]{1,2}[.．、]|[一二三四五六七八九十]{1,3}、|第)|\s*\Z")


class Words(Protocol):
    """Some words of a text, such as a figure or a claim: its part, and where they begin and end in it as written."""

    @property
    def where(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class PlainText:
    """``text`` is the normalised text, ``offsets`` the position of each of its characters in ``original``."""

    original: str
    text: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of ``text`` stands in the original."""
        if not self.offsets:
            return 0, 0
        first = self.offsets[min(start, len(self.offsets) - 1)]
        return first, (self.offsets[end - 1] + 1 if end > start else first)

    def words(self, start: int, end: int) -> str:
        """A piece as it was written."""
        first, last = self.span(start, end)
        return self.original[first:last]


def plain_text(original: str, *, join_lines: bool = False) -> PlainText:
    """The text made equal; linear in its length.

    ``join_lines`` takes away line breaks in the middle of a sentence, as text copied from a PDF has them.
    """
    text = original.translate(_TABLE) if _UNEQUAL.search(original) else original
    if join_lines and "\n" in text:
        text = _join_lines(text)
    if not _BLANKS.search(text):  # as most texts are
        return PlainText(original, text, range(len(text)))
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for blank in _BLANKS.finditer(text):
        pieces.append(text[at : blank.start()])
        offsets.extend(range(at, blank.start()))
        at = blank.end()
        if _parts_two_numbers(text, blank.start(), at):
            pieces.append(" ")
            offsets.append(blank.start())
    pieces.append(text[at:])
    offsets.extend(range(at, len(text)))
    return PlainText(original, "".join(pieces), tuple(offsets))


def _join_lines(text: str) -> str:
    """A line with marks inside but none at its end goes on in the next one, unless that begins a heading."""
    lines = text.split("\n")
    ends = ["\n"] * (len(lines) - 1) + [""]
    for at, line in enumerate(lines[:-1]):
        inside = any(mark in line for mark in "，。；")
        if inside and line.rstrip()[-1:] not in "。！？；：”）" and not _HEADING.match(lines[at + 1]):
            ends[at] = " "
    return "".join(line + end for line, end in zip(lines, ends, strict=True))


def _parts_two_numbers(text: str, start: int, end: int) -> bool:
    """``12 30`` are two numbers, ``1 204`` is one."""
    if start == 0 or end >= len(text) or not (text[start - 1].isdigit() and text[end].isdigit()):
        return False
    if not text[start:end].strip(UNSEEN):
        return False  # no blank: a sign that draws nothing parts no number
    return _GROUP_OF_THREE.match(text, end) is None
