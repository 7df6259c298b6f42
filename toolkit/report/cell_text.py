"""Read the text of a figure: ``3件`` is 3, ``1,000元`` is 1000, ``350余条`` is about 350, ``11①`` is not a number.

In: text as typed, pasted, imported or written in a params file. Out: a ``FigureReading``. Signs, units and words are data in
``cell_text.json``, which the browser reads too (``toolkit/entry/web/figures.js``); nothing is rescaled without being asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

Reason = Literal[
    "", "blank", "blank_mark", "approximate", "error_value", "note_mark", "spaces", "separator", "unit", "fraction", "too_long",
    "sign", "letters", "numeral", "not_a_number",
]  # fmt: skip

_DATA = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
REASONS: dict[Reason, str] = _DATA["reasons"]
BLANK_MARKS = frozenset(_DATA["blank_marks"])
# Word joiner, invisible: marks a row of our workbook that continues the paragraph of the row above
CONTINUED = "\u2060"

# Not NFKC, which makes the mark of a footnote (11①, 11²) into a digit of the figure.
_WIDTHS = str.maketrans(_DATA["wide"], _DATA["narrow"])
_EDGES = re.compile(_DATA["edges"])  # strip() and trim() differ in control characters
_INVISIBLE = re.compile(_DATA["invisible"])
_ERROR_VALUE = re.compile(_DATA["error_values"])
_NOTE_MARK = re.compile(_DATA["note_marks"])
_LOOK_ALIKES = str.maketrans(_DATA["look_alikes"])
_FORMAL = str.maketrans(_DATA["formal_scales"])
_NUMERALS: dict[str, int] = _DATA["numerals"]
_SCALES: dict[str, int] = _DATA["scales"]
# 一千二 is short for 一千二百; 一千零二 has its 零, and 一十二 no place is left out of
_SCALE_BELOW = {"百": "十", "千": "百", "万": "千", "亿": "千万"}
_SHORT_END = re.compile(f"([{''.join(_SCALE_BELOW)}])[一二两三四五六七八九壹贰叁肆伍陆柒捌玖]$")
_DIGIT = f"[{''.join(sign for sign, digit in _NUMERALS.items() if digit)}]"
_SECTION = f"(?:{_DIGIT}千)?(?:[零〇]?{_DIGIT}百)?(?:[零〇]?{_DIGIT}?十)?(?:[零〇]?{_DIGIT})?"  # below a myriad
_WELL_FORMED = re.compile(f"(?:(?=[^万亿]){_SECTION}亿)?[零〇]?(?:(?=[^万亿]){_SECTION}万)?[零〇]?{_SECTION}(?<![零〇])")
_MYRIAD = 10_000
_YUAN_FROM = 1000  # 三千 in a column of 万元 is 元, as 3千 is


@dataclass(frozen=True, slots=True)
class FigureReading:
    """What the text of a figure means.

    Attributes:
        value: the number it certainly means, or ``None``. ``int`` for counts, ``Decimal`` for money.
        approximate: 约, 余 or the like was written beside it (约数).
        likely: the number to offer where ``value`` cannot be taken; ``None`` when there is nothing to offer.
        reason: why ``value`` is ``None``; ``REASONS`` has the words.
    """

    value: int | Decimal | None = None
    approximate: bool = False
    likely: int | Decimal | None = None
    reason: Reason = ""

    @property
    def exact(self) -> int | Decimal | None:
        """The number for a place that cannot hold 约数, such as a cell of a table."""
        return None if self.approximate else self.value

    @property
    def offer(self) -> int | Decimal | None:
        """The number that replaces the text."""
        return self.likely if self.value is None else self.value

    @property
    def words(self) -> str:
        """Why there is no exact number, in words to follow the text; "" when there is one."""
        return REASONS["approximate"] if self.approximate else REASONS.get(self.reason, "")


def read_figure(text: str, *, money: bool = False, unit: str = "") -> FigureReading:
    """The reading of ``text`` in a column of counts, or of money in ``unit`` (``元`` or ``万元``; "" for 元).

    >>> read_figure("减4").value, read_figure("1 234").value, read_figure("12 1").reason
    (-4, 1234, 'spaces')
    """
    plain = _EDGES.sub("", _INVISIBLE.sub("", text).translate(_WIDTHS))
    if not plain or plain in BLANK_MARKS:
        return FigureReading(reason="blank_mark" if plain else "blank")
    match = _pattern(money, unit).match(plain)
    if match is None:
        return _unread(plain, money, unit)
    number = Decimal(re.sub("[, ]", "", match["number"]))
    return _checked(-number if match["minus"] and number else number, money, _is_about(match))


def mentions_about(text: str) -> bool:
    """Whether 约, 余 or the like stands beside a figure, also one that cannot be read: ``三百余``, ``近千``."""
    return any(word in text for name in ("approximate_before", "approximate_after") for word in _DATA[name])


def _is_about(match: re.Match[str]) -> bool:
    return any(match[name] for name in ("before", "after", "rounded"))


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)


@cache
def _pattern(money: bool, unit: str) -> re.Pattern[str]:
    """Sign, words for 约, number, unit, in the order in which people write them."""
    units: list[str] = _DATA["count_units"]
    before = ""
    if money:
        units = _DATA["yuan"] if unit in ("", "元") else [unit]
        before = f"(?:{_alternatives(_DATA['yuan_before'])})? *" if unit in ("", "元") else ""
    sign = f"(?:(?P<minus>{_alternatives(_DATA['minus'])})|{_alternatives(_DATA['plus'])})?"
    about = f"(?P<before>{_alternatives(_DATA['approximate_before'])})?"
    after = _alternatives(_DATA["approximate_after"])
    tail = rf"(?P<after>{after})? *(?:{_alternatives(units)})? *(?P<rounded>{after})?"
    return re.compile(rf"{about} *{sign} *{before}(?P<number>{_DATA['number']}) *{tail}\Z")


def _checked(number: Decimal, money: bool, approximate: bool) -> FigureReading:
    """A number within the bounds of its column."""
    _, digits, exponent = number.as_tuple()
    decimals = max(0, -int(exponent))
    if len(digits) - decimals > _DATA["count_digits"] or decimals > _DATA["money_decimals"]:
        return FigureReading(reason="too_long")
    if money:
        return FigureReading(number, approximate)
    if number != number.to_integral_value() or decimals > _DATA["count_decimals"]:
        return FigureReading(reason="fraction")
    return FigureReading(int(number), approximate)


# ---------------------------------------------------------------- text that is not certainly a number


def _unread(plain: str, money: bool, unit: str) -> FigureReading:
    """Why a text is not a number, and its possible meaning."""
    if _ERROR_VALUE.fullmatch(plain):
        return FigureReading(reason="error_value")
    if _NOTE_MARK.search(plain):
        return FigureReading(reason="note_mark")
    if re.search(r"[0-9.]\s+[0-9.]", plain):
        return FigureReading(reason="spaces")
    for reason, likely in (("sign", _without_sign), ("unit", _rescaled), ("letters", _without_letters), ("numeral", _numeral)):
        number = likely(plain, money, unit)
        if number is not None:
            return FigureReading(likely=number, reason=reason)  # type: ignore[arg-type]
    return FigureReading(reason="separator" if re.search(r"[0-9],[0-9]", plain) else "not_a_number")


def _without_sign(plain: str, money: bool, unit: str) -> int | Decimal | None:
    """A figure with one sign of a sentence behind it (``12。``), or a decimal without its nought (``.5``)."""
    signs, before = _DATA["signs_after"], plain[:-1].rstrip()
    if plain[-1] in signs:
        return None if before[-1:] in signs else read_figure(before, money=money, unit=unit).offer
    return read_figure(f"0{plain}", money=money, unit=unit).value if re.fullmatch(r"\.[0-9]+", plain) else None


def _rescaled(plain: str, money: bool, unit: str) -> int | Decimal | None:
    """A number in another unit than the column's: ``26500元``, ``￥26500`` in 万元, ``12万`` and ``1万余条`` of counts."""
    before, after = (f"(?:{_alternatives(_DATA[name])})?" for name in ("approximate_before", "approximate_after"))
    currency = f"(?:{_alternatives(_DATA['yuan_before'])})?" if money else ""
    figure = rf"({currency}) *({_DATA['number']}){after}([{''.join(_SCALES)}]?)"
    match = re.match(rf"{before} *{figure}{after}([^0-9,]*?){after}\Z", plain)
    if match is None:
        return None
    number, scale, rest = Decimal(re.sub("[, ]", "", match[2])), _SCALES.get(match[3], 1), match[4]
    if not money:
        return _whole(number * scale) if scale > 1 and rest in ("", *_DATA["count_units"]) else None
    if rest not in ("", *_DATA["yuan"]) or (rest == match[1] == "" and scale == 1):
        return None
    amount: Decimal = number * scale / _DATA["yuan_a_unit"].get(unit or "元", 1)
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()  # 2.65 for 2.6500; 200


def _without_letters(plain: str, money: bool, unit: str) -> int | Decimal | None:
    """Letters and circles that look like digits: ``O``, ``1O``, ``l2``."""
    digits = plain.translate(_LOOK_ALIKES)
    return None if digits == plain else read_figure(digits, money=money, unit=unit).value


def _numeral(plain: str, money: bool, unit: str) -> int | Decimal | None:
    """A number in Chinese numerals, with the usual words around a figure: ``十二``, ``约三百件``; ``两万`` of money is 元."""
    text = plain.translate(_FORMAL)
    match = re.search(f"[{''.join((*_NUMERALS, *_SCALES))}]+", text)
    if match is None or re.search("[0-9]", text):
        return None
    number = _numeral_value(match[0])
    if number is None:
        return None
    digits, rest = str(number), text[match.end() :]
    if money and unit not in ("", "元") and rest == "" and number >= _YUAN_FROM:
        digits += "元"
    return read_figure(text.replace(match[0], digits, 1), money=money, unit=unit).offer


def _numeral_value(text: str) -> int | None:
    """``十二`` → 12, ``两千零五十`` → 2050, ``二〇`` → 20, ``一千二`` → 1200; ``None`` for 三四 and 三四十, which are a guess."""
    if all(char in _NUMERALS for char in text):
        return int("".join(str(_NUMERALS[char]) for char in text)) if len(text) == 1 or set(text) & set("〇零") else None
    if text in _SCALES:  # 近千
        return _SCALES[text]
    text = _SHORT_END.sub(lambda match: match[0] + _SCALE_BELOW[match[1]], text)
    if not _WELL_FORMED.fullmatch(text):
        return None
    total = section = digit = 0
    for char in text:
        if char in _NUMERALS:
            digit = _NUMERALS[char]
        elif _SCALES[char] < _MYRIAD:
            section += (digit or 1) * _SCALES[char]
            digit = 0
        else:
            total, section, digit = total + (section + digit) * _SCALES[char], 0, 0
    return total + section + digit


def _whole(number: Decimal) -> int | None:
    return int(number) if number == number.to_integral_value() else None
