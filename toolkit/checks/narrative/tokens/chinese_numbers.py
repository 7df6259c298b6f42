"""Turn the numbers of Chinese text into values: takes a piece of text, returns a ``Decimal`` or ``None``.

Arabic with separators (1,204 · 1 204 · １２), scaled (1.2万), Chinese numerals (三 · 十二 · 二百零五 · 两 · 〇 · 廿), shares
(百分之三点五 · 三成 · 九成八 · 一半), and what 余, 多, 约, 近 leave open, as an interval.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
SCALES = TENS | MYRIADS
CHINESE = "零〇一二两三四五六七八九十百千万亿廿"
LONGEST = 15  # digits: what is longer is a code, not a count

_SHORT_END = re.compile("([百千万])[一二两三四五六七八九]$")  # 一千二 is short for 一千二百
_SCALE_BELOW = {"百": "十", "千": "百", "万": "千"}
_SEPARATORS = re.compile(r"[,，\s]")
_MORE = re.compile(r"[余多来]")


class Interval(NamedTuple):
    """What a figure may mean: both ends belong to it."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, (int, Decimal)) and self.low <= value <= self.high

    def meets(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high


def parse_number(text: str) -> Decimal | None:
    """The value of a number as people write it; ``None`` when the text is not a number.

    ``1,204`` → 1204, ``1.2万`` → 12000, ``十二`` → 12, ``二百零五`` → 205, ``二〇`` → 20, ``一千二`` → 1200.
    An 余 or 多 inside is passed over.
    """
    text = _MORE.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))).translate(_CAPITALS)
    if not text:
        return None
    if text[0].isdigit():
        return _arabic(text)
    return _chinese(text) if all(char in CHINESE for char in text) else None


def _arabic(text: str) -> Decimal | None:
    digits = text.rstrip("".join(SCALES))
    if len(digits) > LONGEST:
        return None
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    for scale in text[len(digits) :]:
        value *= SCALES[scale]
    return value


def _chinese(text: str) -> Decimal | None:
    text = text.replace("廿", "二十")
    if all(char in DIGITS for char in text):  # 二〇二四, read digit by digit
        return Decimal(int("".join(str(DIGITS[char]) for char in text)))
    text = _SHORT_END.sub(lambda match: match[0] + _SCALE_BELOW[match[1]], text)
    total = section = digit = 0
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
        elif char in TENS:
            section += (digit or (1 if char == "十" or not section else 0)) * TENS[char]  # 十二, 百余
            digit = 0
        else:  # 万 multiplies what stands since 亿, 亿 everything
            section += digit
            total, section = (total + section * MYRIADS[char], 0) if char == "万" else ((total + section) * MYRIADS[char], 0)
            digit = 0
    value = total + section + digit
    return Decimal(value) if value or "零" in text or "〇" in text else None


def parse_share(text: str) -> Decimal | None:
    """A share in per cent: ``九成八`` → 98, ``一成半`` → 15, ``百分之三点五`` → 3.5, ``一半`` → 50, ``45.3%`` → 45.3."""
    text = unicodedata.normalize("NFKC", text)
    if text.endswith("%"):
        return parse_number(text[:-1])
    if text.startswith("百分之"):
        return _with_point(text.removeprefix("百分之"))
    if text in ("一半", "半数"):
        return Decimal(50)
    tenths, mark, rest = text.partition("成")
    if not mark:
        return None
    whole, part = parse_number(tenths), 5 if rest == "半" else DIGITS.get(rest, 0)
    return None if whole is None else whole * 10 + part


def _with_point(text: str) -> Decimal | None:
    whole, _, fraction = text.partition("点")
    value = parse_number(whole)
    if value is None or not fraction:
        return value
    digits = "".join(str(DIGITS.get(char, char)) for char in fraction)
    return value + Decimal(f"0.{digits}") if digits.isdigit() else None


def possible_values(value: Decimal, about: str) -> Interval:
    """The values a figure may stand for; ``about`` is the approximate word, empty for an exact figure.

    余, 多, 超, 逾, 以上 go upward from the figure to the next round one (500余 is 501 to 599, here 500 to 600);
    近, 接近 stay below it; 约, 左右 allow a tenth either way.
    """
    if not about:
        return Interval(value, value)
    step = max(_round_step(value), value / 10)
    if about in ("近", "将近", "接近", "不足", "以内", "不到"):
        return Interval(value - step, value)
    if about in ("约", "大约", "左右", "上下", "大概", "一半"):
        return Interval(value - step, value + step)
    return Interval(value, value + step)


def _round_step(value: Decimal) -> Decimal:
    """The place of the last figure that is not 0: 100 for 500, 10 for 120, but never less than ten."""
    if value <= 0 or value != int(value):
        return Decimal(1)
    step = 1
    while int(value) % (step * 10) == 0:
        step *= 10
    return Decimal(max(step, 10 if value >= 10 else 1))
