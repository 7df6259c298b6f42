"""Tell which year the days of a ledger belong to: from the name of its sheet, the title above, and headings between rows.

In: those texts. Out: a year, or ``None`` where they name none or several: a day without a year is refused then. Days without a
year whose order breaks once (12月20日, then 1月5日) are of two years: ``strays`` finds those of the other one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

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
