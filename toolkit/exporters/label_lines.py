"""Break the labels of narrow cells by sense and evenly: a label and the room it has in, line breaks and blanks out.

Reckoned from the characters, the same for every format and machine: no font is opened.
"""

from __future__ import annotations

import re
from math import ceil

_NUMBERED = re.compile(r"(（[一二三四五六七八九十]+）)(.{4,5})")
_WORD = re.compile(r"[!-~]+")


def ems(text: str) -> float:
    """The width of a text in characters; a Latin letter or digit takes at most 0.55 of one."""
    return sum(0.55 if character < "\u0250" else 1.0 for character in text)


def longest_word(text: str) -> float:
    """The width in characters of what may not be broken: a word or number, else one Chinese character."""
    return max((ems(word) for word in _WORD.findall(text)), default=1.0)


def count_lines(text: str, room: float, size: float) -> int:
    """How many lines of ``room`` points a text of ``size`` points takes."""
    return sum(max(1, ceil(ems(part) * size / max(room, size))) for part in text.split("\n"))


def by_sense(text: str, room: float, size: float) -> str:
    """A numbered label that takes two lines, broken behind its number: （三） / 不予公开, not （三）不 / 予公开."""
    numbered = _NUMBERED.fullmatch(text)
    return f"{numbered[1]}\n{numbered[2]}" if numbered and ems(text) * size > room else text


def even_blank(text: str, room: float, size: float) -> float:
    """Points to leave on both sides, so that a label breaks into lines of like length: 法律服 / 务机构."""
    lines = count_lines(text, room, size)
    if lines < 2 or "\n" in text:
        return 0.0
    return max(0.0, (room - max(longest_word(text), ceil(ems(text) / lines)) * size - 0.5) / 2)
