"""Read the days, amounts and counts of a ledger or of the screen in every usual way; what is unclear is refused, never guessed.

In: the value of a cell, or text; for a day the year that its sheet or title names, and the day from which its workbook counts.
Out: a date, a ``Decimal`` or an int, ``None`` for a blank, or ``DateUnclear`` and ``ValueError``. Nothing is rounded.
Days without a year whose order breaks once (12月20日, then 1月5日) are of two years: ``strays`` finds those of the other one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import floor, isfinite
from typing import Any

from toolkit.importing.wording import fold, one_line

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_MARKS = str.maketrans({"／": "/"} | dict.fromkeys("．。・·", ".") | dict.fromkeys("－–—−", "-"))
_NO_YEAR = "没有写年份"
_BLANKS = {"", "/", "-", "—", "——", "无", "否", "未", "暂无"}
_PATTERNS = (
    re.compile(r"(?P<y>\d{4})[-./年、，](?P<m>\d{1,2})[-./月、，](?P<d>\d{1,2})[日号]?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<y>\d{2})[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?"),
    re.compile(r"(?P<m>\d{1,2})[-./月](?P<d>\d{1,2})[日号]?"),
)
_WEEKDAY = r"[（(]?(?:星期|周|礼拜)[一二三四五六日天1-6][）)]?"
_TIME = re.compile(
    rf"(?:{_WEEKDAY})?(?:上午|下午|中午)?(?:\d{{1,2}}[:：时点]\d{{0,2}}分?(?:[:：]\d{{2}}(?:\.\d+)?)?秒?)?(?:{_WEEKDAY})?"
)
_BEFORE_TIME = re.compile(r"(?<=\d)\s+(?=\d{1,2}\s*[:：时点])")  # folding removes blanks: 2024/3/1 11:30 is no 2024/3/11
_QUOTES = "'‘’`"  # before a text that Excel must not take for a number
FIRST_DAY = date(1899, 12, 30)  # day 0 of Excel's count; a workbook made on an old Mac counts from 1904-01-01
_SERIAL_YEARS = range(2000, 2100)
_EARLIEST = 8  # two digits of the year from which there are requests


class DateUnclear(ValueError):
    """The text is not a date; the message says why."""


def read_date(value: object, year: int | None = None, first_day: date = FIRST_DAY) -> date | None:
    """The day that a cell names.

    Args:
        value: as openpyxl gives it, or text.
        year: what days without a year belong to; ``None`` when nothing says it.
        first_day: day 0 of the workbook's serial numbers.

    Raises:
        DateUnclear: 2月30日, a day without a year, other text.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value, first_day)
    return _of_text(str(value), year, first_day)


def is_yearless(value: object) -> bool:
    """Whether a cell names a day without its year."""
    if not isinstance(value, str):
        return False
    try:
        read_date(value)
    except DateUnclear as error:
        return _NO_YEAR in str(error)
    return False


def _of_number(value: int | float, first_day: date) -> date | None:
    """Excel's serial, with the time of day after the point, or 20220305; a number like 3.5 names no day."""
    if not isfinite(value):
        raise DateUnclear(f"“{value}”不是日期；写成 2022-03-05 的样子")
    whole = floor(value)
    if (day := _of_serial(whole, first_day)) is not None:
        return day
    if value != whole:
        raise DateUnclear(f"“{value}”不是日期；写成 2022-03-05 的样子")
    return _of_text(str(whole), None, first_day)


def _of_serial(count: int, first_day: date) -> date | None:
    """The day of a serial number of the years 2000 to 2099."""
    if not 10_000 <= count <= 99_999:
        return None
    day = first_day + timedelta(days=count)
    return day if day.year in _SERIAL_YEARS else None


def _of_text(text: str, year: int | None, first_day: date) -> date | None:
    timed = _BEFORE_TIME.sub("T", text.strip().lstrip(_QUOTES))
    folded = _arabic(fold(timed).translate(_MARKS)).rstrip(".,;")
    if folded in _BLANKS:
        return None
    for pattern in _PATTERNS:
        match = pattern.match(folded)
        if match and _TIME.fullmatch(_without_mark(folded[match.end() :])):
            _refuse_ambiguous(match, year, text)
            return _day(match.groupdict(), year, text)
    serial = re.fullmatch(r"(\d{5})(?:\.\d+)?", folded)
    if serial and (day := _of_serial(int(serial[1]), first_day)) is not None:
        return day
    raise DateUnclear(f"“{one_line(text)}”不是日期；写成 2022-03-05 的样子")


def _without_mark(rest: str) -> str:
    """What follows a day, without the T before its time."""
    return rest[1:] if rest[:1] in ("T", "t") else rest


def _refuse_ambiguous(match: re.Match[str], year: int | None, text: str) -> None:
    """12/05/24 is 2012 here and 2024 in an Excel set to English; only a year that is named decides.

    Raises:
        DateUnclear: it has both meanings.
    """
    groups = match.groupdict()
    if len(groups.get("y") or "0000") != 2 or "年" in match[0]:
        return
    first, last = int(groups["y"]), int(groups["d"])
    if _EARLIEST <= first <= 12 and last >= _EARLIEST and year != 2000 + first:
        raise DateUnclear(f"“{one_line(text)}”可能是 20{first:02} 年，也可能是 20{last:02} 年；请把年份写成四位")


def _day(groups: dict[str, str], year: int | None, text: str) -> date:
    named = int(groups["y"]) if "y" in groups else year
    if named is None:
        raise DateUnclear(f"“{one_line(text)}”{_NO_YEAR}")
    try:
        return date(named + 2000 if named < 100 else named, int(groups["m"]), int(groups["d"]))
    except ValueError as error:
        raise DateUnclear(f"“{one_line(text)}”不是日历上的一天") from error


def _arabic(text: str) -> str:
    """二〇二二年三月十五日 in digits; text without 年 or 月 in Chinese digits stays as it is."""
    if not re.search(r"[〇○零一二三四五六七八九十]", text):
        return text
    return re.sub(r"[〇○零一二三四五六七八九十]+", lambda match: _number(match[0]), text)


def _number(text: str) -> str:
    if "十" not in text:
        return text.translate(_DIGITS)
    tens, _, ones = text.partition("十")
    return str(int(tens.translate(_DIGITS) or "1") * 10 + int(ones.translate(_DIGITS) or "0"))


_NO_AMOUNT = ("", "/", "-", "—", "——", "无")
_MOST_DIGITS, _MOST_SHOWN = 12, 24
_UNITS = re.compile(r"^(?:人民币)?[￥¥]?(.*?)(?:元整?|个?工作日|天|日)?$")


def read_money(value: Any) -> Decimal | None:
    """An amount in yuan.

    Raises:
        ValueError: not a number, or one with parts of a fen.
    """
    number = _decimal(value)
    if number is not None and number != round(number, 2):
        raise ValueError(f"“{one_line(str(value))}”超过两位小数；金额以元为单位，最多到分")
    return number


def read_count(value: Any) -> int | None:
    """A number of days; 0 is a blank.

    Raises:
        ValueError: not a whole number.
    """
    number = _decimal(value)
    if number is not None and number != int(number):
        raise ValueError(f"“{one_line(str(value))}”不是整数")
    return int(number or 0) or None


def _decimal(value: Any) -> Decimal | None:
    digits = format(value, ".10g") if isinstance(value, float) else str(value)  # 0.1 + 0.2 of a workbook is 0.3
    text = one_line(digits).replace(",", "").replace("，", "")
    if text in _NO_AMOUNT:
        return None
    match = _UNITS.match(text)
    try:
        number = Decimal(match[1].strip()) if match else Decimal("NaN")
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数") from None
    if not number.is_finite():
        raise ValueError(f"“{text}”不是数")
    if number.adjusted() >= _MOST_DIGITS:
        raise ValueError(f"“{text[:_MOST_SHOWN]}”太大；可能是账号或编号填错了列")
    return number


_NAMED = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?!\s*\d{1,2}\s*月\s*\d)")  # no day on which the table was made
_SPAN = re.compile(r"(?<!\d)(20\d\d)\s*年?度?\s*[-—–－~～至到、，,和及/]+\s*(?=20\d\d\s*年)")  # 2023—2024年
_EARLIER = re.compile("上年|上一年|去年|往年|以前年度|历年|结转")
_TURN, _UNSORTED = 150, 31  # days: so far back no sorted ledger goes but at the turn of a year; rows a month apart are not sorted
_THIS_YEAR = re.compile("本年|当年|新收")


def year_of_sheet(name: str, above: str) -> int | None:
    """The only year that the name of a sheet and the text above its heads name."""
    return _only({*_NAMED.findall(name), *_years(above)})


def parts_years(heading: str) -> bool:
    """Whether a heading says of which year the rows below it are, by a number or in words: 2024年, 上年结转, 本年新收."""
    return bool(_years(heading) or _EARLIER.search(heading) or _THIS_YEAR.search(heading))


def year_below(heading: str, year: int | None, of_sheet: int | None) -> int | None:
    """The year of the rows below a heading; what was carried over is of no certain year.

    Args:
        heading: its text.
        year: that of the rows above it.
        of_sheet: that of the whole sheet.
    """
    if years := _years(heading):
        return _only(years)
    if _EARLIER.search(heading):
        return None
    return of_sheet if _THIS_YEAR.search(heading) or year == of_sheet else None


def _years(text: str) -> set[str]:
    return {*_YEAR.findall(text), *_SPAN.findall(text)}


def _only(years: set[str]) -> int | None:
    return int(next(iter(years))) if len(years) == 1 else None


def strays(days: Sequence[date]) -> dict[int, int]:
    """By position the days that may be of another year, with the difference in years; empty where the order says nothing.

    Args:
        days: days of receipt of one table from top to bottom, all taken for the same year.
    """
    return _strays(days) or {len(days) - 1 - at: years for at, years in _strays(days[::-1]).items()}


def _strays(days: Sequence[date]) -> dict[int, int]:
    """The same for a ledger with the earliest day on top."""
    back = [(earlier - later).days for earlier, later in pairwise(days)]
    turns = [at for at, count in enumerate(back, 1) if count > _TURN]
    if len(turns) != 1 or sum(count > _UNSORTED for count in back) > 1:
        return {}
    turn, rest = turns[0], len(days) - turns[0]
    late = dict.fromkeys(range(turn, len(days)), 1) if rest <= turn else {}
    return late | (dict.fromkeys(range(turn), -1) if turn <= rest else {})
