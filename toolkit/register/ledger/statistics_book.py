"""Write statistics as a workbook ready to print, and read them back: a county adds up the workbooks of its members.

In: ``Statistics``. Out: the bytes of an .xlsx with the table by month or quarter, and a sheet 数据 with the counts themselves.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from xlsxwriter import Workbook

from toolkit.core.errors import UsageError
from toolkit.register.statistics import DAYS, MEAN, QUARTERS, Statistics, keys_of

_DATA = "数据"
_MONTHS = tuple(range(1, 13))
_MARK = "nianbao-register-statistics"


def write_statistics(found: Statistics, title: str, *, by_quarter: bool) -> bytes:
    """The bytes of the workbook; the same statistics give the same bytes."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "keywords": f"{_MARK} {found.year} {found.organs}", "created": datetime(2020, 1, 1)})
    _print_table(book, found, title, QUARTERS if by_quarter else tuple((month,) for month in _MONTHS))
    data = book.add_worksheet(_DATA)
    for at, ((key, month), count) in enumerate(sorted(found.counts.items())):
        data.write_row(at, 0, (key, month, count))
    book.close()
    return out.getvalue()


def _print_table(book: Workbook, found: Statistics, title: str, columns: tuple[tuple[int, ...], ...]) -> None:
    head = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#E6EDF4"})
    cell, stub = book.add_format({"border": 1, "align": "center"}), book.add_format({"border": 1, "text_wrap": True})
    sheet = book.add_worksheet("统计")
    names = [f"{months[0]} 月" if len(months) == 1 else f"第{'一二三四'[at]}季度" for at, months in enumerate(columns)]
    sheet.merge_range(0, 0, 0, len(columns) + 1, title, book.add_format({"bold": True, "font_size": 16, "align": "center"}))
    sheet.write_row(1, 0, ["项目", *names, "全年"], head)
    rows = [(label, [found.count(key, months) for months in (*columns, _MONTHS)])
            for key, label in keys_of(found.year).items() if key != DAYS]  # fmt: skip
    means = [found.mean_days(months) for months in (*columns, _MONTHS)]
    for at, (label, values) in enumerate([*rows[:5], (MEAN, ["" if mean is None else mean for mean in means]), *rows[5:]], 2):
        sheet.write(at, 0, label, stub)
        sheet.write_row(at, 1, values, cell)
    sheet.set_column(0, 0, 40)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)


def read_statistics(path: Path, year: int) -> Statistics:
    """The statistics of a workbook that this module wrote.

    Raises:
        UsageError: it is not such a workbook, or is one of another year.
    """
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        mark, told, organs = str(book.properties.keywords or "").split()
        rows = [tuple(row[:3]) for row in book[_DATA].iter_rows(values_only=True)] if mark == _MARK else None
        counts = {(str(key), int(str(month))): int(str(count)) for key, month, count in rows or ()}
    except Exception as error:  # openpyxl raises what its parsing happens to meet
        raise UsageError(f"{path.name} 不是用 nianbao register statistics 做的统计表") from error
    if rows is None or int(told) != year:
        raise UsageError(f"{path.name} 是 {told} 年的统计表，不是 {year} 年的")
    return Statistics(year, counts, int(organs))
