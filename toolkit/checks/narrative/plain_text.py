"""Make text equal that means the same, and remember where it stood: in goes a text, out a ``PlainText``.

Full-width digits and signs become ordinary ones, glyphs of CJK radicals (⻅ for 见, as PDF files give them) the characters
they stand for, blanks inside words vanish. Every step keeps the offsets into the text as written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

# NFKC repairs the Kangxi block, but of the radicals' supplement two only.
_SUPPLEMENT = dict(zip(
    "⺁⺈⺌⺍⺗⺙⺝⺟⺠⺡⺢⺣⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺶⺹⺻⺼⺽⺾⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻏⻐⻑⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻭⻮⻯⻰⻳",
    "厂刀小小心攵月母民氵水灬牛犭王疋目示礻竹糸纟网羊老聿肉臼艹虎衤覀西见角讠贝足车辶辶邑钅長长门阜阝雨青韦页风飞食饣首马骨鬼鱼鸟卤麦黄黾齐歯齿竜龙龟",
    strict=True,
))  # fmt: skip
_SIGNS = dict(zip("();:?!％．～｡､∶﹕﹔", "（）；：？！%.~。、：：；", strict=True))
_BLANKS = re.compile("[ \t\r\x0b\x0c\x85\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]+")
_GROUP_OF_THREE = re.compile(r"\d{3}(?!\d)")

_HEADING = re.compile(r"\s*(?:[（(]|[0-9]{1,2}[.．、]|[一二三四五六七八九十]{1,3}、|第)|\s*\Z")


@dataclass(frozen=True)
class PlainText:
    """``text`` is what is read, ``offsets`` where each of its characters stood in ``original``."""

    original: str
    text: str
    offsets: tuple[int, ...]

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


@cache
def _table() -> dict[int, str]:
    """Which characters become another one, one for one, so that no offset moves."""
    table = {ord(char): char_for for char, char_for in (_SUPPLEMENT | _SIGNS).items()}
    for code in (
        *range(0x2F00, 0x2FD6),
        *range(0xFF10, 0xFF1A),
        *range(0xFF21, 0xFF3B),
        *range(0xFF41, 0xFF5B),
        *range(0xF900, 0xFAD9),
    ):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table[code] = plain
    return table


def plain_text(original: str, *, join_lines: bool = False) -> PlainText:
    """The text made equal; linear in its length.

    ``join_lines`` takes away line breaks in the middle of a sentence, as text copied from a PDF has them.
    """
    text = original.translate(_table())
    if join_lines and "\n" in text:
        text = _join_lines(text)
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
    return _GROUP_OF_THREE.match(text, end) is None
