"""Read amounts that are told as a part of something: 三分之二, 六成, 过半数, 每三件中有两件, 66.7%.

In goes the text of a clause, out come intervals in per cent. 约 widens them, 超过 and 不到 open them to one side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_DIGITS = "一二三四五六七八九十"
_N = rf"[{_DIGITS}两\d]{{1,2}}"
_MORE, _LESS, _NEAR = "超过|超出|超|逾|高于|大于|多于", "不到|不足|低于|少于|未到|小于", "约|大约|大概|近|将近|接近"
_PATTERN = re.compile(
    rf"(?P<before>{_MORE}|{_LESS}|{_NEAR}|为|达|达到)?占?(?:"
    rf"(?P<percent>\d{{1,3}}(?:\.\d{{1,4}})?)%|百分之(?P<said>{_N})|(?P<under>{_N})分之(?P<over>{_N})"
    rf"|(?P<tenths>[{_DIGITS}两])成(?P<half>半)?(?![立功果员为熟效本])"
    rf"|每(?P<each>{_N})[件宗份][^，。；\d]{{0,6}}?有(?P<of>{_N})[件宗份]"
    r"|(?P<major>过半数?|半数以上|一半以上|大半|大多数|绝大多数|绝大部分|大部分|多半)"
    r"|(?P<many>(?<!大)多数)(?=[是为由属系因])"
    r"|(?P<minor>少半|小部分|少部分)|(?P<middle>(?<![开给供]了)一半|半数))(?P<after>左右|上下|以上|以下|强|弱|多|有余)?"
)
_HALF, _MANY = 50.0, 40.0


class Amount(NamedTuple):
    """``low`` and ``high`` in per cent; ``start`` and ``end`` are offsets into the clause."""

    low: float
    high: float
    start: int
    end: int


@lru_cache(maxsize=4096)
def amounts_of(text: str) -> tuple[Amount, ...]:
    """Every part that the clause tells."""
    return tuple(_amounts(text))


def _amounts(text: str) -> Iterator[Amount]:
    for match in _PATTERN.finditer(text):
        amount = _exact(match)
        if amount is not None:
            yield Amount(*_widened(match, *amount), *match.span())


def number(word: str) -> int:
    """Small numbers: 两, 三, 12, 十."""
    if word.isdigit():
        return int(word)
    if word == "两":
        return 2
    if len(word) == 2 and "十" in word:
        return 10 + number(word[1]) if word[0] == "十" else 10 * number(word[0])
    return _DIGITS.find(word) + 1


def _exact(match: re.Match[str]) -> tuple[float, float] | None:
    """The value and how far it may be off when it is not approximate."""
    if match["percent"]:
        digits = len(match["percent"].partition(".")[2])
        return float(match["percent"]), 10.0**-digits
    if match["said"]:
        return float(number(match["said"])), 1.0
    if match["under"] or match["each"]:
        whole, part = number(match["under"] or match["each"]), number(match["over"] or match["of"])
        return (100 * part / whole, 4.0) if 0 < part <= whole else None
    if match["tenths"]:
        return number(match["tenths"]) * 10 + (5 if match["half"] else 0), 4.0
    return (_HALF, 4.0) if match["middle"] else (_HALF, 0.0)


def _widened(match: re.Match[str], value: float, near: float) -> tuple[float, float]:
    before, after = match["before"] or "", match["after"] or ""
    if match["many"]:  # 多数是… may be said of the largest part
        return _MANY, 100.0
    if match["major"] or match["minor"]:
        return (_HALF, 100.0) if match["major"] else (0.0, _HALF)
    step = 10.0 if match["tenths"] else 100.0 if match["middle"] else 6.0 + near
    if re.fullmatch(_MORE, before) or after in ("以上", "强", "多", "有余"):
        return value, value + step
    if re.fullmatch(_LESS, before) or after in ("以下", "弱"):
        return value - step, value
    wide = 6.0 if re.fullmatch(_NEAR, before) or after in ("左右", "上下") else 0.0
    return value - near - wide, value + near + wide
