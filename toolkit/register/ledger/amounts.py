"""Read the amounts and counts of a ledger or of the screen: 1,200元, ￥100, 20个工作日; nothing is rounded.

In: the value of a cell, or text. Out: a ``Decimal`` or an int, ``None`` for a blank.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from toolkit.importing.wording import one_line

_BLANKS = ("", "/", "-", "—", "——", "无")
_UNITS = re.compile(r"^(?:人民币)?[￥¥]?(.*?)(?:元整?|个?工作日|天|日)?$")


def read_money(value: Any) -> Decimal | None:
    """An amount in yuan.

    Raises:
        ValueError: not a number, or one with parts of a fen.
    """
    number = _number(value)
    if number is not None and number != round(number, 2):
        raise ValueError(f"“{one_line(str(value))}”超过两位小数；金额以元为单位，最多到分")
    return number


def read_count(value: Any) -> int | None:
    """A number of days; 0 is a blank.

    Raises:
        ValueError: not a whole number.
    """
    number = _number(value)
    if number is not None and number != int(number):
        raise ValueError(f"“{one_line(str(value))}”不是整数")
    return int(number or 0) or None


def _number(value: Any) -> Decimal | None:
    digits = format(value, ".10g") if isinstance(value, float) else str(value)  # 0.1 + 0.2 of a workbook is 0.3
    text = one_line(digits).replace(",", "").replace("，", "")
    if text in _BLANKS:
        return None
    match = _UNITS.match(text)
    try:
        number = Decimal(match[1].strip()) if match else Decimal("NaN")
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数") from None
    if not number.is_finite():
        raise ValueError(f"“{text}”不是数")
    return number
