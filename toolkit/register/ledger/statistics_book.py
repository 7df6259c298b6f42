"""Write statistics as a workbook ready to print, and read them back: a county adds up the workbooks of its members.

In: ``Statistics``. Out: the bytes of an .xlsx with the table by month or quarter, and a sheet 数据 with the counts themselves.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from xlsxwriter import Workbook

from toolkit.core.errors import UsageError
from toolkit.register.ledger.writing import as_of_one_system
from toolkit.register.statistics import Statistics, StatisticsTable, members_table, statistics_table

_DATA = "数据"
_MARK = "nianbao-register-statistics"


def write_statistics(
    counted: Statistics, title: str, *, by_quarter: bool, members: Mapping[str, Statistics] | None = None
) -> bytes:
    """The bytes of the workbook; the same statistics give the same bytes. Of several ``members`` a sheet compares them."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "keywords": f"{_MARK} {counted.year} {counted.organs}", "created": datetime(2020, 1, 1)})
    _print_table(book, "统计", statistics_table(counted, by_quarter=by_quarter), title)
    if members and len(members) > 1:
        _print_table(book, "各单位", members_table(members), title)
    data = book.add_worksheet(_DATA)
    for at, ((key, month), count) in enumerate(sorted(counted.counts.items())):
        data.write_row(at, 0, (key, month, count))
    book.close()
    return as_of_one_system(out.getvalue())


def _print_table(book: Workbook, name: str, table: StatisticsTable, title: str) -> None:
    head = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#E6EDF4"})
    cell, stub = book.add_format({"border": 1, "align": "center"}), book.add_format({"border": 1, "text_wrap": True})
    sheet = book.add_worksheet(name)
    large = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    sheet.merge_range(0, 0, 0, len(table.heads) - 1, title, large)
    sheet.write_row(1, 0, table.heads, head)
    for at, (label, values) in enumerate(table.rows, 2):
        sheet.write_string(at, 0, label, stub)
        sheet.write_row(at, 1, ["" if value is None else value for value in values], cell)
    sheet.set_column(0, 0, 40)
    sheet.freeze_panes(2, 1)
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
        mark, counted_year, organs = str(book.properties.keywords or "").split()
        rows = [tuple(row[:3]) for row in book[_DATA].iter_rows(values_only=True)] if mark == _MARK else None
        counts = {(str(key), int(str(month))): int(str(count)) for key, month, count in rows or ()}
    except FileNotFoundError as error:
        raise UsageError(f"找不到 {path}") from error
    except Exception as error:  # openpyxl raises what its parsing happens to meet
        raise UsageError(f"{path.name} 不是用 nianbao register statistics 做的统计表") from error
    if rows is None or int(counted_year) != year:
        raise UsageError(f"{path.name} 是 {counted_year} 年的统计表，不是 {year} 年的")
    return Statistics(year, counts, int(organs))
